/// Count, mean and spread of numbers, summed in the order in which they are given.
package struct SampleMoments: Hashable, Sendable {
  package let count: Double
  package let mean: Double
  /// Sum of squared distances from the mean.
  package let squares: Double

  /// The mean is summed twice: the second pass takes the rounding out of the first.
  package init(_ values: [Double]) {
    let first = Self.mean(values)
    let rest = values.reduce(0) { $0 + ($1 - first) }
    self.init(values, around: first + rest / Double(values.count))
  }

  /// - Parameter mean: taken as it is.
  package init(_ values: [Double], around mean: Double) {
    count = Double(values.count)
    self.mean = mean
    squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  /// With n - 1; NaN of fewer than two values.
  package var variance: Double { count > 1 ? squares / (count - 1) : .nan }

  /// The mean in one pass; NaN of no values.
  package static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// The standard deviation with n - 1 around `mean`; NaN of fewer than two values.
  package static func deviation(_ values: [Double]) -> Double {
    SampleMoments(values, around: mean(values)).variance.squareRoot()
  }
}
