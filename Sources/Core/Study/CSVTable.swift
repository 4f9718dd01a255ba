package import Components

/// A table of texts, as a `CSVFile` holds it.
package struct CSVTable: Hashable, Sendable {
  package var header: [String]
  /// Each row has `header.count` fields, blanks around those that are not quoted removed.
  package var rows: [[String]]
  /// Line of the file on which each row starts, 1-based.
  package var lines: [Int]

  package init(header: [String], rows: [[String]], lines: [Int]? = nil) {
    self.header = header
    self.rows = rows
    self.lines = lines ?? rows.indices.map { $0 + 2 }
  }

  /// - Throws: what `CSVFile` refuses.
  package static func parse(_ text: String, name: String) throws(InvalidInput) -> CSVTable {
    let file = try CSVFile(ByteSource(text), name: name)
    var rows: [[String]] = []
    let lines = try file.read { column, field in
      if column == 0 { rows.append([]) }
      rows[rows.count - 1].append(String(decoding: field, as: UTF8.self))
    }
    return CSVTable(header: file.header, rows: rows, lines: lines)
  }

  /// Index of a column, or nil.
  package func column(_ name: String) -> Int? { header.firstIndex(of: name) }
}

/// A field as CSV: quoted where it has to be.
package func csvField(_ text: String) -> String {
  let mustQuote = text.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
  return mustQuote ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
}
