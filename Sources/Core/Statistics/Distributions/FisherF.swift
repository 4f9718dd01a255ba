internal import Glibc

/// Fisher's F distribution.
package struct FisherF: Sendable {
  package let numerator: Double
  package let denominator: Double

  /// Degrees of freedom of the numerator and of the denominator, > 0.
  package init(_ numerator: Double, _ denominator: Double) {
    precondition(
      numerator > 0 && denominator > 0 && numerator.isFinite && denominator.isFinite,
      "degrees of freedom are > 0")
    self.numerator = numerator
    self.denominator = denominator
  }

  package func lowerTail(at f: Double) -> Double { tails(f).lower }
  package func upperTail(at f: Double) -> Double { tails(f).upper }

  private func tails(_ f: Double) -> (lower: Double, upper: Double) {
    if f <= 0 { return (0, 1) }
    let odds = numerator / denominator * f
    if odds == .infinity { return (1, 0) }
    return IncompleteBeta.tails(
      numerator / 2, denominator / 2, odds / (1 + odds), 1 / (1 + odds))
  }

  /// The value that leaves `probability`, in (0, 1), in the given tail.
  package func quantile(_ probability: Double, _ tail: Tail = .lower) -> Double {
    let logit = BetaDistribution(numerator / 2, denominator / 2).logitQuantile(probability, tail)
    return denominator / numerator * exp(logit)
  }
}
