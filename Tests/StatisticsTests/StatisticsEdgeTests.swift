import Foundation
import Statistics
import Testing

/// Inputs for which R warns, returns NA or depends on the version: what we do instead.
@Suite("Edges of statistics")
struct StatisticsEdgeTests {
  @Test func perfectSeparationIsReported() throws {
    let data = try FollowUp(
      time: [1, 2, 3, 4, 5, 6], event: [true, true, true, false, true, false])
    let x: [Double] = [6, 5, 4, 3, 2, 1]
    let other: [Double] = [0.3, 1, 0.2, 0.7, 0.1, 0.9]
    let alone = try CoxRegression(data, columns: [x])
    #expect(!alone.isConverged)
    #expect(alone.divergingColumns == [0])
    #expect(alone.coefficients[0].estimate > 5)
    // The likelihood goes to 1: its logarithm to 0.
    #expect(alone.logLikelihood > -1e-6)
    let expected = 2 * (log(6.0) + log(5.0) + log(4.0) + log(2.0))
    #expect(abs(alone.likelihoodRatio.chiSquared - expected) < 1e-5)
    let both = try CoxRegression(data, columns: [other, x])
    #expect(!both.isConverged && both.divergingColumns.contains(1))
    #expect(throws: StatisticsError.self) { try ProportionalHazardsTest(alone) }
  }

  @Test func dependentColumnsAreNamed() throws {
    let data = try FollowUp(time: [1, 2, 3, 4], event: [true, true, false, true])
    let x: [Double] = [1, 5, 2, 2]
    #expect(throws: StatisticsError.self) { try CoxRegression(data, columns: [[7, 7, 7, 7]]) }
    do {
      _ = try CoxRegression(data, columns: [x, x.map { 3 * $0 + 1 }], names: ["a", "b"])
      Issue.record("a dependent column was accepted")
    } catch {
      #expect(error.message.contains("column b"))
    }
  }

  @Test func invalidInputsThrow() throws {
    #expect(throws: StatisticsError.self) { try FollowUp(time: [], event: []) }
    #expect(throws: StatisticsError.self) { try FollowUp(time: [1, .nan], event: [true, true]) }
    #expect(throws: StatisticsError.self) { try FollowUp(time: [1], event: [true], entry: [1]) }
    let none = try FollowUp(time: [1, 2], event: [false, false])
    #expect(throws: StatisticsError.self) { try CoxRegression(none, columns: [[1, 2]]) }
    #expect(throws: StatisticsError.self) { try Concordance(none, scores: [1, 2]) }
    #expect(throws: StatisticsError.self) { try KaplanMeier(none, rows: []) }
    #expect(throws: StatisticsError.self) {
      try RestrictedMean(KaplanMeier(none), limit: 2.5)
    }
    #expect(throws: StatisticsError.self) {
      try AreaUnderROC(scores: [1, 2], positives: [true, true])
    }
    #expect(throws: StatisticsError.self) {
      try ROCCurve(scores: [1, .infinity], positives: [true, false])
    }
    #expect(throws: StatisticsError.self) {
      try BrierScore(probabilities: [1.5], positives: [true])
    }
    #expect(throws: StatisticsError.self) { try Correlation([1, 1, 1], [1, 2, 3]) }
    #expect(throws: StatisticsError.self) { try TTest([2, 2, 2]) }
    #expect(throws: StatisticsError.self) { try MannWhitneyTest([1, 1], [1], method: .exact) }
    #expect(throws: StatisticsError.self) { try FisherExactTest(0, 0, 3, 4) }
    #expect(throws: StatisticsError.self) { try PValueAdjustment.holm.adjusted([0.1, .nan]) }
  }

  @Test func emptyGroupsDoNotCount() throws {
    let data = try FollowUp(time: [1, 2, 3, 4, 5], event: [true, true, false, true, true])
    let with = try LogRank(data, groups: [0, 2, 0, 2, 2])
    let without = try LogRank(data, groups: [0, 1, 0, 1, 1])
    #expect(with.test == without.test)
    #expect(with.counts == [2, 0, 3])
    #expect(try LogRank(data, groups: [0, 0, 0, 0, 0]).test.p == 1)
    let none = try FollowUp(time: [1, 2], event: [false, false])
    #expect(try LogRank(none, groups: [0, 1]).test.degreesOfFreedom == 0)
  }

  @Test func identicalScoresHaveNoTest() throws {
    let positives = [true, false, true, false, true]
    let scores: [Double] = [3, 1, 2, 2, 0]
    let result = try AreaComparison(
      paired: scores, scores.map { exp($0) }, positives: positives)
    #expect(result.difference == 0 && result.standardError == 0 && result.test == nil)
    let constant = try AreaUnderROC(scores: [1, 1, 1], positives: [true, false, true])
    #expect(constant.area == 0.5 && constant.mannWhitney == nil && constant.variance == nil)
  }

  /// Neighbouring numbers have no number between them.
  @Test func cutOffsSeparateNeighbours() throws {
    let low = 1.0
    let curve = try ROCCurve(scores: [low, low.nextUp], positives: [false, true])
    #expect(curve.youden.cutOff > low && curve.youden.sensitivity == 1)
    #expect(curve.youden.specificity == 1)
    let table = try ConfusionTable(
      scores: [low, low.nextUp], positives: [false, true], cutOff: curve.youden.cutOff)
    #expect(table == curve.youden.table)
  }

  /// The order of rows changes sums in the last bits only; the pairs of a concordance not at all.
  @Test func concordanceCountsEveryPair() throws {
    let data = SurvivalGoldenTests.data
    let time = try data.column("heart", "time")
    let entry = try data.column("heart", "entry")
    let event = try data.column("heart", "event").map { $0 != 0 }
    let x = try data.column("heart", "age").map { ($0 / 5).rounded() }
    let fast = try Concordance(FollowUp(time: time, event: event, entry: entry), scores: x)
    var (more, less, same) = (0, 0, 0)
    for i in x.indices where event[i] {
      for j in x.indices where entry[j] < time[i] {
        guard time[j] > time[i] || (time[j] == time[i] && !event[j]) else { continue }
        if x[i] > x[j] { more += 1 } else if x[i] < x[j] { less += 1 } else { same += 1 }
      }
    }
    #expect([fast.concordant, fast.discordant, fast.tied] == [more, less, same].map(Double.init))
  }

  @Test func brierScore() throws {
    let score = try BrierScore(
      probabilities: [0.25, 0.5, 1, 0], positives: [false, true, true, false])
    #expect(score.score == (0.0625 + 0.25) / 4)
    #expect(score.reference == 0.25)
    #expect(score.scaled == 1 - 0.078125 / 0.25)
  }
}
