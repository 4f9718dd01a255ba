import Foundation
import Statistics
import Testing

/// Oracle: R's survival package on lung, ovarian, veteran, heart, rats, aml, cgd, bladder2 and mgus,
/// the last three with entry times, and on small cases with
/// ties, censoring at event times, flat curves, a single event and late entries
/// (scripts/oracles/statistics_survival.R). Tolerances: 1e-12 for closed forms, 1e-9 for what
/// follows Newton's method, where R stops at a relative change of the likelihood of 1e-14.
@Suite("Survival statistics equal R's")
struct SurvivalGoldenTests {
  static let data = GoldenData("survival_data")

  static func followUp(_ golden: GoldenCase) throws -> FollowUp {
    let name = golden.text("data") ?? ""
    return try FollowUp(
      time: data.column(name, "time"), event: data.column(name, "event").map { $0 != 0 },
      entry: data.find(name, "entry"))
  }

  static func codes(_ golden: GoldenCase, _ field: String) throws -> [Int]? {
    guard let column = golden.text(field) else { return nil }
    return try data.codes(golden.text("data") ?? "", column)
  }

  static func column(_ golden: GoldenCase, _ field: String) throws -> [Double]? {
    guard let column = golden.text(field) else { return nil }
    return try data.column(golden.text("data") ?? "", column)
  }

  @Test func goldenFilesAreComplete() {
    #expect(GoldenCase.all("survival", kind: "km").count == 45)
    #expect(GoldenCase.all("survival", kind: "logrank").count == 12)
    #expect(GoldenCase.all("survival", kind: "cox").count == 38)
    #expect(GoldenCase.all("survival", kind: "concordance").count == 16)
  }

  @Test("Kaplan and Meier", arguments: GoldenCase.all("survival", kind: "km"))
  func kaplanMeier(_ golden: GoldenCase) throws {
    let scale = try #require(KaplanMeier.IntervalScale(rawValue: golden.text("scale") ?? ""))
    let curve = try KaplanMeier(Self.followUp(golden), scale: scale)
    let steps = try golden.numbers("times").map { try #require(curve.step(at: $0)) }
    expectClose(steps.map(\.time), try golden.numbers("times"), relative: 0, "times")
    if golden.text("survival") != nil {
      #expect(steps.map { Double($0.atRisk) } == (try golden.numbers("atRisk")))
      expectClose(
        steps.map(\.survival), try golden.numbers("survival"), relative: 1e-13, "survival")
      expectClose(
        steps.map(\.standardError), try golden.numbers("error"), relative: 1e-13, "error")
    }
    // Exponentials of exponentials lose some digits near 1.
    expectClose(
      steps.map { $0.interval?.lower }, try golden.optionals("lower"), relative: 1e-12, "lower")
    expectClose(
      steps.map { $0.interval?.upper }, try golden.optionals("upper"), relative: 1e-12, "upper")
    let median = curve.median
    expectClose(
      [median.time, median.lower, median.upper], try golden.optionals("median"), relative: 0,
      "median")
    if golden.text("restricted") != nil {
      let expected = try golden.numbers("restricted")
      let mean = try RestrictedMean(curve, limit: expected[0])
      expectClose(
        [mean.mean, mean.standardError], Array(expected[1...]), relative: 1e-13, "restricted mean")
    }
  }

  @Test("log-rank", arguments: GoldenCase.all("survival", kind: "logrank"))
  func logRank(_ golden: GoldenCase) throws {
    let groups = try #require(try Self.codes(golden, "group"))
    let codes = Set(groups).sorted()
    let result = try LogRank(
      Self.followUp(golden), groups: groups.map { codes.firstIndex(of: $0)! },
      strata: Self.codes(golden, "strata"))
    #expect(result.observed.map(Double.init) == (try golden.numbers("observed")))
    expectClose(result.expected, try golden.numbers("expected"), relative: 1e-12, "expected")
    expectClose(
      result.variance, try golden.numbers("variance"), relative: 1e-12, absolute: 1e-14, "variance")
    let test = [result.test.chiSquared, Double(result.test.degreesOfFreedom), result.test.p]
    // (observed - expected)² keeps the absolute error of the sum of expected events.
    expectClose(test, try golden.numbers("test"), relative: 1e-11, "test")
  }

  @Test("Cox", arguments: GoldenCase.all("survival", kind: "cox"))
  func cox(_ golden: GoldenCase) throws {
    let model = try Self.model(golden)
    #expect(model.isConverged && model.divergingColumns.isEmpty)
    expectClose(
      model.coefficients.map(\.estimate), try golden.numbers("coefficients"), relative: 1e-9,
      "coefficients")
    expectClose(model.variance, try golden.numbers("variance"), relative: 1e-9, "variance")
    if golden.text("modelVariance") != nil {
      expectClose(
        model.modelVariance, try golden.numbers("modelVariance"), relative: 1e-9, "model variance")
    }
    expectClose(
      [model.nullLogLikelihood, model.logLikelihood], try golden.numbers("likelihoods"),
      relative: 1e-13, absolute: 1e-13, "likelihoods")
    expectClose([model.score.chiSquared], try golden.numbers("score"), relative: 1e-10, "score")
    expectClose([model.wald?.chiSquared], try golden.numbers("wald"), relative: 1e-9, "Wald")
    try checkHazards(model, golden)
    for (name, transform): (String, ProportionalHazardsTest.TimeTransform) in [
      ("zph-km", .kaplanMeier), ("zph-identity", .identity), ("zph-rank", .rank),
    ] where golden.text(name) != nil {
      let test = try ProportionalHazardsTest(model, transform: transform)
      let all = test.columns + [test.global]
      // Squares of sums that nearly cancel.
      expectClose(
        all.map(\.chiSquared) + all.map(\.p), try golden.numbers(name), relative: 1e-8, name)
    }
  }

  private func checkHazards(_ model: CoxRegression, _ golden: GoldenCase) throws {
    guard golden.text("hazards") != nil else { return }
    let baseline = try #require(model.baselines.first)
    // R's at covariates of 0, ours at their means.
    let shift = zip(model.means, model.coefficients).reduce(0) { $0 + $1.0 * $1.1.estimate }
    for (time, hazard) in zip(
      try golden.numbers("hazardTimes"), try golden.numbers("hazards"))
    {
      let survival = baseline.survival(at: time, linearPredictor: -shift)
      let own =
        baseline.times.lastIndex { $0 <= time }.map { baseline.cumulativeHazards[$0] } ?? 0
      expectClose([own * exp(-shift)], [hazard], relative: 1e-9, "hazard at \(time)")
      expectClose([survival], [exp(-hazard)], relative: 1e-12, "survival at \(time)")
    }
  }

  static func model(_ golden: GoldenCase) throws -> CoxRegression {
    let name = try #require(golden.text("data"))
    let columns = try #require(golden.text("columns")).split(separator: " ").map(String.init)
    var method = CoxRegression.VarianceMethod.model
    if let clusters = try codes(golden, "cluster") { method = .clustered(clusters) }
    if golden.text("robust") != nil { method = .robust }
    let ties = try #require(CoxTies(rawValue: golden.text("ties") ?? ""))
    return try CoxRegression(
      followUp(golden), columns: columns.map { try data.column(name, $0) }, names: columns,
      strata: codes(golden, "strata"), weights: column(golden, "weights"),
      ties: ties, variance: method)
  }

  @Test("concordance", arguments: GoldenCase.all("survival", kind: "concordance"))
  func concordance(_ golden: GoldenCase) throws {
    let scores = try #require(try Self.column(golden, "column"))
    let limit = golden.text("limit").flatMap { Double($0) }
    let result = try Concordance(
      Self.followUp(golden), scores: scores,
      weighting: golden.text("weighting") == "n" ? .harrell : .uno(limit: limit))
    expectClose(
      [result.concordant, result.discordant, result.tied], try golden.numbers("counts"),
      relative: 1e-12, absolute: 1e-12, "counts")
    expectClose([result.index], try golden.numbers("index"), relative: 1e-13, "index")
    let variance = result.standardError * result.standardError
    expectClose(
      [variance], try golden.numbers("variance"), relative: 1e-11, absolute: 1e-17, "variance")
    expectClose(
      Array(result.influence.prefix(5)), try golden.numbers("influence"), relative: 1e-10,
      absolute: 1e-15, "influence")
  }
}
