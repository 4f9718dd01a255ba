import Numerics
import Testing

@Suite("Sums and order statistics")
struct SummationTests {
  private func noise(_ count: Int, seed: UInt64 = 1) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53 - 0.5
    }
  }

  /// Oracle: whole numbers, whose sums are exact in any order.
  @Test("pairwise sums", arguments: [0, 1, 7, 8, 9, 127, 128, 129, 1000, 4097])
  func pairwise(_ count: Int) {
    #expect(PairwiseSum.sum((0..<count).map { Double($0) }) == Double(count * (count - 1) / 2))
  }

  /// Oracle: numpy 1.26.4, numpy.sum(numpy.full(n, 0.1)); the same bits.
  @Test(
    "rounding is numpy's",
    arguments: [
      (7, 0.7), (8, 0.8), (50, 4.999999999999999), (129, 12.899999999999999),
      (1000, 100.00000000000001), (12345, 1234.5000000000002),
    ])
  func rounding(_ count: Int, _ expected: Double) {
    #expect(PairwiseSum.sum([Double](repeating: 0.1, count: count)) == expected)
  }

  /// Oracle: sorting, then the formula of Hyndman & Fan's type 7 in numpy's arithmetic.
  @Test("percentiles and median", arguments: [1, 2, 3, 10, 101, 5000])
  func percentiles(_ count: Int) {
    for values in [noise(count), noise(count).map { ($0 * 8).rounded() }, [1e9] + noise(count)] {
      let sorted = values.sorted()
      let n = Double(values.count - 1)
      values.withUnsafeBufferPointer { buffer in
        var order = OrderStatistics(buffer, minimum: sorted[0], maximum: sorted.last ?? 0)
        let wanted = [0.0, 10, 25, 50, 90, 100]
        for (percentage, value) in zip(wanted, order.percentiles(wanted)) {
          let position = percentage / 100 * n
          let below = Int(position)
          let (a, b) = (sorted[below], sorted[min(below + 1, values.count - 1)])
          let t = position - Double(below)
          #expect(value == (t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t))
        }
        let (low, high) = (sorted[(values.count - 1) / 2], sorted[values.count / 2])
        #expect(order.median() == (low == high ? low : (low + high) / 2))
      }
    }
  }
}
