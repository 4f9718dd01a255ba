internal import COpenBLAS

/// Eigenvalues of small dense matrices.
package enum Eigenvalues {
  /// Eigenvalues of a general real matrix, in LAPACK's order (`dgeev`).
  /// - Parameter matrix: `order` x `order`, row-major, finite.
  /// - Returns: real and imaginary parts, or nil where the QR iteration did not converge.
  package static func general(_ matrix: [Double], order: Int) -> (
    real: [Double], imaginary: [Double]
  )? {
    precondition(matrix.count == order * order && order > 0)
    var a = matrix
    var real = [Double](repeating: 0, count: order)
    var imaginary = real
    let n = Int32(order)
    let none: CChar = 78  // "N"
    let status = LAPACKE_dgeev(
      LAPACK_ROW_MAJOR, none, none, n, &a, n, &real, &imaginary, nil, n, nil, n)
    return status == 0 ? (real, imaginary) : nil
  }

  /// The largest eigenvalues of a symmetric band matrix, ascending (`dsbevx`).
  /// - Parameters:
  ///   - band: upper band by columns: element (i, j), j - bandwidth <= i <= j, is at
  ///     `j * (bandwidth + 1) + bandwidth + i - j`.
  ///   - count: how many, at most `order`.
  /// - Returns: nil where the iteration did not converge.
  package static func largestOfBand(_ band: [Double], order: Int, bandwidth: Int, count: Int)
    -> [Double]?
  {
    precondition(band.count == order * (bandwidth + 1) && count <= order && count > 0)
    var ab = band
    var values = [Double](repeating: 0, count: order)
    var failures = [Int32](repeating: 0, count: order)
    var found: Int32 = 0
    let n = Int32(order)
    let (none, range, upper): (CChar, CChar, CChar) = (78, 73, 85)  // "N", "I", "U"
    let status = LAPACKE_dsbevx(
      LAPACK_COL_MAJOR, none, range, upper, n, Int32(bandwidth), &ab, Int32(bandwidth + 1), nil,
      n, 0, 0, n - Int32(count) + 1, n, 0, &found, &values, nil, n, &failures)
    return status == 0 && Int(found) == count ? Array(values[..<count]) : nil
  }

  /// Solution of `matrix * x = right` by LU with partial pivoting; nil where it is singular.
  package static func solve(_ matrix: [Double], _ right: [Double]) -> [Double]? {
    let order = right.count
    precondition(matrix.count == order * order && order > 0)
    var a = matrix
    var x = right
    var pivots = [Int32](repeating: 0, count: order)
    let n = Int32(order)
    let status = LAPACKE_dgesv(LAPACK_ROW_MAJOR, n, 1, &a, n, &pivots, &x, 1)
    return status == 0 ? x : nil
  }

  /// Eigenvalues of a symmetric 3 x 3 matrix, ascending, by cyclic Jacobi rotations
  /// (Golub & Van Loan, Matrix Computations, 8.5): exact for diagonal matrices, error of the order
  /// of rounding relative to the largest eigenvalue.
  /// - Parameter matrix: row-major, 9 numbers.
  package static func symmetric3(_ matrix: [Double]) -> [Double] {
    precondition(matrix.count == 9)
    var a = matrix
    for _ in 0..<50 {
      let off = a[1] * a[1] + a[2] * a[2] + a[5] * a[5]
      let diagonal = a[0] * a[0] + a[4] * a[4] + a[8] * a[8]
      if off <= 1e-34 * diagonal || off == 0 { break }
      for (p, q) in [(0, 1), (0, 2), (1, 2)] where a[p * 3 + q] != 0 {
        let theta = (a[q * 3 + q] - a[p * 3 + p]) / (2 * a[p * 3 + q])
        let t = (theta >= 0 ? 1 : -1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<3 {
          let (x, y) = (a[k * 3 + p], a[k * 3 + q])
          a[k * 3 + p] = c * x - s * y
          a[k * 3 + q] = s * x + c * y
        }
        for k in 0..<3 {
          let (x, y) = (a[p * 3 + k], a[q * 3 + k])
          a[p * 3 + k] = c * x - s * y
          a[q * 3 + k] = s * x + c * y
        }
      }
    }
    return [a[0], a[4], a[8]].sorted()
  }
}
