internal import Glibc
internal import Numerics

/// The standard normal distribution.
package enum Normal {
  /// P(Z <= z).
  package static func lowerTail(at z: Double) -> Double { upperTail(at: -z) }

  /// P(Z > z); relative error below 1e-14 down to z = 38.
  package static func upperTail(at z: Double) -> Double {
    // erfc amplifies the rounding of z / sqrt 2 by 2 z²; its remainder is taken into account.
    let high = 0.70710678118654752440
    let low = -4.833646656726456743e-17
    let s = z * high
    if !s.isFinite { return z.isNaN ? .nan : (z > 0 ? 0 : 1) }
    let rest = fma(z, high, -s) + z * low
    return 0.5 * (erfc(s) - 1.1283791670955126 * exp(-s * s) * rest)
  }

  /// P(|Z| > |z|).
  package static func twoSided(_ z: Double) -> Double { 2 * upperTail(at: z.magnitude) }

  /// The value that leaves `probability` in the given tail (Wichura 1988, AS 241).
  package static func quantile(_ probability: Double, _ tail: Tail = .lower) -> Double {
    let value = NormalQuantile.value(at: probability)
    return tail == .lower ? value : -value
  }

  /// The half-width factor of a two-sided interval, 1.96 for a level of 0.95.
  static func factor(level: Double) -> Double {
    precondition(level > 0 && level < 1, "a confidence level is between 0 and 1")
    return quantile((1 - level) / 2, .upper)
  }
}
