internal import Numerics

/// Inverses and sandwiches of small symmetric matrices, row by row.
enum SmallSymmetric {
  /// Nil where the matrix is not positive definite.
  static func inverse(_ matrix: [Double], order: Int) -> [Double]? {
    guard let factor = try? CholeskyFactor(matrix, order: order, tolerance: 1e-13) else {
      return nil
    }
    var inverse = [Double](repeating: 0, count: order * order)
    for column in 0..<order {
      var unit = [Double](repeating: 0, count: order)
      unit[column] = 1
      let x = factor.solve(unit)
      for row in 0..<order { inverse[row * order + column] = x[row] }
    }
    return symmetrised(inverse, order: order)
  }

  /// bread * meat * bread.
  static func sandwich(_ bread: [Double], _ meat: [Double], order: Int) -> [Double] {
    func product(_ a: [Double], _ b: [Double]) -> [Double] {
      var c = [Double](repeating: 0, count: order * order)
      for i in 0..<order {
        for j in 0..<order {
          var sum = 0.0
          for k in 0..<order { sum += a[i * order + k] * b[k * order + j] }
          c[i * order + j] = sum
        }
      }
      return c
    }
    return symmetrised(product(product(bread, meat), bread), order: order)
  }

  private static func symmetrised(_ matrix: [Double], order: Int) -> [Double] {
    var result = matrix
    for i in 0..<order {
      for j in 0..<i {
        let mean = (matrix[i * order + j] + matrix[j * order + i]) / 2
        result[i * order + j] = mean
        result[j * order + i] = mean
      }
    }
    return result
  }
}
