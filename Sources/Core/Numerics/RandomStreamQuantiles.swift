/// The quantile of the standard normal distribution, by rational approximation.
///
/// Wichura 1988, "Algorithm AS 241: the percentage points of the normal distribution", Applied
/// Statistics 37, routine PPND16: relative error about 1e-16.
package enum NormalQuantile {
  /// - Parameter probability: in (0, 1).
  package static func value(at probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile needs a probability in (0, 1)")
    let q = probability - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q * ratio(r, centralNumerator, centralDenominator)
    }
    let tail = q < 0 ? probability : 1 - probability
    let r = (-PortableLogarithm.value(of: tail)).squareRoot()
    let distance =
      r <= 5
      ? ratio(r - 1.6, middleNumerator, middleDenominator)
      : ratio(r - 5, farNumerator, farDenominator)
    return q < 0 ? -distance : distance
  }

  /// Horner's scheme for both polynomials; coefficients from the highest power down.
  private static func ratio(
    _ r: Double, _ numerator: SIMD8<Double>, _ denominator: SIMD8<Double>
  ) -> Double {
    var above = numerator[0]
    var below = denominator[0]
    var power = 1
    while power < 8 {
      above = above * r + numerator[power]
      below = below * r + denominator[power]
      power &+= 1
    }
    return above / below
  }

  private static let centralNumerator = SIMD8<Double>(
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.3871328727963666080)
  private static let centralDenominator = SIMD8<Double>(
    5226.4952788528545610, 28729.085735721942674, 39307.895800092710610, 21213.794301586595867,
    5394.1960214247511077, 687.18700749205790830, 42.313330701600911252, 1)
  private static let middleNumerator = SIMD8<Double>(
    7.74545014278341407640e-4, 0.0227238449892691845833, 0.241780725177450611770,
    1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550,
    4.63033784615654529590, 1.42343711074968357734)
  private static let middleDenominator = SIMD8<Double>(
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 0.0151986665636164571966,
    0.148103976427480074590, 0.689767334985100004550, 1.67638483018380384940,
    2.05319162663775882187, 1)
  private static let farNumerator = SIMD8<Double>(
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.00124266094738807843860,
    0.0265321895265761230930, 0.296560571828504891230, 1.78482653991729133580,
    5.46378491116411436990, 6.65790464350110377720)
  private static let farDenominator = SIMD8<Double>(
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
    7.86869131145613259100e-4, 0.0148753612908506148525, 0.136929880922735805310,
    0.599832206555887937690, 1)
}

/// The natural logarithm from + - * / alone: the C library's may differ in the last bit between
/// versions and CPUs, and then random draws would too.
package enum PortableLogarithm {
  /// Error under 2 units in the last place, except near 1, where it is under 1e-16 absolute.
  /// - Parameter x: finite, > 0, not subnormal.
  package static func value(of x: Double) -> Double {
    precondition(x.isNormal && x > 0, "a logarithm needs a positive number")
    var exponent = Double(x.exponent)
    var m = x.significand
    if m > 1.4142135623730951 {
      m *= 0.5
      exponent += 1
    }
    // ln m = 2 artanh s, s = (m - 1) / (m + 1), |s| < 0.1716: the 12th term is below 1e-18.
    let s = (m - 1) / (m + 1)
    let t = s * s
    var sum = 1.0 / 23
    var denominator = 21.0
    while denominator >= 3 {
      sum = sum * t + 1 / denominator
      denominator -= 2
    }
    // ln 2 in two parts: the first has 32 trailing zero bits, so its product is exact.
    let high = 6.93147180369123816490e-01
    let low = 1.90821492927058770002e-10
    return exponent * high + (exponent * low + (2 * s * t * sum + 2 * s))
  }
}
