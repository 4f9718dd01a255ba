internal import Foundation
internal import Numerics

/// The 24 statistics of one co-occurrence matrix.
///
/// p(i, j) is the matrix divided by its sum. Haralick, Shanmugam & Dinstein 1973; IBSI reference
/// manual section 3.6. Everything that depends on i + j or i - j alone is taken from the two
/// diagonal marginals, which are sums of whole counts.
struct CooccurrenceStatistics {
  let levels: [Int]
  /// The highest level, levels that do not occur included.
  let highest: Int
  /// Row-major counts (or weighted sums of counts), levels.count squared.
  let counts: [Double]
  let total: Double

  private let n: Int
  private let px: [Double]
  private let py: [Double]
  private var sums: [Double] = []
  private var differences: [Double] = []

  private static let eps = LevelSizeMatrix.eps

  init(levels: [Int], highest: Int, counts: [Double], total: Double) {
    self.levels = levels
    self.highest = highest
    self.counts = counts
    self.total = total
    n = levels.count
    let n = levels.count
    var rows = [Double](repeating: 0, count: n)
    var columns = rows
    var sums = [Double](repeating: 0, count: 2 * highest + 1)
    var differences = [Double](repeating: 0, count: highest + 1)
    counts.withUnsafeBufferPointer { counts in
      levels.withUnsafeBufferPointer { levels in
        columns.withUnsafeMutableBufferPointer { columns in
          sums.withUnsafeMutableBufferPointer { sums in
            differences.withUnsafeMutableBufferPointer { differences in
              for i in 0..<n {
                let row = counts.baseAddress! + i * n
                var sum = 0.0
                var j = 0
                while j < n {
                  let count = row[j]
                  if count != 0 {
                    sum += count
                    columns[j] += count
                    sums[levels[i] &+ levels[j]] += count
                    differences[abs(levels[i] &- levels[j])] += count
                  }
                  j &+= 1
                }
                rows[i] = sum
              }
            }
          }
        }
      }
    }
    px = rows.map { $0 / total }
    py = columns.map { $0 / total }
    self.sums = sums.map { $0 / total }
    self.differences = differences.map { $0 / total }
  }

  /// In the order of `GLCM.columns`; MCC is NaN here (see `MaximalCorrelation`).
  func values() -> [Double] {
    let (ux, uy) = (mean(px), mean(py))
    let (vx, vy) = (variance(px, ux), variance(py, uy))
    let s = sumMoments(ux + uy)
    let d = differenceMoments()
    let e = entropies()
    // (i - ux)(j - uy) = ((i + j - ux - uy)^2 - (i - j - ux + uy)^2) / 4
    let covariance = (s.tendency - (d.contrast - (ux - uy) * (ux - uy))) / 4
    let sigma = vx.squareRoot() * vy.squareRoot()
    let correlation = sigma == 0 ? 1 : covariance / (sigma + Self.eps)
    return [
      s.autocorrelation(d.contrast), s.prominence, s.shade, s.tendency, d.contrast, correlation,
      d.average, d.entropy, d.variance, d.id, d.idm, d.idmn, d.idn, e.imc1, e.imc2,
      d.inverseVariance, ux, e.energy, e.joint, .nan, e.maximum, s.average, s.entropy, vx,
    ]
  }

  private func mean(_ p: [Double]) -> Double {
    var sum = 0.0
    for (k, level) in levels.enumerated() { sum += Double(level) * p[k] }
    return sum
  }

  private func variance(_ p: [Double], _ mean: Double) -> Double {
    var sum = 0.0
    for (k, level) in levels.enumerated() where p[k] > 0 {
      let d = Double(level) - mean
      sum += p[k] * (d * d)
    }
    return sum
  }

  private struct SumMoments {
    var prominence = 0.0
    var shade = 0.0
    var tendency = 0.0
    var average = 0.0
    var entropy = 0.0
    var squares = 0.0
    /// i j = ((i + j)^2 - (i - j)^2) / 4
    func autocorrelation(_ contrast: Double) -> Double { (squares - contrast) / 4 }
  }

  private func sumMoments(_ center: Double) -> SumMoments {
    var m = SumMoments()
    for (k, p) in sums.enumerated() where p > 0 {
      let d = Double(k) - center
      let d2 = d * d
      m.tendency += p * d2
      m.shade += p * (d2 * d)
      m.prominence += p * (d2 * d2)
      m.average += Double(k) * p
      m.squares += Double(k) * Double(k) * p
      m.entropy += LevelSizeMatrix.information(p)
    }
    return m
  }

  private struct DifferenceMoments {
    var contrast = 0.0
    var average = 0.0
    var entropy = 0.0
    var variance = 0.0
    var id = 0.0
    var idm = 0.0
    var idn = 0.0
    var idmn = 0.0
    var inverseVariance = 0.0
  }

  private func differenceMoments() -> DifferenceMoments {
    var m = DifferenceMoments()
    let ng = Double(highest)
    for (k, p) in differences.enumerated() where p > 0 {
      let d = Double(k)
      let d2 = d * d
      m.contrast += p * d2
      m.average += d * p
      m.entropy += LevelSizeMatrix.information(p)
      m.id += p / (1 + d)
      m.idm += p / (1 + d2)
      m.idn += p / (1 + d / ng)
      m.idmn += p / (1 + d2 / (ng * ng))
      if k > 0 { m.inverseVariance += p / d2 }
    }
    for (k, p) in differences.enumerated() where p > 0 {
      let d = Double(k) - m.average
      m.variance += p * (d * d)
    }
    return m
  }

  private struct Entropies {
    var energy = 0.0
    var joint = 0.0
    var maximum = 0.0
    var imc1 = 0.0
    var imc2 = 0.0
  }

  private func entropies() -> Entropies {
    var e = Entropies()
    let hx = px.reduce(0) { $0 + LevelSizeMatrix.information($1) }
    let hy = py.reduce(0) { $0 + LevelSizeMatrix.information($1) }
    let small = n <= Self.directLimit
    let cross = jointSums(&e, direct: small)
    if e.joint < Self.flatEntropy {
      setFlatCorrelation(&e)
      return e
    }
    var (hxy1, hxy2) = (cross, 0.0)
    if small {
      hxy2 = independentEntropy()
    } else {
      // log2(px py) = log2 px + log2 py, and the rows of p and of px py have the same sums; what
      // eps adds to the product's entropy is at most eps / ln 2 for each cell.
      let bare = bareEntropy(px) + bareEntropy(py)
      hxy1 = bare - cross
      let cells = Double(px.count { $0 > 0 } * py.count { $0 > 0 })
      hxy2 = bare - cells * Self.eps / log(2.0)
      if hxy2 - e.joint < 1e-3 { hxy2 = independentEntropy() }
    }
    let division = max(hx, hy)
    e.imc1 = division == 0 ? 0 : (e.joint - hxy1) / division
    e.imc2 = hxy2 == e.joint ? 0 : (1 - exp(-2 * (hxy2 - e.joint))).squareRoot()
    return e
  }

  /// Up to this many levels, entropies of the independent matrix are summed cell by cell.
  private static let directLimit = 24
  /// So is a matrix with less joint entropy, in bits: nearly all of it is one cell, and Imc1 and Imc2
  /// are differences of numbers that are equal to many digits.
  private static let flatEntropy = 0.1

  /// Imc1 and Imc2 cell by cell, with the margins as sums of probabilities: where two entropies
  /// differ in their eleventh digit, the last bit of a margin shows.
  private func setFlatCorrelation(_ e: inout Entropies) {
    var (rows, columns) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
    for i in 0..<n {
      for j in 0..<n {
        let p = counts[i * n + j] / total
        rows[i] += p
        columns[j] += p
      }
    }
    var (hxy1, hxy2) = (0.0, 0.0)
    for i in 0..<n where rows[i] > 0 {
      for j in 0..<n where columns[j] > 0 {
        let independent = rows[i] * columns[j]
        let bits = log2(independent + Self.eps)
        hxy1 -= counts[i * n + j] / total * bits
        hxy2 -= independent * bits
      }
    }
    let hx = rows.reduce(0) { $0 + LevelSizeMatrix.information($1) }
    let hy = columns.reduce(0) { $0 + LevelSizeMatrix.information($1) }
    let division = max(hx, hy)
    e.imc1 = division == 0 ? 0 : (e.joint - hxy1) / division
    e.imc2 = hxy2 == e.joint ? 0 : (1 - exp(-2 * (hxy2 - e.joint))).squareRoot()
  }

  private func bareEntropy(_ p: [Double]) -> Double {
    p.reduce(0) { $1 > 0 ? $0 - $1 * log2($1) : $0 }
  }

  /// -sum px py log2(px py + eps), cell by cell.
  private func independentEntropy() -> Double {
    var sum = 0.0
    for a in px where a > 0 {
      for b in py where b > 0 { sum += LevelSizeMatrix.information(a * b) }
    }
    return sum
  }

  /// Energy, entropy and maximum of p; returns -sum p log2(px py + eps) if `direct`, otherwise only
  /// what eps adds to sum p log2(px py).
  private func jointSums(_ e: inout Entropies, direct: Bool) -> Double {
    // -p log2(p + eps) of whole counts, NaN where not yet needed.
    var memo = [Double](repeating: .nan, count: 2048)
    var (squares, largest, cross, entropy) = (0.0, 0.0, 0.0, 0.0)
    let scale = 1 / log(2.0)
    for i in 0..<n {
      for j in 0..<n {
        let count = counts[i * n + j]
        if count == 0 { continue }
        squares += count * count
        largest = max(largest, count)
        let p = count / total
        let whole = Int(min(count, 2048))
        if whole < 2048 && Double(whole) == count {
          if memo[whole].isNaN { memo[whole] = LevelSizeMatrix.information(p) }
          entropy += memo[whole]
        } else {
          entropy += LevelSizeMatrix.information(p)
        }
        let a = px[i] * py[j]
        if direct {
          cross -= p * log2(a + Self.eps)
        } else {
          let x = Self.eps / a
          cross += p * (x < 1e-5 ? x - x * x / 2 : log1p(x)) * scale
        }
      }
    }
    e.energy = squares / (total * total)
    e.maximum = largest / total
    e.joint = entropy
    return cross
  }

  // MARK: Maximal correlation coefficient

  /// Up to this many levels, all eigenvalues are computed.
  static let denseLimit = 20

  /// The second largest eigenvalue of Q, which MCC is the root of; nil where it is so small that
  /// only rounding decides it, or the iteration did not converge.
  ///
  /// Q(i, j) = sum over k of p(i, k) p(j, k) / (px(i) py(k) + eps); similar to a nearly symmetric
  /// matrix through px^(1/2), whose first eigenvector is that root.
  func secondEigenvalue() -> Double? {
    precondition(n > Self.denseLimit)
    var left = [Double](repeating: 0, count: n * n)
    var right = left
    let (rx, ry) = (px.map { $0.squareRoot() }, py.map { $0.squareRoot() })
    let n = n
    counts.withUnsafeBufferPointer { counts in
      left.withUnsafeMutableBufferPointer { left in
        right.withUnsafeMutableBufferPointer { right in
          for i in 0..<n where px[i] > 0 {
            var k = 0
            while k < n {
              let count = counts[i &* n &+ k]
              if count != 0 {
                let p = count / total
                let r = rx[i] * ry[k]
                left[k &* n &+ i] = p * r / (px[i] * py[k] + Self.eps)
                right[i &* n &+ k] = p / r
              }
              k &+= 1
            }
          }
        }
      }
    }
    let problem = SecondEigenvalue(leftColumns: left, rightColumns: right, order: n)
    guard let value = problem.value(start: rx), value > 1e-10 else { return nil }
    return value
  }

  /// All eigenvalues of Q by LAPACK's general solver, in numpy's order of operations, so that
  /// eigenvalues that are nothing but rounding come out with the same sign.
  func allEigenvalues() -> (real: [Double], imaginary: [Double])? {
    let p = counts.map { $0 / total }
    var (rows, columns) = (
      [Double](repeating: 0, count: n), [Double](repeating: 0, count: n)
    )
    for i in 0..<n {
      for j in 0..<n {
        rows[i] += p[i * n + j]
        columns[j] += p[i * n + j]
      }
    }
    var q = [Double](repeating: 0, count: n * n)
    for k in 0..<n {
      for i in 0..<n where p[i * n + k] != 0 {
        let divisor = rows[i] * columns[k] + Self.eps
        for j in 0..<n { q[i * n + j] += p[i * n + k] * p[j * n + k] / divisor }
      }
    }
    return Eigenvalues.general(q, order: n)
  }
}

/// Maximal correlation coefficient over all directions: the mean of the roots of the second largest
/// eigenvalues, with numpy's treatment of negative and complex rounding. Haralick 1973, f14.
struct MaximalCorrelation {
  private let levelCount: Int
  private var roots: [Double] = []
  private var eigenvalues: [(real: [Double], imaginary: [Double])?] = []
  /// Rounding decides in some direction: every matrix must be given again, to `addAll`.
  private(set) var needsAll = false

  init(levelCount: Int) { self.levelCount = levelCount }

  mutating func add(_ matrix: CooccurrenceStatistics) {
    if levelCount < 2 || needsAll { return }
    if levelCount <= CooccurrenceStatistics.denseLimit {
      addAll(matrix)
    } else if let second = matrix.secondEigenvalue() {
      roots.append(second.squareRoot())
    } else {
      needsAll = true
    }
  }

  mutating func addAll(_ matrix: CooccurrenceStatistics) {
    eigenvalues.append(matrix.allEigenvalues())
  }

  func value() -> Double {
    if levelCount < 2 { return 1 }
    let values = eigenvalues.isEmpty ? roots : numpyRoots()
    return meanOfDirections(values.map { [$0] }, columns: 1)[0]
  }

  /// A complex result has complex roots, whose real parts are averaged; a real one has none for
  /// negative numbers, and those directions do not count.
  private func numpyRoots() -> [Double] {
    var seconds: [(real: Double, imaginary: Double)] = []
    var complex = false
    for all in eigenvalues {
      guard let all else { return [.nan] }
      complex = complex || all.imaginary.contains { $0 != 0 }
      let sorted = zip(all.real, all.imaginary).sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      seconds.append((sorted[sorted.count - 2].0, sorted[sorted.count - 2].1))
    }
    return seconds.map { value in
      if !complex { return value.real < 0 ? .nan : value.real.squareRoot() }
      let modulus = (value.real * value.real + value.imaginary * value.imaginary).squareRoot()
      return (max(0, modulus + value.real) / 2).squareRoot()
    }
  }
}
