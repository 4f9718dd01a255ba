/// What enters a regression as a whole and is tested as a whole: one number per row, or the
/// indicator columns of a category.
package struct LogisticTerm: Hashable, Sendable {
  package let name: String
  package let columnNames: [String]
  /// One array per column.
  package let columns: [[Double]]

  /// - Parameter values: one per row.
  package init(_ name: String, _ values: [Double]) {
    self.init(name, columnNames: [name], columns: [values])
  }

  package init(_ name: String, columnNames: [String], columns: [[Double]]) {
    precondition(columnNames.count == columns.count, "every column needs a name")
    (self.name, self.columnNames, self.columns) = (name, columnNames, columns)
  }

  /// A column per level but the first, 1 in the rows of that level (treatment contrasts).
  ///
  /// - Parameters:
  ///   - categories: one per row.
  ///   - levels: at least two, without repeats; the first is the reference.
  package init(_ name: String, categories: [String], levels: [String]) throws(StatisticsError) {
    if levels.count < 2 || Set(levels).count < levels.count {
      throw StatisticsError("\(name): levels must be two or more and differ; they are \(levels)")
    }
    if let row = categories.firstIndex(where: { !levels.contains($0) }) {
      throw StatisticsError(
        "\(name): row \(row + 1) is \(categories[row]), which is none of the levels \(levels)")
    }
    self.init(
      name, columnNames: levels.dropFirst().map { "\(name) \($0)" },
      columns: levels.dropFirst().map { level in categories.map { $0 == level ? 1 : 0 } })
  }
}
