internal import Glibc

/// Student's t distribution.
package struct StudentT: Sendable {
  package let degreesOfFreedom: Double

  /// - Parameter degreesOfFreedom: > 0, not necessarily whole.
  package init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0 && degreesOfFreedom.isFinite, "degrees of freedom are > 0")
    self.degreesOfFreedom = degreesOfFreedom
  }

  package func lowerTail(at t: Double) -> Double { upperTail(at: -t) }

  package func upperTail(at t: Double) -> Double {
    let (outside, inside) = tails(t)
    if t >= 0 { return 0.5 * outside }
    return inside < outside ? 0.5 + 0.5 * inside : 1 - 0.5 * outside
  }

  /// P(|T| > |t|).
  package func twoSided(_ t: Double) -> Double { tails(t).outside }

  /// P(|T| > |t|) and P(|T| <= |t|), from I_x(ν / 2, 1 / 2) with x = ν / (ν + t²).
  private func tails(_ t: Double) -> (outside: Double, inside: Double) {
    let r = t / degreesOfFreedom.squareRoot()
    let q = r * r
    if q == .infinity { return (0, 1) }
    let both = IncompleteBeta.tails(degreesOfFreedom / 2, 0.5, 1 / (1 + q), q / (1 + q))
    return (both.lower, both.upper)
  }

  /// The value that leaves `probability`, in (0, 1), in the given tail.
  package func quantile(_ probability: Double, _ tail: Tail = .lower) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile needs a probability in (0, 1)")
    if probability == 0.5 { return 0 }
    let isPositive = (probability < 0.5) == (tail == .upper)
    let outside = 2 * min(probability, 1 - probability)
    let beta = BetaDistribution(degreesOfFreedom / 2, 0.5)
    // 1 - 2 p is exact near one half, where 2 p as a probability is not small.
    let logit =
      outside < 0.5
      ? beta.logitQuantile(outside, .lower)
      : beta.logitQuantile(2 * (0.5 - min(probability, 1 - probability)), .upper)
    let t = (degreesOfFreedom * exp(-logit)).squareRoot()
    return isPositive ? t : -t
  }
}
