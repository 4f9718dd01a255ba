internal import Glibc

/// The Cholesky factor L of a symmetric positive definite matrix, A = L Lᵀ.
package struct CholeskyFactor {
  package let order: Int
  /// Lower triangle, row by row in an `order` x `order` square.
  private var factor: [Double]
  /// Unknowns that depend on earlier ones; they are held at 0.
  package private(set) var isDependent: [Bool]

  /// A row that depends on those above it, or one that is not finite.
  package struct Dependence: Error {
    package let row: Int
  }

  /// - Parameters:
  ///   - matrix: row by row; its lower triangle is read.
  ///   - tolerance: a pivot at or under this share of its diagonal element depends on the rows
  ///     before it.
  ///   - holdsDependent: whether such unknowns are held at 0; otherwise there is no factor.
  /// - Throws: the first row that makes the matrix not positive definite.
  package init(
    _ matrix: [Double], order: Int, tolerance: Double = 1e-12, holdsDependent: Bool = false
  ) throws(Dependence) {
    precondition(matrix.count == order * order, "a square matrix is needed")
    self.order = order
    factor = matrix
    isDependent = [Bool](repeating: false, count: order)
    for row in 0..<order {
      let pivot = eliminate(row)
      let diagonal = matrix[row * order + row]
      guard pivot.isFinite else { throw Dependence(row: row) }
      if pivot > tolerance * diagonal {
        factor[row * order + row] = pivot.squareRoot()
      } else if holdsDependent {
        isDependent[row] = true
        for column in 0..<row { factor[row * order + column] = 0 }
        factor[row * order + row] = 1
      } else {
        throw Dependence(row: row)
      }
    }
  }

  /// Fills a row up to its diagonal and gives the square of the diagonal element.
  private mutating func eliminate(_ row: Int) -> Double {
    let order = self.order
    return factor.withUnsafeMutableBufferPointer { buffer in
      isDependent.withUnsafeBufferPointer { isDependent in
        guard let l = buffer.baseAddress else { return .nan }
        let current = l + row &* order
        var column = 0
        while column < row {
          let other = l + column &* order
          current[column] =
            isDependent[column]
            ? 0 : (current[column] - DenseKernels.dot(current, other, column)) / other[column]
          column &+= 1
        }
        return current[row] - DenseKernels.dot(current, current, row)
      }
    }
  }

  /// ln |A|, of a matrix without dependent unknowns.
  package var logDeterminant: Double {
    2 * (0..<order).reduce(0) { $0 + log(factor[$1 * order + $1]) }
  }

  /// A⁻¹ b.
  package func solve(_ b: [Double]) -> [Double] {
    var x = forward(b)
    factor.withUnsafeBufferPointer { buffer in
      guard let l = buffer.baseAddress else { return }
      for row in stride(from: order - 1, through: 0, by: -1) {
        x[row] /= l[row &* order &+ row]
        let value = x[row]
        x.withUnsafeMutableBufferPointer {
          guard let target = $0.baseAddress else { return }
          DenseKernels.add(-value, l + row &* order, to: target, row)
        }
      }
    }
    return x
  }

  /// bᵀ A⁻¹ b.
  package func form(_ b: [Double]) -> Double { forward(b).reduce(0) { $0 + $1 * $1 } }

  /// A⁻¹, row by row.
  package var inverse: [Double] {
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

  /// L⁻¹ b.
  private func forward(_ b: [Double]) -> [Double] {
    precondition(b.count == order)
    var x = b
    for row in 0..<order where isDependent[row] { x[row] = 0 }
    factor.withUnsafeBufferPointer { buffer in
      guard let l = buffer.baseAddress else { return }
      for row in 0..<order {
        x[row] = (x[row] - DenseKernels.dot(l + row &* order, x, row)) / l[row &* order &+ row]
      }
    }
    return x
  }
}
