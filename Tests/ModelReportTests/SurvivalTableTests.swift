import Foundation
import ModelReport
import Report
import Statistics
import Testing

/// Oracle: R's survival, and the papers' formulas where it has no function
/// (scripts/oracles/model_report_survival.R), on rows that both sides make by formula. What is
/// compared is the table's file: full numbers. Tolerance 1e-8 relative: Cox models follow Newton's
/// method, and tests of proportional hazards are squares of sums that nearly cancel.
@Suite("Survival tables equal R's")
struct SurvivalTableTests {
  struct Line: CustomTestStringConvertible {
    let table: String
    let row: String
    let column: String
    /// NaN where it is not defined.
    let value: Double
    var testDescription: String { "\(table), \(row), \(column)" }
  }

  static func golden(_ name: String) throws -> [Line] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/survival_tables.csv")
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst(2)
    return lines.map {
      $0.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    }.filter { $0[0] == name }.map {
      Line(table: $0[1], row: $0[2], column: $0[3], value: Double($0[4]) ?? .nan)
    }
  }

  /// Every golden line of a case is in the file of the table whose caption begins with its name.
  static func compare(_ name: String, _ tables: [ReportTable]) throws {
    let lines = try golden(name).filter { line in
      tables.contains { $0.caption.hasPrefix(line.table) }
    }
    #expect(!lines.isEmpty, "\(name) has no golden line")
    for line in lines {
      let exported = try #require(
        tables.first { $0.caption.hasPrefix(line.table) }, "\(line.table)"
      ).exported
      let row = try #require(exported.first { $0[0] == line.row }, "\(name): \(line)")
      // A column of which no number is defined has no columns of limits.
      guard let column = exported[0].firstIndex(of: line.column) else {
        #expect(line.value.isNaN, "\(name): \(line) is missing")
        continue
      }
      let found = Double(row[column]) ?? .nan
      let isClose =
        found == line.value || abs(found - line.value) <= 1e-8 * abs(line.value)
        || (found.isNaN && line.value.isNaN)
      #expect(isClose, "\(name), \(line): \(found) is not \(line.value)")
    }
  }

  static func tables(_ blocks: [HTMLReport.Block]) -> [ReportTable] {
    blocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
  }

  static func warnings(_ blocks: [HTMLReport.Block]) -> [String] {
    blocks.compactMap { if case .warning(let text) = $0 { text } else { nil } }
  }

  static func captions(_ blocks: [HTMLReport.Block]) -> [String] {
    blocks.compactMap { if case .figure(let figure) = $0 { figure.caption } else { nil } }
  }

  // MARK: Rows

  static func noise(_ row: Int, _ column: Int) -> Int {
    (row * row * (column + 6) + row * (13 * column + 5) + 3 * column) % 101
  }

  static func trial(_ rows: Range<Int>) throws -> ScoredSurvival {
    let data = try FollowUp(
      time: rows.map { Double(1 + (150 - noise($0, 1)) * ((noise($0, 2) + 5) / 25)) },
      event: rows.map { noise($0, 3) >= 45 })
    var survival = ScoredSurvival(
      data, scores: rows.map { Double(noise($0, 1) / 2) / 8 }, level: 0.95)
    survival.sites = rows.map { "site \(noise($0, 4) % 3)" }
    survival.folds = rows.map { $0 % 5 }
    return survival
  }

  static func small(_ time: [Double], _ event: [Int], _ scores: [Double]) throws -> ScoredSurvival {
    ScoredSurvival(
      try FollowUp(time: time, event: event.map { $0 == 1 }), scores: scores, level: 0.95)
  }

  // MARK: Tests

  @Test func crossValidatedRowsEqualR() throws {
    let blocks = try Self.trial(0..<90).blocks
    try Self.compare("trial", Self.tables(blocks))
    let cuts = try #require(Self.tables(blocks).last)
    #expect(cuts.rows.count == 4)
    // Searched in the rows they divide.
    #expect(cuts.doubtful == [2, 3])
    let warning = try #require(Self.warnings(blocks).first)
    #expect(Self.warnings(blocks).count == 1)
    #expect(warning.contains("not proportional: per standard deviation of the score (p = 0.007)"))
    let captions = Self.captions(blocks)
    #expect(captions[0].contains("Log-rank test: p < 0.001"))
    #expect(!captions[1].contains("Log-rank test: p") && captions[1].contains("499 permutations"))
  }

  @Test func heldOutRowsTakeTheCutsOfTrainingRows() throws {
    let training = try Self.trial(0..<90)
    var held = try Self.trial(90..<125)
    held.training = (training.data, training.scores)
    held.folds = []
    try Self.compare("held out", Self.tables(held.blocks))
    #expect(Self.captions(held.blocks).allSatisfy { $0.contains("Log-rank test: p") })
  }

  @Test func hazardRatiosEqualR() throws {
    let trial = try Self.trial(0..<90)
    let mean = trial.scores.reduce(0, +) / 90
    let deviation = (trial.scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 89).squareRoot()
    let ratios = try HazardRatioTable(
      trial.data,
      [
        ("score", trial.scores.map { ($0 - mean) / deviation }),
        ("age", (0..<90).map { $0 % 11 == 4 ? .nan : Double(40 + Self.noise($0, 7) / 3) }),
        ("female", (0..<90).map { Double(Self.noise($0, 8) % 2) }),
      ], title: "Hazard ratios", level: 0.95)
    try Self.compare("trial", [ratios.table])
    #expect(ratios.forest.count == 3 && ratios.count == 82)
    guard case .warning(let text) = ratios.warning else {
      Issue.record("the score's hazards are not proportional")
      return
    }
    #expect(text.contains("score alone (p = 0.007), score with all (p = 0.005)."), "\(text)")
  }

  @Test func differencesOfTwoScoresEqualR() throws {
    let trial = try Self.trial(0..<90)
    let other = trial.scores.enumerated().map { Double(Self.noise($0, 9)) + $1 }
    let found = try survivalDifferences(trial.data, trial.scores, other, level: 0.95)
    var table = ReportTable(
      caption: "Differences",
      columns: [
        .init("Measure"), .init("Difference", isNumeric: true), .init("p", isNumeric: true),
      ])
    for own in found {
      #expect(own.difference == own.first - own.second)
      table.append([
        own.measure, ReportCell.interval(own.difference, own.interval), ReportCell.p(own.p),
      ])
    }
    #expect(found.count == 2)
    try Self.compare("pair", [table])
  }

  @Test func smallGroupsEqualR() throws {
    for (name, survival) in [
      ("three", try Self.small([5, 8, 12], [0, 1, 0], [1, 3, 2])),
      (
        "quiet group",
        try Self.small([3, 4, 6, 7, 9, 9], [1, 0, 1, 0, 1, 0], [6, 1, 5, 2, 4, 3])
      ),
      (
        "ties",
        try Self.small(
          [2, 2, 2, 5, 5, 5, 7, 7], [1, 1, 0, 1, 0, 0, 1, 0], [4, 1, 2, 2, 3, 1, 4, 3])
      ),
    ] { try Self.compare(name, Self.tables(survival.blocks)) }
  }

  /// All events are in one group: the likelihood has no maximum.
  @Test func anInfiniteHazardRatioIsNotPrinted() throws {
    let blocks = try Self.small([3, 4, 6, 7, 9, 9], [1, 0, 1, 0, 1, 0], [6, 1, 5, 2, 4, 3]).blocks
    let effect = try #require(
      Self.tables(blocks).first { $0.caption.hasPrefix("Effect of the score") })
    let line = try #require(effect.rows.first { $0[0] == "Hazard ratio, high against low score" })
    #expect(line[1] == NumberText.undefined && line[3].contains("no finite ratio"), "\(line)")
  }

  @Test func withoutEventsNothingIsTested() throws {
    let blocks = try Self.small([3, 4, 6, 7], [0, 0, 0, 0], [1, 2, 3, 4]).blocks
    for table in Self.tables(blocks) {
      #expect(!table.rows.joined().contains("> 0.99") && !table.rows.joined().contains("nan"))
    }
    #expect(Self.captions(blocks)[0].contains("No log-rank test"))
    #expect(Self.captions(blocks)[0].contains("median not reached"))
  }

  @Test func equalScoresMakeOneGroup() throws {
    let blocks = try Self.small([3, 4, 6, 7], [1, 0, 1, 1], [2, 2, 2, 2]).blocks
    let ranking = try #require(Self.tables(blocks).first { $0.caption.hasPrefix("How well") })
    #expect(ranking.rows[0] == ["Harrell's C", "0.500", "none: the standard error is 0"])
    #expect(Self.captions(blocks).count == 1)
  }

  /// Left-truncated rows have no searched cuts, areas or restricted means.
  @Test func delayedEntriesLeaveOutWhatIsNotDefined() throws {
    let survival = ScoredSurvival(
      try FollowUp(
        time: [3, 4, 6, 7, 9, 10], event: [true, true, false, true, true, true],
        entry: [0, 1, 2, 0, 3, 1]), scores: [5, 1, 4, 3, 2, 2.5], level: 0.95)
    let tables = Self.tables(survival.blocks)
    #expect(tables.last?.rows.count == 1)
    #expect(!tables.contains { $0.caption.hasPrefix("Time-dependent") })
    #expect(!tables.contains { $0.rows.contains { $0[0].hasPrefix("Restricted") } })
  }
}
