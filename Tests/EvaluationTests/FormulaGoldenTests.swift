import Evaluation
import Learning
import Statistics
import Testing

/// Oracle: the papers' formulas over all pairs of rows and binom.test, in R
/// (scripts/oracles/evaluation.R). Tolerance: 1e-12 (sums in another order; R's own quantiles).
@Suite("Intervals and tests equal the papers' formulas")
struct FormulaGoldenTests {
  static let golden = GoldenValues("evaluation")

  private func check(_ values: [Double?], _ name: String, _ value: String) throws {
    expectClose(values, try Self.golden.numbers(name, value), tolerance: 1e-12, "\(name) \(value)")
  }

  @Test func goldenFileIsComplete() {
    #expect(Self.golden.count == 155)
  }

  @Test func crossValidatedArea() throws {
    for (name, data, isGrouped) in [
      ("ledell-single", SyntheticRows.single, false), ("ledell-tied", .tied, false),
      ("ledell-lesions", .lesions, true), ("ledell-rows", .lesions, false),
    ] {
      let area = try CrossValidatedArea(
        scores: data.scores, positives: data.positives, folds: data.folds,
        groups: isGrouped ? data.groups : nil)
      try check(area.foldAreas, name, "areas")
      try check([area.mean], name, "mean")
      try check([area.standardError], name, "error")
      try check([area.interval().lower, area.interval().upper], name, "interval95")
      try check([area.pooled], name, "pooled")
    }
  }

  @Test func clusteredArea() throws {
    for (name, data) in [
      ("obuchowski-lesions", SyntheticRows.lesions), ("obuchowski-single", .tied),
      (
        "obuchowski-many", SyntheticRows(patients: 120, hasLesions: true, steps: 0, seed: 60)
      ),
    ] {
      let area = try ClusteredArea(
        scores: data.scores, positives: data.positives, groups: data.groups)
      let other = try ClusteredArea(
        scores: data.otherScores, positives: data.positives, groups: data.groups)
      try check([area.area], name, "area")
      try check([area.variance], name, "variance")
      let limits = try area.interval()
      try check([limits?.lower, limits?.upper], name, "interval95")
      let gap = area.difference(other)
      try check([gap?.value, gap?.standardError, gap?.p], name, "difference")
    }
  }

  @Test func correctedResampledT() throws {
    for (name, values) in [
      ("nadeau-folds", (0..<50).map { SyntheticRows.uniform($0, 200) - 0.3 }),
      ("nadeau-splits", (0..<20).map { SyntheticRows.uniform($0, 210) }),
      ("nadeau-two", (0..<2).map { SyntheticRows.uniform($0, 220) }),
    ] {
      let share = try Self.golden.numbers(name, "share")[0]
      let test = try CorrectedResampledT(values, testShare: share)
      try check([test.mean, test.standardError, test.t, test.p], name, "t")
      try check([test.interval().lower, test.interval().upper], name, "interval95")
    }
  }

  @Test(arguments: ["overfitted", "good", "useless"])
  func areaPlus632(_ name: String) throws {
    let input = try Self.golden.numbers("sahiner-\(name)", "input")
    let areas = (0..<40).map {
      input[2] + (1 - input[2]) * SyntheticRows.uniform($0, Int(input[1]))
    }
    let estimate = try AreaPlus632(apparent: input[0], outOfBag: areas + [.nan])
    try check([estimate.value], "sahiner-\(name)", "value")
    try check([estimate.plain632], "sahiner-\(name)", "plain")
    #expect(estimate.undefinedCount == 1)
    #expect(estimate.relativeOverfitting.allSatisfy { (0...1).contains($0) })
  }

  @Test(arguments: ["overfitted", "capped", "none"])
  func errorRatePlus632(_ name: String) throws {
    let input = try Self.golden.numbers("efron-\(name)", "input")
    let estimate = try ErrorRatePlus632(
      apparent: input[0], leaveOneOut: input[1], noInformation: input[2])
    try check([estimate.value], "efron-\(name)", "value")
  }

  @Test(arguments: [0, 1, 23, 999])
  func permutationInterval(_ exceeding: Int) throws {
    let permuted = (0..<999).map { $0 < exceeding ? 0.8 : 0.4 }
    let test = try PermutationTest(observed: 0.8, permuted: permuted, isHigherBetter: true)
    let flipped = try PermutationTest(
      observed: -0.8, permuted: permuted.map { -$0 }, isHigherBetter: false)
    let name = "permutation-\(exceeding)"
    for result in [test, flipped] {
      #expect(result.atLeastAsGood == exceeding && result.permutationCount == 999)
      try check([result.p], name, "p")
      try check([result.interval().lower, result.interval().upper], name, "interval95")
    }
  }

  @Test func concordance() throws {
    let values = [SyntheticRows.single, .tied, .lesions].map {
      Metric.concordance.value($0.survival, scores: $0.scores).value
    }
    try check(values, "metric", "concordance")
  }
}
