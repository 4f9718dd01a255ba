/// Logistic regression with a ridge penalty at one lambda, to the last digits: minus the mean
/// log-likelihood plus lambda / 2 times the sum of squared coefficients, the intercept free.
///
/// Source: le Cessie & van Houwelingen 1992, "Ridge estimators in logistic regression", Appl Stat 41.
/// Newton's method with step halving. A step is found by conjugate gradients (Nocedal & Wright 2006,
/// algorithm 7.1) in 32-bit numbers, which is enough for a direction: loss and gradient are computed
/// in 64 bits, and the next step takes care of what rounding left. The preconditioner is a Cholesky
/// factor of the Hessian: first that with every probability at 1/2, then, where that has become poor,
/// one of the Hessian as it is.
struct RidgeLogistic {
  private var intercept: Double
  /// One per column in use, on the scale of the standardised columns.
  private var coefficients: [Double]

  /// Largest derivative of the penalised loss that is left.
  private static let tolerance = 1e-12
  /// What is still taken where rounding allows no less.
  private static let bound = 1e-10
  private static let maximumSteps = 60

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
    var system = RidgeNewtonSystem(columns, order, lambda: lambda)
    guard system.factorise(curvature: weights.map { $0 / 4 }) else { return nil }
    var best = Double.infinity
    for _ in 0..<Self.maximumSteps {
      let residual = loss.residual
      let slope =
        [residual.reduce(0, +)]
        + order.indices.map { columns.dot(order[$0], residual) - lambda * coefficients[$0] }
      let violation = slope.reduce(0) { max($0, $1.magnitude) }
      if violation <= Self.tolerance { return }
      if violation <= Self.bound, violation > best / 4 { return }
      best = min(best, violation)
      if system.iterations > 8, !system.factorise(curvature: loss.curvature) { return nil }
      let step = system.solve(slope, size: violation, curvature: loss.curvature)
      var direction = [Double](repeating: step[0], count: predictor.count)
      for (index, j) in order.enumerated() { columns.add(step[index + 1], j, to: &direction) }
      let before = value + penalty(lambda)
      let old = (predictor, intercept, coefficients)
      var share = 1.0
      while true {
        for i in predictor.indices { predictor[i] = old.0[i] + share * direction[i] }
        intercept = old.1 + share * step[0]
        for j in order.indices { coefficients[j] = old.2[j] + share * step[j + 1] }
        value = loss.move(to: predictor)
        if value + penalty(lambda) <= before + 1e-14 * (1 + before.magnitude) { break }
        share /= 2
        if share < 1e-6 { return nil }
      }
    }
    return nil
  }

  private func penalty(_ lambda: Double) -> Double {
    lambda / 2 * coefficients.reduce(0) { $0 + $1 * $1 }
  }
}

/// The equations of a Newton step in 32-bit numbers.
private struct RidgeNewtonSystem {
  private let count: Int
  /// Rows and zeros behind them: a multiple of 16.
  private let depth: Int
  private let rowCount: Int
  private let lambda: Float
  /// Column j from `j * depth` on.
  private let x: [Float]
  private var factor: SingleCholesky?
  private var first: Float = 0
  /// Of the last solution.
  private(set) var iterations = 0

  init(_ columns: StandardisedColumns, _ order: [Int], lambda: Double) {
    count = order.count
    let (rowCount, depth) = (columns.rowCount, (columns.rowCount + 15) & ~15)
    (self.rowCount, self.depth) = (rowCount, depth)
    self.lambda = Float(lambda)
    var x = [Float](repeating: 0, count: order.count * depth)
    x.withUnsafeMutableBufferPointer { x in
      columns.values.withUnsafeBufferPointer { values in
        for (place, j) in order.enumerated() {
          var i = 0
          while i < rowCount {
            x[place &* depth &+ i] = Float(values[j &* rowCount &+ i])
            i &+= 1
          }
        }
      }
    }
    self.x = x
  }

  /// Prepares for solutions near a curvature.
  /// - Returns: false where 32 bits do not suffice.
  mutating func factorise(curvature: [Double]) -> Bool {
    var scaled = x
    let roots = curvature.map { Float($0.squareRoot()) }
    first = Float(curvature.reduce(0, +))
    scaled.withUnsafeMutableBufferPointer { x in
      roots.withUnsafeBufferPointer { roots in
        for j in 0..<count {
          var i = 0
          while i < rowCount {
            x[j &* depth &+ i] *= roots[i]
            i &+= 1
          }
        }
      }
    }
    factor = SingleCholesky(scaled, count, depth: depth, ridge: lambda)
    iterations = 0
    return factor != nil
  }

  /// An approximate solution for intercept and coefficients.
  /// - Parameter size: of `slope`.
  mutating func solve(_ slope: [Double], size: Double, curvature: [Double]) -> [Double] {
    guard let factor else { preconditionFailure("there is no factor") }
    let h = curvature.map { Float($0) } + [Float](repeating: 0, count: depth - rowCount)
    var rest = slope.map { Float($0 / size) }
    var solution = [Float](repeating: 0, count: count + 1)
    var z = factor.solve(rest, first: first)
    var p = z
    var product = SingleKernels.dot(rest, z)
    let share = max(min(0.05, size), 1e-4)
    let target = product * Float(share * share)
    iterations = 0
    while product > target, iterations < 200 {
      iterations += 1
      let q = apply(p, h)
      let curve = SingleKernels.dot(p, q)
      guard curve > 0 else { break }
      let step = product / curve
      for j in 0...count {
        solution[j] += step * p[j]
        rest[j] -= step * q[j]
      }
      z = factor.solve(rest, first: first)
      let next = SingleKernels.dot(rest, z)
      let turn = next / product
      for j in 0...count { p[j] = z[j] + turn * p[j] }
      product = next
    }
    return solution.map { Double($0) * size }
  }

  /// The Hessian times a vector.
  private func apply(_ v: [Float], _ h: [Float]) -> [Float] {
    var rows = [Float](repeating: v[0], count: depth)
    var out = [Float](repeating: 0, count: count + 1)
    x.withUnsafeBufferPointer { x in
      rows.withUnsafeMutableBufferPointer { rows in
        guard let base = x.baseAddress, let u = rows.baseAddress else { return }
        var j = 0
        while j < count {
          SingleKernels.add(v, j, min(4, count &- j), base + j &* depth, depth, to: u)
          j &+= 4
        }
        var i = 0
        while i < depth {
          u[i] *= h[i]
          i &+= 1
        }
        out[0] = SingleKernels.sum(u, depth)
        j = 0
        while j < count {
          out[j &+ 1] = SingleKernels.dot(base + j &* depth, u, depth) + lambda * v[j &+ 1]
          j &+= 1
        }
      }
    }
    return out
  }
}
