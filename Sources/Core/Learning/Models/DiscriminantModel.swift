internal import Glibc
package import Components
package import Numerics

/// What is done to the covariance within the classes.
package enum DiscriminantShrinkage: String, CaseIterable, Hashable, Sendable {
  /// Nothing; directions in which the rows do not vary are left out.
  case none
  /// The amount of Ledoit & Wolf 2004, found in each class.
  case auto
  /// The amount that is given.
  case fixed
}

/// `lda:` of a study file.
///
/// | Setting | Default | Range | Meaning (scikit-learn's name) |
/// |---|---|---|---|
/// | `shrinkage` | none | none, auto, fixed | none: solver `svd`; auto and fixed: solvers `lsqr` and `eigen`, which agree (`shrinkage`) |
/// | `amount` | 0.1 | > 0, <= 1 | fixed: share of the mean variance in the covariance (`shrinkage` as a number) |
/// | `tolerance` | 1e-4 | >= 0 | none: singular values of the scaled rows up to this are dropped (`tol`) |
package struct DiscriminantParameters: ParameterSet {
  package var shrinkage: DiscriminantShrinkage = .none
  package var amount: Double = 0.1
  package var tolerance: Double = 1e-4

  package init() {}

  package static let fields: [Field<DiscriminantParameters>] = [
    .choice("shrinkage", \.shrinkage, "of the covariance: none, auto (Ledoit-Wolf) or fixed"),
    .number(
      "amount", \.amount, in: 0...1, exclusiveLower: true,
      "fixed: share of the mean variance in the covariance"),
    .number(
      "tolerance", \.tolerance, in: 0...Double.greatestFiniteMagnitude,
      "none: singular values of the scaled rows up to this are dropped"),
  ]
}

/// Linear discriminant analysis of two classes (Fisher 1936; Hastie, Tibshirani & Friedman 2009,
/// section 4.3), as scikit-learn's `LinearDiscriminantAnalysis`: both classes are normal with one
/// covariance matrix. Scores are log odds of the positive class.
///
/// - Shares of the classes are those of the training rows; covariances are divided by n.
/// - Importances are |coefficient|, in the units of the columns: scale them before RFE.
/// - Row weights are refused.
/// - Without shrinkage, a column that separates the classes but does not vary within them is not
///   used.
package struct DiscriminantModel: Model {
  package static let id: ComponentID = "lda"
  package static let outcomes: Set<OutcomeKind> = [.binary]
  package static let summary =
    "Linear discriminant analysis of two classes, with or without shrinkage; scores are log odds."

  package let parameters: DiscriminantParameters

  package init(_ parameters: DiscriminantParameters) throws(InvalidInput) {
    var problems: [Problem] = []
    if !(parameters.amount > 0 && parameters.amount <= 1) {
      problems.append(
        Problem("amount", "\(parameters.amount) is out of range; expected > 0 and <= 1"))
    }
    if !(parameters.tolerance >= 0 && parameters.tolerance.isFinite) {
      problems.append(
        Problem("tolerance", "\(parameters.tolerance) is out of range; expected >= 0"))
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
  }

  /// - Throws: fewer than 3 rows, one class only, no columns, missing values, row weights, nothing
  ///   that varies within the classes.
  package func fit(_ data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> FittedDiscriminant
  {
    let classes = try data.requireClasses(for: Self.id)
    try data.requireTable(rows: 3, for: Self.id)
    try data.requireNoWeights(for: Self.id)
    let scatter = ClassScatter(data.features, classes: classes)
    let coefficients =
      switch parameters.shrinkage {
      case .none: try DiscriminantDirection.pooled(scatter, tolerance: parameters.tolerance)
      case .auto: try DiscriminantDirection.ledoitWolf(scatter)
      case .fixed: try DiscriminantDirection.shrunk(scatter, amount: parameters.amount)
      }
    if !coefficients.allSatisfy(\.isFinite) {
      throw LearningError("\(Self.id): the coefficients are not finite; scale the columns first")
    }
    return FittedDiscriminant(
      names: data.names, logPrior: log(Double(scatter.counts[1]) / Double(scatter.counts[0])),
      middles: zip(scatter.means[0], scatter.means[1]).map { 0.5 * $0 + 0.5 * $1 },
      coefficients: coefficients)
  }
}

/// Scores are ln(share1 / share0) plus the sum of coefficient times (value - middle), in the order of
/// the columns: the form without an intercept, in which large values do not cancel.
///
/// State: texts: names of the columns; numbers: their count, ln(share1 / share0), the middles, the
/// coefficients.
package struct FittedDiscriminant: Predictor, Hashable {
  package let names: [String]
  /// ln of the share of class 1 over that of class 0 in the training rows.
  package let logPrior: Double
  /// Midway between the means of the classes, one per column.
  package let middles: [Double]
  /// One per column.
  package let coefficients: [Double]

  fileprivate init(
    names: [String], logPrior: Double, middles: [Double], coefficients: [Double]
  ) {
    self.names = names
    self.logPrior = logPrior
    self.middles = middles
    self.coefficients = coefficients
  }

  /// The score of a row of zeros.
  package var intercept: Double {
    logPrior - PairwiseSum.sum(zip(middles, coefficients).map { $0 * $1 })
  }

  /// |coefficient|.
  package var importances: [Double]? { coefficients.map(\.magnitude) }

  package var state: FittedState {
    FittedState(
      kind: DiscriminantModel.id.name, texts: names,
      numbers: [Double(names.count), logPrior] + middles + coefficients)
  }

  package init(_ state: FittedState) throws(LearningError) {
    var reader = try FittedStateReader(state, kind: DiscriminantModel.id.name)
    let count = try reader.count()
    names = try reader.texts(count)
    logPrior = try reader.numbers(1)[0]
    middles = try reader.numbers(count)
    coefficients = try reader.numbers(count)
    try reader.finish()
  }

  /// Log odds of the positive class.
  package func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double] {
    try features.requireColumns(names.count, for: DiscriminantModel.id)
    try features.requireFinite(names, for: DiscriminantModel.id)
    var scores = [Double](repeating: logPrior, count: features.rowCount)
    for j in coefficients.indices {
      let (b, middle) = (coefficients[j], middles[j])
      features.withColumn(j) { x in
        var i = 0
        while i < scores.count {
          scores[i] += b * (x[i] - middle)
          i &+= 1
        }
      }
    }
    return scores
  }

  package func probabilities(_ features: FeatureMatrix) throws(LearningError) -> [Double]? {
    try scores(features).map { 1 / (1 + exp(-$0)) }
  }
}
