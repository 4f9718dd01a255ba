/// The part of positive rows as a smooth function of the predicted probability, with the distances
/// between both (Austin & Steyerberg 2019, Statistics in Medicine 38; Harrell's Eavg, E90, Emax).
package struct CalibrationCurve: Sendable {
  package struct Point: Hashable, Sendable {
    package let probability: Double
    /// Smoothed; a local regression may leave 0...1 a little and is not cut.
    package let observed: Double
  }

  /// Per row, ascending in the probability.
  package let points: [Point]
  /// Mean distance (ICI).
  package let meanError: Double
  /// Median distance (E50).
  package let medianError: Double
  /// The 0.9 quantile of the distance (E90), type 7.
  package let error90: Double
  package let maximumError: Double

  /// - Parameters:
  ///   - probabilities: of the positive class, in 0...1, one per row.
  ///   - positives: which rows belong to the positive class.
  ///   - smoother: `.lowess` gives the errors of val.prob, `.loess` those of Austin & Steyerberg.
  package init(
    probabilities: [Double], positives: [Bool], smoother: LocalRegression = .loess
  ) throws(StatisticsError) {
    try ProbabilityChecks.probabilities(probabilities, positives)
    let order = positives.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    let x = order.map { probabilities[$0] }
    let smooth = smoother.fitted(x, order.map { positives[$0] ? 1 : 0 })
    points = zip(x, smooth).map { Point(probability: $0, observed: $1) }
    let errors = zip(x, smooth).map { ($0 - $1).magnitude }
    meanError = errors.reduce(0, +) / Double(errors.count)
    let sorted = errors.sorted()
    medianError = CalibrationBins.quantile(sorted, 1, of: 2)
    error90 = CalibrationBins.quantile(sorted, 9, of: 10)
    maximumError = sorted[sorted.count - 1]
  }
}
