internal import Glibc

/// Logistic regression: ln(p / (1 - p)) = offset + intercept + x β, by maximum likelihood or with
/// the penalty of Firth 1993 (Heinze & Schemper 2002), which has a maximum where classes separate.
///
/// With Firth's penalty, likelihoods are penalised ones, standard errors come from XᵀWX, and a
/// hypothesis fixes coefficients at 0 while the penalty keeps all columns, as in R's `logistf`.
package struct LogisticRegression: Sendable {
  package enum Method: String, Hashable, Sendable, CaseIterable {
    case maximumLikelihood
    case firth
  }

  package struct Coefficient: Sendable {
    package let name: String
    /// ± infinity where separated classes let the coefficient grow without bound.
    package let estimate: Double
    /// Wald's; nil where the classes are separated. So are `wald` and `waldInterval`.
    package let standardError: Double?
    package let wald: NormalTest?
    package let waldInterval: Interval?
    /// By the profile likelihood, to rounding (Venzon & Moolgavkar 1988); a side is infinite where
    /// the likelihood never falls far enough.
    package let profileInterval: Interval
    /// Against 0.
    package let likelihoodRatio: ChiSquaredTest
    package var oddsRatio: Double { exp(estimate) }
    package var oddsRatioWaldInterval: Interval? { waldInterval.map { Self.ratios($0) } }
    package var oddsRatioProfileInterval: Interval { Self.ratios(profileInterval) }

    private static func ratios(_ interval: Interval) -> Interval {
      Interval(exp(interval.lower), exp(interval.upper))
    }
  }

  package struct TermTest: Sendable {
    package let name: String
    /// All coefficients of the term against 0, the other terms kept.
    package let likelihoodRatio: ChiSquaredTest
  }

  package let method: Method
  package let intercept: Coefficient
  /// Of the columns, term by term.
  package let coefficients: [Coefficient]
  package let terms: [TermTest]
  /// Of all columns together against 0.
  package let likelihoodRatio: ChiSquaredTest
  /// Of the intercept and the coefficients, row-major; nil where the classes are separated.
  package let covariance: [Double]?
  /// Penalised with Firth's method.
  package let logLikelihood: Double
  /// The same with all coefficients but the intercept at 0.
  package let nullLogLikelihood: Double
  package let rowCount: Int
  package let positiveCount: Int
  /// Whether a combination of columns separates the classes, wholly or but for rows on the border:
  /// maximum likelihood then has no finite estimate. Always false with Firth's method.
  package let isSeparated: Bool
  /// ln(p / (1 - p)) per row; of separated classes, far out on the way to the limit.
  package let linearPredictor: [Double]
  /// The area under the ROC curve of the linear predictor.
  package let concordance: Double

  private var parameterCount: Int { coefficients.count + 1 }
  /// Akaike 1974: 2 k - 2 ln L; nil with a penalty.
  package var aic: Double? {
    method == .firth ? nil : 2 * Double(parameterCount) - 2 * logLikelihood
  }
  /// Schwarz 1978: k ln n - 2 ln L; nil with a penalty.
  package var bic: Double? {
    method == .firth ? nil : log(Double(rowCount)) * Double(parameterCount) - 2 * logLikelihood
  }

  /// - Parameters:
  ///   - positives: which rows belong to the positive class; both classes must occur.
  ///   - terms: none fits the intercept alone.
  ///   - offset: added to the linear predictor of each row.
  ///   - level: of intervals.
  /// - Throws: with one class only, a value that is not finite, a column that depends on others.
  package init(
    positives: [Bool], terms: [LogisticTerm], offset: [Double]? = nil,
    method: Method = .maximumLikelihood, level: Double = 0.95
  ) throws(StatisticsError) {
    try InputChecks.level(level)
    let shift = offset ?? [Double](repeating: 0, count: positives.count)
    try Self.check(positives, terms, shift)
    let columns = terms.flatMap { $0.columns }
    let fit = try LogisticFit(
      columns: columns, names: terms.flatMap { $0.columnNames }, positives: positives,
      offset: shift, isPenalised: method == .firth)
    let slopes = Array(1..<columns.count + 1)
    self.method = method
    (rowCount, positiveCount) = (positives.count, positives.count { $0 })
    logLikelihood = fit.maximum.likelihood.value + fit.penaltyShift
    isSeparated = fit.maximum.direction != nil
    nullLogLikelihood = try fit.logLikelihood(without: slopes) + fit.penaltyShift
    likelihoodRatio = try fit.test(without: slopes)
    covariance = fit.covariance
    intercept = try fit.coefficient(0, name: "intercept", level: level)
    var coefficients: [Coefficient] = []
    var tests: [TermTest] = []
    for term in terms {
      let own = (coefficients.count + 1)..<(coefficients.count + 1 + term.columns.count)
      tests.append(TermTest(name: term.name, likelihoodRatio: try fit.test(without: Array(own))))
      for (column, name) in zip(own, term.columnNames) {
        coefficients.append(try fit.coefficient(column, name: name, level: level))
      }
    }
    (self.coefficients, self.terms) = (coefficients, tests)
    let linear = zip(shift, fit.rows.product(fit.maximum.beta)).map { $0 + $1 }
    linearPredictor = linear
    concordance = try AreaUnderROC(scores: linear, positives: positives).area
  }

  private static func check(
    _ positives: [Bool], _ terms: [LogisticTerm], _ offset: [Double]
  ) throws(StatisticsError) {
    let count = positives.count { $0 }
    if count == 0 || count == positives.count {
      throw StatisticsError(
        "a logistic regression needs both classes; \(count) of \(positives.count) rows are"
          + " positive")
    }
    try InputChecks.count(offset.count, "offsets", equals: positives.count)
    try InputChecks.finite(offset, "offsets")
    for term in terms {
      if term.columns.isEmpty { throw StatisticsError("term \(term.name) has no column") }
      for (column, name) in zip(term.columns, term.columnNames) {
        try InputChecks.count(column.count, "values of \(name)", equals: positives.count)
        try InputChecks.finite(column, "values of \(name)")
        let half = (column.max() ?? 0) / 2 - (column.min() ?? 0) / 2
        if !(half > 0) {
          throw StatisticsError("\(name) is constant; it has no coefficient beside the intercept")
        }
      }
    }
  }
}
