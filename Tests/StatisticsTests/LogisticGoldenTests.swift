import Foundation
import Statistics
import Testing

/// Oracle: R's glm.fit, and Firth's method and profile intervals by their defining equations, see
/// scripts/oracles/statistics_calibration.R. Tolerance 1e-10, relative, plus 1e-11 where 0 is near:
/// likelihood ratios are differences of numbers near 100.
@Suite("Logistic regressions equal R's")
struct LogisticGoldenTests {
  static let data = GoldenData("calibration_data")

  private func positives(_ data: String) throws -> [Bool] {
    try Self.data.column(data, "positive").map { $0 != 0 }
  }

  private func terms(_ golden: GoldenCase, _ data: String) throws -> [LogisticTerm] {
    let names = try #require(golden.text("columns")).split(separator: " ").map(String.init)
    var first = 0
    return try golden.numbers("terms").map { size in
      let own = Array(names[first..<first + Int(size)])
      first += Int(size)
      return LogisticTerm(
        own[0], columnNames: own, columns: try own.map { try Self.data.column(data, $0) })
    }
  }

  @Test func goldenFilesAreComplete() {
    #expect(GoldenCase.all("calibration", kind: "regression").count == 14)
    #expect(GoldenCase.all("calibration", kind: "separated").count == 4)
  }

  @Test("regression", arguments: GoldenCase.all("calibration", kind: "regression"))
  func regression(_ golden: GoldenCase) throws {
    let data = try #require(golden.text("data"))
    let model = try LogisticRegression(
      positives: positives(data), terms: terms(golden, data),
      method: golden.name.hasPrefix("firth") ? .firth : .maximumLikelihood)
    let all = [model.intercept] + model.coefficients
    func check(_ values: [Double?], _ field: String, _ relative: Double = 1e-10) throws {
      expectClose(
        values, try golden.numbers(field), relative: relative, absolute: 1e-11,
        "\(golden.name) \(field)")
    }
    try check(all.map(\.estimate), "estimate")
    try check(all.map(\.standardError), "error")
    try check(all.map { $0.wald?.p }, "wald")
    try check(all.flatMap { [$0.profileInterval.lower, $0.profileInterval.upper] }, "profile")
    try check(all.map(\.likelihoodRatio.chiSquared), "single")
    try check(model.terms.map(\.likelihoodRatio.chiSquared), "blocks")
    try check(model.terms.map(\.likelihoodRatio.p), "blockP")
    try check([model.logLikelihood, model.nullLogLikelihood], "value", 1e-12)
    if model.method == .maximumLikelihood { try check([model.aic, model.bic], "criteria", 1e-12) }
    try check([model.concordance], "concordance", 1e-14)
    #expect(!model.isSeparated)
  }

  /// Where a limit is finite, it is the root of its equation, and the other side is open.
  @Test("separated", arguments: GoldenCase.all("calibration", kind: "separated"))
  func separated(_ golden: GoldenCase) throws {
    let data = try #require(golden.text("data"))
    let model = try LogisticRegression(
      positives: positives(data), terms: [LogisticTerm("a", Self.data.column(data, "a"))])
    let limit = try golden.numbers("limit")
    #expect(model.isSeparated && model.covariance == nil)
    let slope = model.coefficients[0]
    #expect(slope.estimate == -limit[0] * .infinity)
    #expect(slope.standardError == nil && slope.wald == nil && slope.waldInterval == nil)
    if golden.text("intercept") != nil {
      let side = try golden.numbers("intercept")
      let open = model.intercept.profileInterval
      #expect(model.intercept.estimate == -side[0] * .infinity)
      expectClose([side[0] < 0 ? open.lower : open.upper], [side[1]], relative: 1e-9, "intercept")
      #expect((side[0] < 0 ? open.upper : open.lower) == -side[0] * .infinity)
    }
    let interval = slope.profileInterval
    expectClose(
      [limit[0] < 0 ? interval.lower : interval.upper], [limit[1]], relative: 1e-9, "limit")
    #expect((limit[0] < 0 ? interval.upper : interval.lower) == -limit[0] * .infinity)
    expectClose(
      [model.logLikelihood, slope.likelihoodRatio.chiSquared], try golden.numbers("ratio"),
      relative: 1e-10, absolute: 1e-10, "ratio")
  }

  /// The defining equation of a profile limit, with the coefficient fixed by an offset.
  @Test("profile limits solve their equation", arguments: ["birthwt", "mtcars", "iris"])
  func profileDefinition(_ data: String) throws {
    let golden = try #require(
      GoldenCase.all("calibration", kind: "regression").first { $0.name == "plain-\(data)" })
    let positives = try positives(data)
    let terms = try terms(golden, data).filter { $0.columns.count == 1 }
    let model = try LogisticRegression(positives: positives, terms: terms)
    let target = Normal.quantile(0.975) * Normal.quantile(0.975)
    for (k, coefficient) in model.coefficients.enumerated() {
      for limit in [coefficient.profileInterval.lower, coefficient.profileInterval.upper] {
        let rest = terms.indices.filter { $0 != k }.map { terms[$0] }
        let fixed = try LogisticRegression(
          positives: positives, terms: rest, offset: terms[k].columns[0].map { limit * $0 })
        let ratio = 2 * (model.logLikelihood - fixed.logLikelihood)
        #expect(abs(ratio - target) < 1e-11, "\(data) \(coefficient.name) \(ratio - target)")
      }
    }
  }

  /// With one binary column, Firth's estimates are log odds of counts plus ½ (Heinze 2006).
  @Test func firthOfATableAddsHalves() throws {
    let counts: [(Double, Bool, Int)] = [(0, false, 4), (0, true, 4), (1, true, 3)]
    let rows = counts.flatMap { row in (0..<row.2).map { _ in (row.0, row.1) } }
    let model = try LogisticRegression(
      positives: rows.map(\.1), terms: [LogisticTerm("x", rows.map(\.0))], method: .firth)
    #expect(abs(model.intercept.estimate) < 1e-13)
    #expect(abs(model.coefficients[0].estimate - log(3.5 / 0.5)) < 1e-12)
    let alone = try LogisticRegression(
      positives: [true, true, false, true, true], terms: [], method: .firth)
    #expect(abs(alone.intercept.estimate - log(4.5 / 1.5)) < 1e-13)
    #expect(alone.aic == nil && alone.likelihoodRatio.p == 1)
  }

  @Test func unitsAndOrderDoNotMatter() throws {
    let positives = try positives("birthwt")
    let age = try Self.data.column("birthwt", "age")
    let weight = try Self.data.column("birthwt", "lwt")
    for method in LogisticRegression.Method.allCases {
      let a = try LogisticRegression(
        positives: positives, terms: [LogisticTerm("a", age), LogisticTerm("w", weight)],
        method: method)
      let b = try LogisticRegression(
        positives: positives,
        terms: [
          LogisticTerm("w", weight.map { $0 * 1e-6 }), LogisticTerm("a", age.map { $0 + 1e5 }),
        ],
        method: method)
      let (first, second) = (a.coefficients[1].profileInterval, b.coefficients[0].profileInterval)
      expectClose(
        [a.coefficients[0].estimate, a.coefficients[1].estimate, first.lower, first.upper],
        [
          b.coefficients[1].estimate, b.coefficients[0].estimate * 1e-6, second.lower * 1e-6,
          second.upper * 1e-6,
        ], relative: 1e-10)
      let again = try LogisticRegression(
        positives: positives, terms: [LogisticTerm("a", age), LogisticTerm("w", weight)],
        method: method)
      #expect(again.linearPredictor.map(\.bitPattern) == a.linearPredictor.map(\.bitPattern))
    }
  }

  @Test func separationByTwoColumnsLeavesOpenIntervals() throws {
    let positives = [false, false, false, true, true, true]
    let x: [Double] = [1, 2, 3, 2, 3, 4]
    let y: [Double] = [2, 3, 4, 1, 2, 3]
    let model = try LogisticRegression(
      positives: positives, terms: [LogisticTerm("x", x), LogisticTerm("y", y)])
    #expect(model.isSeparated && model.concordance == 1)
    #expect(model.coefficients[0].estimate == .infinity)
    #expect(model.coefficients[1].estimate == -.infinity)
    #expect(abs(model.likelihoodRatio.chiSquared - 12 * log(2)) < 1e-10)
    let firth = try LogisticRegression(
      positives: positives, terms: [LogisticTerm("x", x), LogisticTerm("y", y)], method: .firth)
    #expect(!firth.isSeparated && firth.coefficients[0].estimate.isFinite)
    #expect(firth.coefficients[0].profileInterval.upper.isFinite)
  }

  @Test func tableHoldsEachTermAloneAndAll() throws {
    let names = ["white", "black", "other"]
    let race2 = try Self.data.column("birthwt", "race2")
    let race3 = try Self.data.column("birthwt", "race3")
    let race = race2.indices.map { names[Int(race2[$0] + 2 * race3[$0])] }
    let table = try LogisticTable(
      positives: positives("birthwt"),
      terms: [
        LogisticTerm("race", categories: race, levels: names),
        LogisticTerm("smoke", Self.data.column("birthwt", "smoke")),
      ])
    #expect(table.univariable.map(\.term) == ["race", "smoke"])
    #expect(table.univariable[0].model?.coefficients.map(\.name) == ["race black", "race other"])
    #expect(table.multivariable.terms.map(\.likelihoodRatio.degreesOfFreedom) == [2, 1])
    // R: glm(low ~ smoke, binomial, birthwt) has 0.7040592.
    let smoke = try #require(table.univariable[1].model?.coefficients[0])
    #expect(abs(smoke.estimate - 0.7040592) < 1e-7)
  }

  @Test func inputsAreChecked() throws {
    let y = [false, true, false, true]
    func message(_ work: () throws -> LogisticRegression) -> String {
      do {
        _ = try work()
        return ""
      } catch { return "\(error)" }
    }
    let x: [Double] = [1, 3, 2, 2]
    let one = message { try LogisticRegression(positives: [true, true], terms: []) }
    #expect(one.contains("both classes; 2 of 2"))
    let flat = message {
      try LogisticRegression(positives: y, terms: [LogisticTerm("age", [5, 5, 5, 5])])
    }
    #expect(flat.contains("age is constant"))
    let twice = message {
      try LogisticRegression(
        positives: y, terms: [LogisticTerm("a", x), LogisticTerm("b", x.map { 2 * $0 + 1 })])
    }
    #expect(twice.contains("b is a combination"))
    let gap = message {
      try LogisticRegression(positives: y, terms: [LogisticTerm("a", [1, .nan, 2, 3])])
    }
    #expect(gap.contains("values of a must be finite numbers; row 2"))
    let short = message {
      try LogisticRegression(positives: y, terms: [LogisticTerm("a", [1, 2])])
    }
    #expect(short.contains("there are 2 for 4 rows"))
    #expect(throws: StatisticsError.self) {
      try LogisticTerm("g", categories: ["a", "c"], levels: ["a", "b"])
    }
  }
}
