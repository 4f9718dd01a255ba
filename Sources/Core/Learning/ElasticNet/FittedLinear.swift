internal import Glibc

/// A fitted linear predictor: intercept plus coefficient times column; scores are that sum.
///
/// State: `kind` logistic, linear or cox; texts: penalised or unpenalised; numbers: intercept, lambda
/// (0 without penalty), the coefficient of each column, the size of each on the standardised scale.
package struct FittedLinear: Predictor, Hashable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Scores are log odds of the positive class.
    case logistic
    /// Scores are in the unit of the outcome.
    case linear
    /// Scores are log hazard ratios against a row of zeros.
    case cox
  }

  package let kind: Kind
  package let intercept: Double
  /// Nil for a fit without penalty.
  package let lambda: Double?
  /// One per column of the fit, zeros included.
  package let coefficients: [Double]
  private let sizes: [Double]

  /// - Parameter deviations: population SD per column.
  package init(
    _ kind: Kind, intercept: Double, coefficients: [Double], deviations: [Double],
    lambda: Double? = nil
  ) {
    self.kind = kind
    self.intercept = intercept
    self.coefficients = coefficients
    self.lambda = lambda
    sizes = zip(coefficients, deviations).map { ($0 * $1).magnitude }
  }

  init(_ kind: Kind, _ fit: ElasticNetPath.Fit, deviations: [Double]) {
    var all = [Double](repeating: 0, count: deviations.count)
    for (column, b) in zip(fit.columns, fit.coefficients) { all[column] = b }
    self.init(
      kind, intercept: fit.intercept, coefficients: all, deviations: deviations, lambda: fit.lambda)
  }

  /// |coefficient| times the population SD of the column in the training rows.
  package var importances: [Double]? { sizes }

  package var state: FittedState {
    FittedState(
      kind: kind.rawValue, texts: [lambda == nil ? "unpenalised" : "penalised"],
      numbers: [intercept, lambda ?? 0] + coefficients + sizes)
  }

  package init(_ state: FittedState) throws(LearningError) {
    guard let kind = Kind(rawValue: state.kind), state.numbers.count >= 2,
      state.numbers.count % 2 == 0, state.texts == ["penalised"] || state.texts == ["unpenalised"]
    else { throw LearningError("\(state.kind) is not a state of a linear predictor") }
    self.kind = kind
    intercept = state.numbers[0]
    lambda = state.texts == ["penalised"] ? state.numbers[1] : nil
    let count = (state.numbers.count - 2) / 2
    coefficients = Array(state.numbers[2..<2 + count])
    sizes = Array(state.numbers[(2 + count)...])
  }

  package func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double] {
    guard features.columnCount == coefficients.count else {
      throw LearningError(
        "the model was fitted to \(coefficients.count) columns, the table has "
          + "\(features.columnCount)")
    }
    var scores = [Double](repeating: intercept, count: features.rowCount)
    for j in coefficients.indices where coefficients[j] != 0 {
      let b = coefficients[j]
      features.withColumn(j) { x in
        for i in 0..<scores.count { scores[i] += b * x[i] }
      }
    }
    return scores
  }

  package func probabilities(_ features: FeatureMatrix) throws(LearningError) -> [Double]? {
    guard kind == .logistic else { return nil }
    return try scores(features).map { 1 / (1 + exp(-$0)) }
  }
}
