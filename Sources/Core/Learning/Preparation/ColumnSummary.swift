internal import Numerics

/// Mean, spread and quantiles of the values of one column, in a written order of summation.
enum ColumnSummary {
  /// Sum in `PairwiseSum`'s order over the count.
  static func mean(_ values: [Double]) -> Double {
    PairwiseSum.sum(values) / Double(values.count)
  }

  /// Sum of squared distances from the mean, the second pass of two.
  static func sumOfSquares(_ values: [Double], mean: Double) -> Double {
    PairwiseSum.sum(
      values.map {
        let distance = $0 - mean
        return distance * distance
      })
  }

  /// Quantile by linear interpolation (Hyndman & Fan 1996, type 7), in numpy's arithmetic.
  /// - Parameters:
  ///   - sorted: ascending, not empty.
  ///   - probability: in 0...1.
  static func quantile(_ sorted: [Double], _ probability: Double) -> Double {
    let position = probability * Double(sorted.count - 1)
    let below = min(Int(position), sorted.count - 1)
    let t = position - Double(below)
    let (a, b) = (sorted[below], sorted[min(below + 1, sorted.count - 1)])
    let difference = b - a
    return t >= 0.5 ? b - difference * (1 - t) : a + difference * t
  }
}
