package import Statistics

/// What can stand in a cell of a table: a text, or numbers with the text that shows them.
package protocol ReportCellContent: Sendable {
  var cell: ReportCell { get }
}

extension String: ReportCellContent {
  package var cell: ReportCell { ReportCell(self) }
}

/// A cell as the page shows it, and the numbers behind it, which the CSV file has in full.
package struct ReportCell: Hashable, Sendable, ReportCellContent, ExpressibleByStringLiteral {
  package struct Number: Hashable, Sendable {
    /// Which of several: "lower"; empty for the one that the column is about.
    package let name: String
    /// NaN where it is not defined.
    package let value: Double
  }

  package let text: String
  /// Empty for a text.
  package let numbers: [Number]

  package init(_ text: String, _ numbers: [(name: String, value: Double)] = []) {
    self.text = text
    self.numbers = numbers.map { Number(name: $0.name, value: $0.value) }
  }

  package init(stringLiteral text: String) { self.init(text) }

  package var cell: ReportCell { self }

  // MARK: As `NumberText` writes them

  package static func fixed(_ value: Double?, places: Int = 2) -> ReportCell {
    one(value, NumberText.fixed(value ?? .nan, places: places))
  }

  package static func significant(_ value: Double?, digits: Int = 3) -> ReportCell {
    one(value, NumberText.significant(value ?? .nan, digits: digits))
  }

  package static func count(_ value: Int) -> ReportCell {
    one(Double(value), NumberText.count(value))
  }

  /// In the file as a share of 1.
  package static func percentage(_ share: Double?, places: Int = 1) -> ReportCell {
    one(share, NumberText.percentage(share ?? .nan, places: places))
  }

  package static func p(_ p: Double?) -> ReportCell { one(p, NumberText.p(p ?? .nan)) }

  private static func one(_ value: Double?, _ text: String) -> ReportCell {
    ReportCell(text, [("", value ?? .nan)])
  }

  package static func share(_ part: Int, of whole: Int, places: Int = 1) -> ReportCell {
    ReportCell(
      NumberText.share(part, of: whole, places: places),
      [("", Double(part)), ("of", Double(whole))])
  }

  package static func range(_ lower: Double, _ upper: Double, places: Int = 2) -> ReportCell {
    ReportCell(
      NumberText.range(lower, upper, places: places), [("lower", lower), ("upper", upper)])
  }

  /// - Parameter more: numbers for the file that the page does not show.
  package static func interval(
    _ estimate: Double?, _ lower: Double, _ upper: Double, places: Int = 2,
    more: [(name: String, value: Double)] = []
  ) -> ReportCell {
    ReportCell(
      NumberText.interval(estimate ?? .nan, lower, upper, places: places),
      [("", estimate ?? .nan), ("lower", lower), ("upper", upper)] + more)
  }

  package static func interval(
    _ estimate: Double?, _ limits: Interval?, places: Int = 2
  ) -> ReportCell {
    interval(estimate, limits?.lower ?? .nan, limits?.upper ?? .nan, places: places)
  }
}

extension ReportTable {
  /// Head and rows of the CSV file: numbers as the shortest decimals that read back as the same
  /// numbers, each in a column of its own ("AUC", "AUC: lower", "AUC: upper"), empty where one is
  /// not defined. A column of both texts and numbers has its texts first, as the page has them.
  package var exported: [[String]] {
    var result: [[String]] = Array(repeating: [], count: cells.count + 1)
    for (index, column) in columns.enumerated() {
      let own = cells.map { $0[index] }
      func add(_ title: String, _ field: (ReportCell) -> String) {
        result[0].append(title)
        for (place, cell) in own.enumerated() { result[place + 1].append(field(cell)) }
      }
      var names: [String] = []
      for number in own.flatMap(\.numbers) where !names.contains(number.name) {
        names.append(number.name)
      }
      let hasTexts = own.contains {
        $0.numbers.isEmpty && $0.text != "" && $0.text != NumberText.undefined
      }
      if names.isEmpty || hasTexts { add(column.title) { $0.text } }
      for name in names {
        let label = name.isEmpty && hasTexts ? "value" : name
        add(label.isEmpty ? column.title : "\(column.title): \(label)") { cell in
          cell.numbers.first { $0.name == name }.map { NumberText.exact($0.value) } ?? ""
        }
      }
    }
    if !doubtful.isEmpty {
      result[0].append("Doubtful")
      for place in cells.indices {
        result[place + 1].append(doubtful.contains(place) ? "yes" : "no")
      }
    }
    return result
  }
}
