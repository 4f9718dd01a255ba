/// A column of a clinical table: one value per patient, nil where it is missing.
package struct CohortColumn: Sendable {
  package enum Values: Sendable {
    case numbers([Double?])
    /// - levels: in the order in which the table lists them.
    case categories([String?], levels: [String])
  }

  package let name: String
  package let values: Values

  package init(_ name: String, numbers: [Double?]) {
    (self.name, values) = (name, .numbers(numbers))
  }

  /// - Parameter levels: those that occur, sorted by their characters, if not given.
  package init(_ name: String, categories: [String?], levels: [String]? = nil) {
    self.name = name
    values = .categories(
      categories, levels: levels ?? Set(categories.compactMap { $0 }).sorted())
  }

  package var rowCount: Int {
    switch values {
    case .numbers(let numbers): numbers.count
    case .categories(let categories, _): categories.count
    }
  }

  func check(_ rows: Int) throws(StatisticsError) {
    try InputChecks.count(rowCount, "values of \(name)", equals: rows)
    switch values {
    case .numbers(let numbers):
      if let row = numbers.firstIndex(where: { $0.map { !$0.isFinite } ?? false }) {
        throw StatisticsError(
          "\(name) must be finite numbers or missing; row \(row + 1) is \(numbers[row] ?? .nan)")
      }
    case .categories(let categories, let levels):
      if Set(levels).count < levels.count {
        throw StatisticsError("\(name): levels must differ; they are \(levels)")
      }
      if let row = categories.firstIndex(where: { $0.map { !levels.contains($0) } ?? false }) {
        throw StatisticsError(
          "\(name): row \(row + 1) is \(categories[row] ?? ""), which is none of the levels"
            + " \(levels)")
      }
    }
  }
}
