internal import Numerics

/// Logistic regression with a ridge penalty at one lambda, to the last digits: minus the mean
/// log-likelihood plus lambda / 2 times the sum of squared coefficients, the intercept free.
///
/// Source: le Cessie & van Houwelingen 1992, "Ridge estimators in logistic regression", Appl Stat 41.
/// Newton's method with a search along each step. A step is found by conjugate gradients (Nocedal &
/// Wright 2006, algorithm 7.1) in 32-bit numbers, which is enough for a direction: loss and gradient
/// are computed in 64 bits, and the next step takes care of what rounding left. The preconditioner is
/// a Cholesky factor of the Hessian: first that with one curvature for every row, then, where that
/// has become poor, one of the Hessian as it is (`RidgeNewtonSystem`).
struct RidgeLogistic {
  private var intercept: Double
  /// One per column in use, on the scale of the standardised columns.
  private var coefficients: [Double]

  /// Largest derivative of the penalised loss that is left.
  private static let tolerance = 1e-12
  /// What is still taken where rounding allows no less.
  private static let bound = 1e-10
  private static let maximumSteps = 60
  /// Iterations of a step behind which another factor is made: it costs about 30 of them.
  private static let patience = 6
  /// p (1 - p) of a probability that a model with many columns gives, about 0.9: where the first
  /// factor is made, nearer to the minimum than the 1/4 of the null model.
  private static let usualCurvature = 0.1

  /// A fitted model at one lambda.
  /// - Parameters:
  ///   - lambda: > 0.
  ///   - standardises: whether columns are fitted at population SD 1.
  /// - Returns: nil where 32 bits do not lead to the minimum, as with a very small lambda, and where
  ///   there are more columns than rows, which have a better way.
  static func fitted(
    _ data: Dataset, _ classes: [UInt8], lambda: Double, standardises: Bool
  ) throws(LearningError) -> FittedLinear? {
    try RegressionInput.check(data)
    let weights = RegressionInput.unitWeights(data)
    let columns = StandardisedColumns(data.features, weights: weights, scaling: standardises)
    let order = columns.isConstant.indices.filter { !columns.isConstant[$0] }
    guard (1...min(columns.rowCount, ElasticNetSettings.covarianceLimit)).contains(order.count),
      let fit = RidgeLogistic(
        BinomialLoss(classes: classes, weights: weights), columns, order, weights: weights,
        lambda: lambda)
    else { return nil }
    var coefficients = [Double](repeating: 0, count: columns.columnCount)
    var intercept = fit.intercept
    for (place, j) in order.enumerated() {
      coefficients[j] = fit.coefficients[place] / columns.scales[j]
      intercept -= coefficients[j] * columns.means[j]
    }
    return FittedLinear(
      .logistic, intercept: intercept, coefficients: coefficients,
      deviations: columns.deviations, lambda: lambda)
  }

  /// - Parameters:
  ///   - order: columns to use, none of them constant.
  ///   - weights: one per row, sum 1.
  ///   - lambda: > 0.
  private init?(
    _ start: BinomialLoss, _ columns: StandardisedColumns, _ order: [Int], weights: [Double],
    lambda: Double
  ) {
    var loss = start
    intercept = loss.nullIntercept
    coefficients = [Double](repeating: 0, count: order.count)
    var predictor = [Double](repeating: intercept, count: columns.rowCount)
    var value = loss.move(to: predictor)
    let x = columns.values(of: order)
    var system = RidgeNewtonSystem(x, rowCount: columns.rowCount, lambda: lambda)
    guard system.factorise(curvature: weights.map { $0 * Self.usualCurvature }) else { return nil }
    var best = Double.infinity
    var (direction, slopes) = (predictor, coefficients)
    for _ in 0..<Self.maximumSteps {
      let residual = loss.residual
      MatrixProduct.transposed(x, times: residual, into: &slopes)
      let slope =
        [residual.reduce(0, +)]
        + order.indices.map { slopes[$0] - lambda * coefficients[$0] }
      let violation = slope.reduce(0) { max($0, $1.magnitude) }
      if violation <= Self.tolerance { return }
      if violation <= Self.bound, violation > best / 4 { return }
      best = min(best, violation)
      if system.iterations > Self.patience, !system.factorise(curvature: loss.curvature) {
        return nil
      }
      let step = system.solve(slope, size: violation, curvature: loss.curvature)
      MatrixProduct.times(x, Array(step[1...]), into: &direction)
      for i in direction.indices { direction[i] += step[0] }
      let before = value + penalty(lambda)
      let old = (predictor, intercept, coefficients)
      var share = 1.0
      func move() {
        for i in predictor.indices { predictor[i] = old.0[i] + share * direction[i] }
        intercept = old.1 + share * step[0]
        for j in order.indices { coefficients[j] = old.2[j] + share * step[j + 1] }
        value = loss.move(to: predictor)
      }
      move()
      let best = length(direction, step, loss, lambda)
      if abs(best - 1) > 0.05 {
        share = min(max(best, 0.2), 5)
        move()
      }
      while value + penalty(lambda) > before + 1e-14 * (1 + before.magnitude) {
        share /= 2
        if share < 1e-6 { return nil }
        move()
      }
    }
    return nil
  }

  /// How long a step should have been, by one step of Newton's method along it from its end.
  private func length(
    _ direction: [Double], _ step: [Double], _ loss: BinomialLoss, _ lambda: Double
  ) -> Double {
    var (slope, curve) = (0.0, 0.0)
    for (i, change) in direction.enumerated() {
      slope += change * loss.residual[i]
      curve += change * change * loss.curvature[i]
    }
    for (j, coefficient) in coefficients.enumerated() {
      slope -= lambda * step[j + 1] * coefficient
      curve += lambda * step[j + 1] * step[j + 1]
    }
    return 1 + slope / curve
  }

  private func penalty(_ lambda: Double) -> Double {
    lambda / 2 * coefficients.reduce(0) { $0 + $1 * $1 }
  }
}
