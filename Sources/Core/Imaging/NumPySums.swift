/// Sums in the order in which NumPy 1.x adds contiguous values: pairwise over blocks of 128 with
/// eight accumulators (`npy_pairwise_sum`); values that are converted to Double on the way are
/// added buffer by buffer (8192). Thresholds of a resegmentation depend on it.
enum NumPySums {
  /// Mean and standard deviation (n denominator) as `numpy.mean` and `numpy.std` give them for an
  /// array of `type`; float32 arrays are computed in float32.
  /// - Parameter values: exact values of `type`, not empty.
  static func meanAndDeviation(_ values: [Double], type: PixelType) -> (Double, Double) {
    let count = values.count
    if type == .float32 {
      let floats = values.map { Float($0) }
      let sum = floats.withUnsafeBufferPointer { 0 + pairwise($0, 0, count) }
      let mean = Float(Double(sum) / Double(count))
      let center = sum / Float(count)
      let squares = floats.map { ($0 - center) * ($0 - center) }
      let total = squares.withUnsafeBufferPointer { 0 + pairwise($0, 0, count) }
      let variance = Float(Double(total) / Double(count))
      return (Double(mean), Double(variance.squareRoot()))
    }
    let block = type == .float64 ? count : 8192
    var sum = 0.0
    values.withUnsafeBufferPointer {
      var start = 0
      while start < count {
        sum += pairwise($0, start, min(block, count - start))
        start += block
      }
    }
    let mean = sum / Double(count)
    let squares = values.map { ($0 - mean) * ($0 - mean) }
    let total = squares.withUnsafeBufferPointer { 0 + pairwise($0, 0, count) }
    return (mean, (total / Double(count)).squareRoot())
  }

  private static func pairwise<Value: BinaryFloatingPoint>(
    _ values: UnsafeBufferPointer<Value>, _ start: Int, _ count: Int
  ) -> Value {
    if count < 8 {
      var sum: Value = -0.0
      for i in 0..<count { sum += values[start + i] }
      return sum
    }
    if count <= 128 {
      var r = [Value](repeating: 0, count: 8)
      for k in 0..<8 { r[k] = values[start + k] }
      var i = 8
      while i < count - count % 8 {
        for k in 0..<8 { r[k] += values[start + i + k] }
        i += 8
      }
      var sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
      while i < count {
        sum += values[start + i]
        i += 1
      }
      return sum
    }
    var half = count / 2
    half -= half % 8
    return pairwise(values, start, half) + pairwise(values, start + half, count - half)
  }
}
