package import Components
package import Numerics

/// `radscore:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `penalty` | elasticNet | none, ridge, elasticNet | how coefficients are fitted; alpha 1: LASSO |
/// | `intercept` | false | | scores hold the fitted intercept |
/// | `coefficients` | none | finite | given ones: nothing is fitted |
/// | `columns` | none | names of columns | of the given coefficients; none: all, in order |
/// | `constant` | 0 | finite | is added where coefficients are given |
/// | others | | | how lambda is chosen, see `ElasticNetChoice`; unused without penalty |
package struct RadScoreParameters: ParameterSet {
  package var penalty = RegressionPenalty.elasticNet
  package var intercept = false
  package var coefficients: [Double] = []
  package var columns: [String] = []
  package var constant = 0.0
  package var net = ElasticNetChoice()

  package init() {}

  private static let finite = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude

  package static let fields: [Field<RadScoreParameters>] =
    [
      .choice("penalty", \.penalty, RegressionPenalty.summary),
      .flag("intercept", \.intercept, "scores hold the fitted intercept"),
      .numbers(
        "coefficients", \.coefficients, in: finite, count: 0...Int.max,
        "given coefficients: nothing is fitted"),
      .texts("columns", \.columns, "the columns of given coefficients; none: all, in order"),
      .number("constant", \.constant, in: finite, "is added where coefficients are given"),
    ] + ElasticNetChoice.fields.map { $0.lifted(to: \.net) }
}

/// Radiomics score: the sum of coefficient times column, for any kind of outcome.
///
/// The fit is that of `LogisticModel`, `LinearModel` or `CoxModel`, by the kind of the outcome, with
/// their settings. What differs: one model for the three kinds, scores without intercept unless it is
/// asked for, published coefficients may be given, and columns keep their names in the state. Where a
/// LASSO keeps no column, all scores are equal.
package struct RadScore: Model {
  package static let id: ComponentID = "radscore"
  package static let outcomes = Set(OutcomeKind.allCases)
  package static let summary =
    "Radiomics score: sum of coefficient times column, coefficients fitted (LASSO) or given."

  package let parameters: RadScoreParameters

  package init(_ parameters: RadScoreParameters) throws(InvalidInput) {
    var problems: [Problem] = []
    do {
      try parameters.net.checked()
    } catch { problems += error.problems }
    let (given, named) = (parameters.coefficients, parameters.columns)
    if !named.isEmpty && named.count != given.count {
      problems.append(
        Problem("columns", "\(named.count) names for \(given.count) coefficients; give as many"))
    }
    if let twice = named.indices.first(where: { named[..<$0].contains(named[$0]) }) {
      problems.append(Problem("columns", "\"\(named[twice])\" is given twice"))
    }
    if let bad = given.first(where: { !$0.isFinite }) {
      problems.append(Problem("coefficients", "\(bad) is not a finite number"))
    }
    if !parameters.constant.isFinite {
      problems.append(Problem("constant", "\(parameters.constant) is not a finite number"))
    } else if given.isEmpty && parameters.constant != 0 {
      problems.append(Problem("constant", "is used only where coefficients are given"))
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
  }

  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedRadScore {
    if !parameters.coefficients.isEmpty { return try given(data) }
    let linear: FittedLinear
    do {
      switch data.outcome {
      case .binary:
        var settings = LogisticParameters()
        (settings.penalty, settings.net) = (parameters.penalty, parameters.net)
        linear = try LogisticModel(settings).fit(data, using: &stream)
      case .continuous:
        var settings = LinearParameters()
        (settings.penalty, settings.net) = (parameters.penalty, parameters.net)
        linear = try LinearModel(settings).fit(data, using: &stream)
      case .survival:
        var settings = CoxParameters()
        (settings.penalty, settings.net) = (parameters.penalty, parameters.net)
        linear = try CoxModel(settings).fit(data, using: &stream)
      }
    } catch { throw LearningError("\(Self.id): \(error)") }
    return FittedRadScore(
      names: data.names, linear: linear, holdsIntercept: parameters.intercept, isGiven: false)
  }

  private func given(_ data: Dataset) throws(LearningError) -> FittedRadScore {
    try data.requireRows(1, for: Self.id)
    var coefficients = [Double](repeating: 0, count: data.columnCount)
    if parameters.columns.isEmpty {
      guard parameters.coefficients.count == data.columnCount else {
        throw LearningError(
          "\(Self.id): \(parameters.coefficients.count) coefficients are given for "
            + "\(data.columnCount) columns; name their columns")
      }
      coefficients = parameters.coefficients
    } else {
      let missing = parameters.columns.filter { !data.names.contains($0) }
      if !missing.isEmpty {
        throw LearningError(
          "\(Self.id): coefficients are given for columns that the table has not: "
            + missing.joined(separator: ", "))
      }
      for (name, coefficient) in zip(parameters.columns, parameters.coefficients) {
        coefficients[data.names.firstIndex(of: name)!] = coefficient
      }
    }
    var deviations = [Double](repeating: 0, count: data.columnCount)
    for column in coefficients.indices where coefficients[column] != 0 {
      let values = Array(data.features.column(column))
      let squares = ColumnSummary.sumOfSquares(values, mean: ColumnSummary.mean(values))
      deviations[column] = (squares / Double(values.count)).squareRoot()
    }
    let linear = FittedLinear(
      .linear, intercept: parameters.constant, coefficients: coefficients, deviations: deviations)
    return FittedRadScore(names: data.names, linear: linear, holdsIntercept: true, isGiven: true)
  }
}

/// State: kind radscore; texts: fitted or given, then the names of the columns; numbers: column
/// count, 1 where scores hold the intercept; one part, the linear predictor.
package struct FittedRadScore: Predictor, Hashable {
  private enum Source: String {
    case fitted
    case given
  }

  package let names: [String]
  package let linear: FittedLinear
  /// Whether scores hold the intercept (or the given constant).
  package let holdsIntercept: Bool
  /// Whether the coefficients were given rather than fitted.
  package let isGiven: Bool

  fileprivate init(names: [String], linear: FittedLinear, holdsIntercept: Bool, isGiven: Bool) {
    self.names = names
    self.linear = linear
    self.holdsIntercept = holdsIntercept
    self.isGiven = isGiven
  }

  /// Columns with a coefficient other than 0, in the order of the table.
  package var terms: [(name: String, coefficient: Double)] {
    zip(names, linear.coefficients).filter { $0.1 != 0 }.map { (name: $0.0, coefficient: $0.1) }
  }

  package var importances: [Double]? { linear.importances }

  /// The sum over columns; log odds, the outcome's unit or log hazard ratio, by the outcome.
  package func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double] {
    try features.requireColumns(names.count, for: RadScore.id)
    let used = linear.coefficients.indices.filter { linear.coefficients[$0] != 0 }
    try features.columns(used).requireFinite(used.map { names[$0] }, for: RadScore.id)
    if holdsIntercept { return try linear.scores(features) }
    // The same order of addition as with intercept, so that the two differ by a constant.
    let bare = FittedLinear(
      linear.kind, intercept: 0, coefficients: linear.coefficients, deviations: [])
    return try bare.scores(features)
  }

  /// For a fit to classes, with the intercept whether scores hold it or not.
  package func probabilities(_ features: FeatureMatrix) throws(LearningError) -> [Double]? {
    if linear.kind != .logistic { return nil }
    _ = try scores(features)
    return try linear.probabilities(features)
  }

  package var state: FittedState {
    FittedState(
      kind: RadScore.id.name, texts: [(isGiven ? Source.given : .fitted).rawValue] + names,
      numbers: [Double(names.count), holdsIntercept ? 1 : 0], parts: [linear.state])
  }

  package init(_ state: FittedState) throws(LearningError) {
    var bare = state
    bare.parts = []
    var reader = try FittedStateReader(bare, kind: RadScore.id.name)
    isGiven = try reader.choice(Source.self) == .given
    let count = try reader.integer()
    holdsIntercept = try reader.integers(1, in: 0..<2)[0] == 1
    names = try reader.texts(count)
    try reader.finish()
    guard state.parts.count == 1 else {
      throw LearningError("the stored \"\(state.kind)\" is damaged: it holds no coefficients")
    }
    linear = try FittedLinear(state.parts[0])
    guard linear.coefficients.count == count else {
      throw LearningError("the stored \"\(state.kind)\" is damaged: its counts do not fit")
    }
  }
}
