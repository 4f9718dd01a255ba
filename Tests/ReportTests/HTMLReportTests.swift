import Report
import Testing

@Suite struct HTMLReportTests {
  @Test func pageIsXMLWithoutScriptOrNetwork() throws {
    let page = try SyntheticFigures.report().html()
    let reading = XMLReading(page)
    #expect(reading.isWellFormed, "\(reading.problem)")
    #expect(!reading.elements.contains("script"))
    let links = reading.attributes.filter { ["src", "href"].contains($0.name) }.map(\.value)
    #expect(!links.isEmpty && links.allSatisfy { $0.hasPrefix("#") })
    #expect(!reading.attributes.contains { $0.name.hasPrefix("on") })
    #expect(!page.contains("url(") && !page.contains("@import"))
  }

  @Test func identifiersAreUniqueAndReferencesHit() throws {
    let reading = XMLReading(try SyntheticFigures.report().html())
    let ids = reading.attributes.filter { $0.name == "id" }.map(\.value)
    #expect(Set(ids).count == ids.count)
    for attribute in reading.attributes {
      if attribute.name == "href" { #expect(ids.contains(String(attribute.value.dropFirst()))) }
      if attribute.name == "aria-labelledby" {
        for id in attribute.value.split(separator: " ") { #expect(ids.contains(String(id))) }
      }
    }
  }

  @Test func everyTextIsEscaped() throws {
    let attack = "<script>alert('x')</script>\"&\u{1}"
    var table = ReportTable(caption: attack, columns: [.init(attack), .init(attack)])
    table.append([attack, attack])
    let figure = Figure.forest(
      [ForestRow(attack, 1, 0.5, 2)], title: attack, measure: attack, method: attack)
    let page = HTMLReport(
      study: attack, fingerprint: attack, date: attack, facts: [(attack, attack)],
      sections: [
        .init(
          attack,
          [
            .paragraph(attack), .warning(attack), .list([attack]), .facts([(attack, attack)]),
            .listing(title: attack, text: attack), .table(table), .figure(figure),
          ])
      ]
    ).html()
    #expect(XMLReading(page).isWellFormed)
    #expect(!page.contains("<script") && !page.contains("alert('"))
  }

  @Test func escaping() {
    #expect(Markup.escaped("a<b>&\"c'") == "a&lt;b&gt;&amp;&quot;c&#39;")
    #expect(Markup.escaped("\u{0}\u{B}\u{7F}\u{FFFE}é\n") == "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}é\n")
    #expect(Markup.identifier("Overall survival (OS)") == "overall-survival-os")
    #expect(Markup.identifier("5 folds") == "part-5-folds")
    #expect(Markup.identifier("é") == "part")
  }

  @Test func longTablesAreFolded() {
    var table = ReportTable(caption: "Long.", columns: [.init("a")])
    for row in 0..<25 { table.append(["\(row)"]) }
    #expect(table.html().hasPrefix("<details><summary>Long. (25 rows)</summary>"))
    table.openRows = 25
    #expect(!table.html().contains("<details>"))
  }

  @Test func equalReportsGiveEqualPages() throws {
    #expect(try SyntheticFigures.report().html() == SyntheticFigures.report().html())
  }
}
