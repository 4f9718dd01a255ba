internal import Glibc

/// The Cholesky factor of a small symmetric positive definite matrix, row-major.
struct CholeskyFactor {
  let order: Int
  /// L of A = L Lᵀ, lower triangle.
  private var l: [Double]

  /// - Parameters:
  ///   - matrix: row-major, the lower triangle is read.
  ///   - tolerance: of what is left of a diagonal element, relative to that element.
  /// - Throws: the first row that depends on those above.
  init(_ matrix: [Double], order: Int, tolerance: Double = 1e-12) throws(Dependence) {
    precondition(matrix.count == order * order, "a square matrix is needed")
    var l = matrix
    for i in 0..<order {
      for j in 0...i {
        var sum = matrix[i * order + j]
        for k in 0..<j { sum -= l[i * order + k] * l[j * order + k] }
        if i == j {
          let whole = matrix[i * order + i]
          guard sum > tolerance * whole, sum.isFinite, whole > 0 else { throw Dependence(row: i) }
          l[i * order + i] = sum.squareRoot()
        } else {
          l[i * order + j] = sum / l[j * order + j]
        }
      }
    }
    self.order = order
    self.l = l
  }

  struct Dependence: Error {
    let row: Int
  }

  /// ln |A|.
  var logDeterminant: Double {
    2 * (0..<order).reduce(0) { $0 + log(l[$1 * order + $1]) }
  }

  /// A⁻¹ b.
  func solve(_ b: [Double]) -> [Double] {
    var x = b
    for i in 0..<order {
      for k in 0..<i { x[i] -= l[i * order + k] * x[k] }
      x[i] /= l[i * order + i]
    }
    for i in (0..<order).reversed() {
      for k in i + 1..<max(order, i + 1) { x[i] -= l[k * order + i] * x[k] }
      x[i] /= l[i * order + i]
    }
    return x
  }

  /// bᵀ A⁻¹ b.
  func form(_ b: [Double]) -> Double {
    var sum = 0.0
    var x = b
    for i in 0..<order {
      for k in 0..<i { x[i] -= l[i * order + k] * x[k] }
      x[i] /= l[i * order + i]
      sum += x[i] * x[i]
    }
    return sum
  }

  /// A⁻¹, row-major.
  var inverse: [Double] {
    var result = [Double](repeating: 0, count: order * order)
    for j in 0..<order {
      var unit = [Double](repeating: 0, count: order)
      unit[j] = 1
      let column = solve(unit)
      for i in j..<order {
        result[i * order + j] = column[i]
        result[j * order + i] = column[i]
      }
    }
    return result
  }
}
