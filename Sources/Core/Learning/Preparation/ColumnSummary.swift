internal import Numerics

/// Mean, spread and quantiles of the values of one column, in a written order of summation.
enum ColumnSummary {
  /// Sum in `PairwiseSum`'s order over the count.
  static func mean(_ values: [Double]) -> Double {
    PairwiseSum.sum(values) / Double(values.count)
  }

  static func mean(_ values: UnsafeBufferPointer<Double>) -> Double {
    (values.baseAddress.map { PairwiseSum.sum($0, values.count) } ?? 0) / Double(values.count)
  }

  /// Sum of squared distances from the mean, the second pass of two.
  static func sumOfSquares(_ values: [Double], mean: Double) -> Double {
    values.withUnsafeBufferPointer { sumOfSquares($0, mean: mean) }
  }

  static func sumOfSquares(_ values: UnsafeBufferPointer<Double>, mean: Double) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: values.count) { squares in
      guard let target = squares.baseAddress else { return 0 }
      var i = 0
      while i < values.count {
        let distance = values[i] - mean
        (target + i).initialize(to: distance * distance)
        i &+= 1
      }
      return PairwiseSum.sum(target, values.count)
    }
  }

  /// Whether there is one value only; false where one is missing.
  static func isConstant(_ values: UnsafeBufferPointer<Double>) -> Bool {
    guard let first = values.first else { return true }
    // Counted, not looked for: the loop has no branch.
    var others = 0
    var i = 0
    while i < values.count {
      others &+= values[i] == first ? 0 : 1
      i &+= 1
    }
    return others == 0
  }

  /// Smallest and largest of values of which none is missing.
  static func range(_ values: UnsafeBufferPointer<Double>) -> ClosedRange<Double> {
    var (low, high) = (values[0], values[0])
    var i = 1
    while i < values.count {
      low = min(low, values[i])
      high = max(high, values[i])
      i &+= 1
    }
    return low...high
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
