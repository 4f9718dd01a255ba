import Numerics
import Statistics
import Testing

/// Oracle: definitions written out in R (scripts/oracles/statistics_tables.R). Tolerances: 1e-12 for
/// closed forms, 1e-11 where means are subtracted, 1e-10 for score intervals, whose equations the
/// script solves by nested roots of R's uniroot along another curve than ours.
@Suite("Measures of tables, cohort tables, gene tables and groups of columns equal R's")
struct TableGoldenTests {
  @Test func goldenFileIsComplete() {
    let kinds = GoldenCase.all("tables").map(\.kind)
    for (kind, count) in [
      ("measures", 10), ("cost", 5), ("orders", 5), ("brier", 3), ("number", 7), ("category", 6),
      ("genes", 3), ("cross", 6), ("volume", 3),
    ] { #expect(kinds.count { $0 == kind } == count, "\(kind)") }
  }

  @Test("measures", arguments: GoldenCase.all("tables", kind: "measures"))
  func measures(_ golden: GoldenCase) throws {
    let n = try golden.numbers("counts").map { Int($0) }
    let table = ConfusionTable(
      truePositives: n[0], falsePositives: n[1], trueNegatives: n[2], falseNegatives: n[3])
    for (field, measure): (String, TableMeasure) in [
      ("lrp", .positiveLikelihoodRatio), ("lrn", .negativeLikelihoodRatio),
      ("ba", .balancedAccuracy), ("mcc", .matthews), ("kappa", .kappa),
    ] {
      let own = try table.interval(of: measure)
      expectClose(
        [own?.lower, own?.upper], try golden.optionals(field), relative: 1e-10, absolute: 1e-12,
        field)
      let value = table.value(of: measure)
      if let own, let value { #expect(own.lower <= value && value <= own.upper) }
    }
    let f1 = try table.interval(of: .f1)
    expectClose(
      [f1?.lower, f1?.upper], try golden.optionals("f1"), relative: 1e-12, absolute: 1e-15, "f1")
  }

  /// Koopman's and Mee's equations at the limits, with the roots of the cubic of the likelihood.
  @Test func limitsSolveTheirEquation() throws {
    let table = ConfusionTable(
      truePositives: 26, falsePositives: 14, trueNegatives: 58, falseNegatives: 15)
    let quantile = Normal.quantile(0.975)
    func score(_ s: Double, _ f: Double) -> Double {
      let (a, b) = (26 - 41 * s, 14 - 72 * f)
      return a * a / (41 * s * (1 - s)) + b * b / (72 * f * (1 - f))
    }
    let ratio = try #require(try table.interval(of: .positiveLikelihoodRatio))
    for g in [ratio.lower, ratio.upper] {
      // (m + n) g f² - (g (m + y) + x + n) f + x + y = 0 (Koopman 1984).
      let (a, b, c) = (113 * g, -(g * (41 + 14) + 26 + 72), 40.0)
      let f = (-b - (b * b - 4 * a * c).squareRoot()) / (2 * a)
      expectClose([score(g * f, f)], [quantile * quantile], relative: 1e-10, "Koopman's equation")
    }
  }

  @Test("cost", arguments: GoldenCase.all("tables", kind: "cost"))
  func cost(_ golden: GoldenCase) throws {
    let weights = try golden.numbers("weights")
    let curve = try ROCCurve(
      scores: golden.numbers("x"), positives: golden.numbers("y").map { $0 == 1 })
    let best = try curve.leastCostly(
      falseNegative: weights[0], falsePositive: 1, prevalence: weights[1])
    expectClose(
      [best.point.cutOff, best.point.specificity, best.point.sensitivity],
      try golden.numbers("best"), relative: 1e-13, "cut-off by cost")
    expectClose([best.cost], try golden.numbers("cost"), relative: 1e-12, "cost")
  }

  @Test("orders", arguments: GoldenCase.all("tables", kind: "orders"))
  func orders(_ golden: GoldenCase) throws {
    var stream = RandomStream(seed: 5, domain: .permutation, index: 1)
    let count = 4000
    let test = try PrecisionRecallTest(
      scores: golden.numbers("x"), positives: golden.numbers("y").map { $0 == 1 },
      measure: .averagePrecision, count: count, stream: &stream)
    expectClose([test.observed], try golden.numbers("observed"), relative: 1e-13, "observed")
    let p = try golden.numbers("p")[0]
    // Five standard errors of the number of orders.
    let reach = 5 * (p * (1 - p) / Double(count)).squareRoot() + 1 / Double(count)
    #expect(abs(test.p - p) <= reach, "\(test.p) for \(p)")
    #expect(test.permuted.count == count && test.interval.lower <= test.p)
  }

  @Test("Brier", arguments: GoldenCase.all("tables", kind: "brier"))
  func brier(_ golden: GoldenCase) throws {
    let score = try BrierScore(
      probabilities: golden.numbers("p"), positives: golden.numbers("y").map { $0 == 1 })
    expectClose(
      [score.score, score.reference, score.scaled], try golden.numbers("values"), relative: 1e-12,
      "Brier score")
  }

  private func cohort(_ golden: GoldenCase, _ column: CohortColumn, _ style: String? = nil) throws
    -> CohortTable.Row
  {
    let codes = try golden.numbers("g").map { Int($0) }
    var settings = CohortTable.Settings()
    if let style { settings.numberStyle = try #require(CohortTable.NumberStyle(rawValue: style)) }
    let names = (0...codes.max()!).map { "group \($0)" }
    let table = try CohortTable([column], codes: codes, groups: names, settings: settings)
    #expect(table.groupCounts.reduce(0, +) == table.rowCount)
    return table.rows[0]
  }

  @Test("numbers of a cohort", arguments: GoldenCase.all("tables", kind: "number"))
  func numbers(_ golden: GoldenCase) throws {
    let row = try cohort(
      golden, CohortColumn("x", numbers: golden.optionals("x")), golden.text("style"))
    #expect(row.style?.rawValue == golden.text("chosen"))
    let cells = try row.groups.map { cell in
      guard case .numbers(let summary) = cell.content else { throw StatisticsError("no numbers") }
      return try #require(summary)
    }
    expectClose(cells.map(\.mean), try golden.numbers("mean"), relative: 1e-13, "cohort mean")
    expectClose(
      cells.map(\.standardDeviation), try golden.numbers("sd"), relative: 1e-12, "cohort SD")
    expectClose(
      cells.flatMap { [$0.lowerQuartile, $0.median, $0.upperQuartile] },
      try golden.numbers("quartiles"), relative: 1e-14, "cohort quartiles")
    #expect(row.groups.map { Double($0.missing) } == (try golden.numbers("missing")))
    expectClose([row.p], try golden.numbers("p"), relative: 1e-10, "cohort p")
    expectClose(
      [row.standardisedDifference], try golden.numbers("smd"), relative: 1e-11, "cohort SMD")
    guard case .numbers(let all) = row.all.content else { return }
    expectClose([all?.skewness], try golden.numbers("skewness"), relative: 1e-11, "skewness")
  }

  @Test("categories of a cohort", arguments: GoldenCase.all("tables", kind: "category"))
  func categories(_ golden: GoldenCase) throws {
    let values = try golden.optionals("x").map { $0.map { "level \(Int($0))" } }
    let row = try cohort(golden, CohortColumn("x", categories: values))
    let counts = row.groups.flatMap { cell -> [Double] in
      guard case .counts(let parts) = cell.content else { return [] }
      return parts.map { Double($0.successes) }
    }
    #expect(counts == (try golden.numbers("counts")))
    #expect((row.method == .chiSquared) == (try golden.numbers("chi")[0] == 1))
    expectClose([row.p], try golden.numbers("p"), relative: 1e-9, "cohort category p")
    expectClose(
      [row.standardisedDifference], try golden.numbers("smd"), relative: 1e-10,
      "cohort category SMD")
  }

  @Test("genes", arguments: GoldenCase.all("tables", kind: "genes"))
  func genes(_ golden: GoldenCase) throws {
    let g = try golden.numbers("g").map { $0 == 1 }
    let values = try golden.optionals("columns").map { $0.map { $0 == 1 } }
    let columns = stride(from: 0, to: values.count, by: g.count).map {
      GeneTable.Column("gene \($0 / g.count)", Array(values[$0..<$0 + g.count]))
    }
    let table = try GeneTable(columns, isFirst: g, groups: (first: "yes", second: "no"))
    let rows = table.rows
    expectClose(rows.map(\.p), try golden.optionals("p"), relative: 1e-11, "gene p")
    expectClose(
      rows.map(\.benjaminiHochberg), try golden.optionals("bh"), relative: 1e-11, "gene BH")
    expectClose(
      rows.map(\.benjaminiYekutieli), try golden.optionals("by"), relative: 1e-11, "gene BY")
    expectClose(rows.map(\.holm), try golden.optionals("holm"), relative: 1e-11, "gene Holm")
    expectClose(
      rows.map(\.minusLog10P), try golden.optionals("height"), relative: 1e-9, absolute: 1e-14,
      "gene height")
    #expect(table.testedCount == rows.count - 1 || golden.name == "genes-birthwt")
    for row in rows {
      #expect(row.first.trials + row.second.trials + row.missing == g.count)
      if let test = row.fisher {
        #expect(row.log2OddsRatio == 0 || (row.log2OddsRatio! > 0) == (test.oddsRatio > 1))
      }
    }
  }

  @Test("groups of columns", arguments: GoldenCase.all("tables", kind: "cross"))
  func cross(_ golden: GoldenCase) throws {
    func columns(_ field: String, _ count: Double) throws -> [CrossCorrelation.Column] {
      let values = try golden.numbers(field)
      let rows = values.count / Int(count)
      return (0..<Int(count)).map {
        .init("\(field)\($0)", Array(values[$0 * rows..<($0 + 1) * rows]))
      }
    }
    let counts = try golden.numbers("counts")
    let (a, b) = (try columns("a", counts[0]), try columns("b", counts[1]))
    let result = try CrossCorrelation(
      a, b, rowCount: a[0].values.count,
      kind: golden.name.hasSuffix("pearson") ? .pearson : .spearman)
    expectClose(
      result.matrix.map { $0.isNaN ? nil : $0 }, try golden.optionals("matrix"), relative: 1e-11,
      absolute: 1e-14, "cross correlation")
    let summaries = result.first.map(\.summary)
    for (field, values): (String, [Double?]) in [
      ("maxima", summaries.map { $0?.maximum }), ("means", summaries.map { $0?.mean }),
      ("sds", summaries.map { $0?.standardDeviation }),
      ("columns", result.second.map { $0.summary?.maximum }),
      (
        "overall",
        [
          result.overall?.maximum, result.overall?.mean, result.overall?.standardDeviation,
        ]
      ), ("ofMaxima", [result.ofMaxima?.mean, result.ofMaxima?.standardDeviation]),
    ] {
      expectClose(
        values, try golden.optionals(field), relative: 1e-11, absolute: 1e-14, "cross \(field)")
    }
    #expect(result.constantColumns == (golden.name.contains("iris") ? ["b2"] : []))
  }

  @Test("volume", arguments: GoldenCase.all("tables", kind: "volume"))
  func volume(_ golden: GoldenCase) throws {
    let x = try golden.numbers("x")
    let values = try golden.optionals("columns")
    let columns = stride(from: 0, to: values.count, by: x.count).map {
      (name: "\($0)", values: Array(values[$0..<$0 + x.count]))
    }
    let result = try VolumeCorrelation(columns, volumes: x)
    #expect(result.rows.map { Double($0.rowCount) } == (try golden.numbers("n")))
    for (field, own): (String, [Double?]) in [
      ("r", result.rows.map { $0.correlation?.coefficient }),
      ("p", result.rows.map { $0.correlation?.p }), ("bh", result.rows.map(\.adjustedP)),
      ("lower", result.rows.map { $0.correlation?.interval?.lower }),
      ("upper", result.rows.map { $0.correlation?.interval?.upper }),
    ] { expectClose(own, try golden.optionals(field), relative: 1e-10, "volume \(field)") }
    #expect(result.count(atLeast: 0) == columns.count && result.count(atLeast: 1.1) == 0)
  }
}
