/// Rows (patients or lesions) by columns (features), column by column; NaN is missing.
///
/// Values are its own, or those of a table that is kept elsewhere: a view, which holds row and column
/// numbers only and makes a column when it is looked at.
package struct FeatureMatrix: Sendable {
  package let rowCount: Int
  package let columnCount: Int
  private let own: [Double]
  private let view: TableView?

  /// - Precondition: `rowCount * columnCount` values.
  package init(rowCount: Int, columnCount: Int, values: [Double]) {
    precondition(rowCount >= 0 && columnCount >= 0 && values.count == rowCount * columnCount)
    self.rowCount = rowCount
    self.columnCount = columnCount
    own = values
    view = nil
  }

  /// - Parameter columns: of equal length.
  package init(rowCount: Int, columns: [[Double]]) {
    precondition(columns.allSatisfy { $0.count == rowCount })
    self.init(rowCount: rowCount, columnCount: columns.count, values: Array(columns.joined()))
  }

  package init(_ view: TableView) {
    rowCount = view.rows.count
    columnCount = view.columns.count
    own = []
    self.view = view
  }

  /// Whether the values are in another table.
  package var isView: Bool { view != nil }

  /// Value of row i in column j is `values[j * rowCount + i]`. A view makes all of them each time:
  /// what reads them more than once takes `materialised`.
  package var values: [Double] { view.map { $0.values } ?? own }

  /// The same with values of its own.
  package var materialised: FeatureMatrix {
    isView
      ? FeatureMatrix(rowCount: rowCount, columnCount: columnCount, values: values) : self
  }

  package func column(_ index: Int) -> ArraySlice<Double> {
    if let view { return view.values(ofColumn: index)[...] }
    return own[index * rowCount..<(index + 1) * rowCount]
  }

  /// Calls `body` with the `rowCount` values of a column.
  package func withColumn<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<Double>) -> Result
  ) -> Result {
    precondition((0..<columnCount).contains(index))
    if let view { return view.withColumn(index, body) }
    return own.withUnsafeBufferPointer { values in
      body(UnsafeBufferPointer(rebasing: values[index * rowCount..<(index + 1) * rowCount]))
    }
  }

  /// Some rows, in the given order, repeats included.
  package func rows(_ indices: [Int]) -> FeatureMatrix {
    if let view { return FeatureMatrix(view.rows(indices)) }
    var taken: [Double] = []
    taken.reserveCapacity(indices.count * columnCount)
    for column in 0..<columnCount {
      let start = column * rowCount
      for index in indices { taken.append(own[start + index]) }
    }
    return FeatureMatrix(rowCount: indices.count, columnCount: columnCount, values: taken)
  }

  /// Some columns, in the given order.
  package func columns(_ indices: [Int]) -> FeatureMatrix {
    if indices.counts(upTo: columnCount) { return self }
    if let view { return FeatureMatrix(view.columns(indices)) }
    var taken: [Double] = []
    taken.reserveCapacity(rowCount * indices.count)
    for index in indices { taken += column(index) }
    return FeatureMatrix(rowCount: rowCount, columnCount: indices.count, values: taken)
  }

  /// What a step makes of each column; a view does it when a column is looked at.
  /// - Parameter step: one that takes all these values; a column that it refuses becomes missing.
  package func changed(by step: any ColumnwiseTransform) -> FeatureMatrix {
    if let view { return FeatureMatrix(view.changed(by: step)) }
    var values = columns(step.sources).values
    let count = rowCount
    values.withUnsafeMutableBufferPointer { values in
      for column in 0..<step.sources.count {
        TableView.change(
          UnsafeMutableBufferPointer(rebasing: values[column * count..<(column + 1) * count]),
          by: step, column)
      }
    }
    return FeatureMatrix(rowCount: rowCount, columnCount: step.sources.count, values: values)
  }
}

extension FeatureMatrix: Hashable {
  package static func == (a: FeatureMatrix, b: FeatureMatrix) -> Bool {
    a.rowCount == b.rowCount && a.columnCount == b.columnCount && a.values == b.values
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(rowCount)
    hasher.combine(columnCount)
    hasher.combine(values)
  }
}
