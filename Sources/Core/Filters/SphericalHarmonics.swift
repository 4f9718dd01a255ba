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

  /// Associated Legendre function P of `degree` n and `order` m, by upward recurrence in the
  /// degree (DLMF 14.10.3).
  private static func legendre(degree n: Int, order m: Int, at x: Double) -> Double {
    var previous = 1.0
    let s = (1 - x * x).squareRoot()
    for k in 0..<m { previous *= -Double(2 * k + 1) * s }
    if n == m { return previous }
    var current = x * Double(2 * m + 1) * previous
    var degree = m + 1
    while degree < n {
      let next =
        (x * Double(2 * degree + 1) * current - Double(degree + m) * previous)
        / Double(degree + 1 - m)
      previous = current
      current = next
      degree += 1
    }
    return current
  }

  /// (n - m)! / (n + m)!
  private static func factorialRatio(_ n: Int, _ m: Int) -> Double {
    var product = 1.0
    for k in 0..<(2 * m) { product *= Double(n + m - k) }
    return 1 / product
  }
}
