internal import COpenBLAS

/// Products of dense matrices and vectors by OpenBLAS, on one thread.
///
/// The bits of an element depend on the shape of the product and on the place in it, so callers
/// use shapes that their data decide, never the number of ranks.
package enum MatrixProduct {
  /// out = a' b: `out[i + j * aCount]` is the scalar product of column i of `a` and column j of `b`.
  /// - Parameters:
  ///   - a: `aCount` columns of `depth` numbers, `stride` apart.
  ///   - b: `bCount` columns, likewise.
  ///   - out: room for `aCount * bCount` numbers.
  package static func transposed(
    _ a: UnsafePointer<Double>, _ aCount: Int, times b: UnsafePointer<Double>, _ bCount: Int,
    depth: Int, stride: Int, into out: UnsafeMutablePointer<Double>
  ) {
    precondition(aCount > 0 && bCount > 0 && depth > 0 && stride >= depth)
    openblas_set_num_threads(1)
    cblas_dgemm(
      CblasColMajor, CblasTrans, CblasNoTrans, Int32(aCount), Int32(bCount), Int32(depth), 1, a,
      Int32(stride), b, Int32(stride), 0, out, Int32(aCount))
  }

  /// out = x v.
  /// - Parameters:
  ///   - x: column j from `j * out.count` on.
  ///   - v: one number per column.
  ///   - out: one number per row.
  package static func times(_ x: [Double], _ v: [Double], into out: inout [Double]) {
    precondition(!out.isEmpty && !v.isEmpty && x.count == out.count * v.count)
    openblas_set_num_threads(1)
    let n = Int32(out.count)
    cblas_dgemv(CblasColMajor, CblasNoTrans, n, Int32(v.count), 1, x, n, v, 1, 0, &out, 1)
  }

  /// out = x' u, one number per column.
  /// - Parameters:
  ///   - x: column j from `j * u.count` on.
  ///   - u: one number per row.
  package static func transposed(_ x: [Double], times u: [Double], into out: inout [Double]) {
    precondition(!out.isEmpty && !u.isEmpty && x.count == u.count * out.count)
    openblas_set_num_threads(1)
    let n = Int32(u.count)
    cblas_dgemv(CblasColMajor, CblasTrans, n, Int32(out.count), 1, x, n, u, 1, 0, &out, 1)
  }
}
