import Components
import Study
import Testing

@Suite struct SettingsDocumentTests {
  private func parse(_ text: String) throws -> SettingValue {
    try SettingsDocument.parse(text, name: "study.yml")
  }

  private func message(_ text: String) -> String {
    do {
      _ = try parse(text)
      return "no error"
    } catch let error as InvalidInput {
      return error.description
    } catch {
      return "another error"
    }
  }

  @Test func plainScalarsHaveTheirTypes() throws {
    let value = try parse("{a: 1, b: 2.5, c: true, d: no, e: '1', f: ~, g: 1e-3, h: 1.2.3}")
    guard case .map(let map) = value else {
      Issue.record("not a mapping")
      return
    }
    #expect(
      map.entries.map(\.value) == [
        .integer(1), .number(2.5), .flag(true), .text("no"), .text("1"), .null, .number(0.001),
        .text("1.2.3"),
      ])
  }

  @Test func linesAreKept() throws {
    guard case .map(let map) = try parse("a: 1\n\nb:\n  c: 2\n") else { return }
    #expect(map.line(of: "b") == 3)
  }

  @Test func aliasBombIsRefused() {
    var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for index in 0..<9 {
      let names = Array(repeating: "*a\(index == 0 ? "" : "\(index)")", count: 9)
      text += "a\(index + 1): &a\(index + 1) [\(names.joined(separator: ", "))]\n"
    }
    #expect(message(text).contains("line 1"))
    #expect(message(text).contains("anchors"))
  }

  @Test func deepNestingIsRefused() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(message("a: " + deep).contains("nested deeper"))
    let blocks = (0..<200).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(message(blocks + String(repeating: " ", count: 200) + "b: 1").contains("nested deeper"))
  }

  @Test func sizeIsBounded() {
    #expect(
      message(String(repeating: "#", count: SettingsDocument.maximumBytes + 1))
        .contains("bytes"))
    let many = "a: [" + String(repeating: "1,", count: SettingsDocument.maximumNodes) + "1]"
    #expect(message(many).contains("more than"))
  }

  @Test func brokenYAMLNamesTheFile() {
    #expect(message("a: [1, 2").contains("study.yml"))
    #expect(message("a: 1\na: 2").contains("study.yml"))
  }

  @Test func starsInsideTextsAreFine() throws {
    #expect(try parse("a: \"*x &y\"") != .null)
    #expect(try parse("a: 2 * 3  # *note") != .null)
  }
}
