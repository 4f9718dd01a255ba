internal import Glibc

/// Logistic recalibration of predicted probabilities (Cox 1958, Biometrika 45; Miller, Hui &
/// Tierney 1991): logit P(positive) = a + b logit(p), for a perfect calibration a = 0 and b = 1.
///
/// Rows of probability 0 or 1 have no logit; they are left out and counted, as in `rms::val.prob`.
package struct LogisticCalibration: Sendable {
  package struct Estimate: Hashable, Sendable {
    package let value: Double
    package let standardError: Double
    /// Wald's.
    package let interval: Interval
    /// Wald's, against the value of a perfect calibration.
    package let test: NormalTest
  }

  /// a with b fixed at 1: calibration in the large.
  package let intercept: Estimate
  /// b; nil where it has none, then `slopeNote` says why.
  package let slope: Estimate?
  package let slopeNote: String?
  /// a estimated together with b.
  package let interceptBesideSlope: Estimate?
  /// Likelihood-ratio test of a = 0 and b = 1 together ("U" of val.prob), two degrees of freedom;
  /// nil without variation in the probabilities.
  package let test: ChiSquaredTest?
  /// Of a = 0 given b = 1.
  package let interceptTest: ChiSquaredTest
  /// Of b = 1 with a estimated; nil without variation in the probabilities.
  package let slopeTest: ChiSquaredTest?
  /// Rows of probability 0 or 1.
  package let excludedRowCount: Int
  /// Observed positive rows / their expected number, all rows.
  package let observedToExpected: Double?

  /// - Parameters:
  ///   - probabilities: of the positive class, in 0...1, one per row.
  ///   - positives: which rows belong to the positive class.
  ///   - level: of intervals.
  /// - Throws: where only one class is left among the rows with a logit.
  package init(probabilities: [Double], positives: [Bool], level: Double = 0.95)
    throws(StatisticsError)
  {
    try InputChecks.level(level)
    try ProbabilityChecks.probabilities(probabilities, positives)
    let rows = positives.indices.filter { probabilities[$0] > 0 && probabilities[$0] < 1 }
    let logits = rows.map { log(probabilities[$0]) - log1p(-probabilities[$0]) }
    let outcome = rows.map { positives[$0] }
    excludedRowCount = positives.count - rows.count
    if !outcome.contains(true) || !outcome.contains(false) {
      throw StatisticsError(
        "a calibration needs both classes among the rows with probabilities between 0 and 1;"
          + " \(outcome.count { $0 }) of \(outcome.count) such rows are positive")
    }
    let expected = probabilities.reduce(0, +)
    observedToExpected = expected > 0 ? Double(positives.count { $0 }) / expected : nil
    let fixed = try LogisticFit(
      columns: [], names: [], positives: outcome, offset: logits, isPenalised: false)
    intercept = try Self.estimate(fixed, 0, against: 0, level)
    let perfect = LogisticRows(columns: [], positives: outcome, offset: logits, isCentred: true)
    let given = LogisticLikelihood(perfect, [0], isPenalised: false).value
    let large = fixed.maximum.likelihood.value
    interceptTest = ChiSquaredTest(max(0, 2 * (large - given)), degreesOfFreedom: 1)
    let isConstant = logits.allSatisfy { $0 == logits[0] }
    if isConstant {
      (slope, interceptBesideSlope, test, slopeTest) = (nil, nil, nil, nil)
      slopeNote = "all probabilities are equal: there is no slope"
      return
    }
    let both = try LogisticFit(
      columns: [logits], names: ["the logit"], positives: outcome,
      offset: [Double](repeating: 0, count: rows.count), isPenalised: false)
    let best = both.maximum.likelihood.value
    test = ChiSquaredTest(max(0, 2 * (best - given)), degreesOfFreedom: 2)
    slopeTest = ChiSquaredTest(max(0, 2 * (best - large)), degreesOfFreedom: 1)
    if both.maximum.direction == nil {
      slope = try Self.estimate(both, 1, against: 1, level)
      interceptBesideSlope = try Self.estimate(both, 0, against: 0, level)
      slopeNote = nil
    } else {
      (slope, interceptBesideSlope) = (nil, nil)
      slopeNote = "the probabilities separate the classes: the slope has no finite estimate"
    }
  }

  private static func estimate(
    _ fit: LogisticFit, _ column: Int, against perfect: Double, _ level: Double
  ) throws(StatisticsError) -> Estimate {
    guard let covariance = fit.covariance else {
      throw StatisticsError("the calibration has no standard error: probabilities are too extreme")
    }
    let value = fit.estimate(column)
    let error = covariance[column * fit.rows.width + column].squareRoot()
    let reach = Normal.factor(level: level) * error
    return Estimate(
      value: value, standardError: error, interval: Interval(value - reach, value + reach),
      test: NormalTest((value - perfect) / error))
  }
}
