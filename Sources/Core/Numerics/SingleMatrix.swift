internal import COpenBLAS

/// A dense matrix of 32-bit numbers and the few products and factors of it that directions of
/// descent need, by OpenBLAS on one thread.
///
/// As with `MatrixProduct`, bits depend on the shape.
package struct SingleMatrix {
  package let rowCount: Int
  package let columnCount: Int
  /// Column j from `j * rowCount` on.
  private var values: [Float]

  /// - Parameter values: column j from `j * rowCount` on.
  package init(rowCount: Int, columnCount: Int, values: [Float]) {
    precondition(rowCount > 0 && columnCount > 0 && values.count == rowCount * columnCount)
    openblas_set_num_threads(1)
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.values = values
  }

  /// out = x v.
  /// - Parameters:
  ///   - v: one number per column.
  ///   - out: one number per row.
  package func times(_ v: [Float], into out: inout [Float]) {
    precondition(v.count == columnCount && out.count == rowCount)
    let rows = Int32(rowCount)
    cblas_sgemv(
      CblasColMajor, CblasNoTrans, rows, Int32(columnCount), 1, values, rows, v, 1, 0, &out, 1)
  }

  /// out = x' u.
  package func transposed(times u: [Float], into out: inout [Float]) {
    precondition(u.count == rowCount && out.count == columnCount)
    let rows = Int32(rowCount)
    cblas_sgemv(
      CblasColMajor, CblasTrans, rows, Int32(columnCount), 1, values, rows, u, 1, 0, &out, 1)
  }

  /// The lower triangle of x' x, column by column in a square.
  package var crossProduct: [Float] {
    let (n, p) = (Int32(rowCount), Int32(columnCount))
    var product = [Float](repeating: 0, count: columnCount * columnCount)
    cblas_ssyrk(CblasColMajor, CblasLower, CblasTrans, p, n, 1, values, n, 0, &product, p)
    return product
  }

  /// Every row multiplied by a number.
  package func scalingRows(by factors: [Float]) -> SingleMatrix {
    precondition(factors.count == rowCount)
    let scaled = [Float](unsafeUninitializedCapacity: values.count) { scaled, count in
      count = values.count
      guard let target = scaled.baseAddress else { return }
      values.withUnsafeBufferPointer { values in
        factors.withUnsafeBufferPointer { factors in
          var start = 0
          while start < values.count {
            for i in 0..<factors.count {
              (target + (start &+ i)).initialize(to: values[start &+ i] * factors[i])
            }
            start &+= factors.count
          }
        }
      }
    }
    return SingleMatrix(rowCount: rowCount, columnCount: columnCount, values: scaled)
  }

  /// x inverse(l').
  package func divided(byTransposeOf l: SingleCholesky) -> SingleMatrix {
    precondition(l.order == columnCount)
    let (n, p) = (Int32(rowCount), Int32(columnCount))
    var quotient = self
    cblas_strsm(
      CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, n, p, 1, l.values, p,
      &quotient.values, n)
    return quotient
  }

  package static func dot(_ a: [Float], _ b: [Float]) -> Float {
    precondition(a.count == b.count)
    return cblas_sdot(Int32(a.count), a, 1, b, 1)
  }
}

/// The factor l of a symmetric positive definite matrix l l' of 32-bit numbers.
package struct SingleCholesky {
  package let order: Int
  /// The lower triangle, column by column in a square.
  fileprivate let values: [Float]

  /// The share of a diagonal element that must be left of it.
  private static let tolerance: Float = 1e-6

  /// - Parameter matrix: its lower triangle, column by column in a square.
  /// - Returns: nil where it is not safely positive definite in 32 bits.
  package init?(_ matrix: consuming [Float], order: Int) {
    precondition(order > 0 && matrix.count == order * order)
    openblas_set_num_threads(1)
    var values = consume matrix
    let diagonal = stride(from: 0, to: values.count, by: order + 1).map { values[$0] }
    let lower: CChar = 76  // "L"
    let n = Int32(order)
    guard LAPACKE_spotrf_work(LAPACK_COL_MAJOR, lower, n, &values, n) == 0,
      diagonal.enumerated().allSatisfy({ place, element in
        let root = values[place * (order + 1)]
        return root * root > Self.tolerance * element
      })
    else { return nil }
    self.order = order
    self.values = values
  }

  /// Solution of l x = right.
  package func solve(_ right: inout [Float]) {
    let n = Int32(order)
    cblas_strsv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, values, n, &right, 1)
  }

  /// Solution of l' x = right.
  package func solveTransposed(_ right: inout [Float]) {
    let n = Int32(order)
    cblas_strsv(CblasColMajor, CblasLower, CblasTrans, CblasNonUnit, n, values, n, &right, 1)
  }
}
