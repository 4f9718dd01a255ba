internal import Glibc

/// Spherical harmonics with the Condon-Shortley phase, orthonormal on the sphere (Abramowitz &
/// Stegun 1972, 8.6; NIST DLMF 14.30.1), with the order of operations of SciPy's `sph_harm`.
enum SphericalHarmonics {
  /// Y of `degree` n >= 0 and `order` m, 0 <= m <= n; that of -m is (-1)^m times the conjugate.
  /// - Parameters:
  ///   - azimuth: theta, radians.
  ///   - polar: phi, radians; only its cosine is used.
  /// - Returns: real and imaginary part, to about 1e-15.
  static func value(degree n: Int, order m: Int, azimuth: Double, polar: Double) -> (
    real: Double, imaginary: Double
  ) {
    var value = legendre(degree: n, order: m, at: cos(polar))
    value *= (Double(2 * n + 1) / 4 / Double.pi).squareRoot()
    value *= factorialRatio(n, m).squareRoot()
    return (value * cos(Double(m) * azimuth), value * sin(Double(m) * azimuth))
  }

  /// Associated Legendre function P of `degree` n and `order` m: the series in 1 + x up to degree 2
  /// and for n = m, else upward recurrence in the degree (DLMF 14.10.3), as in SciPy. Roundings
  /// matter: many voxels of a map are equal but for their last bits, and percentiles fall on them.
  private static func legendre(degree n: Int, order m: Int, at x: Double) -> Double {
    guard n > 2, n > m else { return series(degree: n, order: m, at: x) }
    var previous = series(degree: m, order: m, at: x)
    var current = series(degree: m + 1, order: m, at: x)
    var degree = m + 2
    while degree <= n {
      let next =
        (Double(2 * degree - 1) * x * current - Double(degree - 1 + m) * previous)
        / Double(degree - m)
      previous = current
      current = next
      degree += 1
    }
    return current
  }

  /// The hypergeometric series of P in (1 + x) / 2, which ends (DLMF 14.3.4, 14.7.17, 15.2.4).
  private static func series(degree n: Int, order m: Int, at x: Double) -> Double {
    var factor = 1.0
    if m > 0 {
      var ratio = Double(n * (n + m))
      for j in 1..<m { ratio *= Double(n * n - j * j) }
      let s = (1 - x * x).squareRoot()
      for j in 1...m { factor = 0.5 * factor * s / Double(j) }
      factor *= ratio
    }
    var term = 1.0
    var sum = 1.0
    var k = 1
    while k <= n - m {
      term =
        0.5 * term * Double(m - n + k - 1) * Double(n + m + k) / Double(k * (k + m)) * (1 + x)
      sum += term
      k += 1
    }
    return (n % 2 == 0 ? factor : -factor) * sum
  }

  /// (n - m)! / (n + m)!
  private static func factorialRatio(_ n: Int, _ m: Int) -> Double {
    var ratio = 1.0
    for k in 0..<(2 * m) { ratio /= Double(n - m + 1 + k) }
    return ratio
  }
}
