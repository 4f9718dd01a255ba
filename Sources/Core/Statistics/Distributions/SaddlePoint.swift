internal import Glibc

/// Poisson and binomial probabilities for real arguments without the cancellation of differences
/// of log-gammas. Loader 2000, "Fast and accurate computation of binomial probabilities".
enum SaddlePoint {
  /// ln Γ(n + 1) - (n + 1/2) ln n + n - ln(2π) / 2, for n > 0; absolute error about 1e-15.
  static func stirlingError(_ n: Double) -> Double {
    // δ(n) = δ(n + 1) + (n + 1/2) ln((n + 1) / n) - 1, up to where the series is exact.
    var shift = 0.0
    var m = n
    while m < 16 {
      shift += (m + 0.5) * log1p(1 / m) - 1
      m += 1
    }
    let r = 1 / (m * m)
    let series =
      1.0 / 12
      - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * 691 / 360360))))
    return shift + series / m
  }

  /// x ln(x / mean) + mean - x, for x, mean > 0.
  static func deviance(_ x: Double, _ mean: Double) -> Double {
    let difference = x - mean
    guard difference.magnitude < 0.1 * (x + mean) else { return x * log(x / mean) - difference }
    let v = difference / (x + mean)
    var sum = difference * v
    var term = 2 * x * v
    var denominator = 3.0
    while true {
      term *= v * v
      let next = sum + term / denominator
      if next == sum { return sum }
      sum = next
      denominator += 2
    }
  }

  /// mean^x e^-mean / Γ(x + 1), for x, mean > 0.
  static func poisson(_ x: Double, mean: Double) -> Double {
    exp(-stirlingError(x) - deviance(x, mean)) / (2 * Double.pi * x).squareRoot()
  }

  /// Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) x^a y^b, for a, b, x, y > 0 and x + y = 1.
  static func binomial(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let n = a + b
    let exponent =
      stirlingError(n) - stirlingError(a) - stirlingError(b)
      - deviance(a, n * x) - deviance(b, n * y)
    return exp(exponent) * (n / (2 * Double.pi * a * b)).squareRoot()
  }
}
