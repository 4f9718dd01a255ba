package import Components

/// A CSV file (RFC 4180; comma, or tab in a `.tsv`; UTF-8, with or without BOM; LF or CRLF) that is
/// read piece by piece.
package struct CSVFile {
  package let name: String
  package let header: [String]
  private let source: ByteSource
  private let pieceLength: Int
  /// What is wrong with the header.
  private let problems: [Problem]

  /// Reads the header.
  /// - Parameters:
  ///   - name: of the file, for messages.
  ///   - pieceLength: bytes that are read at a time.
  /// - Throws: an open quote, an empty file, what reading throws.
  package init(
    _ source: ByteSource, name: String, pieceLength: Int = 1 << 18
  ) throws(InvalidInput) {
    self.source = source
    self.name = name
    self.pieceLength = pieceLength
    var fields = try CSVFields(source, name: name, pieceLength: pieceLength)
    guard try fields.advance() else {
      throw InvalidInput(name, "the table is empty; a header line is needed")
    }
    let line = fields.recordLine
    var header = [fields.withField { String(decoding: $0, as: UTF8.self) }]
    while !fields.isLast, try fields.advance() {
      header.append(fields.withField { String(decoding: $0, as: UTF8.self) })
    }
    var problems: [Problem] = []
    var seen: Set<String> = []
    for column in header where !seen.insert(column).inserted || column.isEmpty {
      let what = column.isEmpty ? "a column has no name" : "column \"\(column)\" is given twice"
      problems.append(Problem("\(name), line \(line)", what))
    }
    self.header = header
    self.problems = problems
  }

  /// At least as many as there are rows.
  package func lineCount() throws(InvalidInput) -> Int {
    try source.count(of: UInt8(ascii: "\n")) + 1
  }

  /// Hands out the fields of all rows, row by row; blanks around a field that is not quoted are gone.
  /// - Returns: the line of the file on which each row starts, 1-based.
  /// - Throws: every row with a wrong number of fields, repeated or empty column names, an open
  ///   quote, a table without rows, what reading throws.
  package func read(
    _ body: (_ column: Int, _ field: UnsafeBufferPointer<UInt8>) -> Void
  ) throws(InvalidInput) -> [Int] {
    var fields = try CSVFields(source, name: name, pieceLength: pieceLength)
    var problems = problems
    var lines: [Int] = []
    var column = 0
    while try fields.advance(), !fields.isLast {}
    while try fields.advance() {
      if column < header.count { fields.withField { body(column, $0) } }
      column += 1
      if !fields.isLast { continue }
      if column != header.count {
        problems.append(
          Problem(
            "\(name), line \(fields.recordLine)",
            "\(column) fields, but the header has \(header.count)"))
      }
      lines.append(fields.recordLine)
      column = 0
    }
    if lines.isEmpty { problems.append(Problem(name, "the table has a header but no rows")) }
    if !problems.isEmpty { throw InvalidInput(problems) }
    return lines
  }
}
