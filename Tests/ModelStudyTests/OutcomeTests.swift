import Components
import Learning
import ModelStudy
import Testing

@Suite struct OutcomeTests {
  private func landmark(
    _ positive: LandmarkPositive = .event
  ) throws(InvalidInput) -> OutcomeDefinition {
    .landmark(
      time: try expression("days"), event: try expression("death"), at: 730, positive: positive)
  }

  /// Expected by hand: the event by 730 d, followed until 730 d without it, or unknown.
  @Test func landmarkClasses() throws {
    let table = try clinical(
      """
      ID,days,death
      early,729,1
      atLandmark,730,1
      later,731,1
      censoredEarly,729.5,0
      censoredAtLandmark,730,0
      followed,2000,0
      noTime,NA,1
      noEventEarly,100,NA
      noEventLate,800,NA
      """)
    let values = try landmark().values(in: table)
    #expect(values.known == [0, 1, 2, 4, 5, 8])
    #expect(values.outcome == .binary([1, 1, 0, 0, 0, 0]))
    #expect(
      values.unknown.map(\.reason) == [
        "censored at 729.5, before the landmark 730", "`days` is missing", "`death` is missing",
      ])
    #expect(try landmark(.benefit).values(in: table).outcome == .binary([0, 0, 1, 1, 1, 1]))
    #expect(try landmark().columns == ["days", "death"])
    let bad = OutcomeDefinition.landmark(
      time: try expression("days"), event: try expression("death"), at: -1, positive: .event)
    #expect(
      problems { () throws(InvalidInput) in try bad.values(in: table) }.contains("landmark -1"))
  }

  @Test func survivalTimesAndCodings() throws {
    let table = try clinical(
      "ID,start,stop,status,dead\nP1,0,10,2,yes\nP2,5,7.5,1,no\nP3,NA,9,2,yes\nP4,1,2,2,NA")
    let outcome = OutcomeDefinition.survival(
      time: try expression("stop"), event: try expression("status == 2"),
      entry: try expression("start"))
    let values = try outcome.values(in: table)
    #expect(values.outcome == .survival(time: [10, 7.5, 2], event: [1, 0, 1], entry: [0, 5, 1]))
    #expect(values.unknown.map(\.row) == [2])
    let byText = OutcomeDefinition.survival(
      time: try expression("stop - start"), event: try expression("dead == \"yes\""), entry: nil)
    #expect(
      try byText.values(in: table).outcome == .survival(time: [10, 2.5], event: [1, 0], entry: []))
    let odd = OutcomeDefinition.survival(
      time: try expression("stop"), event: try expression("status"), entry: nil)
    let message = problems { () throws(InvalidInput) in try odd.values(in: table) }
    #expect(message.split(separator: "\n").count == 3)
    #expect(
      message.hasPrefix(
        "clinical.csv, line 2, patient P1, column \"status\": 2 is neither 0 nor 1; an event is 1,")
    )
  }

  @Test func impossibleTimesAreAllNamed() throws {
    let table = try clinical(
      "ID,start,stop,event\nP1,0,-5,1\nP2,3,3,0\nP3,-1,4,7\nP4,1,0,1\nP5,1,inf,1\nP6,2,8,0")
    func message(_ entry: String?) throws -> String {
      let outcome = OutcomeDefinition.survival(
        time: try expression("stop"), event: try expression("event"),
        entry: try entry.map { try expression($0) })
      return problems { () throws(InvalidInput) in try outcome.values(in: table) }
    }
    let infinite = try message("start")
    #expect(infinite.contains("patient P5, column \"stop\": inf is not finite"))
    #expect(infinite.contains("patient P3, column \"event\": 7 is neither 0 nor 1"))
    let finite = try clinical(
      "ID,start,stop,event\nP1,0,-5,1\nP2,3,3,0\nP3,-1,4,1\nP4,1,0,1\nP6,2,8,0")
    let outcome = OutcomeDefinition.survival(
      time: try expression("stop"), event: try expression("event"), entry: nil)
    let times = problems { () throws(InvalidInput) in try outcome.values(in: finite) }
    #expect(
      times == """
        clinical.csv, line 2, patient P1, column "stop": the time -5 is not > 0
        clinical.csv, line 5, patient P4, column "stop": the time 0 is not > 0
        """)
    let good = try clinical("ID,start,stop,event\nP2,3,3,0\nP3,-1,4,1\nP6,2,8,0\nP7,9,8,0")
    let entries = OutcomeDefinition.survival(
      time: try expression("stop"), event: try expression("event"), entry: try expression("start"))
    #expect(
      problems { () throws(InvalidInput) in try entries.values(in: good) } == """
        clinical.csv, line 3, patient P3, column "start": the entry time -1 is not >= 0
        clinical.csv, line 2, patient P2, column "stop": the time 3 is not after the entry time 3
        clinical.csv, line 5, patient P7, column "stop": the time 8 is not after the entry time 9
        """)
  }

  @Test func binaryAndContinuous() throws {
    let table = try clinical("ID,idh,grade,age,word\nP1,0,II,50,x\nP2,1,III,NA,3\nP3,NA,NA,60,4")
    func values(_ outcome: OutcomeDefinition) throws(InvalidInput) -> OutcomeValues {
      try outcome.values(in: table)
    }
    let idh = try values(.binary(try expression("idh")))
    #expect(idh.outcome == .binary([0, 1]) && idh.unknown.map(\.row) == [2])
    let grade = try values(.binary(try expression("grade == \"III\" || age > 55")))
    #expect(grade.outcome == .binary([0, 1, 1]))
    #expect(try values(.continuous(try expression("age / 10"))).outcome == .continuous([5, 6]))
    #expect(
      problems { () throws(InvalidInput) in try values(.binary(try expression("age"))) }.contains(
        "patient P1, column \"age\": 50 is neither 0 nor 1; write a condition"))
    #expect(
      problems { () throws(InvalidInput) in try values(.binary(try expression("grade"))) }.contains(
        "\"II\" is neither 0 nor 1"))
    #expect(
      problems { () throws(InvalidInput) in try values(.continuous(try expression("word"))) }
        == "clinical.csv, line 2, patient P1, column \"word\": \"x\" is not a number")
    #expect(
      problems { () throws(InvalidInput) in try values(.continuous(try expression("age > 5"))) }
        .contains("is a condition; a number is needed"))
    #expect(try values(.binary(try expression("grade == \"iii\""))).notes.count == 1)
  }

  @Test func manyBadValuesAreCounted() throws {
    let rows = (0..<40).map { "P\($0),\($0 % 2 == 0 ? 5 : 1)" }.joined(separator: "\n")
    let message = problems { () throws(InvalidInput) in
      try OutcomeDefinition.binary(try expression("x")).values(in: try clinical("ID,x\n" + rows))
    }
    let lines = message.split(separator: "\n")
    #expect(lines.count == 11 && lines.last == "outcome: 10 more such values of `x`")
  }
}
