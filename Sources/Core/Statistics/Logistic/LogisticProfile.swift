/// Limits of one coefficient between which the other coefficients can bring twice the log
/// likelihood to within a quantile of chi-squared of its maximum (Venzon & Moolgavkar 1988).
struct LogisticProfile {
  let rows: LogisticRows
  let isPenalised: Bool
  let column: Int
  /// The square root of the quantile.
  let target: Double
  let maximum: LogisticMaximum
  /// Where the search starts, in scaled units.
  let reach: Double

  /// In scaled units, to rounding; infinite where the likelihood never falls that far.
  /// - Parameter side: -1 or 1.
  func limit(_ side: Double) -> Double {
    let origin = maximum.beta[column]
    var (inside, outside) = (origin, side * Double.infinity)
    var theta = origin + side * reach
    var best = (beta: maximum.beta, gap: target)
    for _ in 0..<200 {
      let point = evaluate(theta, best.beta)
      if (point.root - target).magnitude < best.gap {
        best = (point.beta, (point.root - target).magnitude)
      }
      if point.root < target { inside = theta } else { outside = theta }
      if point.root == target { return theta }
      let distance = (theta - origin).magnitude
      if outside.isInfinite && distance > 1e6 { return outside }
      var next = theta - (target - point.root) * point.root / point.slope
      let isOrdered = side > 0 ? next > inside && next < outside : next < inside && next > outside
      if outside.isInfinite {
        let farthest = origin + side * 4 * distance
        let isTooFar = (next - origin).magnitude > 4 * distance
        if !isOrdered || isTooFar { next = farthest }
      } else if !isOrdered {
        next = inside + (outside - inside) / 2
      }
      if (next - theta).magnitude <= 2e-15 * max(next.magnitude, reach) { return next }
      theta = next
    }
    return theta
  }

  /// The root of the likelihood ratio, the derivative of the profile and where it was found.
  ///
  /// A penalised likelihood may have several maxima once a coefficient is fixed: both the last
  /// coefficients and the way on from them in proportion are tried, and the higher end counts.
  private func evaluate(
    _ theta: Double, _ near: [Double]
  ) -> (root: Double, slope: Double, beta: [Double]) {
    let free = (0..<rows.width).filter { $0 != column }
    var start = near
    start[column] = theta
    var far = near.map { $0 * theta / near[column] }
    far[column] = theta
    let isStraight = near[column] != 0 && far.allSatisfy(\.isFinite)
    if isStraight && maximum.direction != nil {
      let a = LogisticLikelihood(rows, start, isPenalised: isPenalised).value
      if LogisticLikelihood(rows, far, isPenalised: isPenalised).value > a { start = far }
    }
    var fit = LogisticMaximum(rows, start: start, free: free, isPenalised: isPenalised)
    if isStraight && isPenalised {
      let other = LogisticMaximum(rows, start: far, free: free, isPenalised: true)
      if other.likelihood.value > fit.likelihood.value { fit = other }
    }
    let ratio = max(0, 2 * (maximum.likelihood.value - fit.likelihood.value))
    return (ratio.squareRoot(), fit.likelihood.score[column], fit.beta)
  }
}
