internal import Numerics

/// Minimum of a quadratic with an elastic-net penalty,
/// 1/2 d' G d - u' d + sum_j (l1_j |b_j + d_j| + l2_j (b_j + d_j)^2 / 2), over the step d.
///
/// Coordinate descent with glmnet's covariance updates (Friedman, Hastie & Tibshirani 2010,
/// section 2.2) finds signs; the linear equations of these signs are solved, and the position moves
/// to their solution, or to the first change of sign on the way there. That is the minimum where no
/// sign changes and the Karush-Kuhn-Tucker conditions hold; otherwise the descent goes on from
/// there. Columns that depend on others (equal columns) stay where the descent put them. Where no
/// such solution is found, the descent runs until glmnet's criterion holds.
struct PenalisedQuadratic {
  let order: Int
  /// Row by row, `order` x `order`, symmetric.
  let matrix: [Double]
  let l1: [Double]
  let l2: [Double]
  /// Position b + d.
  private(set) var position: [Double]
  /// u - G d.
  private(set) var slope: [Double]

  init(matrix: [Double], slope: [Double], position: [Double], l1: [Double], l2: [Double]) {
    order = position.count
    precondition(matrix.count == order * order && slope.count == order)
    precondition(l1.count == order && l2.count == order)
    self.matrix = matrix
    self.l1 = l1
    self.l2 = l2
    self.position = position
    self.slope = slope
  }

  /// - Parameters:
  ///   - threshold: the largest G_jj * (change of coordinate j)^2 of a pass that ends the descent.
  ///   - maximumPasses: over all coordinates.
  /// - Returns: whether the minimum was found.
  mutating func minimise(threshold: Double, maximumPasses: Int) -> Bool {
    if l1.allSatisfy({ $0 == 0 }), leap() { return true }
    var passes = 0
    var leaps = 0
    var nextLeap = 1
    while passes < maximumPasses {
      let (change, hasNewSigns) = pass()
      passes += 1
      let isStill = change < threshold
      if isStill || (passes >= nextLeap && !hasNewSigns) {
        if leap() || isStill { return true }
        leaps += 1
        nextLeap = leaps < 32 ? passes + 1 : passes * 2
      }
    }
    return false
  }

  /// One update of every coordinate in order.
  private mutating func pass() -> (change: Double, hasNewSigns: Bool) {
    let order = self.order
    var change = 0.0
    var hasNewSigns = false
    matrix.withUnsafeBufferPointer { g in
      position.withUnsafeMutableBufferPointer { b in
        slope.withUnsafeMutableBufferPointer { u in
          guard let matrix = g.baseAddress, let slopes = u.baseAddress else { return }
          var j = 0
          while j < order {
            let curvature = matrix[j &* order &+ j]
            if curvature + l2[j] > 0 {
              let old = b[j]
              let pull = u[j] + curvature * old
              let excess = pull.magnitude - l1[j]
              let new = excess > 0 ? (pull < 0 ? -excess : excess) / (curvature + l2[j]) : 0
              if new != old {
                let step = new - old
                b[j] = new
                DenseKernels.add(-step, matrix + j &* order, to: slopes, order)
                change = max(change, curvature * step * step)
                if (new > 0) != (old > 0) || (new < 0) != (old < 0) { hasNewSigns = true }
              }
            }
            j &+= 1
          }
        }
      }
    }
    return (change, hasNewSigns)
  }

  /// Moves towards the minimum over the coordinates that are not zero, their signs fixed, up to the
  /// first that gets to zero.
  /// - Returns: whether this is the minimum over all.
  private mutating func leap() -> Bool {
    let free = (0..<order).filter { position[$0] != 0 || l1[$0] == 0 }
    let count = free.count
    var equations = [Double](repeating: 0, count: count * count)
    var right = [Double](repeating: 0, count: count)
    for (row, j) in free.enumerated() {
      for column in 0...row { equations[row * count + column] = matrix[j * order + free[column]] }
      equations[row * count + row] += l2[j]
      right[row] = rest(j)
    }
    guard
      let factor = try? CholeskyFactor(
        equations, order: count, tolerance: 1e-13, holdsDependent: true)
    else { return false }
    let step = factor.solve(right)
    guard zip(step, right).reduce(0, { $0 + $1.0 * $1.1 }) >= 0 else { return false }
    var share = 1.0
    var blocking: Int?
    for (row, j) in free.enumerated() where l1[j] > 0 && step[row] != 0 {
      let reach = -position[j] / step[row]
      if reach >= 0 && (reach < share || (reach == 1 && blocking == nil)) {
        share = reach
        blocking = j
      }
    }
    for (row, j) in free.enumerated() {
      let new = j == blocking ? 0 : position[j] + share * step[row]
      let change = new - position[j]
      position[j] = new
      slope.withUnsafeMutableBufferPointer { u in
        matrix.withUnsafeBufferPointer { g in
          guard let target = u.baseAddress, let base = g.baseAddress else { return }
          DenseKernels.add(-change, base + j &* order, to: target, order)
        }
      }
    }
    if blocking != nil { return false }
    for j in 0..<order where position[j] == 0 && slope[j].magnitude > l1[j] * (1 + 1e-12) {
      return false
    }
    for (row, j) in free.enumerated() where factor.isDependent[row] {
      if rest(j).magnitude > 1e-11 * l1[j] + 1e-15 { return false }
    }
    return true
  }

  /// What the equation of a coordinate that is not zero lacks.
  private func rest(_ j: Int) -> Double {
    let sign: Double = position[j] > 0 ? 1 : position[j] < 0 ? -1 : 0
    return slope[j] - l1[j] * sign - l2[j] * position[j]
  }
}
