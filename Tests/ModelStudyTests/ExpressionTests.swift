import Components
import Foundation
import ModelStudy
import Testing

/// Oracle: pandas' nullable types, Golden/expressions.csv (see its first line). Both sides do the
/// same operations of IEEE arithmetic, so that numbers have to be equal.
@Suite struct ExpressionTests {
  private static let rowCount = 24

  /// The table of scripts/oracles/expressions.py.
  private static func table() throws -> ModelTable {
    var text = "ID,tmb,age-65,response,stage\n"
    for i in 0..<rowCount {
      let fields = [
        "P\(i)", i % 5 == 0 ? "NA" : "\(i * 7 % 19)", i % 7 == 3 ? "" : "\(i * 5 % 13 - 6)",
        i % 6 == 1 ? "NaN" : ["CR", "PR", "SD", "PD"][i * 3 % 4],
        i % 8 == 5 ? "n/a" : ["I", "II", "III"][i * 2 % 3],
      ]
      text += fields.joined(separator: ",") + "\n"
    }
    return try clinical(text)
  }

  @Test func valuesArePandas() throws {
    let path = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("Golden/expressions.csv")
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").dropFirst(2)
    #expect(lines.count == 20)
    let table = try Self.table()
    for line in lines {
      let parts = line.split(separator: ";").map { String($0) }
      let found: String
      switch try expression(parts[0]).values(in: table) {
      case .truths(let truths):
        found = truths.map { $0.map { $0 ? "1" : "0" } ?? "?" }.joined()
      case .numbers(let numbers):
        found = numbers.map { $0.isNaN ? "?" : "\($0)" }.joined(separator: " ")
      case .texts: found = ""
      }
      #expect(found == parts[1], "\(parts[0])")
    }
  }

  @Test(arguments: [
    ("", 1, "empty"), ("tmb >", 6, "found the end"), ("tmb = 3", 5, "write =="),
    ("tmb > 3 and age > 1", 9, "write &&"), ("not (tmb > 3)", 5, "write !"),
    ("tmb > 3 | age > 1", 9, "write ||"), ("tmb & age", 5, "write &&"),
    ("1 < tmb < 3", 9, "chained"), ("(tmb > 3", 9, "\")\""), ("tmb > 3)", 8, "found \")\""),
    ("stage in \"I\"", 10, "a list such as"), ("stage in [I]", 11, "in quotes"),
    ("stage in [\"I\" \"II\"]", 15, "\",\" or \"]\""), ("stage in []", 11, "in quotes"),
    ("stage == \"I", 10, "never ends"), ("`stage == 1", 1, "never ends"),
    ("`` == 1", 1, "backticks"),
    ("18F > 2", 1, "backticks"), ("tmb # 2", 5, "backticks"), ("1.2.3 > 2", 1, "not a number"),
    ("tmb > 1e999", 7, "not a number"), ("tmb tmb", 5, "an operator"),
    ("not tmb > 3", 5, "write !"), ("in > 3", 1, "a column"),
    ("stage in [-\"I\"]", 12, "a number"),
  ])
  func mistakesAreFoundAtTheirCharacter(text: String, position: Int, part: String) {
    let message = problems { () throws(InvalidInput) in try expression(text) }
    #expect(message.hasPrefix("outcome: `\(text)`, character \(position): "), "\(message)")
    #expect(message.contains(part), "\(message)")
  }

  @Test(arguments: [
    ("respnse == \"CR\"", 1, "did you mean \"response\"?"),
    ("1 + tmb-1", 5, "write blanks around -"),
    ("tmb == \"10\"", 5, "column \"tmb\" is a number, \"10\" is a text"),
    ("stage >= 2", 7, "(clinical.csv, line 2, patient P0: \"I\")"),
    ("stage > \"I\"", 7, "== and !="),
    ("tmb && tmb > 1", 1, "write tmb == 1"), ("!tmb == 1", 2, "needs a condition"),
    ("-stage", 2, "\"-\" needs a number"), ("(tmb > 1) + 1", 6, "is a condition"),
    ("(tmb > 1) == (tmb > 2)", 11, "cannot be compared"), ("tmb in [1, \"2\"]", 12, "is a text"),
    ("(tmb > 1) in [1]", 11, "before it"), ("stage == \"\"", 10, "missing value"),
    ("stage in [\"I\", \"NA\"]", 16, "missing value"),
  ])
  func operandsOfTheWrongKindAreFound(text: String, position: Int, part: String) throws {
    let table = try Self.table()
    let parsed = try expression(text)
    let message = problems { () throws(InvalidInput) in try parsed.values(in: table) }
    #expect(message.contains("`\(text)`, character \(position): "), "\(message)")
    #expect(message.contains(part), "\(message)")
  }

  @Test func allMistakesAtOnce() throws {
    let table = try Self.table()
    let parsed = try expression("tbm > 1 && stag == \"I\" || -stage > 2")
    #expect(parsed.columns == ["tbm", "stag", "stage"])
    let message = problems { () throws(InvalidInput) in try parsed.values(in: table) }
    #expect(message.split(separator: "\n").count == 3, "\(message)")
  }

  @Test func misspeltTextsAreNoted() throws {
    let parsed = try expression("response in [\"cr\", \"PR\"] || \"Pd\" != response")
    let notes = parsed.strayTexts(in: try Self.table())
    #expect(notes.count == 2)
    #expect(
      notes.first
        == "no row has the text \"cr\" in column \"response\" (texts: \"CR\", \"PD\", \"PR\", \"SD\")"
    )
  }

  @Test func deepAndLongExpressions() throws {
    let deep = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
    #expect(problems { () throws(InvalidInput) in try expression(deep) }.contains("100 levels"))
    let long = (0..<2000).map { "tmb == \($0)" }.joined(separator: " || ")
    guard case .truths(let truths) = try expression(long).values(in: try Self.table()) else {
      Issue.record("no condition")
      return
    }
    #expect(truths[0] == nil && truths[1] == true)
  }
}
