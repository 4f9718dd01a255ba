internal import Numerics

/// The maximum of the marginal likelihood over (beta, sigma), by Newton's method with differenced
/// second derivatives of the exact gradient.
///
/// Start: the best of a few sigma, each with the beta that a few steps of scoring give, so that the
/// search starts in the deepest of several valleys. The likelihood is even in sigma, so sigma may
/// pass 0 on the way; where it ends at 0, or nowhere does better than 0, the fit is singular and
/// equals the regression without groups.
struct MixedLogisticFit {
  /// beta on the standardised scale, intercept first, then sigma >= 0.
  private(set) var theta: [Double]
  private(set) var deviance: Double
  private(set) var iterations = 0
  private(set) var isConverged = false
  private(set) var isSingular = false

  /// A standard deviation of the log odds at which the search ends: the likelihood has no maximum.
  static let largestSigma = 100.0
  private static let startSigmas = [0.25, 0.5, 1, 2, 4, 8]
  private static let startSteps = 4
  private static let maximumSteps = 200

  init(_ likelihood: MixedLikelihood) {
    let design = likelihood.design
    let plain = design.standardised(
      intercept: design.plain.intercept, design.plain.coefficients)
    theta = plain + [0]
    deviance = .infinity
    var best = theta
    var start = plain
    for sigma in Self.startSigmas {
      let value: Double
      (start, value) = Self.profile(likelihood, start, sigma)
      if value < deviance { (best, deviance) = (start + [sigma], value) }
    }
    theta = best
    climb(likelihood)
    theta[design.width] = theta[design.width].magnitude
    let without = likelihood.value(plain + [0]).deviance
    // Below 1e-3 the deviance cannot tell sigma from 0: it changes with the square.
    let slack = theta[design.width] < 1e-3 ? 1e-9 : 0
    if without <= deviance + slack {
      theta = plain + [0]
      deviance = without
      isSingular = true
      isConverged = true
    }
  }

  /// A few steps of scoring for beta at a fixed sigma, from `beta`, never uphill.
  private static func profile(
    _ likelihood: MixedLikelihood, _ beta: [Double], _ sigma: Double
  ) -> (beta: [Double], deviance: Double) {
    var point = beta + [sigma]
    var current = likelihood.value(point)
    for _ in 0..<startSteps {
      let information = likelihood.conditionalInformation(point)
      guard
        let factor = try? CholeskyFactor(information, order: beta.count, tolerance: 1e-10)
      else { break }
      let step = factor.solve(current.gradient.dropLast().map { -0.5 * $0 }) + [0]
      let next = zip(point, step).map { $0 + $1 }
      let value = likelihood.value(next)
      guard value.deviance < current.deviance else { break }
      (point, current) = (next, value)
    }
    return (Array(point.dropLast()), current.deviance)
  }

  private mutating func climb(_ likelihood: MixedLikelihood) {
    let last = theta.count - 1
    var current = likelihood.value(theta)
    while iterations < Self.maximumSteps, !isConverged, theta[last].magnitude <= Self.largestSigma {
      iterations += 1
      let step = Self.step(likelihood.hessian(theta, isFine: false), current.gradient)
      let size = step.reduce(0) { max($0, $1.magnitude) }
      let slope = zip(step, current.gradient).reduce(0) { $0 + $1.0 * $1.1 }
      // No more than 3 standard deviations of a column at once.
      var share = min(1, 3 / size)
      var next = current
      var point = theta
      while true {
        point = zip(theta, step).map { $0 + share * $1 }
        next = likelihood.value(point)
        let gain = 1e-4 * share * slope
        if next.deviance <= current.deviance + gain + 1e-11 * (1 + current.deviance) { break }
        share /= 2
        if share < 1e-10 { return }
      }
      let scale = 1 + theta.reduce(0) { max($0, $1.magnitude) }
      theta = point
      current = next
      deviance = current.deviance
      isConverged = size <= 1e-9 * scale
    }
  }

  /// Newton's step; where the second derivatives are not positive definite, with as much added to
  /// their diagonal as makes them so.
  private static func step(_ hessian: [Double], _ gradient: [Double]) -> [Double] {
    let order = gradient.count
    let size = (0..<order).reduce(1e-8) { max($0, hessian[$1 * order + $1].magnitude) }
    var added = 0.0
    while true {
      var matrix = hessian
      for i in 0..<order { matrix[i * order + i] += added }
      if let factor = try? CholeskyFactor(matrix, order: order, tolerance: 1e-10) {
        return factor.solve(gradient.map { -$0 })
      }
      added = max(added * 10, size * 1e-6)
    }
  }
}
