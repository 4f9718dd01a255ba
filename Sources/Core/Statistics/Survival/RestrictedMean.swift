/// The mean survival time up to a limit: the area under the curve of Kaplan & Meier from 0. Variance
/// as in Klein & Moeschberger 2003, eq. 4.5.2, and R's `survival:::survmean`.
package struct RestrictedMean: Hashable, Sendable {
  package let limit: Double
  package let mean: Double
  package let standardError: Double

  /// - Parameters:
  ///   - curve: with steps at times >= 0.
  ///   - limit: > 0 and at most the last time of the curve, after which it is not known.
  package init(_ curve: KaplanMeier, limit: Double) throws(StatisticsError) {
    let last = curve.steps[curve.steps.count - 1].time
    if !(limit > 0 && limit <= last) {
      throw StatisticsError(
        "the limit of a restricted mean must be above 0 and at most the last time, \(last); it is"
          + " \(limit)")
    }
    let steps = curve.steps.filter { $0.time <= limit }
    // areas[i]: under the curve from step i to the limit.
    var areas = [Double](repeating: 0, count: steps.count)
    var rest = 0.0
    var end = limit
    for i in steps.indices.reversed() {
      rest += (end - steps[i].time) * steps[i].survival
      areas[i] = rest
      end = steps[i].time
    }
    var variance = 0.0
    for i in steps.indices where steps[i].events > 0 && steps[i].atRisk > steps[i].events {
      let (n, d) = (Double(steps[i].atRisk), Double(steps[i].events))
      variance += areas[i] * areas[i] * d / (n * (n - d))
    }
    self.limit = limit
    mean = rest + end
    standardError = variance.squareRoot()
  }

  package func interval(level: Double = 0.95) throws(StatisticsError) -> Interval {
    try InputChecks.level(level)
    let reach = Normal.factor(level: level) * standardError
    return Interval(mean - reach, mean + reach)
  }

  /// The test of equal restricted means of independent groups; nil where both variances are 0.
  package func difference(_ other: RestrictedMean) -> NormalTest? {
    let error = differenceError(other)
    return error == 0 ? nil : NormalTest((mean - other.mean) / error)
  }

  /// Wald's interval of this mean minus that of an independent group.
  package func differenceInterval(_ other: RestrictedMean, level: Double = 0.95)
    throws(StatisticsError) -> Interval
  {
    try InputChecks.level(level)
    let reach = Normal.factor(level: level) * differenceError(other)
    return Interval(mean - other.mean - reach, mean - other.mean + reach)
  }

  private func differenceError(_ other: RestrictedMean) -> Double {
    (standardError * standardError + other.standardError * other.standardError).squareRoot()
  }
}
