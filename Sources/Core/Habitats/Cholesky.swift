/// The Cholesky factor of a small symmetric matrix, A = L transposed(L).
struct Cholesky {
  /// The inverse of L, a lower triangle packed row by row: (i, j) is at i (i + 1) / 2 + j.
  let inverse: [Double]
  /// Diagonal of L, > 0.
  let diagonal: [Double]

  /// Nil where the matrix is not positive definite in floating point.
  /// - Parameter packed: the lower triangle, row by row.
  init?(packed: [Double], dimension d: Int) {
    precondition(packed.count == d * (d + 1) / 2)
    var l = packed
    for i in 0..<d {
      let rowI = i * (i + 1) / 2
      for j in 0...i {
        let rowJ = j * (j + 1) / 2
        var rest = l[rowI + j]
        for k in 0..<j { rest -= l[rowI + k] * l[rowJ + k] }
        if i == j {
          guard rest > 0, rest.isFinite else { return nil }
          l[rowI + i] = rest.squareRoot()
        } else {
          l[rowI + j] = rest / l[rowJ + j]
        }
      }
    }
    diagonal = (0..<d).map { l[$0 * ($0 + 1) / 2 + $0] }
    var inverse = [Double](repeating: 0, count: l.count)
    for i in 0..<d {
      let rowI = i * (i + 1) / 2
      inverse[rowI + i] = 1 / diagonal[i]
      for j in 0..<i {
        var rest = 0.0
        for k in j..<i { rest -= l[rowI + k] * inverse[k * (k + 1) / 2 + j] }
        inverse[rowI + j] = rest / diagonal[i]
      }
    }
    self.inverse = inverse
  }
}
