import Evaluation
import Learning
import Statistics
import Testing

@Suite("Areas, corrections and tests at their limits")
struct AreaEdgeTests {
  /// Obuchowski's variance of clusters of one row is DeLong's (1e-14: another order of summation).
  @Test func clustersOfOneRow() throws {
    for seed in 0..<10 {
      let data = SyntheticRows(patients: 45, hasLesions: false, steps: seed, seed: 1000 + seed)
      let own = try ClusteredArea(
        scores: data.scores, positives: data.positives, groups: data.groups)
      let plain = try AreaUnderROC(scores: data.scores, positives: data.positives)
      #expect(own.area == plain.area && own.naiveVariance == plain.variance)
      expectClose([own.variance], [try #require(plain.variance)], tolerance: 1e-14, "variance")
    }
  }

  /// Every row twice under one patient: the same area and about the same variance as the rows once,
  /// where DeLong's is halved.
  @Test func copiesAddNothing() throws {
    let data = SyntheticRows.single
    let twice = data.scores + data.scores
    let clustered = try ClusteredArea(
      scores: twice, positives: data.positives + data.positives, groups: data.groups + data.groups)
    let once = try AreaUnderROC(scores: data.scores, positives: data.positives)
    let variance = try #require(once.variance)
    expectClose([clustered.variance], [variance], tolerance: 1e-14, "clustered")
    #expect(try #require(clustered.naiveVariance) < 0.51 * variance)
  }

  @Test func fewClusters() throws {
    let one = try ClusteredArea(
      scores: [1, 2, 3], positives: [true, true, false], groups: [0, 0, 1])
    let limits = try one.interval()
    #expect(one.variance == nil && limits == nil && one.difference(one) == nil)
    #expect(throws: LearningError.self) {
      try ClusteredArea(scores: [1, 2], positives: [true, true], groups: [0, 1])
    }
    let same = try ClusteredArea(
      scores: [1, 2, 3, 4], positives: [true, false, true, false], groups: [0, 1, 2, 3])
    #expect(same.difference(same)?.standardError == 0 && same.difference(same)?.p == nil)
  }

  @Test func foldsOfOneClassAreNamed() {
    let message = #expect(throws: LearningError.self) {
      try CrossValidatedArea(
        scores: [1, 2, 3, 4], positives: [true, false, true, true], folds: [0, 0, 1, 1])
    }?.message
    #expect(message?.contains("fold 2") == true && message?.contains("2 of its 2 rows") == true)
    #expect(throws: LearningError.self) {
      try CrossValidatedArea(scores: [1, 2], positives: [true, true], folds: [0, 0])
    }
    #expect(throws: LearningError.self) {
      try CrossValidatedArea(scores: [], positives: [], folds: [])
    }
  }

  @Test func perfectFoldsHaveAPoint() throws {
    let area = try CrossValidatedArea(
      scores: [1, 2, 3, 4], positives: [false, true, false, true], folds: [7, 7, 3, 3])
    #expect(area.mean == 1 && area.standardError == 0 && area.pooled == 0.75)
    #expect(try area.interval() == Interval(1, 1))
  }

  @Test func correctedT() throws {
    let equal = try CorrectedResampledT([0.1, 0.1, 0.1], testShare: 0.25)
    #expect(equal.mean == 0.1 && equal.t == nil && equal.p == nil)
    #expect(try equal.interval() == Interval(0.1, 0.1))
    #expect(throws: LearningError.self) { try CorrectedResampledT([1], testShare: 0.25) }
    #expect(throws: LearningError.self) { try CorrectedResampledT([1, .nan], testShare: 0.25) }
    #expect(throws: LearningError.self) { try CorrectedResampledT([1, 2], testShare: 0) }
    let folds = try Partitions.given(
      folds: ["a", "a", "b", "b"], of: try Patients(outcome: .continuous([1, 2, 3, 4])))
    let same = try CorrectedResampledT([0.4, 0.6], of: folds)
    let given = try CorrectedResampledT([0.4, 0.6], testShare: 1)
    #expect(same.standardError == given.standardError)
  }

  @Test func optimism() throws {
    let result = try OptimismCorrection(apparent: 0.9, optimism: [0.1, 0.2, .nan, 0.3])
    expectClose(
      [result.optimism, result.corrected, result.monteCarloError],
      [0.2, 0.7, (0.01 / 3.0).squareRoot()], tolerance: 1e-15, "optimism")
    #expect(result.undefinedCount == 1)
    #expect(throws: LearningError.self) { try OptimismCorrection(apparent: 1, optimism: [.nan]) }
    #expect(throws: LearningError.self) { try AreaPlus632(apparent: 1, outOfBag: [.nan]) }
    #expect(throws: LearningError.self) { try AreaPlus632(apparent: .nan, outOfBag: [0.6]) }
    #expect(throws: LearningError.self) {
      try ErrorRatePlus632(apparent: -0.1, leaveOneOut: 0.2, noInformation: 0.5)
    }
    #expect(ErrorRatePlus632.noInformation(positiveRate: 0.5, calledRate: 0.3) == 0.5)
    // An apparent area of 1 and useless areas out of bag: the weight is 1.
    expectClose(
      [try AreaPlus632(apparent: 1, outOfBag: [0.4, 0.5]).value], [0.5], tolerance: 1e-15, "")
  }
}
