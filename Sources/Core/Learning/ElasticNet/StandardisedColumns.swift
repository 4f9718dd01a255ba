internal import Numerics

/// The columns of a table, centred and scaled as glmnet does: weighted mean 0 and, where asked,
/// weighted population variance 1.
struct StandardisedColumns: Sendable {
  let rowCount: Int
  let columnCount: Int
  /// Value of row i in column j is `values[j * rowCount + i]`; 0 throughout a constant column.
  private(set) var values: [Double]
  let means: [Double]
  /// What a column was divided by: its population SD, or 1.
  let scales: [Double]
  /// Population SD, 0 for a constant column.
  let deviations: [Double]
  let isConstant: [Bool]

  /// - Parameters:
  ///   - weights: one per row, sum 1.
  ///   - scaling: whether columns are divided by their SD.
  init(_ features: FeatureMatrix, weights: [Double], scaling: Bool) {
    precondition(weights.count == features.rowCount)
    let n = features.rowCount
    rowCount = n
    columnCount = features.columnCount
    var values = features.values
    var means = [Double](repeating: 0, count: columnCount)
    var scales = [Double](repeating: 1, count: columnCount)
    var deviations = means
    var isConstant = [Bool](repeating: false, count: columnCount)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, n > 0 else { return }
      for j in 0..<means.count {
        let x = base + j &* n
        isConstant[j] = ColumnSummary.isConstant(UnsafeBufferPointer(start: x, count: n))
        let mean = isConstant[j] ? x[0] : DenseKernels.dot(weights, x, n)
        means[j] = mean
        for i in 0..<n { x[i] -= mean }
        if isConstant[j] { continue }
        deviations[j] = DenseKernels.weightedSquare(weights, x, n).squareRoot()
        // A spread that underflows cannot be told from none.
        guard deviations[j] > 0 else {
          isConstant[j] = true
          for i in 0..<n { x[i] = 0 }
          continue
        }
        if scaling {
          scales[j] = deviations[j]
          let factor = 1 / scales[j]
          for i in 0..<n { x[i] *= factor }
        }
      }
    }
    self.values = values
    self.means = means
    self.scales = scales
    self.deviations = deviations
    self.isConstant = isConstant
  }

  /// Columns that are used as they are.
  init(rowCount: Int, columns: [[Double]]) {
    self.rowCount = rowCount
    columnCount = columns.count
    values = Array(columns.joined())
    precondition(values.count == rowCount * columnCount)
    means = [Double](repeating: 0, count: columnCount)
    scales = [Double](repeating: 1, count: columnCount)
    deviations = scales
    isConstant = [Bool](repeating: false, count: columnCount)
  }

  /// Values of some columns, one column after the other.
  func values(of columns: [Int]) -> [Double] {
    columns.count == columnCount ? values : columns.flatMap { column($0) }
  }

  func column(_ index: Int) -> [Double] {
    Array(values[index * rowCount..<(index + 1) * rowCount])
  }

  /// Scalar product of a column with one number per row.
  func dot(_ index: Int, _ rows: [Double]) -> Double {
    values.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return 0 }
      return DenseKernels.dot(base + index &* rowCount, rows, rowCount)
    }
  }

  /// `out[j]` = `dot(j, rows)` for some columns j.
  func dots(_ among: [Int], _ rows: [Double], into out: inout [Double]) {
    let n = rowCount
    values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 4) { four in
        guard let results = four.baseAddress else { return }
        var k = 0
        while k &+ 3 < among.count {
          let (a, b, c, d) = (among[k], among[k &+ 1], among[k &+ 2], among[k &+ 3])
          DenseKernels.dots(
            rows, (base + a &* n, base + b &* n, base + c &* n, base + d &* n), n, into: results)
          (out[a], out[b], out[c], out[d]) = (results[0], results[1], results[2], results[3])
          k &+= 4
        }
        while k < among.count {
          out[among[k]] = DenseKernels.dot(base + among[k] &* n, rows, n)
          k &+= 1
        }
      }
    }
  }

  /// Euclidean length of each column.
  var norms: [Double] {
    values.withUnsafeBufferPointer { values in
      (0..<columnCount).map { j in
        guard let x = values.baseAddress.map({ $0 + j &* rowCount }) else { return 0 }
        return DenseKernels.dot(x, x, rowCount).squareRoot()
      }
    }
  }

  /// Adds `factor` times a column to one number per row.
  func add(_ factor: Double, _ index: Int, to rows: inout [Double]) {
    values.withUnsafeBufferPointer { values in
      rows.withUnsafeMutableBufferPointer { rows in
        guard let base = values.baseAddress, let target = rows.baseAddress else { return }
        DenseKernels.add(factor, base + index &* rowCount, to: target, rowCount)
      }
    }
  }
}
