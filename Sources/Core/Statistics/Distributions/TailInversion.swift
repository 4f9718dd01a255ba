internal import Glibc

/// Which tail of a distribution a probability belongs to. Small probabilities of the upper tail
/// cannot be written as one minus something.
package enum Tail: Sendable {
  case lower
  case upper
}

/// Solves tail(u) = probability for a log-concave tail, by Newton's method on its logarithm inside
/// a bracket.
enum TailInversion {
  /// - Parameters:
  ///   - probability: in (0, 1).
  ///   - start: a finite first guess.
  ///   - evaluate: both tails and the density with respect to u.
  static func solve(
    _ probability: Double, _ tail: Tail, start: Double,
    evaluate: (Double) -> (lower: Double, upper: Double, density: Double)
  ) -> Double {
    // The smaller of the two tails is the exact one.
    let isSwapped = probability > 0.5
    let target = isSwapped ? 1 - probability : probability
    let isRising = (tail == .lower) != isSwapped
    var (low, high) = (-Double.infinity, Double.infinity)
    var (u, stride) = (start, 1.0)
    for _ in 0..<400 {
      let values = evaluate(u)
      let value = isRising ? values.lower : values.upper
      let gap = log(value / target)
      if gap == 0 { return u }
      if (gap > 0) == isRising { high = u } else { low = u }
      let slope = (isRising ? 1 : -1) * values.density / value
      var next = u - gap / slope
      if !next.isFinite || next <= low || next >= high {
        if low == -.infinity {
          next = high - stride
          stride *= 2
        } else if high == .infinity {
          next = low + stride
          stride *= 2
        } else {
          next = low + (high - low) / 2
        }
      }
      if (next - u).magnitude <= 1e-16 * max(1, u.magnitude) { return next }
      u = next
    }
    return u
  }
}
