/// The regularised incomplete beta functions I_x(a, b) and I_y(b, a) = 1 - I_x(a, b), y = 1 - x.
///
/// Continued fraction DLMF 8.17.22 on the side where it converges fast; the smaller tail has its
/// own relative accuracy of about 1e-13.
package enum IncompleteBeta {
  /// - Parameters:
  ///   - a, b: > 0.
  ///   - x, y: in [0, 1] with x + y = 1; both, because one of them may be known more exactly.
  package static func tails(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> (
    lower: Double, upper: Double
  ) {
    precondition(a > 0 && b > 0 && a.isFinite && b.isFinite, "a beta function needs a, b > 0")
    precondition(x >= 0 && y >= 0, "a beta function needs 0 <= x <= 1")
    if x == 0 { return (0, 1) }
    if y == 0 { return (1, 0) }
    // x^a y^b / B(a, b)
    let front = SaddlePoint.binomial(a, b, x, y) * (a / (a + b)) * b
    if x * (a + b + 2) < a + 1 {
      let lower = min(1, front / a * fraction(a, b, x))
      return (lower, 1 - lower)
    }
    let upper = min(1, front / b * fraction(b, a, y))
    return (1 - upper, upper)
  }

  /// 1 / (1 + d1 / (1 + d2 / (1 + ...))) by Lentz's method.
  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 - (a + b) * x / (a + 1)
    d = 1 / (d == 0 ? tiny : d)
    var h = d
    var m = 1.0
    while m < 1e7 {
      let n = a + 2 * m
      let even = m * (b - m) * x / ((n - 1) * n)
      let odd = -(a + m) * (a + b + m) * x / (n * (n + 1))
      h *= advance(even, &c, &d)
      let factor = advance(odd, &c, &d)
      h *= factor
      if (factor - 1).magnitude < 0x1p-52 { break }
      m += 1
    }
    return h

    func advance(_ numerator: Double, _ c: inout Double, _ d: inout Double) -> Double {
      d = 1 + numerator * d
      if d == 0 { d = tiny }
      c = 1 + numerator / c
      if c == 0 { c = tiny }
      d = 1 / d
      return c * d
    }
  }
}
