/// A table that somebody keeps in memory column by column, such as a mapped file.
package protocol ColumnStore: AnyObject, Sendable {
  var rowCount: Int { get }
  /// The `rowCount` values of a column, for as long as the store lives.
  func column(_ index: Int) -> UnsafePointer<Double>
}

/// Rows and columns of a store, and what steps have done to the columns since.
package struct TableView: Sendable {
  private let store: any ColumnStore
  /// Of the store, repeats included.
  package let rows: [Int]
  /// Whether they are all rows of the store in their order.
  private let isWhole: Bool
  /// Of the store.
  package private(set) var columns: [Int]
  /// In the order in which they are done; `places` has the step's column for each of `columns`.
  private var changes: [(step: any ColumnwiseTransform, places: [Int])] = []

  package init(_ store: any ColumnStore, rows: [Int], columns: [Int]) {
    precondition(rows.allSatisfy { (0..<store.rowCount).contains($0) })
    self.store = store
    self.rows = rows
    self.columns = columns
    isWhole = rows.counts(upTo: store.rowCount)
  }

  private init(_ other: TableView, rows: [Int]) {
    self.init(other.store, rows: rows, columns: other.columns)
    changes = other.changes
  }

  func rows(_ indices: [Int]) -> TableView { TableView(self, rows: indices.map { rows[$0] }) }

  func columns(_ indices: [Int]) -> TableView {
    var part = self
    part.columns = indices.map { columns[$0] }
    part.changes = changes.map { change in (change.step, indices.map { change.places[$0] }) }
    return part
  }

  func changed(by step: any ColumnwiseTransform) -> TableView {
    var changed = columns(step.sources)
    changed.changes.append((step, Array(step.sources.indices)))
    return changed
  }

  /// Calls `body` with the values of a column, which are not copied where they are the store's.
  func withColumn<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<Double>) -> Result
  ) -> Result {
    guard isWhole, changes.isEmpty else {
      return values(ofColumn: index).withUnsafeBufferPointer(body)
    }
    return withExtendedLifetime(store) {
      body(UnsafeBufferPointer(start: store.column(columns[index]), count: rows.count))
    }
  }

  func values(ofColumn index: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: rows.count) { values, count in
      write(index, to: values)
      count = rows.count
    }
  }

  var values: [Double] {
    let count = rows.count
    return [Double](unsafeUninitializedCapacity: count * columns.count) { values, total in
      for column in columns.indices {
        write(
          column,
          to: UnsafeMutableBufferPointer(rebasing: values[column * count..<(column + 1) * count]))
      }
      total = count * columns.count
    }
  }

  private func write(_ index: Int, to values: UnsafeMutableBufferPointer<Double>) {
    guard let target = values.baseAddress else { return }
    withExtendedLifetime(store) {
      let source = store.column(columns[index])
      rows.withUnsafeBufferPointer { rows in
        var i = 0
        while i < rows.count {
          (target + i).initialize(to: source[rows[i]])
          i &+= 1
        }
      }
    }
    let written = UnsafeMutableBufferPointer(start: target, count: rows.count)
    for (step, places) in changes { Self.change(written, by: step, places[index]) }
  }

  /// Does a step to a column; all of it is missing where the step refuses a value.
  static func change(
    _ values: UnsafeMutableBufferPointer<Double>, by step: any ColumnwiseTransform, _ column: Int
  ) {
    do throws(LearningError) {
      try step.change(values, ofColumn: column)
    } catch {
      values.update(repeating: .nan)
    }
  }
}

/// A fitted step that makes each of its columns from one column by itself, row by row.
package protocol ColumnwiseTransform: FittedTransform {
  /// For each column that comes out, the one that it is made from.
  var sources: [Int] { get }
  /// Changes values in place.
  /// - Parameter column: of those that come out.
  /// - Throws: a value that the step has no answer for.
  func change(
    _ values: UnsafeMutableBufferPointer<Double>, ofColumn column: Int
  ) throws(LearningError)
}

extension ColumnwiseTransform {
  /// Some of the columns that come out.
  /// - Parameters:
  ///   - values: column by column, the values that these columns are made from.
  ///   - columns: of those that come out.
  package func change(_ values: inout [Double], to columns: [Int]) throws(LearningError) {
    if columns.isEmpty { return }
    let count = values.count / columns.count
    try values.withUnsafeMutableBufferPointer { values throws(LearningError) in
      for (place, column) in columns.enumerated() {
        try change(
          UnsafeMutableBufferPointer(rebasing: values[place * count..<(place + 1) * count]),
          ofColumn: column)
      }
    }
  }

  /// All columns that come out, with values of their own.
  func changed(_ features: FeatureMatrix) throws(LearningError) -> FeatureMatrix {
    var values = features.columns(sources).values
    try change(&values, to: Array(sources.indices))
    return FeatureMatrix(
      rowCount: features.rowCount, columnCount: sources.count, values: values)
  }
}

/// A preparation or selector that looks at one column after another. It is handed views as they are;
/// others get values of their own, as all models do.
package protocol ColumnByColumn {}

extension [Int] {
  /// Whether these are 0, 1, ... and `count` in number.
  package func counts(upTo count: Int) -> Bool {
    guard self.count == count else { return false }
    return withUnsafeBufferPointer { numbers in
      var i = 0
      while i < count, numbers[i] == i { i &+= 1 }
      return i == count
    }
  }
}
