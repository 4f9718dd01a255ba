import Numerics
import Statistics
import Testing

@Suite("Edges of tables")
struct TableEdgeTests {
  @Test func measuresWithoutAClassHaveNoInterval() throws {
    let one = ConfusionTable(
      truePositives: 3, falsePositives: 0, trueNegatives: 0, falseNegatives: 1)
    for measure in TableMeasure.allCases where measure != .f1 {
      #expect(try one.interval(of: measure) == nil)
    }
    #expect(try one.interval(of: .f1) != nil)
    #expect(throws: StatisticsError.self) { try one.interval(of: .kappa, level: 1) }
    // Everybody is called positive: no correlation, but a balanced accuracy of one half.
    let all = ConfusionTable(
      truePositives: 4, falsePositives: 5, trueNegatives: 0, falseNegatives: 0)
    #expect(try all.interval(of: .matthews) == nil)
    let balanced = try #require(try all.interval(of: .balancedAccuracy))
    #expect(balanced.lower < 0.5 && balanced.upper > 0.5)
  }

  /// A wider level holds the narrower interval; classes swapped give the mirrored one.
  @Test func measuresAreOrdered() throws {
    for (a, b, c, d) in [(9, 2, 11, 4), (3, 5, 2, 8), (20, 1, 2, 1), (1, 0, 5, 1)] {
      let table = ConfusionTable(
        truePositives: a, falsePositives: b, trueNegatives: c, falseNegatives: d)
      let mirrored = ConfusionTable(
        truePositives: c, falsePositives: d, trueNegatives: a, falseNegatives: b)
      for measure in [TableMeasure.balancedAccuracy, .matthews, .kappa] {
        let own = try #require(try table.interval(of: measure))
        let wide = try #require(try table.interval(of: measure, level: 0.99))
        #expect(wide.lower <= own.lower && wide.upper >= own.upper)
        let other = try #require(try mirrored.interval(of: measure))
        expectClose(
          [other.lower, other.upper], [own.lower, own.upper], relative: 1e-9, absolute: 1e-10,
          measure.rawValue)
      }
    }
  }

  @Test func costsAreChecked() throws {
    let curve = try ROCCurve(scores: [1, 2, 3, 4], positives: [false, true, false, true])
    #expect(throws: StatisticsError.self) {
      try curve.leastCostly(falseNegative: 0, falsePositive: 0)
    }
    #expect(throws: StatisticsError.self) {
      try curve.leastCostly(falseNegative: 1, falsePositive: 1, prevalence: 1.2)
    }
    // Without cost of misses nobody is called positive, without cost of alarms everybody.
    #expect(
      try curve.leastCostly(falseNegative: 0, falsePositive: 1).point.cutOff == .infinity)
    let all = try curve.leastCostly(falseNegative: 1, falsePositive: 0)
    #expect(all.point.sensitivity == 1 && all.cost == 0)
    // Equal costs at the own prevalence: the error rate.
    #expect(try curve.leastCostly(falseNegative: 1, falsePositive: 1).cost == 0.25)
  }

  @Test func permutedAreasAreReproducible() throws {
    var first = RandomStream(seed: 1, domain: .permutation, index: 3)
    var second = first
    let scores: [Double] = [0.1, 0.4, 0.35, 0.8, 0.7]
    let positives = [false, false, true, true, true]
    let a = try PrecisionRecallTest(
      scores: scores, positives: positives, measure: .interpolatedArea, count: 50, stream: &first)
    let b = try PrecisionRecallTest(
      scores: scores, positives: positives, measure: .interpolatedArea, count: 50, stream: &second)
    #expect(a.permuted == b.permuted && a.p == b.p && a.prevalence == 0.6)
    // Orders of the caller: the same where they are the same.
    var third = RandomStream(seed: 1, domain: .permutation, index: 3)
    var shuffled = positives
    let c = try PrecisionRecallTest(
      scores: scores, positives: positives, measure: .interpolatedArea, count: 50
    ) {
      third.shuffle(&shuffled)
      return shuffled
    }
    #expect(c.permuted == a.permuted && c.interval == a.interval)
    #expect(throws: StatisticsError.self) {
      try PrecisionRecallTest(
        scores: scores, positives: positives, measure: .averagePrecision, count: 0,
        stream: &first)
    }
    let equal = try PrecisionRecallTest(
      scores: [1, 1], positives: [true, false], measure: .averagePrecision, count: 9,
      stream: &first)
    #expect(equal.p == 1)
  }

  @Test func cohortsWithGaps() throws {
    let columns = [
      CohortColumn("missing", numbers: [nil, nil, nil, nil]),
      CohortColumn("constant", numbers: [2, 2, 2, 2]),
      CohortColumn("one", numbers: [1, nil, nil, 4]),
      CohortColumn("level", categories: ["a", "a", "a", nil]),
      CohortColumn("split", categories: ["a", "a", "b", "b"], levels: ["b", "a", "c"]),
    ]
    let table = try CohortTable(columns, codes: [0, 0, 1, 1], groups: ["x", "y"])
    #expect(table.rows[0].p == nil && table.rows[0].groups.map(\.missing) == [2, 2])
    #expect(table.rows[0].note != nil && table.rows[0].standardisedDifference == nil)
    #expect(table.rows[1].p == nil && table.rows[1].standardisedDifference == 0)
    #expect(table.rows[2].p == 1 && table.rows[2].style == .median)
    #expect(table.rows[3].p == nil && table.rows[3].note == "only one level occurs")
    #expect(table.rows[4].method == .fisher && table.rows[4].standardisedDifference == nil)
    #expect(abs(try #require(table.rows[4].p) - 1.0 / 3) < 1e-12)
    let alone = try CohortTable(columns, codes: [0, 0, 0, 0], groups: ["all"])
    #expect(alone.rows.allSatisfy { $0.p == nil && $0.standardisedDifference == nil })
    let empty = try CohortTable(columns, codes: [0, 0, 2, 2], groups: ["x", "none", "y"])
    #expect(empty.groupCounts == [2, 0, 2] && empty.rows[4].method == .fisher)
    #expect(throws: StatisticsError.self) {
      try CohortTable(columns, codes: [0, 0, 1, 2], groups: ["x", "y"])
    }
    #expect(throws: StatisticsError.self) {
      try CohortTable(
        [CohortColumn("a", categories: ["q"], levels: ["p"])], codes: [0], groups: ["x"])
    }
    #expect(throws: StatisticsError.self) {
      try CohortTable([CohortColumn("a", numbers: [.nan])], codes: [0], groups: ["x"])
    }
  }

  @Test func genesWithoutATest() throws {
    let table = try GeneTable(
      [
        .init("never", [false, false, false, false]), .init("unknown", [nil, nil, true, false]),
        .init("split", [true, true, false, false]),
      ], isFirst: [true, true, false, false], groups: (first: "a", second: "b"))
    #expect(table.testedCount == 1 && table.rows[0].p == nil && table.rows[1].missing == 2)
    #expect(table.rows[2].log2OddsRatio == .infinity)
    #expect(table.rows[2].benjaminiHochberg == table.rows[2].p)
    #expect(throws: StatisticsError.self) {
      try GeneTable([], isFirst: [true], groups: (first: "a", second: "b"))
    }
  }

  @Test func correlationsOfConstantColumns() throws {
    let cross = try CrossCorrelation(
      [.init("a", [1, 1, 1])], [.init("b", [1, 2, 4]), .init("c", [3, 3, 3])], rowCount: 3,
      kind: .spearman)
    #expect(cross.matrix.allSatisfy(\.isNaN) && cross.overall == nil)
    #expect(cross.constantColumns == ["a", "c"] && cross.first[0].partner == nil)
    let two = try CrossCorrelation(
      [.init("a", [1, 2])], [.init("b", [5, 3])], rowCount: 2, kind: .pearson)
    #expect(abs(try #require(two.first[0].correlation) + 1) < 1e-15 && two.overall?.count == 1)
    #expect(throws: StatisticsError.self) {
      try CrossCorrelation([], [.init("b", [1, 2])], rowCount: 2, kind: .pearson)
    }
    let volume = try VolumeCorrelation(
      [("flat", [1, 1, 1]), ("gaps", [nil, nil, 2]), ("up", [1, 2, 3])], volumes: [2, 5, 7])
    #expect(volume.rows[0].correlation == nil && volume.rows[1].note != nil)
    #expect(volume.rows[2].correlation?.coefficient == 1 && volume.rows[2].adjustedP == 0)
  }
}
