/// All eigenvalues of small symmetric matrices: Householder reduction to tridiagonal form, then
/// implicit QL steps with Wilkinson's shift (Golub & Van Loan, Matrix Computations, 8.3). LAPACK's
/// calls cost more than the arithmetic at these sizes. Error: rounding relative to the largest
/// magnitude.
struct SymmetricEigenvalues {
  private var a: [Double] = []
  private var diagonal: [Double] = []
  private var off: [Double] = []
  private var work: [Double] = []

  init() {}

  /// - Parameter matrix: `order` x `order`, row-major, symmetric, finite.
  /// - Returns: `order` numbers in no particular order.
  mutating func values(_ matrix: [Double], order n: Int) -> [Double] {
    precondition(matrix.count == n * n && n > 0)
    a = matrix
    diagonal = [Double](repeating: 0, count: n)
    off = [Double](repeating: 0, count: n)
    work = [Double](repeating: 0, count: n)
    reduce(n)
    iterate(n)
    return diagonal
  }

  /// Reflects column after column: `a` becomes tridiagonal.
  private mutating func reduce(_ n: Int) {
    a.withUnsafeMutableBufferPointer { a in
      work.withUnsafeMutableBufferPointer { w in
        for k in 0..<max(n - 2, 0) {
          var squares = 0.0
          for i in (k + 1)..<n { squares += a[i * n + k] * a[i * n + k] }
          let head = a[(k + 1) * n + k]
          let alpha = head > 0 ? -squares.squareRoot() : squares.squareRoot()
          let beta = squares - head * alpha
          if squares - head * head == 0 || beta == 0 { continue }
          // v = x - alpha e; A - v w' - w v' with w = A v / beta - (v' A v / 2 beta^2) v.
          a[(k + 1) * n + k] = head - alpha
          var product = 0.0
          for i in (k + 1)..<n {
            var sum = 0.0
            for j in (k + 1)..<n { sum += a[i * n + j] * a[j * n + k] }
            w[i] = sum / beta
            product += w[i] * a[i * n + k]
          }
          let half = product / (2 * beta)
          for i in (k + 1)..<n { w[i] -= half * a[i * n + k] }
          for i in (k + 1)..<n {
            let (vi, wi) = (a[i * n + k], w[i])
            for j in (k + 1)..<n { a[i * n + j] -= vi * w[j] + wi * a[j * n + k] }
          }
          a[(k + 1) * n + k] = alpha
        }
      }
    }
    for i in 0..<n {
      diagonal[i] = a[i * n + i]
      if i + 1 < n { off[i] = a[(i + 1) * n + i] }
    }
  }

  /// QL steps on the block that begins at each row until its first off-diagonal number is nothing
  /// but rounding.
  private mutating func iterate(_ n: Int) {
    for first in 0..<n {
      var steps = 0
      while true {
        var last = first
        while last + 1 < n {
          let scale = abs(diagonal[last]) + abs(diagonal[last + 1])
          if abs(off[last]) <= .ulpOfOne / 2 * scale || off[last] == 0 { break }
          last += 1
        }
        // Each eigenvalue takes two or three steps; 60 are never needed.
        if last == first || steps == 60 { break }
        steps += 1
        step(first, last)
      }
    }
  }

  private mutating func step(_ first: Int, _ last: Int) {
    let half = (diagonal[first + 1] - diagonal[first]) / (2 * off[first])
    let root = (half * half + 1).squareRoot()
    var g = diagonal[last] - diagonal[first] + off[first] / (half + (half >= 0 ? root : -root))
    var (s, c, p) = (1.0, 1.0, 0.0)
    for i in stride(from: last - 1, through: first, by: -1) {
      let f = s * off[i]
      let b = c * off[i]
      let r = (f * f + g * g).squareRoot()
      off[i + 1] = r
      if r == 0 {
        diagonal[i + 1] -= p
        off[last] = 0
        return
      }
      s = f / r
      c = g / r
      g = diagonal[i + 1] - p
      let t = (diagonal[i] - g) * s + 2 * c * b
      p = s * t
      diagonal[i + 1] = g + p
      g = c * t - b
    }
    diagonal[first] -= p
    off[first] = g
    off[last] = 0
  }
}
