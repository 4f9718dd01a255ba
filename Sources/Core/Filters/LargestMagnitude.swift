internal import Imaging

extension FilterInput {
  /// max |x| over the whole working image, as `numpy.max(numpy.abs(x))` of its float64 values.
  func largestMagnitude() -> Double {
    let count = image.voxels.count
    let block = min(count, 8192)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: block) { buffer in
      guard let values = buffer.baseAddress else { return 0 }
      var result = 0.0
      var start = 0
      while start < count {
        let length = min(block, count - start)
        image.voxels.copy(from: start, count: length, to: values)
        result = max(result, Self.largestMagnitude(values, length))
        start += length
      }
      return result
    }
  }

  /// Four running maxima, so that the comparisons do not wait for each other.
  private static func largestMagnitude(_ values: UnsafePointer<Double>, _ count: Int) -> Double {
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    var i = 0
    while i &+ 4 <= count {
      let (p, q, r, s) = (
        abs(values[i]), abs(values[i &+ 1]), abs(values[i &+ 2]), abs(values[i &+ 3])
      )
      a = p > a ? p : a
      b = q > b ? q : b
      c = r > c ? r : c
      d = s > d ? s : d
      i &+= 4
    }
    while i < count {
      a = max(a, abs(values[i]))
      i &+= 1
    }
    return max(max(a, b), max(c, d))
  }
}
