/// Singular value decomposition of a 3 x 3 matrix, A = U diag(s) V', in the order of operations of
/// LINPACK's `dsvdc` (Dongarra, Bunch, Moler, Stewart: LINPACK Users' Guide, 1979, chapter 11).
///
/// ITK inverts the matrix that maps voxel indices to millimetres through this routine. Resampled
/// integers are truncated, so a matrix that differs in its last bit gives another image; only the
/// same sequence of roundings gives the same one. (In single precision, ITK compares NIfTI's sform
/// and qform with it; roots are taken in double there, too.)
package struct SingularValues3<Scalar: BinaryFloatingPoint> {
  /// Left singular vectors as columns, column-major.
  package private(set) var u = [Scalar](repeating: 0, count: 9)
  /// Singular values in descending order.
  package private(set) var s = [Scalar](repeating: 0, count: 3)
  /// Right singular vectors as columns, column-major.
  package private(set) var v = [Scalar](repeating: 0, count: 9)
  private var e = [Scalar](repeating: 0, count: 3)

  /// - Parameter matrix: row-major, 9 finite values.
  package init(_ matrix: [Scalar]) {
    precondition(matrix.count == 9)
    var x = [Scalar](repeating: 0, count: 9)
    for row in 0..<3 { for column in 0..<3 { x[column * 3 + row] = matrix[row * 3 + column] } }
    bidiagonalize(&x)
    formU()
    formV()
    iterate()
  }

  /// V diag(1/s) U', row-major; what `vnl_matrix_inverse` gives for a matrix of full rank.
  package var inverse: [Scalar] {
    var result = [Scalar](repeating: 0, count: 9)
    for i in 0..<3 {
      for j in 0..<3 {
        var sum: Scalar = 0
        for k in 0..<3 {
          let weight = s[k] == 0 ? 0 : 1 / s[k]
          sum += v[k * 3 + i] * weight * u[k * 3 + j]
        }
        result[i * 3 + j] = sum
      }
    }
    return result
  }

  /// Householder reduction to bidiagonal form: diagonal in `s`, superdiagonal in `e`.
  private mutating func bidiagonalize(_ x: inout [Scalar]) {
    var work = [Scalar](repeating: 0, count: 3)
    for l in 0..<2 {
      s[l] = norm(x, from: l * 3 + l, count: 3 - l)
      if s[l] != 0 {
        if x[l * 3 + l] != 0 { s[l] = x[l * 3 + l] < 0 ? -abs(s[l]) : abs(s[l]) }
        let factor = 1 / s[l]
        for i in l..<3 { x[l * 3 + i] = factor * x[l * 3 + i] }
        x[l * 3 + l] = 1 + x[l * 3 + l]
      }
      s[l] = -s[l]
      for j in (l + 1)..<3 {
        if s[l] != 0 {
          var dot: Scalar = 0
          for i in l..<3 { dot += x[l * 3 + i] * x[j * 3 + i] }
          let t = -dot / x[l * 3 + l]
          if t != 0 { for i in l..<3 { x[j * 3 + i] += t * x[l * 3 + i] } }
        }
        e[j] = x[j * 3 + l]
      }
      for i in l..<3 { u[l * 3 + i] = x[l * 3 + i] }
      guard l == 0 else { continue }
      e[0] = norm(e, from: 1, count: 2)
      if e[0] != 0 {
        if e[1] != 0 { e[0] = e[1] < 0 ? -abs(e[0]) : abs(e[0]) }
        let factor = 1 / e[0]
        for i in 1..<3 { e[i] = factor * e[i] }
        e[1] = 1 + e[1]
      }
      e[0] = -e[0]
      if e[0] != 0 {
        for i in 1..<3 { work[i] = 0 }
        for j in 1..<3 where e[j] != 0 {
          for i in 1..<3 { work[i] += e[j] * x[j * 3 + i] }
        }
        for j in 1..<3 {
          let t = -e[j] / e[1]
          if t != 0 { for i in 1..<3 { x[j * 3 + i] += t * work[i] } }
        }
      }
      for i in 1..<3 { v[i] = e[i] }
    }
    s[2] = x[8]
    e[1] = x[2 * 3 + 1]
    e[2] = 0
  }

  private mutating func formU() {
    u[6] = 0
    u[7] = 0
    u[8] = 1
    for l in [1, 0] {
      if s[l] != 0 {
        for j in (l + 1)..<3 {
          var dot: Scalar = 0
          for i in l..<3 { dot += u[l * 3 + i] * u[j * 3 + i] }
          let t = -dot / u[l * 3 + l]
          if t != 0 { for i in l..<3 { u[j * 3 + i] += t * u[l * 3 + i] } }
        }
        for i in l..<3 { u[l * 3 + i] = -u[l * 3 + i] }
        u[l * 3 + l] = 1 + u[l * 3 + l]
        for i in 0..<l { u[l * 3 + i] = 0 }
      } else {
        for i in 0..<3 { u[l * 3 + i] = 0 }
        u[l * 3 + l] = 1
      }
    }
  }

  private mutating func formV() {
    for l in [2, 1, 0] {
      if l == 0 && e[0] != 0 {
        for j in 1..<3 {
          var dot: Scalar = 0
          for i in 1..<3 { dot += v[i] * v[j * 3 + i] }
          let t = -dot / v[1]
          if t != 0 { for i in 1..<3 { v[j * 3 + i] += t * v[i] } }
        }
      }
      for i in 0..<3 { v[l * 3 + i] = 0 }
      v[l * 3 + l] = 1
    }
  }

  /// Implicit QR iteration; `m` is the order of the part that is not yet diagonal.
  private mutating func iterate() {
    var m = 3
    var iteration = 0
    while m > 0 && iteration < 1000 {
      // The last row before which the superdiagonal is negligible.
      var l = m - 1
      while l > 0 {
        let test = abs(s[l - 1]) + abs(s[l])
        if test + abs(e[l - 1]) == test {
          e[l - 1] = 0
          break
        }
        l -= 1
      }
      if l == m - 1 {
        settle(l)
        iteration = 0
        m -= 1
        continue
      }
      var negligible = m
      while negligible > l {
        var test: Scalar = 0
        if negligible != m { test += abs(e[negligible - 1]) }
        if negligible != l + 1 { test += abs(e[negligible - 2]) }
        if test + abs(s[negligible - 1]) == test {
          s[negligible - 1] = 0
          break
        }
        negligible -= 1
      }
      if negligible == l {
        step(from: l, to: m)
        iteration += 1
      } else if negligible == m {
        deflate(from: l, to: m)
      } else {
        split(at: negligible, to: m)
      }
    }
  }

  /// One QR step on rows l ..< m.
  private mutating func step(from l: Int, to m: Int) {
    let scale = max(abs(s[m - 1]), abs(s[m - 2]), abs(e[m - 2]), abs(s[l]), abs(e[l]))
    let sm = s[m - 1] / scale
    let smm1 = s[m - 2] / scale
    let emm1 = e[m - 2] / scale
    let sl = s[l] / scale
    let el = e[l] / scale
    let b = ((smm1 + sm) * (smm1 - sm) + emm1 * emm1) / 2
    let c = (sm * emm1) * (sm * emm1)
    var shift: Scalar = 0
    if b != 0 || c != 0 {
      shift = (b * b + c).squareRoot()
      if b < 0 { shift = -shift }
      shift = c / (b + shift)
    }
    var f = (sl + sm) * (sl - sm) + shift
    var g = sl * el
    for k in l..<(m - 1) {
      var (cs, sn) = rotation(&f, g)
      if k != l { e[k - 1] = f }
      f = cs * s[k] + sn * e[k]
      e[k] = cs * e[k] - sn * s[k]
      g = sn * s[k + 1]
      s[k + 1] = cs * s[k + 1]
      rotate(&v, k, k + 1, cs, sn)
      (cs, sn) = rotation(&f, g)
      s[k] = f
      f = cs * e[k] + sn * s[k + 1]
      s[k + 1] = -sn * e[k] + cs * s[k + 1]
      g = sn * e[k + 1]
      e[k + 1] = cs * e[k + 1]
      rotate(&u, k, k + 1, cs, sn)
    }
    e[m - 2] = f
  }

  private mutating func deflate(from l: Int, to m: Int) {
    var f = e[m - 2]
    e[m - 2] = 0
    for k in stride(from: m - 2, through: l, by: -1) {
      var t = s[k]
      let (cs, sn) = rotation(&t, f)
      s[k] = t
      if k != l {
        f = -sn * e[k - 1]
        e[k - 1] = cs * e[k - 1]
      }
      rotate(&v, k, m - 1, cs, sn)
    }
  }

  private mutating func split(at l: Int, to m: Int) {
    var f = e[l - 1]
    e[l - 1] = 0
    for k in l..<m {
      var t = s[k]
      let (cs, sn) = rotation(&t, f)
      s[k] = t
      f = -sn * e[k]
      e[k] = cs * e[k]
      rotate(&u, k, l - 1, cs, sn)
    }
  }

  /// Makes a converged singular value positive and moves it to its place.
  private mutating func settle(_ index: Int) {
    var l = index
    if s[l] < 0 {
      s[l] = -s[l]
      for i in 0..<3 { v[l * 3 + i] = -v[l * 3 + i] }
    }
    while l < 2 && s[l] < s[l + 1] {
      s.swapAt(l, l + 1)
      for i in 0..<3 {
        v.swapAt(l * 3 + i, (l + 1) * 3 + i)
        u.swapAt(l * 3 + i, (l + 1) * 3 + i)
      }
      l += 1
    }
  }
}

/// Euclidean norm with the running scale of BLAS' `dnrm2`.
private func norm<Scalar: BinaryFloatingPoint>(_ x: [Scalar], from start: Int, count: Int) -> Scalar
{
  if count == 1 { return abs(x[start]) }
  var scale: Scalar = 0
  var sum: Scalar = 1
  for value in x[start..<(start + count)] where value != 0 {
    let magnitude = abs(value)
    if scale < magnitude {
      let ratio = scale / magnitude
      sum = sum * (ratio * ratio) + 1
      scale = magnitude
    } else {
      let ratio = magnitude / scale
      sum += ratio * ratio
    }
  }
  return Scalar(Double(scale) * Double(sum).squareRoot())
}

/// Givens rotation that takes (a, b) to (r, 0), as BLAS' `drotg`; `a` becomes r.
private func rotation<Scalar: BinaryFloatingPoint>(
  _ a: inout Scalar, _ b: Scalar
) -> (cosine: Scalar, sine: Scalar) {
  let larger = abs(a) > abs(b) ? a : b
  let scale = abs(a) + abs(b)
  if scale == 0 {
    a = 0
    return (1, 0)
  }
  let x = a / scale
  let y = b / scale
  var r = Scalar(Double(scale) * Double(x * x + y * y).squareRoot())
  if larger < 0 { r = -r }
  let result = (a / r, b / r)
  a = r
  return result
}

/// Rotates columns `i` and `j` of a column-major 3 x 3 matrix.
private func rotate<Scalar: BinaryFloatingPoint>(
  _ matrix: inout [Scalar], _ i: Int, _ j: Int, _ cs: Scalar, _ sn: Scalar
) {
  for row in 0..<3 {
    let x = matrix[i * 3 + row]
    let y = matrix[j * 3 + row]
    matrix[i * 3 + row] = cs * x + sn * y
    matrix[j * 3 + row] = cs * y - sn * x
  }
}
