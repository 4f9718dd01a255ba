internal import Glibc
package import Components
package import Numerics

/// `naive-bayes:` of a study file.
///
/// | Setting | Default | Range | Meaning (scikit-learn's name) |
/// |---|---|---|---|
/// | `varSmoothing` | 1e-9 | >= 0 | added to every variance, as a share of the largest variance of a column (`var_smoothing`) |
package struct NaiveBayesParameters: ParameterSet {
  package var varSmoothing: Double = 1e-9

  package init() {}

  package static let fields: [Field<NaiveBayesParameters>] = [
    .number(
      "varSmoothing", \.varSmoothing, in: 0...Double.greatestFiniteMagnitude,
      "share of the largest variance of a column that is added to every variance")
  ]
}

/// Gaussian naive Bayes for two classes, as scikit-learn's `GaussianNB`: within a class every
/// column is normal and independent of the others (Duda, Hart & Stork 2001, Pattern
/// Classification, section 2.9). Scores are log odds of the positive class.
///
/// Means, variances (divided by the total weight) and class shares count rows by their weights. The
/// largest variance, to which `varSmoothing` refers, is that of all rows without weights. Score,
/// summed over columns in their order: ln(share1 / share0) + sum of [ln(v0 / v1) + (x - m0)^2 / v0
/// - (x - m1)^2 / v1] / 2.
package struct NaiveBayesModel: Model {
  package static let id: ComponentID = "naive-bayes"
  package static let outcomes: Set<OutcomeKind> = [.binary]
  package static let summary = "Gaussian naive Bayes for two classes; scores are log odds."

  package let parameters: NaiveBayesParameters

  package init(_ parameters: NaiveBayesParameters) throws(InvalidInput) {
    if !(parameters.varSmoothing >= 0 && parameters.varSmoothing.isFinite) {
      throw InvalidInput(
        "varSmoothing", "\(parameters.varSmoothing) is out of range; expected >= 0")
    }
    self.parameters = parameters
  }

  /// - Throws: one class only, no columns, missing values, a variance of 0 within a class that
  ///   nothing is added to.
  package func fit(_ data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> FittedNaiveBayes
  {
    let classes = try data.requireClasses(for: Self.id)
    try data.requireTable(rows: 2, for: Self.id)
    let weights = data.weights.isEmpty ? [Double](repeating: 1, count: data.rowCount) : data.weights
    let rows = (0..<2).map { kind in classes.indices.filter { Int(classes[$0]) == kind } }
    let totals = rows.map { rows in PairwiseSum.sum(rows.map { weights[$0] }) }
    var moments: [[Double]] = [[], [], [], []]
    var largest = 0.0
    for column in 0..<data.columnCount {
      let values = Array(data.features.column(column))
      largest = max(largest, Self.variance(values))
      for kind in 0..<2 {
        let (mean, variance) = Self.moments(rows[kind], values, weights, total: totals[kind])
        moments[kind].append(mean)
        moments[2 + kind].append(variance)
      }
    }
    let added = parameters.varSmoothing * largest
    for kind in 2..<4 {
      for column in 0..<data.columnCount {
        moments[kind][column] += added
        if !(moments[kind][column] > 0 && moments[kind][column].isFinite) {
          throw LearningError(
            "\(Self.id): the variance of column \"\(data.names[column])\" within a class is "
              + "\(moments[kind][column]); drop constant columns or raise varSmoothing")
        }
      }
    }
    return FittedNaiveBayes(
      names: data.names, logPrior: log(totals[1] / totals[0]), means: [moments[0], moments[1]],
      variances: [moments[2], moments[3]])
  }

  private static func moments(
    _ rows: [Int], _ values: [Double], _ weights: [Double], total: Double
  ) -> (mean: Double, variance: Double) {
    let first = values[rows[0]]
    if rows.allSatisfy({ values[$0] == first }) { return (first, 0) }
    let mean = PairwiseSum.sum(rows.map { weights[$0] * values[$0] }) / total
    let squares = rows.map { row in
      let distance = values[row] - mean
      return weights[row] * (distance * distance)
    }
    return (mean, PairwiseSum.sum(squares) / total)
  }

  private static func variance(_ values: [Double]) -> Double {
    if values.allSatisfy({ $0 == values[0] }) { return 0 }
    let mean = ColumnSummary.mean(values)
    return ColumnSummary.sumOfSquares(values, mean: mean) / Double(values.count)
  }
}

/// Means and variances of each column in each class.
///
/// State: texts: names of the columns; numbers: their count, ln(share1 / share0), means of class 0
/// and 1, variances of class 0 and 1.
package struct FittedNaiveBayes: Predictor, Hashable {
  package let names: [String]
  /// ln of the share of class 1 over that of class 0 in the training rows.
  package let logPrior: Double
  /// Of class 0 and class 1, one per column.
  package let means: [[Double]]
  /// Smoothing included.
  package let variances: [[Double]]

  fileprivate init(
    names: [String], logPrior: Double, means: [[Double]], variances: [[Double]]
  ) {
    self.names = names
    self.logPrior = logPrior
    self.means = means
    self.variances = variances
  }

  package var state: FittedState {
    FittedState(
      kind: NaiveBayesModel.id.name, texts: names,
      numbers: [Double(names.count), logPrior] + means.joined() + variances.joined())
  }

  package init(_ state: FittedState) throws(LearningError) {
    var reader = try FittedStateReader(state, kind: NaiveBayesModel.id.name)
    let count = try reader.count()
    names = try reader.texts(count)
    logPrior = try reader.numbers(1)[0]
    let first = try reader.numbers(count)
    means = [first, try reader.numbers(count)]
    let second = try reader.numbers(count)
    variances = [second, try reader.numbers(count)]
    try reader.finish()
  }

  /// Log odds of the positive class.
  package func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double] {
    try features.requireColumns(names.count, for: NaiveBayesModel.id)
    try features.requireFinite(names, for: NaiveBayesModel.id)
    var scores = [Double](repeating: logPrior, count: features.rowCount)
    for j in names.indices {
      let (m0, m1) = (means[0][j], means[1][j])
      let (v0, v1) = (variances[0][j], variances[1][j])
      let constant = log(v0 / v1)
      features.withColumn(j) { x in
        var i = 0
        while i < scores.count {
          let (d0, d1) = (x[i] - m0, x[i] - m1)
          scores[i] += 0.5 * (constant + (d0 * d0 / v0 - d1 * d1 / v1))
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
