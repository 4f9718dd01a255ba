internal import Numerics

/// Coordinate descent on the residuals of the quadratic approximation: glmnet's naive updates
/// (Friedman, Hastie & Tibshirani 2010, section 2.1). Needs no products of columns, so it serves
/// where very many columns are at work. For Cox it drops what the risk sets have in common, as
/// Simon et al. 2011 do, and keeps a diagonal that bounds the second derivative.
struct NaiveDescent<Loss: ElasticNetLoss> {
  private let solver: ElasticNetSolver<Loss>

  init(_ solver: ElasticNetSolver<Loss>) { self.solver = solver }

  /// The step to the minimum of the approximation; nil where it was not reached.
  func step(_ working: [Int], lambda: Double) -> ElasticNetStep? {
    let columns = solver.columns
    let n = columns.rowCount
    let weights = solver.loss.curvature
    var residual = solver.loss.residual
    var position = working.map { solver.coefficients[$0] }
    let curvature = columns.values.withUnsafeBufferPointer { x in
      working.map { j in
        x.baseAddress.map { DenseKernels.weightedSquare(weights, $0 + j &* n, n) } ?? 0
      }
    }
    let total = weights.reduce(0, +)
    var intercept = 0.0
    let limit = solver.threshold * solver.loss.convergenceScale
    for _ in 0..<solver.maximumPasses {
      var change = 0.0
      if solver.loss.hasIntercept {
        let step = residual.reduce(0, +) / total
        intercept += step
        for i in 0..<n { residual[i] -= weights[i] * step }
        change = total * step * step
      }
      for index in 0..<working.count {
        let j = working[index]
        let l1 = lambda * solver.alpha * solver.factors[j]
        let l2 = lambda * (1 - solver.alpha) * solver.factors[j]
        let pull = columns.dot(j, residual) + curvature[index] * position[index]
        let excess = pull.magnitude - l1
        guard curvature[index] + l2 > 0 else { continue }
        let new = excess > 0 ? (pull < 0 ? -excess : excess) / (curvature[index] + l2) : 0
        guard new != position[index] else { continue }
        let step = new - position[index]
        position[index] = new
        columns.subtract(step, j, weights, from: &residual)
        change = max(change, curvature[index] * step * step)
      }
      if change < limit { return result(working, position, curvature, intercept, total) }
    }
    return nil
  }

  private func result(
    _ working: [Int], _ position: [Double], _ curvature: [Double], _ intercept: Double,
    _ total: Double
  ) -> ElasticNetStep {
    var step = ElasticNetStep()
    if solver.loss.hasIntercept { step.add(0, intercept, total) }
    for (index, j) in working.enumerated() {
      step.addColumn(
        j, position[index], change: position[index] - solver.coefficients[j],
        curvature: curvature[index])
    }
    return step
  }
}

extension StandardisedColumns {
  /// `rows -= step * weights * column`.
  func subtract(_ step: Double, _ index: Int, _ weights: [Double], from rows: inout [Double]) {
    values.withUnsafeBufferPointer { values in
      rows.withUnsafeMutableBufferPointer { rows in
        guard let base = values.baseAddress else { return }
        let x = base + index &* rowCount
        var i = 0
        while i < rowCount {
          rows[i] -= step * weights[i] * x[i]
          i &+= 1
        }
      }
    }
  }
}
