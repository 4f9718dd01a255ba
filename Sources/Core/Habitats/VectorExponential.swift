/// exp of four numbers at once, the same bits on every machine: + - * and shifts only.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2, and exp(r) by its series up to r^13, whose rest is below
/// 5e-18. Error under 2 units in the last place; 0 below -708, where exp leaves the normal numbers.
package enum VectorExponential {
  /// - Parameter x: <= 0; -infinity gives 0.
  @inline(__always)
  package static func value(of x: SIMD4<Double>) -> SIMD4<Double> {
    typealias Vector = SIMD4<Double>
    let isTiny = x .< -708.0
    let inside = x.replacing(with: -708, where: isTiny)
    // Adding 1.5 * 2^52 rounds to a whole number and leaves it in the low bits.
    let shifter = Vector(repeating: 0x1.8p52)
    let shifted = inside * 1.4426950408889634 + shifter
    let n = shifted - shifter
    // ln 2 in two parts: the first has 32 trailing zero bits, so its product is exact.
    let r = (inside - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10
    var sum = Vector(repeating: 1 / 6_227_020_800)
    sum = sum * r + 1 / 479_001_600
    sum = sum * r + 1 / 39_916_800
    sum = sum * r + 1 / 3_628_800
    sum = sum * r + 1 / 362_880
    sum = sum * r + 1 / 40_320
    sum = sum * r + 1 / 5_040
    sum = sum * r + 1 / 720
    sum = sum * r + 1 / 120
    sum = sum * r + 1 / 24
    sum = sum * r + 1 / 6
    sum = sum * r + 0.5
    sum = sum * r + 1
    sum = sum * r + 1
    let bits = (unsafeBitCast(shifted, to: SIMD4<Int64>.self) &+ 1023) &<< 52
    let result = sum * unsafeBitCast(bits, to: Vector.self)
    return result.replacing(with: 0, where: isTiny)
  }
}
