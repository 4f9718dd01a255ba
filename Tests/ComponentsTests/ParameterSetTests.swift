import Components
import Testing

private enum Colour: String, CaseIterable, SendableMetatype { case red, green }

private struct Sample: ParameterSet {
  var width = 25.0
  var count = 0
  var isOn = false
  var colour = Colour.red
  var distances = [1]
  var name = "x"

  static let fields: [Field<Self>] = [
    .number("width", \.width, in: 0...100, exclusiveLower: true, "A width."),
    .integer("count", \.count, in: 0...10, "A count."),
    .flag("isOn", \.isOn, "A flag."),
    .choice("colour", \.colour, "A colour."),
    .integers("distances", \.distances, in: 1...5, count: 1...3, "Distances."),
    .text("name", \.name, "A name."),
  ]
}

private func map(_ entries: (String, SettingValue)...) -> SettingValue {
  .map(SettingMap(entries.map { .init(key: $0.0, value: $0.1) }))
}

@Suite struct ParameterSetTests {
  @Test func emptyAndNullGiveTheDefaults() throws {
    #expect(try Sample.decode(.null, at: "") == Sample())
    #expect(try Sample.decode(map(), at: "") == Sample())
  }

  @Test func encodingDecodesToTheSameValue() throws {
    var sample = Sample()
    sample.width = 0.25
    sample.colour = .green
    sample.distances = [1, 3]
    sample.isOn = true
    #expect(try Sample.decode(sample.encoded(), at: "") == sample)
  }

  @Test func wholeNumbersCountAsNumbers() throws {
    #expect(try Sample.decode(map(("width", .integer(10))), at: "").width == 10)
  }

  @Test func allProblemsAreReportedAtOnce() {
    let bad = map(
      ("width", .integer(0)), ("count", .integer(11)), ("isOn", .text("yes")),
      ("colour", .text("blue")), ("distances", .list([.integer(9)])), ("colr", .text("red")),
      ("name", .text("a")), ("name", .text("b")))
    let error = #expect(throws: InvalidInput.self) { try Sample.decode(bad, at: "here") }
    let problems = error?.problems ?? []
    #expect(problems.count == 7)
    #expect(problems.allSatisfy { $0.location.hasPrefix("here.") })
    #expect(problems[0].message.contains("> 0.0"))
    #expect(problems[5].message.contains("did you mean \"colour\""))
    #expect(problems[5].message.contains("valid: width, count"))
  }

  @Test func aNumberMustBeFinite() {
    #expect(throws: InvalidInput.self) {
      try Sample.decode(map(("width", .number(.nan))), at: "")
    }
  }

  @Test func nearestFindsTyposOnly() {
    #expect(nearest(to: "binwith", in: ["binWidth", "binCount"]) == "binWidth")
    #expect(nearest(to: "zzz", in: ["binWidth", "binCount"]) == nil)
  }

  @Test func flowTextQuotesWhatWouldChangeItsType() {
    #expect(SettingValue.text("true").flowText == "\"true\"")
    #expect(SettingValue.text("12").flowText == "\"12\"")
    #expect(SettingValue.text("bspline").flowText == "bspline")
    #expect(SettingValue.number(25).flowText == "25")
    #expect(SettingValue.number(0.1).flowText == "0.1")
  }
}
