import Numerics
import Testing

@Suite("Eigenvalues")
struct EigenvalueTests {
  private struct Noise {
    var state: UInt64
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
  }

  /// Oracle: the characteristic polynomial's roots, known by construction. Tolerance 1e-14 of the
  /// largest.
  @Test("symmetric 3 x 3")
  func three() {
    #expect(Eigenvalues.symmetric3([3, 0, 0, 0, 0, 0, 0, 0, 1]) == [0, 1, 3])
    // Eigenvalues of [[2, 1, 0], [1, 2, 1], [0, 1, 2]]: 2 - sqrt 2, 2, 2 + sqrt 2.
    let values = Eigenvalues.symmetric3([2, 1, 0, 1, 2, 1, 0, 1, 2])
    for (value, wanted) in zip(values, [2 - 2.0.squareRoot(), 2, 2 + 2.0.squareRoot()]) {
      #expect(abs(value - wanted) <= 4e-14)
    }
  }

  /// Oracle: LAPACK's general solver on the product. Tolerance 1e-10.
  @Test("second eigenvalue of a product", arguments: [21, 40, 90, 150], [0.0, 1e-4])
  func second(_ n: Int, _ asymmetry: Double) throws {
    var noise = Noise(state: UInt64(n))
    // A stochastic-like product L * R with R = L^T but for a small asymmetry.
    var left = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in max(0, i - 6)...min(n - 1, i + 6) { left[i * n + j] = noise.next() }
    }
    var right = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n { right[j * n + i] = left[i * n + j] * (1 + asymmetry * noise.next()) }
    }
    try compare(left, right, n)
  }

  /// The first eigenvalue occurs twice: two blocks that do not touch.
  @Test("a double eigenvalue is found twice")
  func double() throws {
    let n = 44
    var left = [Double](repeating: 0, count: n * n)
    for block in 0..<2 {
      var noise = Noise(state: 5)
      for i in 0..<n / 2 {
        for j in 0..<n / 2 { left[(block * n / 2 + i) * n + block * n / 2 + j] = noise.next() }
      }
    }
    var right = left
    for i in 0..<n {
      for j in 0..<n { right[j * n + i] = left[i * n + j] }
    }
    try compare(left, right, n)
  }

  /// Columns of L and R are given; the product is formed for the oracle.
  private func compare(_ left: [Double], _ right: [Double], _ n: Int) throws {
    var product = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        for k in 0..<n { product[i * n + j] += left[k * n + i] * right[j * n + k] }
      }
    }
    let largest = try #require(Eigenvalues.general(product, order: n)).real.sorted()
    let scale = largest[n - 1]
    let problem = SecondEigenvalue(
      leftColumns: left, rightColumns: right.map { $0 / scale }, order: n)
    let value = try #require(problem.value(start: [Double](repeating: 1, count: n)))
    #expect(abs(value - largest[n - 2] / scale) <= 1e-10)
  }
}
