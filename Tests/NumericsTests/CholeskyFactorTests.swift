import Glibc
import Numerics
import Testing

@Suite("Cholesky factor")
struct CholeskyFactorTests {
  /// A = L Lᵀ of a lower triangle of small whole numbers, so that A and ln |A| are known.
  private func matrix(_ order: Int) -> (values: [Double], l: [Double]) {
    var l = [Double](repeating: 0, count: order * order)
    for i in 0..<order {
      for j in 0..<i { l[i * order + j] = Double((3 * i + 5 * j) % 7) - 3 }
      l[i * order + i] = Double(2 + i % 3)
    }
    var a = l
    for i in 0..<order {
      for j in 0..<order {
        a[i * order + j] = (0..<order).reduce(0) { $0 + l[i * order + $1] * l[j * order + $1] }
      }
    }
    return (a, l)
  }

  /// Oracle: the right side is made from the solution. Tolerance 1e-9 of values up to 9: condition
  /// numbers reach 1e5.
  @Test("solution, form, inverse and determinant", arguments: [1, 2, 3, 9, 20])
  func solves(_ order: Int) throws {
    let (a, l) = matrix(order)
    let factor = try CholeskyFactor(a, order: order)
    let x = (0..<order).map { Double($0 % 10) - 4 }
    let b = (0..<order).map { i in (0..<order).reduce(0) { $0 + a[i * order + $1] * x[$1] } }
    let scale = (0..<order).reduce(1) { $0 * l[$1 * order + $1] }
    #expect(abs(factor.logDeterminant - 2 * log(scale)) < 1e-9)
    for (found, wanted) in zip(factor.solve(b), x) { #expect(abs(found - wanted) < 1e-9) }
    let form = zip(x, b).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(factor.form(b) - form) <= 1e-9 * form)
    let inverse = factor.inverse
    for i in 0..<order {
      for j in 0..<order {
        let entry = (0..<order).reduce(0) { $0 + inverse[i * order + $1] * a[$1 * order + j] }
        #expect(abs(entry - (i == j ? 1 : 0)) < 1e-9)
        #expect(inverse[i * order + j] == inverse[j * order + i])
      }
    }
  }

  /// The third row is the sum of the first two.
  @Test("rows that depend on others are named, or held at 0")
  func dependence() throws {
    let a: [Double] = [4, 2, 6, 2, 5, 7, 6, 7, 13]
    let error = #expect(throws: CholeskyFactor.Dependence.self) {
      try CholeskyFactor(a, order: 3)
    }
    #expect(error?.row == 2)
    #expect(throws: CholeskyFactor.Dependence.self) { try CholeskyFactor([.nan], order: 1) }
    let held = try CholeskyFactor(a, order: 3, holdsDependent: true)
    #expect(held.isDependent == [false, false, true])
    let x = held.solve([10, 9, 19])
    #expect(abs(x[0] - 2) < 1e-14 && abs(x[1] - 1) < 1e-14 && x[2] == 0)
  }
}
