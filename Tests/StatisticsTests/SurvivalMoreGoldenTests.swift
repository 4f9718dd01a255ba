import Foundation
import Numerics
import Statistics
import Testing

/// Oracles: the papers' equations in R, checked there against riskRegression (areas, Brier scores),
/// maxstat, survdiff over every division (X-tile), coxph and anova
/// (scripts/oracles/statistics_survival_more.R). Tolerances: 1e-12 for closed forms, 1e-10 for
/// statistics that are squares of differences, 1e-8 for what follows Newton's method.
@Suite("Areas over time, cuts, interactions and tables equal R's")
struct SurvivalMoreGoldenTests {
  static let data = GoldenData("survival_data")

  /// Rows of the veteran data whose time did not occur before.
  static func rows(_ name: String) throws -> (data: String, rows: [Int]) {
    let source = name == "untied" ? "veteran" : name
    let time = try data.column(source, "time")
    let all = Array(time.indices)
    return (source, name == "untied" ? all.filter { !time[..<$0].contains(time[$0]) } : all)
  }

  static func followUp(_ name: String) throws -> FollowUp {
    let (source, rows) = try rows(name)
    return try FollowUp(
      time: data.column(source, "time"), event: data.column(source, "event").map { $0 != 0 },
      entry: data.find(source, "entry")
    ).subset(rows)
  }

  static func column(_ name: String, _ column: String) throws -> [Double] {
    let (source, rows) = try rows(name)
    let values = try data.column(source, column)
    return rows.map { values[$0] }
  }

  static func names(_ golden: GoldenCase, _ field: String) -> [String] {
    (golden.text(field) ?? "").split(separator: " ").map(String.init)
  }

  @Test func goldenFileIsComplete() {
    let kinds = GoldenCase.all("survival_more").map(\.kind)
    for (kind, count) in [
      ("area", 16), ("brier", 4), ("cut", 7), ("permutation", 1), ("crossed", 3),
      ("interaction", 4), ("table", 2), ("rates", 2),
    ] { #expect(kinds.count { $0 == kind } == count, "\(kind)") }
    #expect(GoldenCase.all("survival_more").count { $0.text("checked") != nil } == 7)
  }

  @Test("area over time", arguments: GoldenCase.all("survival_more", kind: "area"))
  func area(_ golden: GoldenCase) throws {
    let name = golden.text("data") ?? ""
    let time = try golden.numbers("time")[0]
    let areas = try Self.names(golden, "columns").map {
      try TimeDependentArea(Self.followUp(name), scores: Self.column(name, $0), time: time)
    }
    #expect(
      [areas[0].caseCount, areas[0].controlCount].map(Double.init)
        == (try golden.numbers("counts")))
    expectClose(areas.map(\.area), try golden.numbers("area"), relative: 1e-13, "area")
    // Where all influences are 0, R keeps rounding.
    expectClose(
      areas.map(\.standardError), try golden.numbers("error"), relative: 1e-12, absolute: 1e-15,
      "error")
    expectClose(
      Array(areas[0].influence.prefix(4)), try golden.numbers("influence"), relative: 1e-11,
      absolute: 1e-14, "influence")
    #expect(abs(areas[0].influence.reduce(0, +)) < 1e-11)
    let difference = try #require(areas[0].difference(areas[1]))
    expectClose(
      [difference.standardError], try golden.numbers("difference"), relative: 1e-12, "difference")
    #expect(difference.test.z == (areas[0].area - areas[1].area) / difference.standardError)
  }

  @Test("Brier score of survival", arguments: GoldenCase.all("survival_more", kind: "brier"))
  func brier(_ golden: GoldenCase) throws {
    let data = try Self.followUp(golden.text("data") ?? "")
    let scores = try golden.numbers("times").enumerated().map { k, time in
      let survival = (1...data.count).map { Double(($0 * 37 + (k + 1) * 11) % 101) / 101 }
      return try SurvivalBrierScore(data, survival: survival, time: time)
    }
    expectClose(scores.map(\.score), try golden.numbers("score"), relative: 1e-13, "score")
    expectClose(
      scores.map(\.reference), try golden.numbers("reference"), relative: 1e-13, "reference")
    let whole = try SurvivalBrierScore.integrated(scores)
    expectClose(
      [whole.score, whole.reference], try golden.numbers("integrated"), relative: 1e-13,
      "integrated")
  }

  @Test("searched cuts", arguments: GoldenCase.all("survival_more", kind: "cut"))
  func cuts(_ golden: GoldenCase) throws {
    let name = golden.text("data") ?? ""
    let (data, values) = (
      try Self.followUp(name), try Self.column(name, golden.text("column") ?? "")
    )
    let least = try golden.numbers("least")[0]
    let found = try MaximallySelectedLogRank(data, values: values, minimumProportion: least)
    #expect([found.cut] == (try golden.numbers("cut")))
    expectClose([found.statistic], try golden.numbers("statistic"), relative: 1e-12, "statistic")
    expectClose([found.correctedP], try golden.numbers("p"), relative: 1e-10, "p")
    let golds = try golden.numbers("statistics")
    let first = found.candidates.prefix(golds.count)
    #expect(first.map(\.cut) == (try golden.numbers("cuts")))
    expectClose(first.map(\.statistic), golds, relative: 1e-11, absolute: 1e-13, "statistics")
    expectClose(
      [found.logRank.test.chiSquared], try golden.numbers("raw"), relative: 1e-10, "raw")
    #expect(found.isOptimised && found.rawP == found.logRank.test.p)
    let one = try XTileSearch(data, values: values, minimumProportion: least)
    expectClose(
      one.cuts + [one.best.chiSquared], try golden.numbers("single"), relative: 1e-10, "single")
    expectClose(
      [one.logRank.test.chiSquared], [one.best.chiSquared], relative: 1e-10, "one search and test")
    guard golden.text("double") != nil else { return }
    let two = try XTileSearch(data, values: values, cutCount: 2, minimumProportion: least)
    expectClose(
      two.cuts + [two.best.chiSquared, Double(two.divisionCount)], try golden.numbers("double"),
      relative: 1e-10, "double")
    expectClose(
      [two.logRank.test.chiSquared], [two.best.chiSquared], relative: 1e-10, "two searches and test"
    )
    #expect(two.correctedP == nil && two.isOptimised)
  }

  /// 10 % of all orders reach the statistic; 20000 random ones are within 4.5 standard errors.
  @Test func permutationIsThatOfAllOrders() throws {
    let golden = try #require(GoldenCase.all("survival_more", kind: "permutation").first)
    let p = try golden.numbers("p")[0]
    let data = try FollowUp(
      time: [2, 3, 3, 5, 6, 8, 9], event: [true, true, false, true, true, false, true])
    let found = try MaximallySelectedLogRank(
      data, values: [7, 6, 3, 5, 2, 1, 4], minimumProportion: 0.2)
    var stream = RandomStream(seed: 1, domain: .permutation, index: 0)
    let own = try found.permutationP(count: 20000, stream: &stream)
    #expect(abs(own - p) < 4.5 * (p * (1 - p) / 20000).squareRoot())
    stream = RandomStream(seed: 1, domain: .permutation, index: 0)
    #expect(try found.permutationP(count: 20000, stream: &stream) == own)
  }

  @Test("cross-validated cut", arguments: GoldenCase.all("survival_more", kind: "crossed"))
  func crossed(_ golden: GoldenCase) throws {
    let name = golden.text("data") ?? ""
    let (data, values) = (
      try Self.followUp(name), try Self.column(name, golden.text("column") ?? "")
    )
    let found = try CrossValidatedCut(
      data, values: values, folds: values.indices.map { $0 % 5 })
    #expect(found.folds.map(\.cut) == (try golden.numbers("cuts")))
    #expect(found.folds.map(\.code) == [0, 1, 2, 3, 4] && !found.isOptimised)
    expectClose(
      [found.logRank.test.chiSquared], try golden.numbers("chi"), relative: 1e-10, "test")
  }

  @Test("interaction", arguments: GoldenCase.all("survival_more", kind: "interaction"))
  func interaction(_ golden: GoldenCase) throws {
    let name = golden.text("data") ?? ""
    func codes(_ field: String) throws -> [Int]? {
      try golden.text(field).map { try Self.column(name, $0).map { Int($0) } }
    }
    var variance = CoxRegression.VarianceMethod.model
    if let clusters = try codes("cluster") { variance = .clustered(clusters) }
    let groups = try #require(try codes("group"))
    let ties = try #require(CoxTies(rawValue: golden.text("ties") ?? ""))
    let result = try CoxInteraction(
      Self.followUp(name), groups: groups,
      covariate: Self.column(name, golden.text("covariate") ?? ""),
      adjusting: Self.names(golden, "adjusting").map { try Self.column(name, $0) },
      strata: codes("strata"), ties: ties, variance: variance)
    let tests = [result.likelihoodRatio, try #require(result.wald)].map {
      [$0.chiSquared, Double($0.degreesOfFreedom), $0.p]
    }
    // A difference of log likelihoods keeps their absolute error.
    expectClose(tests[0], try golden.numbers("ratio"), relative: 1e-8, "likelihood ratio")
    expectClose(tests[1], try golden.numbers("wald"), relative: 1e-8, "Wald")
    expectClose(
      result.effects.flatMap { [$0.coefficient.estimate, $0.coefficient.standardError] },
      try golden.numbers("effects"), relative: 1e-8, "effects")
    #expect(result.isConverged)
    #expect(result.effects.reduce(0) { $0 + $1.rowCount } == result.withProducts.rowCount)
  }

  @Test("table of Cox models", arguments: GoldenCase.all("survival_more", kind: "table"))
  func table(_ golden: GoldenCase) throws {
    let data = try Self.followUp("lung")
    let rows = 0..<data.count
    let (age, sex, ecog) = (
      try Self.column("lung", "age"), try Self.column("lung", "sex"),
      try Self.column("lung", "ecog")
    )
    let variables = [
      CoxVariable.number("age", rows.map { $0 % 11 == 3 ? nil : age[$0] }),
      CoxVariable.number("sex", sex),
      try CoxVariable.category(
        "grade", codes: rows.map { $0 % 13 == 5 ? nil : Int(ecog[$0]) },
        levels: ["0", "1", "2", "3"]),
      CoxVariable.number("noise", rows.map { Double(($0 * 29 + 7) % 53) }),
    ]
    var settings = CoxTable.Settings()
    settings.ties = try #require(CoxTies(rawValue: golden.text("ties") ?? ""))
    settings.univariableRows = try golden.numbers("common")[0] == 1 ? .complete : .available
    let table = try CoxTable(data, variables: variables, settings: settings)
    #expect(table.selected == Self.names(golden, "chosen"))
    #expect([Double(table.completeRowCount)] == (try golden.numbers("complete")))
    let all = try #require(table.multivariable)
    for (prefix, model) in table.univariable.map({ ($0.names[0], $0) }) + [("all", all)] {
      try check(model, golden, prefix)
    }
  }

  private func check(_ model: CoxTableModel, _ golden: GoldenCase, _ prefix: String) throws {
    #expect(
      [model.rowCount, model.eventCount, model.missingCount].map(Double.init)
        == (try golden.numbers("\(prefix)-counts")))
    let own = model.terms.map(\.coefficient)
    // R's table column by column.
    expectClose(
      own.map(\.estimate) + own.map(\.standardError) + own.map(\.test.z) + own.map(\.test.p)
        + own.map(\.hazardRatio) + own.map(\.hazardRatioInterval.lower)
        + own.map(\.hazardRatioInterval.upper),
      try golden.numbers("\(prefix)-terms"), relative: 1e-8, "\(prefix) terms")
    let ratio = try #require(model.likelihoodRatio)
    expectClose(
      [ratio.chiSquared, Double(ratio.degreesOfFreedom), ratio.p],
      try golden.numbers("\(prefix)-ratio"), relative: 1e-8, "\(prefix) likelihood ratio")
    #expect(model.isConverged && model.problem == nil)
    if golden.text("\(prefix)-drops") != nil {
      expectClose(
        model.variables.map { $0.likelihoodRatio?.chiSquared },
        try golden.optionals("\(prefix)-drops"), relative: 1e-8, "\(prefix) drops")
    } else {
      expectClose(
        model.variables.map { $0.likelihoodRatio?.chiSquared }, [ratio.chiSquared], relative: 0)
    }
  }

  @Test("rates of groups", arguments: GoldenCase.all("survival_more", kind: "rates"))
  func rates(_ golden: GoldenCase) throws {
    let result = try GroupRates(
      responses: Self.column("lung", "time").map { $0 > 300 },
      groups: Self.column("lung", golden.text("column") ?? "").map { Int($0) })
    #expect(
      result.groups.map { Double($0.responders.successes) } == (try golden.numbers("responders")))
    #expect(result.groups.map { Double($0.responders.trials) } == (try golden.numbers("trials")))
    expectClose(
      result.groups.flatMap { [$0.interval.lower, $0.interval.upper] },
      try golden.numbers("intervals"), relative: 1e-10, "intervals")
    expectClose([result.chiSquared?.chiSquared], try golden.numbers("chi"), relative: 1e-12, "test")
    #expect((result.fisher != nil) == (golden.text("fisher") != nil))
    if let fisher = result.fisher {
      expectClose([fisher.p], try golden.numbers("fisher"), relative: 1e-10, "Fisher")
    }
  }
}
