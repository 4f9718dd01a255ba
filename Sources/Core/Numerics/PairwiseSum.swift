/// Sums in a fixed order: parts of 8192 numbers one after the other; within a part halves down to
/// blocks of at most 128 numbers, each summed in 8 lanes.
///
/// The order is numpy's for doubles (`pairwise_sum` in buffers of 8192), so that means of constant
/// regions come out with the same rounding. Error bound: O(eps * (log2 n + n / 8192)) relative to the sum of magnitudes
/// (Higham 1993, The accuracy of floating point summation).
package enum PairwiseSum {
  /// Sum of `count` numbers from `values`.
  package static func sum(_ values: UnsafePointer<Double>, _ count: Int) -> Double {
    var total = 0.0
    var start = 0
    while start < count {
      total += part(values + start, min(8192, count - start))
      start += 8192
    }
    return total
  }

  private static func part(_ values: UnsafePointer<Double>, _ count: Int) -> Double {
    if count < 8 {
      var total = -0.0
      var i = 0
      while i < count {
        total += values[i]
        i &+= 1
      }
      return total
    }
    if count <= 128 { return block(values, count) }
    var half = count / 2
    half -= half % 8
    return part(values, half) + part(values + half, count - half)
  }

  private static func block(_ a: UnsafePointer<Double>, _ count: Int) -> Double {
    var (r0, r1, r2, r3) = (a[0], a[1], a[2], a[3])
    var (r4, r5, r6, r7) = (a[4], a[5], a[6], a[7])
    var i = 8
    let whole = count - count % 8
    while i < whole {
      r0 += a[i]
      r1 += a[i &+ 1]
      r2 += a[i &+ 2]
      r3 += a[i &+ 3]
      r4 += a[i &+ 4]
      r5 += a[i &+ 5]
      r6 += a[i &+ 6]
      r7 += a[i &+ 7]
      i &+= 8
    }
    var total = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7))
    while i < count {
      total += a[i]
      i &+= 1
    }
    return total
  }

  package static func sum(_ values: [Double]) -> Double {
    values.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { sum($0, buffer.count) } ?? 0
    }
  }
}
