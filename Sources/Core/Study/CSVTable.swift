package import Components

/// A table of texts read from a CSV file (RFC 4180; comma, or tab in a `.tsv`; UTF-8, with or
/// without BOM; LF or CRLF).
package struct CSVTable: Hashable, Sendable {
  package var header: [String]
  /// Each row has `header.count` fields, surrounding blanks removed.
  package var rows: [[String]]
  /// Line of the file on which each row starts, 1-based.
  package var lines: [Int]

  package init(header: [String], rows: [[String]], lines: [Int]? = nil) {
    self.header = header
    self.rows = rows
    self.lines = lines ?? rows.indices.map { $0 + 2 }
  }

  /// - Throws: every row with a wrong number of fields, repeated or empty column names, an open
  ///   quote, an empty table.
  package static func parse(_ text: String, name: String) throws(InvalidInput) -> CSVTable {
    let separator = UInt8(ascii: name.hasSuffix(".tsv") ? "\t" : ",")
    let (records, openQuoteLine) = split(text, separator: separator)
    if let openQuoteLine {
      throw InvalidInput("\(name), line \(openQuoteLine)", "a quoted field is never closed")
    }
    guard let first = records.first else {
      throw InvalidInput(name, "the table is empty; a header line is needed")
    }
    var problems: [Problem] = []
    let header = first.fields
    var seen: Set<String> = []
    for column in header where !seen.insert(column).inserted || column.isEmpty {
      let what = column.isEmpty ? "a column has no name" : "column \"\(column)\" is given twice"
      problems.append(Problem("\(name), line \(first.line)", what))
    }
    for record in records.dropFirst() where record.fields.count != header.count {
      problems.append(
        Problem(
          "\(name), line \(record.line)",
          "\(record.fields.count) fields, but the header has \(header.count)"))
    }
    if records.count == 1 { problems.append(Problem(name, "the table has a header but no rows")) }
    if !problems.isEmpty { throw InvalidInput(problems) }
    let body = records.dropFirst()
    return CSVTable(header: header, rows: body.map(\.fields), lines: body.map(\.line))
  }

  /// Index of a column, or nil.
  package func column(_ name: String) -> Int? { header.firstIndex(of: name) }

  private static func split(_ text: String, separator: UInt8)
    -> (records: [(fields: [String], line: Int)], openQuoteLine: Int?)
  {
    var records: [(fields: [String], line: Int)] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var line = 1
    var recordLine = 1
    var quoteLine: Int?
    var wasQuoted = false
    func trimmed(_ bytes: [UInt8]) -> String {
      let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      let end = bytes.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? 0
      let start = bytes.firstIndex { !isBlank($0) } ?? end
      return String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
    }
    func endField() {
      fields.append(wasQuoted ? String(decoding: field, as: UTF8.self) : trimmed(field))
      field.removeAll(keepingCapacity: true)
      wasQuoted = false
    }
    func endRecord() {
      endField()
      if fields != [""] { records.append((fields, recordLine)) }
      fields.removeAll()
    }
    var bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if quoteLine != nil {
        if byte == UInt8(ascii: "\"") {
          if index < bytes.count, bytes[index] == byte {
            field.append(byte)
            index += 1
          } else {
            quoteLine = nil
          }
        } else {
          if byte == UInt8(ascii: "\n") { line += 1 }
          field.append(byte)
        }
      } else if byte == UInt8(ascii: "\""), trimmed(field).isEmpty {
        field.removeAll()
        quoteLine = line
        wasQuoted = true
      } else if byte == separator {
        endField()
      } else if byte == UInt8(ascii: "\n") {
        endRecord()
        line += 1
        recordLine = line
      } else if !(wasQuoted && (byte == 0x20 || byte == 0x0D)) {
        field.append(byte)
      }
    }
    if !field.isEmpty || !fields.isEmpty || wasQuoted { endRecord() }
    return (records, quoteLine)
  }
}

/// A field as CSV: quoted where it has to be.
package func csvField(_ text: String) -> String {
  let mustQuote = text.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
  return mustQuote ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
}
