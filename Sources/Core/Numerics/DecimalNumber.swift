/// `significand` · 10^`exponent`, correctly rounded (to nearest, ties to even).
///
/// Only where integers tell the whole truth: 5^|exponent| has to fit 64 bits. The product, or the
/// quotient and whether a remainder is left, is then exact up to 64 leading bits, and is rounded
/// once.
/// - Returns: nil for exponents outside -27...27.
package func decimalNumber(_ significand: UInt64, tenTo exponent: Int) -> Double? {
  guard exponent.magnitude < UInt(powersOfFive.count) else { return nil }
  if significand == 0 { return 0 }
  let power = powersOfFive[Int(exponent.magnitude)]
  var leading: UInt64
  var scale: Int
  if exponent < 0 {
    let shift = significand.leadingZeroBitCount
    let powerShift = power.leadingZeroBitCount
    let dividend = significand << UInt64(shift)
    let (quotient, remainder) = (power << UInt64(powerShift)).dividingFullWidth(
      (dividend >> 1, dividend << 63))
    leading = quotient | (remainder == 0 ? 0 : 1)
    scale = exponent + powerShift - shift - 63
  } else {
    let (high, low) = significand.multipliedFullWidth(by: power)
    leading = low
    scale = exponent
    if high != 0 {
      let shift = high.leadingZeroBitCount
      leading = high << UInt64(shift) | low >> UInt64(64 - shift)
      if low << UInt64(shift) != 0 { leading |= 1 }
      scale += 64 - shift
    }
  }
  // 2^scale and the result are normal numbers: |scale| < 200.
  return Double(leading) * Double(sign: .plus, exponent: scale, significand: 1)
}

/// 5^0 ... 5^27, all that fit 64 bits.
private let powersOfFive: [UInt64] = (0..<28).map { exponent in
  (0..<exponent).reduce(1) { power, _ in power * 5 }
}
