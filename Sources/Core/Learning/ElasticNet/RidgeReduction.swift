internal import Numerics

/// A ridge problem with more penalised columns than rows, in as many columns as it has dimensions.
///
/// With K = X P^-1 X' (P: penalty factors) and K = Z Z', the minimum over b with penalty
/// lambda / 2 b' P b equals that over c with predictor Z c and penalty lambda / 2 c' c; the
/// coefficients are b = P^-1 X' a with Z' a = c, so that X b = Z c and b' P b = c' c
/// (Hastie & Tibshirani 2004, "Efficient quadratic regularization for expression arrays").
struct RidgeReduction {
  /// Z, followed by the columns that are not penalised.
  let columns: StandardisedColumns
  let factors: [Double]
  private let original: StandardisedColumns
  private let originalFactors: [Double]
  private let penalised: [Int]
  private let free: [Int]
  /// Rows of Z, in the order in which Z is lower triangular.
  private let pivots: [Int]

  init(_ original: StandardisedColumns, factors: [Double], penalised: [Int]) {
    self.original = original
    originalFactors = factors
    self.penalised = penalised
    free = (0..<original.columnCount).filter { !original.isConstant[$0] && factors[$0] == 0 }
    let n = original.rowCount
    let kernel = Self.kernel(original, factors, penalised)
    let (z, pivots) = Self.pivotedFactor(kernel, order: n)
    self.pivots = pivots
    columns = StandardisedColumns(rowCount: n, columns: z + free.map { original.column($0) })
    self.factors =
      [Double](repeating: 1, count: z.count) + [Double](repeating: 0, count: free.count)
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
  func expand(_ reduced: [Double]) -> [Double] {
    let n = original.rowCount
    var shares = [Double](repeating: 0, count: n)
    for k in pivots.indices.reversed() {
      var rest = reduced[k]
      for later in pivots[(k + 1)...] { rest -= columns.values[k * n + later] * shares[later] }
      shares[pivots[k]] = rest / columns.values[k * n + pivots[k]]
    }
    var all = [Double](repeating: 0, count: original.columnCount)
    for j in penalised { all[j] = original.dot(j, shares) / originalFactors[j] }
    for (index, j) in free.enumerated() { all[j] = reduced[pivots.count + index] }
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
  /// decomposition), down to 1e-14 of the first; and the rows of these elements.
  private static func pivotedFactor(
    _ kernel: [Double], order: Int
  ) -> (columns: [[Double]], pivots: [Int]) {
    var diagonal = (0..<order).map { kernel[$0 * order + $0] }
    let limit = 1e-14 * (diagonal.max() ?? 0)
    var factor: [[Double]] = []
    var pivots: [Int] = []
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
      pivots.append(pivot)
    }
    return (factor, pivots)
  }
}
