internal import Numerics

/// Student's tests of means; two-sided.
package struct TTest: Sendable {
  /// The first mean minus the second, the mean of differences, or the mean minus `mu`.
  package let difference: Double
  package let standardError: Double
  package let t: Double
  package let degreesOfFreedom: Double
  package let p: Double

  private init(_ difference: Double, _ error: Double, _ freedom: Double)
    throws(StatisticsError)
  {
    if !(error > 0) {
      throw StatisticsError("a t test needs values that differ; all are equal")
    }
    self.difference = difference
    standardError = error
    t = difference / error
    degreesOfFreedom = freedom
    p = StudentT(degreesOfFreedom: freedom).twoSided(t)
  }

  /// Equal variances: Student 1908. Each group needs a value, both together three.
  package init(pooled a: [Double], _ b: [Double]) throws(StatisticsError) {
    let (x, y) = (try Self.moments(a, "the first group"), try Self.moments(b, "the second group"))
    let freedom = x.count + y.count - 2
    if freedom < 1 { throw StatisticsError("a t test needs at least three values in two groups") }
    let variance = (x.squares + y.squares) / freedom
    try self.init(
      x.mean - y.mean, (variance * (1 / x.count + 1 / y.count)).squareRoot(), freedom)
  }

  /// Unequal variances: Welch 1947. Each group needs two values.
  package init(welch a: [Double], _ b: [Double]) throws(StatisticsError) {
    let (x, y) = (try Self.moments(a, "the first group"), try Self.moments(b, "the second group"))
    if min(x.count, y.count) < 2 {
      throw StatisticsError("Welch's test needs two values in each group")
    }
    let u = x.squares / (x.count - 1) / x.count
    let v = y.squares / (y.count - 1) / y.count
    let below = u * u / (x.count - 1) + v * v / (y.count - 1)
    try self.init(
      x.mean - y.mean, (u + v).squareRoot(), below > 0 ? (u + v) * (u + v) / below : 1)
  }

  /// Pairs of values.
  package init(paired a: [Double], _ b: [Double]) throws(StatisticsError) {
    try InputChecks.count(b.count, "second values of pairs", equals: a.count)
    try self.init(zip(a, b).map { $0 - $1 })
  }

  /// One sample against `mu`.
  package init(_ values: [Double], mu: Double = 0) throws(StatisticsError) {
    let x = try Self.moments(values, "the values")
    if x.count < 2 { throw StatisticsError("a t test needs two values") }
    try self.init(x.mean - mu, (x.squares / (x.count - 1) / x.count).squareRoot(), x.count - 1)
  }

  /// Of the difference.
  package func interval(level: Double = 0.95) throws(StatisticsError) -> Interval {
    try InputChecks.level(level)
    let reach =
      standardError
      * StudentT(degreesOfFreedom: degreesOfFreedom).quantile((1 - level) / 2, .upper)
    return Interval(difference - reach, difference + reach)
  }

  private static func moments(
    _ values: [Double], _ name: String
  ) throws(StatisticsError) -> SampleMoments {
    if values.isEmpty { throw StatisticsError("\(name) of a t test is empty") }
    try InputChecks.finite(values, name)
    return SampleMoments(values)
  }
}
