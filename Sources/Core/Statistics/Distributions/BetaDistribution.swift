internal import Glibc

/// The beta distribution.
package struct BetaDistribution: Sendable {
  package let a: Double
  package let b: Double

  /// Both shapes > 0.
  package init(_ a: Double, _ b: Double) {
    precondition(a > 0 && b > 0 && a.isFinite && b.isFinite, "the shapes of a beta are > 0")
    self.a = a
    self.b = b
  }

  package func lowerTail(at x: Double) -> Double { tails(x).lower }
  package func upperTail(at x: Double) -> Double { tails(x).upper }

  private func tails(_ x: Double) -> (lower: Double, upper: Double) {
    let inside = min(1, max(0, x))
    return IncompleteBeta.tails(a, b, inside, 1 - inside)
  }

  /// The value that leaves `probability`, in (0, 1), in the given tail.
  package func quantile(_ probability: Double, _ tail: Tail = .lower) -> Double {
    let u = logitQuantile(probability, tail)
    return u < 0 ? exp(u) / (1 + exp(u)) : 1 / (1 + exp(-u))
  }

  /// ln(x / (1 - x)) of the quantile x: exact at both ends.
  func logitQuantile(_ probability: Double, _ tail: Tail) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile needs a probability in (0, 1)")
    return TailInversion.solve(probability, tail, start: log(a / b)) { u in
      let x = u < 0 ? exp(u) / (1 + exp(u)) : 1 / (1 + exp(-u))
      let y = u < 0 ? 1 / (1 + exp(u)) : exp(-u) / (1 + exp(-u))
      if x == 0 { return (0, 1, 0) }
      if y == 0 { return (1, 0, 0) }
      let both = IncompleteBeta.tails(a, b, x, y)
      return (both.lower, both.upper, SaddlePoint.binomial(a, b, x, y) * (a / (a + b)) * b)
    }
  }
}

/// The binomial distribution.
package struct Binomial: Sendable {
  package let trials: Int
  package let probability: Double

  /// - Parameters:
  ///   - trials: >= 0.
  ///   - probability: of success, in [0, 1].
  package init(trials: Int, probability: Double) {
    precondition(trials >= 0 && probability >= 0 && probability <= 1, "a binomial is not valid")
    self.trials = trials
    self.probability = probability
  }

  /// P(X <= k).
  package func lowerTail(at k: Int) -> Double {
    if k < 0 { return 0 }
    if k >= trials { return 1 }
    return IncompleteBeta.tails(
      Double(k + 1), Double(trials - k), probability, 1 - probability
    ).upper
  }

  /// P(X > k).
  package func upperTail(at k: Int) -> Double {
    if k < 0 { return 1 }
    if k >= trials { return 0 }
    return IncompleteBeta.tails(
      Double(k + 1), Double(trials - k), probability, 1 - probability
    ).lower
  }

  /// P(X = k).
  package func mass(at k: Int) -> Double {
    if k < 0 || k > trials { return 0 }
    if probability == 0 || k == 0 {
      return k == 0 ? exp(Double(trials) * log1p(-probability)) : 0
    }
    if probability == 1 || k == trials {
      return k == trials ? exp(Double(trials) * log(probability)) : 0
    }
    return SaddlePoint.binomial(Double(k), Double(trials - k), probability, 1 - probability)
  }
}
