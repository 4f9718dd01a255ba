internal import Numerics

/// A ridge problem with more penalised columns than rows, in as many columns as it has dimensions.
///
/// With K = X P^-1 X' (P: penalty factors) and K = Z Z', the minimum over b with penalty
/// lambda / 2 b' P b equals that over c with predictor Z c and penalty lambda / 2 c' c; the
/// coefficients follow from the stationarity of the minimum, lambda P b = X' (residual)
/// (Hastie & Tibshirani 2004, "Efficient quadratic regularization for expression arrays").
struct RidgeReduction {
  /// Z, followed by the columns that are not penalised.
  let columns: StandardisedColumns
  let factors: [Double]
  private let original: StandardisedColumns
  private let originalFactors: [Double]
  private let penalised: [Int]
  private let free: [Int]
  private let rank: Int

  init(_ original: StandardisedColumns, factors: [Double], penalised: [Int]) {
    self.original = original
    originalFactors = factors
    self.penalised = penalised
    free = (0..<original.columnCount).filter { !original.isConstant[$0] && factors[$0] == 0 }
    let n = original.rowCount
    let kernel = Self.kernel(original, factors, penalised)
    let z = Self.pivotedFactor(kernel, order: n)
    rank = z.count
    columns = StandardisedColumns(rowCount: n, columns: z + free.map { original.column($0) })
    self.factors =
      [Double](repeating: 1, count: rank) + [Double](repeating: 0, count: free.count)
  }

  /// As `ElasticNetSolver.largestLambda` for alpha 0, of the given columns.
  func largestLambda(_ residual: [Double]) -> Double {
    var largest = 0.0
    for j in penalised {
      largest = max(largest, original.dot(j, residual).magnitude / originalFactors[j])
    }
    return largest / 1e-3
  }

  /// Coefficients of the given columns.
  /// - Parameter lambda: > 0.
  func expand(_ reduced: [Double], residual: [Double], lambda: Double) -> [Double] {
    var all = [Double](repeating: 0, count: original.columnCount)
    for j in penalised {
      all[j] = original.dot(j, residual) / (lambda * originalFactors[j])
    }
    for (index, j) in free.enumerated() { all[j] = reduced[rank + index] }
    return all
  }

  private static func kernel(
    _ columns: StandardisedColumns, _ factors: [Double], _ penalised: [Int]
  ) -> [Double] {
    let n = columns.rowCount
    var kernel = [Double](repeating: 0, count: n * n)
    columns.values.withUnsafeBufferPointer { values in
      kernel.withUnsafeMutableBufferPointer { kernel in
        guard let x = values.baseAddress, let k = kernel.baseAddress else { return }
        for j in penalised {
          let column = x + j &* n
          for row in 0..<n {
            DenseKernels.add(column[row] / factors[j], column, to: k + row &* n, row &+ 1)
          }
        }
        for row in 0..<n {
          for other in row + 1..<max(n, row + 1) { k[row &* n &+ other] = k[other &* n &+ row] }
        }
      }
    }
    return kernel
  }

  /// Columns z with K = sum of z z', the largest remaining diagonal element first (pivoted Cholesky
  /// decomposition), down to 1e-14 of the first.
  private static func pivotedFactor(_ kernel: [Double], order: Int) -> [[Double]] {
    var diagonal = (0..<order).map { kernel[$0 * order + $0] }
    let limit = 1e-14 * (diagonal.max() ?? 0)
    var factor: [[Double]] = []
    while factor.count < order {
      guard let top = diagonal.max(), top > limit, let pivot = diagonal.firstIndex(of: top) else {
        break
      }
      var column = (0..<order).map { kernel[pivot * order + $0] }
      for z in factor {
        let share = z[pivot]
        for i in 0..<order { column[i] -= share * z[i] }
      }
      let root = top.squareRoot()
      for i in 0..<order {
        column[i] /= root
        diagonal[i] -= column[i] * column[i]
      }
      diagonal[pivot] = 0
      factor.append(column)
    }
    return factor
  }
}
