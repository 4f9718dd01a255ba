/// The maximal correlation coefficient (Haralick 1973, f14) of every kernel.
///
/// It is the root of the second largest eigenvalue of Q(i, j) = sum over k of
/// p(i, k) p(j, k) / (px(i) py(k)), which is the second largest singular value of
/// p(i, k) / (px(i) py(k))^(1/2). Where that is 0, numpy's eigenvalue is what rounding leaves
/// (root up to 1e-8), or, if no level of the VOI is missing in the matrix, a negative number whose
/// root does not count. Up to `denseLimit` levels Q's eigenvalues are therefore computed as numpy
/// computes them.
struct VoxelMapCorrelation {
  private static let denseLimit = 6

  private let levelCount: Int
  /// Per kernel: sum and number of roots.
  private var sums: [Double]
  private var counts: [Int]
  /// The same in complex arithmetic, in which negative numbers have roots with real part 0;
  /// numpy uses it for all kernels where any of them has a complex eigenvalue.
  private var complexSums: [Double]
  private var complexCounts: [Int]
  private var isComplex = false
  private var solver: SecondSingularValue

  init(levelCount: Int, kernelCount: Int) {
    self.levelCount = levelCount
    sums = [Double](repeating: 0, count: kernelCount)
    counts = [Int](repeating: 0, count: kernelCount)
    let dense = levelCount <= Self.denseLimit ? kernelCount : 0
    complexSums = [Double](repeating: 0, count: dense)
    complexCounts = [Int](repeating: 0, count: dense)
    solver = SecondSingularValue()
  }

  mutating func add(_ matrix: VoxelMapCooccurrence, kernel: Int) {
    if levelCount < 2 { return }
    if levelCount <= Self.denseLimit {
      addDense(matrix, kernel)
    } else {
      sums[kernel] += solver.value(matrix.p, matrix.px, matrix.py, order: matrix.order)
      counts[kernel] += 1
    }
  }

  private mutating func addDense(_ matrix: VoxelMapCooccurrence, _ kernel: Int) {
    let n = levelCount
    var full = [Double](repeating: 0, count: n * n)
    for i in 0..<matrix.order {
      for j in 0..<matrix.order {
        full[Int(matrix.positions[i]) * n + Int(matrix.positions[j])] =
          matrix.p[i * matrix.order + j]
      }
    }
    let statistics = CooccurrenceStatistics(
      levels: Array(1...n), highest: n, counts: full, total: 1)
    guard let all = statistics.allEigenvalues() else {
      sums[kernel] = .nan
      complexSums[kernel] = .nan
      return
    }
    isComplex = isComplex || all.imaginary.contains { $0 != 0 }
    let sorted = zip(all.real, all.imaginary).sorted { ($0.0, $0.1) < ($1.0, $1.1) }
    let (real, imaginary) = sorted[n - 2]
    if real >= 0 {
      sums[kernel] += real.squareRoot()
      counts[kernel] += 1
    }
    let modulus = (real * real + imaginary * imaginary).squareRoot()
    complexSums[kernel] += (max(0, modulus + real) / 2).squareRoot()
    complexCounts[kernel] += 1
  }

  /// Mean over the directions; NaN where none counts.
  func value(kernel: Int) -> Double {
    if levelCount < 2 { return 1 }
    let (sum, count) =
      isComplex
      ? (complexSums[kernel], complexCounts[kernel]) : (sums[kernel], counts[kernel])
    return count > 0 ? sum / Double(count) : .nan
  }
}

/// The second largest singular value of A(i, k) = p(i, k) / (px(i) py(k))^(1/2), whose largest is
/// 1, for small matrices.
struct SecondSingularValue {
  private var left: [Double] = []
  private var square: [Double] = []
  private var eigen = SymmetricEigenvalues()
  private var parents: [Int] = []

  init() {}

  mutating func value(
    _ p: UnsafePointer<Double>, _ px: UnsafePointer<Double>, _ py: UnsafePointer<Double>,
    order n: Int
  ) -> Double {
    if n < 2 { return 0 }
    // As many singular values are 1 as the graph of rows and columns has components.
    if componentCount(p, n) > 1 { return 1 }
    left = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for k in 0..<n where p[i * n + k] != 0 {
        left[i * n + k] = p[i * n + k] / (px[i] * py[k]).squareRoot()
      }
    }
    if isSymmetric(n) {
      let values = eigen.values(left, order: n)
      // 1 is among them; the second largest magnitude is sought.
      let magnitudes = values.map { abs($0) }.sorted()
      return min(magnitudes[n - 2], 1)
    }
    square = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0...i {
        var sum = 0.0
        for k in 0..<n { sum += left[i * n + k] * left[j * n + k] }
        square[i * n + j] = sum
        square[j * n + i] = sum
      }
    }
    return min(max(eigen.values(square, order: n).sorted()[n - 2], 0).squareRoot(), 1)
  }

  private func isSymmetric(_ n: Int) -> Bool {
    for i in 0..<n {
      for j in 0..<i where left[i * n + j] != left[j * n + i] { return false }
    }
    return true
  }

  /// Components of the graph whose nodes are the rows and columns with a count.
  private mutating func componentCount(_ p: UnsafePointer<Double>, _ n: Int) -> Int {
    parents = Array(0..<(2 * n))
    var used = [Bool](repeating: false, count: 2 * n)
    func root(_ node: Int) -> Int {
      var node = node
      while parents[node] != node { node = parents[node] }
      return node
    }
    for i in 0..<n {
      for k in 0..<n where p[i * n + k] != 0 {
        used[i] = true
        used[n + k] = true
        let (a, b) = (root(i), root(n + k))
        parents[max(a, b)] = min(a, b)
      }
    }
    return parents.indices.count { used[$0] && parents[$0] == $0 }
  }
}
