internal import Glibc

/// The chi-squared distribution.
package struct ChiSquared: Sendable {
  package let degreesOfFreedom: Double

  /// - Parameter degreesOfFreedom: > 0.
  package init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0 && degreesOfFreedom.isFinite, "degrees of freedom are > 0")
    self.degreesOfFreedom = degreesOfFreedom
  }

  package func lowerTail(at x: Double) -> Double { tails(x).lower }
  package func upperTail(at x: Double) -> Double { tails(x).upper }

  private func tails(_ x: Double) -> (lower: Double, upper: Double) {
    x <= 0 ? (0, 1) : IncompleteGamma.tails(shape: degreesOfFreedom / 2, x / 2)
  }

  /// The value that leaves `probability`, in (0, 1), in the given tail.
  package func quantile(_ probability: Double, _ tail: Tail = .lower) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile needs a probability in (0, 1)")
    let shape = degreesOfFreedom / 2
    let u = TailInversion.solve(probability, tail, start: log(shape)) { u in
      let x = exp(u)
      let both = IncompleteGamma.tails(shape: shape, x)
      return (both.lower, both.upper, shape * SaddlePoint.poisson(shape, mean: x))
    }
    return 2 * exp(u)
  }
}
