import Numerics
import Testing

@Suite("Decimal numbers")
struct DecimalNumberTests {
  /// Oracle: the C library's `strtod`, which rounds correctly; the bits are equal.
  @Test("random digits and exponents, as strtod reads them")
  func random() throws {
    var state: UInt64 = 1
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
    for _ in 0..<200_000 {
      let significand = next() >> (next() >> 58)
      let exponent = Int(next() >> 33) % 57 - 28
      let number = decimalNumber(significand, tenTo: exponent)
      let wanted = try #require(Double("\(significand)e\(exponent)"))
      if abs(exponent) > 27 {
        #expect(number == nil)
      } else if number?.bitPattern != wanted.bitPattern {
        Issue.record("\(significand)e\(exponent): \(number ?? .nan), not \(wanted)")
      }
    }
  }

  /// Halfway cases: 2^53 + 1 lies between two numbers, with and without something behind it.
  @Test("ties go to even, all else to the nearest")
  func ties() {
    #expect(decimalNumber(9_007_199_254_740_993, tenTo: 0) == 9_007_199_254_740_992)
    #expect(decimalNumber(9_007_199_254_740_995, tenTo: 0) == 9_007_199_254_740_996)
    #expect(decimalNumber(9_007_199_254_740_993_001, tenTo: -3) == 9_007_199_254_740_994)
    #expect(decimalNumber(9_007_199_254_740_993_000, tenTo: -3) == 9_007_199_254_740_992)
    #expect(decimalNumber(.max, tenTo: 27) == 1.8446744073709551615e46)
    #expect(decimalNumber(0, tenTo: -27)?.bitPattern == 0)
  }
}
