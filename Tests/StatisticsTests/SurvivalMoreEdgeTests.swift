import Foundation
import Numerics
import Statistics
import Testing

/// What happens with two rows, one event, no event, equal values, late entries and groups that are
/// empty or do not converge.
@Suite("Edges of areas over time, cuts, interactions and tables")
struct SurvivalMoreEdgeTests {
  private func followUp(_ time: [Double], _ event: [Int], entry: [Double]? = nil) throws
    -> FollowUp
  {
    try FollowUp(time: time, event: event.map { $0 != 0 }, entry: entry)
  }

  @Test func areaOfTwoRows() throws {
    let data = try followUp([1, 2], [1, 0])
    let right = try TimeDependentArea(data, scores: [2, 1], time: 1)
    #expect(right.area == 1 && right.standardError == 0)
    #expect(try TimeDependentArea(data, scores: [1, 2], time: 1.5).area == 0)
    let tied = try TimeDependentArea(data, scores: [1, 1], time: 1)
    #expect(tied.area == 0.5 && tied.difference(tied) == nil)
    #expect(try right.interval() == Interval(1, 1))
    #expect(try right.interval(scale: .logit) == nil)
    #expect(try tied.interval(scale: .logit) == nil)
  }

  /// ln(C / (1 - C)) ± 1.96 · standard error / (C (1 - C)), by hand.
  @Test func logitIntervalOfAConcordance() throws {
    let data = try followUp([1, 2, 3, 4, 5, 6], [1, 1, 0, 1, 1, 1])
    let found = try Concordance(data, scores: [6, 3, 5, 4, 1, 2])
    let (c, error) = (found.index, found.standardError)
    let reach = 1.959963984540054 * error / (c * (1 - c))
    let centre = log(c / (1 - c))
    let interval = try #require(try found.interval(scale: .logit))
    let limits = [centre - reach, centre + reach].map { 1 / (1 + exp(-$0)) }
    expectClose([interval.lower, interval.upper], limits, relative: 1e-12, "limits")
    let plain = try #require(try found.interval())
    expectClose(
      [plain.lower, plain.upper],
      [c - 1.959963984540054 * error, min(1, c + 1.959963984540054 * error)], relative: 1e-12)
    let right = try Concordance(data, scores: [6, 5, 4, 3, 2, 1])
    #expect(right.index == 1)
    #expect(try right.interval(scale: .logit) == nil)
  }

  @Test func areaNeedsACaseAndAControl() throws {
    let data = try followUp([1, 2, 3], [0, 1, 1])
    let x: [Double] = [1, 2, 3]
    #expect(throws: StatisticsError.self) { try TimeDependentArea(data, scores: x, time: 1) }
    #expect(throws: StatisticsError.self) { try TimeDependentArea(data, scores: x, time: 3) }
    #expect(throws: StatisticsError.self) { try TimeDependentArea(data, scores: x, time: .nan) }
    #expect(throws: StatisticsError.self) {
      try TimeDependentArea(data, scores: [1, .nan, 2], time: 2)
    }
    let late = try followUp([1, 2, 3], [1, 1, 1], entry: [0, 0, 1])
    #expect(throws: StatisticsError.self) { try TimeDependentArea(late, scores: x, time: 2) }
    #expect(throws: StatisticsError.self) {
      try SurvivalBrierScore(late, survival: [0, 0, 0], time: 2)
    }
  }

  @Test func brierWithoutCensoringIsTheMeanSquare() throws {
    let data = try followUp([1, 2, 3, 4], [1, 1, 1, 1])
    let score = try SurvivalBrierScore(data, survival: [0.5, 0, 1, 0.5], time: 2)
    #expect(score.score == 0.125 && score.reference == 0.25 && score.scaled == 0.5)
    #expect(throws: StatisticsError.self) { try SurvivalBrierScore.integrated([score]) }
    #expect(throws: StatisticsError.self) {
      try SurvivalBrierScore(data, survival: [0.5, 0, 1, 1.5], time: 2)
    }
    let censored = try followUp([1, 2], [1, 0])
    #expect(throws: StatisticsError.self) {
      try SurvivalBrierScore(censored, survival: [0.5, 0.5], time: 2)
    }
  }

  @Test func cutOfTwoRows() throws {
    let data = try followUp([1, 2], [1, 1])
    let found = try MaximallySelectedLogRank(data, values: [5, 3])
    #expect(found.cut == 3 && found.candidates.count == 1 && found.isUpperRiskHigher)
    #expect(abs(found.statistic - 1) < 1e-15)
    var stream = RandomStream(seed: 3, domain: .permutation, index: 0)
    // One cut, both orders have the same statistic.
    #expect(try found.permutationP(count: 50, stream: &stream) == 1)
    #expect(try XTileSearch(data, values: [5, 3]).cuts == [3])
    #expect(throws: StatisticsError.self) {
      try XTileSearch(data, values: [5, 3], cutCount: 2)
    }
  }

  @Test func cutsThatCannotBeSearched() throws {
    let data = try followUp([1, 2, 3, 4], [1, 0, 1, 1])
    let none = try followUp([1, 2, 3, 4], [0, 0, 0, 0])
    let together = try followUp([2, 2, 2, 2], [1, 1, 1, 1])
    let x: [Double] = [1, 2, 3, 4]
    for (rows, values, least) in [
      (data, [1, 1, 1, 1], 0.1), (none, x, 0.1), (together, x, 0.1), (data, x, 0.5),
      (data, x, 0), (data, [1, 2, 3, .nan], 0.1), (data, [1, 2], 0.1),
    ] as [(FollowUp, [Double], Double)] {
      #expect(throws: StatisticsError.self) {
        try MaximallySelectedLogRank(rows, values: values, minimumProportion: least)
      }
      #expect(throws: StatisticsError.self) {
        try XTileSearch(rows, values: values, minimumProportion: least)
      }
    }
    #expect(throws: StatisticsError.self) { try XTileSearch(data, values: x, cutCount: 3) }
    #expect(throws: StatisticsError.self) {
      try CrossValidatedCut(data, values: x, folds: [1, 1, 1, 1])
    }
    // Without fold 0 there is no event left.
    let single = try followUp([1, 2, 3, 4], [1, 0, 0, 0])
    do {
      _ = try CrossValidatedCut(single, values: x, folds: [0, 1, 0, 1])
      Issue.record("a fold without an event was accepted")
    } catch {
      #expect(error.message.contains("fold 0"))
    }
  }

  /// Values that say nothing: the p of the search is not small although the raw one tempts.
  @Test func searchedCutsOfNoiseAreCorrected() throws {
    let n = 60
    let data = try followUp(
      (0..<n).map { Double(($0 * 17) % 61 + 1) }, (0..<n).map { $0 % 4 == 0 ? 0 : 1 })
    let values = (0..<n).map { Double(($0 * 23 + 5) % 67) }
    let one = try XTileSearch(data, values: values)
    let two = try XTileSearch(data, values: values, cutCount: 2)
    let best = try MaximallySelectedLogRank(data, values: values)
    var stream = RandomStream(seed: 7, domain: .permutation, index: 0)
    for (raw, p) in [
      (one.rawP, try one.permutationP(count: 400, stream: &stream)),
      (two.rawP, try two.permutationP(count: 400, stream: &stream)),
      (best.rawP, try best.permutationP(count: 400, stream: &stream)),
      (best.rawP, best.correctedP), (one.rawP, one.correctedP ?? 0),
    ] { #expect(raw < p) }
    let crossed = try CrossValidatedCut(
      data, values: values, folds: (0..<n).map { $0 % 3 }, search: .xTile)
    #expect(crossed.folds.count == 3 && crossed.groups.count == n)
    let p = try crossed.permutationP(count: 100, stream: &stream)
    #expect(p > 0 && p <= 1)
  }

  /// The same cut whatever the order of the rows.
  @Test func cutsDoNotDependOnTheOrderOfRows() throws {
    let time: [Double] = [5, 3, 8, 1, 9, 4, 7, 2, 6, 10]
    let event = [1, 1, 0, 1, 1, 0, 1, 1, 1, 0]
    let values: [Double] = [3, 5, 2, 8, 1, 5, 2, 7, 4, 1]
    let order = [4, 0, 9, 2, 7, 1, 8, 3, 6, 5]
    let plain = try followUp(time, event)
    let mixed = try plain.subset(order)
    let other = order.map { values[$0] }
    let (a, b) = (
      try MaximallySelectedLogRank(plain, values: values),
      try MaximallySelectedLogRank(mixed, values: other)
    )
    #expect(a.cut == b.cut && abs(a.statistic - b.statistic) < 1e-13)
    for count in [1, 2] {
      let (c, d) = (
        try XTileSearch(plain, values: values, cutCount: count),
        try XTileSearch(mixed, values: other, cutCount: count)
      )
      #expect(c.cuts == d.cuts && abs(c.best.chiSquared - d.best.chiSquared) < 1e-12)
    }
    #expect(XTileSearch.groups([1, 2, 3, 4, 5], cuts: [2, 4]) == [0, 0, 1, 1, 2])
  }

  @Test func interactionsThatCannotBeTested() throws {
    let data = try followUp([1, 2, 3, 4, 5, 6], [1, 1, 0, 1, 1, 1])
    let x: [Double] = [1, 3, 2, 2, 1, 4]
    #expect(throws: StatisticsError.self) {
      try CoxInteraction(data, groups: [1, 1, 1, 1, 1, 1], covariate: x)
    }
    // Constant in the second group: the product is the group itself.
    do {
      _ = try CoxInteraction(data, groups: [0, 0, 0, 1, 1, 1], covariate: [1, 3, 2, 2, 2, 2])
      Issue.record("a product without a value of its own was accepted")
    } catch {
      #expect(error.message.contains("covariate times group 1"))
    }
    let plain = try CoxInteraction(data, groups: [0, 1, 0, 1, 0, 1], covariate: x)
    #expect(plain.effects.map(\.group) == [0, 1] && plain.likelihoodRatio.degreesOfFreedom == 1)
    #expect(plain.effects.map(\.eventCount) == [2, 3])
  }

  @Test func tablesReportWhatHasNoEstimate() throws {
    let data = try followUp([1, 2, 3, 4, 5, 6], [1, 1, 0, 1, 1, 1])
    let table = try CoxTable(
      data,
      variables: [
        .number("flat", [2, 2, 2, 2, 2, 2]), .number("gone", [nil, nil, .nan, nil, nil, nil]),
        .number("monotone", [6, 5, 4, 3, 2, 1]), .number("some", [1, 3, nil, 2, 1, 4]),
        .category("late", codes: [nil, nil, 0, nil, nil, nil], levels: ["a", "b"]),
      ])
    #expect(table.univariable[0].problem?.contains("flat") ?? false)
    #expect(table.univariable[1].problem != nil && table.univariable[1].missingCount == 6)
    #expect(!table.univariable[2].isConverged && table.univariable[2].wald == nil)
    #expect(table.univariable[3].rowCount == 5 && table.univariable[3].missingCount == 1)
    #expect(table.univariable[4].problem?.contains("event") ?? false)
    #expect(table.selected.isEmpty && table.multivariable == nil && table.completeRowCount == 0)
    // The likelihood ratio does not need an estimate.
    var settings = CoxTable.Settings()
    settings.filterTest = .likelihoodRatio
    let other = try CoxTable(
      data,
      variables: [.number("monotone", [6, 5, 4, 3, 2, 1]), .number("x", [1, 3, 2, 2, 1, 4])],
      settings: settings)
    #expect(other.selected == ["monotone"])
    settings.threshold = nil
    let all = try CoxTable(
      data, variables: [.number("y", [2, 5, 4, 3, 6, 1]), .number("x", [1, 3, 2, 2, 1, 4])],
      variance: .robust, settings: settings)
    #expect(all.selected == ["y", "x"] && all.multivariable?.eventsPerTerm == 2.5)
  }

  @Test func tablesRefuseWrongInput() throws {
    let data = try followUp([1, 2, 3], [1, 1, 1])
    #expect(throws: StatisticsError.self) { try CoxTable(data, variables: []) }
    #expect(throws: StatisticsError.self) {
      try CoxTable(data, variables: [.number("a", [1, 2])])
    }
    #expect(throws: StatisticsError.self) {
      try CoxTable(data, variables: [.number("a", [1, 2, 3]), .number("a", [1, 2, 3])])
    }
    #expect(throws: StatisticsError.self) {
      try CoxVariable.category("a", codes: [0, 2], levels: ["x", "y"])
    }
    #expect(throws: StatisticsError.self) {
      try CoxVariable.category("a", codes: [0, 0], levels: ["x"])
    }
    var settings = CoxTable.Settings()
    settings.threshold = 0
    #expect(throws: StatisticsError.self) {
      try CoxTable(data, variables: [.number("a", [1, 3, 2])], settings: settings)
    }
  }

  @Test func ratesWithoutAComparison() throws {
    let all = try GroupRates(responses: [true, true, true], groups: [0, 1, 1])
    #expect(all.chiSquared == nil && all.fisher == nil && all.groups.count == 2)
    let one = try GroupRates(responses: [true, false], groups: [5, 5], method: .wilson)
    #expect(one.groups[0].responders.value == 0.5 && one.chiSquared == nil)
    #expect(throws: StatisticsError.self) { try GroupRates(responses: [], groups: []) }
    #expect(throws: StatisticsError.self) { try GroupRates(responses: [true], groups: [1, 2]) }
  }
}
