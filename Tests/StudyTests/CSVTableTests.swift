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

  @Test func fieldsAreQuotedWhereNeeded() {
    #expect(csvField("plain") == "plain")
    #expect(csvField("a,\"b\"") == "\"a,\"\"b\"\"\"")
  }
}
