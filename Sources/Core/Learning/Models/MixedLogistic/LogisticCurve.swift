internal import Glibc

/// Probabilities of rows from their linear predictor, without overflow.
enum LogisticCurve {
  /// Probability mu of class 1 and its slope mu (1 - mu).
  @inline(__always)
  static func at(_ eta: Double) -> (mu: Double, slope: Double) {
    let small = exp(-eta.magnitude)
    let near = 1 / (1 + small)
    let far = small * near
    return (eta >= 0 ? near : far, near * far)
  }

  /// Log-likelihood of an outcome of 1 or 0, and the probability of class 1.
  @inline(__always)
  static func likelihood(_ eta: Double, outcome: Double) -> (log: Double, mu: Double) {
    let small = exp(-eta.magnitude)
    let near = 1 / (1 + small)
    let margin = outcome > 0.5 ? eta : -eta
    return (-(log1p(small) + max(0, -margin)), eta >= 0 ? near : small * near)
  }
}
