internal import Numerics

/// The equations of a Newton step of a ridge regression in 32-bit numbers.
///
/// With weights w at which the Hessian x' w x + ridge is l l', and z = x inverse(l'), the Hessian
/// with weights h is, in the coordinates l' b, 1 + z' (h - w) z: it takes two products, and it is
/// near 1 where h is near w.
struct RidgeNewtonSystem {
  /// Column 0 is the intercept's.
  private let x: SingleMatrix
  private let lambda: Float
  private var factor: SingleCholesky?
  private var z: SingleMatrix
  /// w, one per row.
  private var weights: [Float] = []
  /// Of the last solution.
  private(set) var iterations = 0

  /// - Parameters:
  ///   - x: column j from `j * rowCount` on, without an intercept.
  ///   - lambda: > 0.
  init(_ x: [Double], rowCount: Int, lambda: Double) {
    let values = [Float](unsafeUninitializedCapacity: rowCount + x.count) { values, count in
      count = rowCount + x.count
      guard let target = values.baseAddress else { return }
      target.initialize(repeating: 1, count: rowCount)
      x.withUnsafeBufferPointer { x in
        for i in 0..<x.count { (target + (rowCount &+ i)).initialize(to: Float(x[i])) }
      }
    }
    self.x = SingleMatrix(
      rowCount: rowCount, columnCount: 1 + x.count / rowCount, values: values)
    z = self.x
    self.lambda = Float(lambda)
  }

  /// Prepares for solutions near a curvature.
  /// - Parameter curvature: one per row, > 0.
  /// - Returns: false where 32 bits do not suffice.
  mutating func factorise(curvature: [Double]) -> Bool {
    weights = curvature.map { Float($0) }
    iterations = 0
    let order = x.columnCount
    var hessian = x.scalingRows(by: weights.map { $0.squareRoot() }).crossProduct
    for j in 1..<order { hessian[j * (order + 1)] += lambda }
    factor = SingleCholesky(consume hessian, order: order)
    guard let factor else { return false }
    z = x.divided(byTransposeOf: factor)
    return true
  }

  /// An approximate solution for intercept and coefficients by conjugate gradients. Its residual is
  /// at most √size of the slope, which makes Newton's method superlinear (Nocedal & Wright 2006,
  /// equation 7.3).
  /// - Parameters:
  ///   - slope: minus the derivatives, the intercept's first.
  ///   - size: of the largest of them.
  ///   - curvature: one per row.
  mutating func solve(_ slope: [Double], size: Double, curvature: [Double]) -> [Double] {
    guard let factor else { preconditionFailure("there is no factor") }
    let change = zip(curvature, weights).map { Float($0) - $1 }
    var rest = slope.map { Float($0 / size) }
    factor.solve(&rest)
    var solution = [Float](repeating: 0, count: rest.count)
    var (direction, image) = (rest, rest)
    var rows = [Float](repeating: 0, count: x.rowCount)
    var product = SingleMatrix.dot(rest, rest)
    let share = Float(max(min(0.5, size.squareRoot()), 1e-4))
    let target = product * share * share
    iterations = 0
    while product > target, iterations < 200 {
      iterations += 1
      z.times(direction, into: &rows)
      for i in rows.indices { rows[i] *= change[i] }
      z.transposed(times: rows, into: &image)
      for j in image.indices { image[j] += direction[j] }
      let curve = SingleMatrix.dot(direction, image)
      guard curve > 0 else { break }
      let step = product / curve
      for j in rest.indices {
        solution[j] += step * direction[j]
        rest[j] -= step * image[j]
      }
      let next = SingleMatrix.dot(rest, rest)
      let turn = next / product
      for j in rest.indices { direction[j] = rest[j] + turn * direction[j] }
      product = next
    }
    factor.solveTransposed(&solution)
    return solution.map { Double($0) * size }
  }
}
