internal import Numerics

/// The test of equal means of several groups with unequal variances: Welch 1951, as R's
/// `oneway.test`. Of two groups it is Welch's t test.
package struct WelchAnalysis: Sendable {
  package let f: Double
  package let numerator: Double
  package let denominator: Double
  package let p: Double

  /// - Parameter groups: at least two, each with two values that differ.
  package init(_ groups: [[Double]]) throws(StatisticsError) {
    if groups.count < 2 || groups.contains(where: { $0.count < 2 }) {
      throw StatisticsError("Welch's analysis needs two groups with two values in each")
    }
    var (weights, means): ([Double], [Double]) = ([], [])
    for (index, group) in groups.enumerated() {
      try InputChecks.finite(group, "group \(index + 1)")
      let moments = SampleMoments(group)
      if !(moments.squares > 0) {
        throw StatisticsError("Welch's analysis needs values that differ in every group")
      }
      weights.append(moments.count * (moments.count - 1) / moments.squares)
      means.append(moments.mean)
    }
    let k = Double(groups.count)
    let total = weights.reduce(0, +)
    let centre = zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 } / total
    var (between, lambda) = (0.0, 0.0)
    for i in groups.indices {
      between += weights[i] * (means[i] - centre) * (means[i] - centre)
      let rest = 1 - weights[i] / total
      lambda += rest * rest / Double(groups[i].count - 1)
    }
    lambda /= k * k - 1
    numerator = k - 1
    denominator = 1 / (3 * lambda)
    f = between / (k - 1) / (1 + 2 * (k - 2) * lambda)
    p = FisherF(numerator, denominator).upperTail(at: f)
  }
}
