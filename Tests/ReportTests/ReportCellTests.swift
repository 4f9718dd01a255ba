import Report
import Statistics
import Testing

@Suite("Cells and the files of tables")
struct ReportCellTests {
  private func table(_ rows: [[any ReportCellContent]], doubtful: Set<Int> = []) -> ReportTable {
    var table = ReportTable(
      caption: "c", columns: [.init("Name"), .init("AUC", isNumeric: true)])
    for (place, row) in rows.enumerated() {
      table.append(row, isDoubtful: doubtful.contains(place))
    }
    return table
  }

  @Test func filesHaveFullNumbersInColumnsOfTheirOwn() {
    let table = table([
      ["a", ReportCell.interval(1 / 3.0, 0.1 + 0.2, 2 / 3.0)], ["b", ReportCell.fixed(nil)],
    ])
    #expect(table.rows == [["a", "0.33 (0.30 to 0.67)"], ["b", "n/a"]])
    #expect(
      table.exported == [
        ["Name", "AUC", "AUC: lower", "AUC: upper"],
        ["a", "0.3333333333333333", "0.30000000000000004", "0.6666666666666666"],
        ["b", "", "", ""],
      ])
    for text in table.exported[1][1...] { #expect(Double(text).map { "\($0)" } == text) }
  }

  @Test func textsAmongNumbersStay() {
    let table = table([["a", ReportCell.p(0.04)], ["b", "separated"], ["c", ""]], doubtful: [1])
    #expect(
      table.exported == [
        ["Name", "AUC", "AUC: value", "Doubtful"], ["a", "0.04", "0.04", "no"],
        ["b", "separated", "", "yes"], ["c", "", "", "no"],
      ])
    #expect(table.html().contains("<tr class=\"d\"><th scope=\"row\">b</th>"))
  }

  @Test func cellsShowWhatTheFormatterWrites() {
    for (cell, text, numbers) in [
      (ReportCell.share(12, of: 48), "12 of 48 (25.0%)", ["12", "48"]),
      (.percentage(0.125, places: 0), "13%", ["0.125"]), (.count(1_234), "1,234", ["1234"]),
      (.range(-1, 1), "\u{2212}1.00 to 1.00", ["-1", "1"]), (.p(1e-9), "< 0.001", ["1e-09"]),
      (.significant(.infinity), "∞", ["inf"]), (.interval(0.5, nil), "0.50", ["0.5", "", ""]),
    ] as [(ReportCell, String, [String])] {
      #expect(cell.text == text)
      #expect(cell.numbers.map { NumberText.exact($0.value) } == numbers)
    }
  }

  @Test func numbersThatThePageDoesNotShowAreInTheFile() {
    let table = table([["a", ReportCell.interval(0.9, 0.8, 0.95, more: [("plain lower", 0.81)])]])
    #expect(table.exported[0].last == "AUC: plain lower" && table.exported[1].last == "0.81")
  }
}
