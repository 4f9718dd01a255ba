internal import Glibc

/// Tail probabilities of Student's t, F, chi-squared and the normal distribution.
///
/// Regularised incomplete beta and gamma functions by continued fractions (modified Lentz;
/// Press et al., Numerical Recipes, 6.2 and 6.4), with prefactors in Loader's form (2000, "Fast and
/// accurate computation of binomial probabilities"), so that large degrees of freedom lose no
/// digits. Relative error about 1e-12.
package enum TailProbabilities {
  /// P(|T| >= |t|) for `degrees` > 0 degrees of freedom; 0 for infinite t.
  package static func student(_ t: Double, degrees: Double) -> Double {
    if t.isInfinite { return 0 }
    let square = t * t
    return incompleteBeta(
      a: degrees / 2, b: 0.5, x: degrees / (degrees + square), y: square / (degrees + square))
  }

  /// P(F >= f).
  package static func fisher(_ f: Double, _ numerator: Double, _ denominator: Double) -> Double {
    if f <= 0 { return 1 }
    if f.isInfinite { return 0 }
    let sum = denominator + numerator * f
    return incompleteBeta(
      a: denominator / 2, b: numerator / 2, x: denominator / sum, y: numerator * f / sum)
  }

  /// P(X >= x) of chi-squared.
  package static func chiSquared(_ x: Double, degrees: Double) -> Double {
    if x <= 0 { return 1 }
    if x.isInfinite { return 0 }
    return degrees == 1 ? erfc((x / 2).squareRoot()) : upperGamma(a: degrees / 2, x: x / 2)
  }

  /// P(|Z| >= |z|) of the standard normal distribution.
  package static func normal(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

  /// The f with P(F >= f) = `tail`, by bisection of log f to the last bit.
  /// - Parameter tail: in (0, 1).
  package static func fisherQuantile(tail: Double, _ numerator: Double, _ denominator: Double)
    -> Double
  {
    var (low, high) = (-700.0, 700.0)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if middle <= low || middle >= high { break }
      if fisher(exp(middle), numerator, denominator) > tail { low = middle } else { high = middle }
    }
    return exp(0.5 * (low + high))
  }

  /// I_x(a, b); x + y = 1, both given so that neither loses digits.
  package static func incompleteBeta(a: Double, b: Double, x: Double, y: Double) -> Double {
    if x <= 0 { return 0 }
    if y <= 0 { return 1 }
    let logFront = logBetaFront(a, b, x, y)
    return x < (a + 1) / (a + b + 2)
      ? exp(logFront) * betaFraction(a, b, x) / a
      : 1 - exp(logFront) * betaFraction(b, a, y) / b
  }

  /// ln(x^a y^b / B(a, b)).
  private static func logBetaFront(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let sum = a + b
    return a * log(x * sum / a) + b * log(y * sum / b) + 0.5 * log(a * b / (2 * Double.pi * sum))
      + stirlingError(sum) - stirlingError(a) - stirlingError(b)
  }

  /// ln Gamma(z) - ((z - 1/2) ln z - z + ln(2 pi) / 2).
  private static func stirlingError(_ z: Double) -> Double {
    if z < 20 {
      return lgamma(z) - ((z - 0.5) * log(z) - z + 0.5 * log(2 * Double.pi))
    }
    let s = 1 / (z * z)
    return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s / 1188)))) / z
  }

  private static func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 - (a + b) * x / (a + 1)
    d = 1 / (abs(d) < tiny ? tiny : d)
    var fraction = d
    var m = 1.0
    while m < 100_000 {
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 + even * d
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = 1 + even / c
      c = abs(c) < tiny ? tiny : c
      fraction *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 + odd * d
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = 1 + odd / c
      c = abs(c) < tiny ? tiny : c
      fraction *= d * c
      if abs(d * c - 1) < 1e-16 { break }
      m += 1
    }
    return fraction
  }

  /// Q(a, x): series for its complement below a + 1, continued fraction above.
  private static func upperGamma(a: Double, x: Double) -> Double {
    let logFront =
      a * log(x / a) + a - x + 0.5 * log(a / (2 * Double.pi)) - stirlingError(a)
    if x < a + 1 {
      var term = 1 / a
      var sum = term
      var k = 1.0
      while abs(term) > abs(sum) * 1e-17 {
        term *= x / (a + k)
        sum += term
        k += 1
      }
      return 1 - exp(logFront) * sum
    }
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var fraction = d
    var k = 1.0
    while k < 100_000 {
      let numerator = -k * (k - a)
      b += 2
      d = numerator * d + b
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = b + numerator / c
      c = abs(c) < tiny ? tiny : c
      fraction *= d * c
      if abs(d * c - 1) < 1e-16 { break }
      k += 1
    }
    return exp(logFront) * fraction
  }
}
