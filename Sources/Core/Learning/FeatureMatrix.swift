/// Rows (patients or lesions) by columns (features), column by column in memory; NaN is missing.
package struct FeatureMatrix: Hashable, Sendable {
  package let rowCount: Int
  package let columnCount: Int
  /// Value of row i in column j is `values[j * rowCount + i]`.
  package let values: [Double]

  /// - Precondition: `rowCount * columnCount` values.
  package init(rowCount: Int, columnCount: Int, values: [Double]) {
    precondition(rowCount >= 0 && columnCount >= 0 && values.count == rowCount * columnCount)
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.values = values
  }

  /// - Parameter columns: of equal length.
  package init(rowCount: Int, columns: [[Double]]) {
    precondition(columns.allSatisfy { $0.count == rowCount })
    self.init(rowCount: rowCount, columnCount: columns.count, values: Array(columns.joined()))
  }

  package func column(_ index: Int) -> ArraySlice<Double> {
    values[index * rowCount..<(index + 1) * rowCount]
  }

  /// Calls `body` with the `rowCount` values of a column.
  package func withColumn<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<Double>) -> Result
  ) -> Result {
    precondition((0..<columnCount).contains(index))
    return values.withUnsafeBufferPointer { values in
      body(UnsafeBufferPointer(rebasing: values[index * rowCount..<(index + 1) * rowCount]))
    }
  }

  /// Some rows, in the given order, repeats included.
  package func rows(_ indices: [Int]) -> FeatureMatrix {
    var taken: [Double] = []
    taken.reserveCapacity(indices.count * columnCount)
    for column in 0..<columnCount {
      let start = column * rowCount
      for index in indices { taken.append(values[start + index]) }
    }
    return FeatureMatrix(rowCount: indices.count, columnCount: columnCount, values: taken)
  }

  /// Some columns, in the given order.
  package func columns(_ indices: [Int]) -> FeatureMatrix {
    var taken: [Double] = []
    taken.reserveCapacity(rowCount * indices.count)
    for index in indices { taken += column(index) }
    return FeatureMatrix(rowCount: rowCount, columnCount: indices.count, values: taken)
  }
}
