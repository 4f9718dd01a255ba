/// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x).
///
/// Series below the mean, continued fraction above (DLMF 8.11.4 and 8.9.2), so that the smaller
/// tail has its own relative accuracy of about 1e-13 down to the smallest normal number.
package enum IncompleteGamma {
  /// - Parameters:
  ///   - shape: a > 0.
  ///   - x: >= 0.
  package static func tails(shape a: Double, _ x: Double) -> (lower: Double, upper: Double) {
    precondition(a > 0 && a.isFinite && x >= 0, "an incomplete gamma function needs a > 0, x >= 0")
    if x == 0 { return (0, 1) }
    if x == .infinity { return (1, 0) }
    let front = SaddlePoint.poisson(a, mean: x)
    if x < a + 1 {
      let lower = min(1, front * series(a, x))
      return (lower, 1 - lower)
    }
    let upper = min(1, front * a * fraction(a, x))
    return (1 - upper, upper)
  }

  /// 1 + x / (a + 1) + x² / ((a + 1)(a + 2)) + ...
  private static func series(_ a: Double, _ x: Double) -> Double {
    var (sum, term, n) = (1.0, 1.0, a)
    while term > sum * 0x1p-56 {
      n += 1
      term *= x / n
      sum += term
    }
    return sum
  }

  /// 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...)) by Lentz's method.
  private static func fraction(_ a: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / (b == 0 ? tiny : b)
    var h = d
    var i = 1.0
    while i < 1e7 {
      let numerator = -i * (i - a)
      b += 2
      d = numerator * d + b
      if d == 0 { d = tiny }
      c = b + numerator / c
      if c == 0 { c = tiny }
      d = 1 / d
      let factor = c * d
      h *= factor
      if (factor - 1).magnitude < 0x1p-52 { break }
      i += 1
    }
    return h
  }
}
