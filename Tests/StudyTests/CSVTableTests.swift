import Components
import Study
import Testing

@Suite struct CSVTableTests {
  @Test func quotesBOMAndLineEnds() throws {
    let table = try CSVTable.parse(
      "\u{FEFF}id, name ,note\r\n1,\"a, b\",\"say \"\"hi\"\"\"\r\n2,c,\"two\nlines\"\r\n3,d,",
      name: "t.csv")
    #expect(table.header == ["id", "name", "note"])
    #expect(
      table.rows == [["1", "a, b", "say \"hi\""], ["2", "c", "two\nlines"], ["3", "d", ""]])
    #expect(table.lines == [2, 3, 5])
  }

  @Test func everyProblemIsNamed() {
    let error = #expect(throws: InvalidInput.self) {
      try CSVTable.parse("a,a,\n1,2\n1,2,3,4\n1,2,3\n", name: "t.csv")
    }
    #expect(error?.problems.count == 4)
    #expect(error?.description.contains("t.csv, line 2: 2 fields, but the header has 3") == true)
  }

  @Test(arguments: ["", "\n\n", "a,b\n", "a,b\n1,\"open\n"])
  func emptyAndOpenTablesAreRefused(_ text: String) {
    #expect(throws: InvalidInput.self) { try CSVTable.parse(text, name: "t.csv") }
  }

  /// A file is read in pieces: where one ends may change nothing.
  @Test(arguments: [
    "\u{FEFF}id, name ,note\r\n1,\"a, b\",\"say \"\"hi\"\"\"\r\n\r\n2,c,\"two\nlines\"\r\n3,d,",
    "a,b\n \"x\" ,\" y \" \n\"\" \"z\",\"\"\"\"\n\"q\"r\"s\", t\"u\n,\n", "a,b\n1,2\n3,\"4\n5\n",
    "a,b\n1\n",
    "a\tb\n\t\n \t\"\t\"", "a,b\n1,\u{20AC} \"\u{E9}\"", "", "\u{FEFF}", "\"\"\n", "\"a",
  ])
  func piecesMakeNoDifference(_ text: String) throws {
    let name = text.contains("\t") ? "t.tsv" : "t.csv"
    let whole = outcome(of: text, name, pieceLength: 1 << 18)
    for length in 1...40 { #expect(outcome(of: text, name, pieceLength: length) == whole) }
  }

  private func outcome(of text: String, _ name: String, pieceLength: Int) -> String {
    do throws(InvalidInput) {
      let file = try CSVFile(ByteSource(text), name: name, pieceLength: pieceLength)
      var fields: [[String]] = []
      let lines = try file.read { column, field in
        if column == 0 { fields.append([]) }
        fields[fields.count - 1].append(String(decoding: field, as: UTF8.self))
      }
      return "\(file.header) \(fields) \(lines)"
    } catch {
      return error.description
    }
  }

  @Test func oddQuotes() throws {
    let table = try CSVTable.parse(
      "a,b\n \"x\" ,\" y \" \n\"\" \"z\",\"\"\"\"\n\"q\"r\"s\", t\"u\n", name: "t.csv")
    #expect(table.rows == [["x", " y "], ["z", "\""], ["qr\"s\"", "t\"u"]])
    let open = #expect(throws: InvalidInput.self) {
      try CSVTable.parse("a,a\n1\n\"2\n\",\"\" \"\n3,4", name: "t.csv")
    }
    #expect(open?.description == "t.csv, line 4: a quoted field is never closed")
  }

  /// Bytes on both sides of a quote are no one character, and each makes a mark of its own.
  @Test func bytesThatAreNoText() throws {
    let bytes: [UInt8] = [0x61, 0x0A, 0x22, 0xC3, 0x22, 0xA9, 0x78, 0x0A, 0xC3, 0xA9, 0xFF]
    let source = ByteSource { offset, buffer throws(InvalidInput) in
      let rest = bytes[min(offset, bytes.count)...].prefix(buffer.count)
      buffer.copyBytes(from: rest)
      return rest.count
    }
    var fields: [String] = []
    let lines = try CSVFile(source, name: "t.csv", pieceLength: 4).read { _, field in
      fields.append(String(decoding: field, as: UTF8.self))
    }
    #expect(fields == ["\u{FFFD}\u{FFFD}x", "\u{E9}\u{FFFD}"] && lines == [2, 3])
  }

  @Test func failuresOfReadingComeThrough() {
    let source = ByteSource { offset, _ throws(InvalidInput) in
      throw InvalidInput("t.csv", "gone at \(offset)")
    }
    let error = #expect(throws: InvalidInput.self) { _ = try CSVFile(source, name: "t.csv") }
    #expect(error?.description == "t.csv: gone at 0")
  }

  @Test func fieldsAreQuotedWhereNeeded() {
    #expect(csvField("plain") == "plain")
    #expect(csvField("a,\"b\"") == "\"a,\"\"b\"\"\"")
  }
}
