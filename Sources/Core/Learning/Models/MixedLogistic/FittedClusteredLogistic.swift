internal import Components
internal import Glibc

/// A logistic regression of grouped rows with a covariance of its coefficients: intercept plus
/// coefficient times column. Scores are log odds from the fixed effects alone; the group of a new row
/// is never looked at.
///
/// State: `kind` glmm, cluster-logistic or gee; texts: names of the columns, of the diagnostics, then
/// the warnings; numbers: their three counts, the confidence, the intercept, the coefficients, their
/// sizes on the standardised scale, the covariance row by row, the diagnostics.
package struct FittedClusteredLogistic: Predictor, Hashable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case mixed = "glmm"
    case clusterRobust = "cluster-logistic"
    case estimatingEquations = "gee"
  }

  /// A named number about the fit, such as `sigma` or `AIC`.
  package struct Diagnostic: Hashable, Sendable {
    package let name: String
    package let value: Double

    init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  package let kind: Kind
  /// One per column of the fit.
  package let names: [String]
  package let intercept: Double
  /// One per column of the fit; 0 for a column that was constant.
  package let coefficients: [Double]
  /// Of (intercept, coefficients), square, row by row; rows of constant columns are 0.
  package let covariance: [Double]
  /// Of the intervals of `table`.
  package let confidence: Double
  package let diagnostics: [Diagnostic]
  /// What the reader of a report must know before the numbers, one sentence each.
  package let warnings: [String]
  private let sizes: [Double]

  init(
    _ kind: Kind, names: [String], _ estimate: ClusteredDesign.Estimate, deviations: [Double],
    confidence: Double, diagnostics: [Diagnostic], warnings: [String]
  ) {
    self.kind = kind
    self.names = names
    intercept = estimate.intercept
    coefficients = estimate.coefficients
    covariance = estimate.covariance
    self.confidence = confidence
    self.diagnostics = diagnostics
    self.warnings = warnings
    sizes = zip(estimate.coefficients, deviations).map { ($0 * $1).magnitude }
  }

  /// |coefficient| times the population SD of the column in the training rows.
  package var importances: [Double]? { sizes }

  package var table: CoefficientTable {
    let order = names.count + 1
    return CoefficientTable(
      names: names, estimates: [intercept] + coefficients,
      variances: (0..<order).map { covariance[$0 * order + $0] }, confidence: confidence)
  }

  /// The diagnostic of a name; nil where this kind of fit has none.
  package func diagnostic(_ name: String) -> Double? {
    diagnostics.first { $0.name == name }?.value
  }

  package var state: FittedState {
    FittedState(
      kind: kind.rawValue, texts: names + diagnostics.map(\.name) + warnings,
      numbers: [
        Double(names.count), Double(diagnostics.count), Double(warnings.count), confidence,
        intercept,
      ] + coefficients + sizes + covariance + diagnostics.map(\.value))
  }

  package init(_ state: FittedState) throws(LearningError) {
    guard let kind = Kind(rawValue: state.kind) else {
      throw LearningError(
        "a fitted \"glmm\", \"cluster-logistic\" or \"gee\" was expected, \"\(state.kind)\" was found"
      )
    }
    var reader = try FittedStateReader(state, kind: kind.rawValue)
    self.kind = kind
    let limit = 0..<(state.texts.count + 1)
    let counts = try reader.integers(3, in: limit)
    names = try reader.texts(counts[0])
    let diagnosticNames = try reader.texts(counts[1])
    warnings = try reader.texts(counts[2])
    confidence = try reader.numbers(1)[0]
    guard confidence > 0, confidence < 1 else {
      throw LearningError("the stored \"\(state.kind)\" is damaged: confidence \(confidence)")
    }
    intercept = try reader.numbers(1)[0]
    coefficients = try reader.numbers(names.count)
    sizes = try reader.numbers(names.count)
    covariance = try reader.numbers((names.count + 1) * (names.count + 1))
    diagnostics = zip(diagnosticNames, try reader.numbers(counts[1])).map { Diagnostic($0, $1) }
    try reader.finish()
  }

  package func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double] {
    try features.requireColumns(names.count, for: ComponentID(kind.rawValue))
    var scores = [Double](repeating: intercept, count: features.rowCount)
    for j in coefficients.indices where coefficients[j] != 0 {
      let b = coefficients[j]
      features.withColumn(j) { x in
        for i in 0..<scores.count { scores[i] += b * x[i] }
      }
    }
    return scores
  }

  /// 1 / (1 + exp(-score)); of a group whose random intercept is 0 where the fit is a `glmm`.
  package func probabilities(_ features: FeatureMatrix) throws(LearningError) -> [Double]? {
    try scores(features).map { 1 / (1 + exp(-$0)) }
  }
}
