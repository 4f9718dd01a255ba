internal import COpenBLAS

/// Products of dense matrices by OpenBLAS, on one thread.
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
}
