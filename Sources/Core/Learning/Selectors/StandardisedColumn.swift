internal import Numerics

/// A column minus its mean, of length 1, so that scalar products are correlations; all 0 where it
/// is constant.
package struct StandardisedColumn {
  let values: [Double]

  package init(_ column: [Double]) {
    let first = column[0]
    if column.allSatisfy({ $0 == first }) {
      values = [Double](repeating: 0, count: column.count)
      return
    }
    let mean = ColumnSummary.mean(column)
    // Scaling by the largest distance first keeps squares from overflow and underflow.
    var largest = 0.0
    for value in column { largest = max(largest, abs(value - mean)) }
    let centred = column.map { ($0 - mean) / largest }
    let length = PairwiseSum.sum(centred.map { $0 * $0 }).squareRoot()
    values = centred.map { $0 / length }
  }

  func dot(_ other: StandardisedColumn) -> Double {
    values.withUnsafeBufferPointer { a in
      other.values.withUnsafeBufferPointer { b in
        Self.dot(a.baseAddress!, b.baseAddress!, a.count)
      }
    }
  }

  /// Scalar product in 8 lanes, lanes added in pairs, the rest one by one.
  static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
    var (low, high) = (SIMD4<Double>(), SIMD4<Double>())
    var i = 0
    while i &+ 8 <= count {
      low +=
        SIMD4(a[i], a[i &+ 1], a[i &+ 2], a[i &+ 3])
        * SIMD4(b[i], b[i &+ 1], b[i &+ 2], b[i &+ 3])
      high +=
        SIMD4(a[i &+ 4], a[i &+ 5], a[i &+ 6], a[i &+ 7])
        * SIMD4(b[i &+ 4], b[i &+ 5], b[i &+ 6], b[i &+ 7])
      i &+= 8
    }
    let lanes = low + high
    var total = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
    while i < count {
      total += a[i] * b[i]
      i &+= 1
    }
    return total
  }
}
