internal import Glibc

/// The rows of one group in `MixedLikelihood`: sums over them at a value of the random intercept.
///
/// With y the outcome, w the weight and mu the probability at log odds eta + sigma u, h(u) is the
/// sum of w log p(y | u), less u^2 / 2. The pointers hold `count` numbers each, for the time of a call.
struct GroupKernel {
  let eta: UnsafePointer<Double>
  let outcome: UnsafePointer<Double>
  let weights: UnsafePointer<Double>
  let count: Int
  let sigma: Double

  struct Moments {
    /// Sum of w log p(y | u).
    var log = 0.0
    /// Sum of w (y - mu).
    var residual = 0.0
    /// Sum of w mu (1 - mu).
    var slope = 0.0
    /// Sum of w mu (1 - mu) (1 - 2 mu).
    var bend = 0.0
  }

  /// Where h is largest: the root of sigma * (sum of w (y - mu)) - u, a falling function, by Newton's
  /// method kept in a bracket that it halves where Newton's step leaves it or gains too little.
  func mode() -> Double {
    if sigma == 0 { return 0 }
    // The sum of w (y - mu) lies between minus the weight of class 0 and the weight of class 1.
    var (positive, negative) = (0.0, 0.0)
    var i = 0
    while i < count {
      if outcome[i] > 0.5 { positive += weights[i] } else { negative += weights[i] }
      i &+= 1
    }
    var low = min(-sigma * negative, sigma * positive)
    var high = max(-sigma * negative, sigma * positive)
    var u = 0.0
    var last = Double.infinity
    for _ in 0..<200 {
      var (residual, curvature) = (0.0, 0.0)
      i = 0
      while i < count {
        let row = LogisticCurve.at(eta[i] + sigma * u)
        residual += weights[i] * (outcome[i] - row.mu)
        curvature += weights[i] * row.slope
        i &+= 1
      }
      let slope = sigma * residual - u
      if slope == 0 { break }
      if slope > 0 { low = u } else { high = u }
      var next = u + slope / (1 + sigma * sigma * curvature)
      if !(next > low && next < high) || slope.magnitude > 0.5 * last { next = (low + high) / 2 }
      last = slope.magnitude
      let change = (next - u).magnitude
      u = next
      if change <= 1e-13 * (1 + u.magnitude) { break }
    }
    return u
  }

  /// - Parameters:
  ///   - slopes: written: w mu (1 - mu) of each row.
  ///   - bends: written: w mu (1 - mu) (1 - 2 mu) of each row.
  func moments(
    at u: Double, slopes: UnsafeMutablePointer<Double>, bends: UnsafeMutablePointer<Double>
  ) -> Moments {
    var sums = Moments()
    var i = 0
    while i < count {
      let predictor = eta[i] + sigma * u
      let row = LogisticCurve.likelihood(predictor, outcome: outcome[i])
      slopes[i] = weights[i] * LogisticCurve.at(predictor).slope
      bends[i] = slopes[i] * (1 - 2 * row.mu)
      sums.log += weights[i] * row.log
      sums.residual += weights[i] * (outcome[i] - row.mu)
      sums.slope += slopes[i]
      sums.bend += bends[i]
      i &+= 1
    }
    return sums
  }

  /// - Parameter residuals: written: w (y - mu) of each row.
  func node(
    at u: Double, residuals: UnsafeMutablePointer<Double>
  ) -> (log: Double, residual: Double) {
    var (sum, residual) = (0.0, 0.0)
    var i = 0
    while i < count {
      let row = LogisticCurve.likelihood(eta[i] + sigma * u, outcome: outcome[i])
      residuals[i] = weights[i] * (outcome[i] - row.mu)
      sum += weights[i] * row.log
      residual += residuals[i]
      i &+= 1
    }
    return (sum, residual)
  }
}
