internal import Numerics

/// Describes numbers: what a table of a cohort prints about one column of one group.
package struct NumberSummary: Hashable, Sendable {
  package let count: Int
  package let mean: Double
  /// With n - 1; NaN of one value.
  package let standardDeviation: Double
  package let median: Double
  /// Type 7, R's default.
  package let lowerQuartile: Double
  package let upperQuartile: Double
  package let minimum: Double
  package let maximum: Double
  /// G1 = √(n (n - 1)) / (n - 2) · m3 / m2^1.5 (Joanes & Gill 1998); NaN below three values or
  /// without variance.
  package let skewness: Double

  /// - Parameter values: finite, at least one.
  package init(_ values: [Double]) {
    precondition(!values.isEmpty, "a summary needs a value")
    let n = Double(values.count)
    let moments = SampleMoments(values)
    let mean = moments.mean
    let cubes = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) }
    count = values.count
    self.mean = mean
    let isConstant = values.allSatisfy { $0 == values[0] }
    standardDeviation = count < 2 ? .nan : isConstant ? 0 : moments.variance.squareRoot()
    let spread = moments.squares / n
    skewness =
      count < 3 || isConstant
      ? .nan
      : (n * (n - 1)).squareRoot() / (n - 2) * (cubes / n) / (spread * spread.squareRoot())
    let sorted = values.sorted()
    (minimum, maximum) = (sorted[0], sorted[sorted.count - 1])
    lowerQuartile = CalibrationBins.quantile(sorted, 1, of: 4)
    median = CalibrationBins.quantile(sorted, 1, of: 2)
    upperQuartile = CalibrationBins.quantile(sorted, 3, of: 4)
  }
}
