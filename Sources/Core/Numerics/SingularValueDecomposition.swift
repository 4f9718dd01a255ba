internal import COpenBLAS

/// Thin singular value decomposition A = U S V' of a dense matrix (LAPACK's `dgesdd`, on one
/// thread); the left vectors are not kept.
package struct SingularValueDecomposition: Sendable {
  /// Falling, >= 0, as many as the smaller of rows and columns.
  package let values: [Double]
  /// Number of columns of A.
  package let columnCount: Int
  /// Component j of right vector k is `rightVectors[j * values.count + k]`; signs are LAPACK's.
  package let rightVectors: [Double]

  /// - Parameters:
  ///   - matrix: column by column: row i of column j is `matrix[j * rowCount + i]`; finite.
  ///   - rowCount: rows of A, > 0, as is the number of columns.
  /// - Returns: nil where the iteration did not converge.
  package init?(_ matrix: [Double], rowCount: Int, columnCount: Int) {
    precondition(rowCount > 0 && columnCount > 0 && matrix.count == rowCount * columnCount)
    let count = min(rowCount, columnCount)
    var a = matrix
    var values = [Double](repeating: 0, count: count)
    var left = [Double](repeating: 0, count: rowCount * count)
    var right = [Double](repeating: 0, count: count * columnCount)
    openblas_set_num_threads(1)
    let thin: CChar = 83  // "S"
    let status = LAPACKE_dgesdd(
      LAPACK_COL_MAJOR, thin, Int32(rowCount), Int32(columnCount), &a, Int32(rowCount), &values,
      &left, Int32(rowCount), &right, Int32(count))
    if status != 0 { return nil }
    self.values = values
    self.columnCount = columnCount
    rightVectors = right
  }

  /// V' x: one component per right vector, summed over the columns in their order.
  /// - Precondition: as many numbers as columns.
  package func projection(_ x: [Double]) -> [Double] {
    precondition(x.count == columnCount)
    let count = values.count
    var components = [Double](repeating: 0, count: count)
    rightVectors.withUnsafeBufferPointer { v in
      for j in 0..<columnCount {
        let (factor, start) = (x[j], j &* count)
        var k = 0
        while k < count {
          components[k] += factor * v[start &+ k]
          k &+= 1
        }
      }
    }
    return components
  }

  /// V y: one number per column, summed over the right vectors in their order.
  /// - Precondition: as many numbers as singular values.
  package func combination(_ y: [Double]) -> [Double] {
    precondition(y.count == values.count)
    let count = values.count
    return rightVectors.withUnsafeBufferPointer { v in
      (0..<columnCount).map { j in
        var sum = 0.0
        var k = 0
        while k < count {
          sum += y[k] * v[j &* count &+ k]
          k &+= 1
        }
        return sum
      }
    }
  }
}
