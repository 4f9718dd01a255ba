import Statistics
import Testing

/// Oracle: R's stats and boot packages, convolutions and definitions written out in
/// scripts/oracles/statistics_association.R, which compares itself with coin and qvalue. Tolerances:
/// 1e-12 for counts of arrangements and closed forms, 1e-9 for tables of any size, which R's network
/// sums in another order, 1e-11 where means are subtracted.
@Suite("Exact rank tests, tables of any size, q-values and shared rows equal R's")
struct AssociationMoreGoldenTests {
  @Test("Mann and Whitney, exact", arguments: GoldenCase.all("association", kind: "exact"))
  func rankSum(_ golden: GoldenCase) throws {
    let (a, b) = (try golden.numbers("a"), try golden.numbers("b"))
    let p = try golden.numbers("p")
    let test = try MannWhitneyTest(a, b, method: .exact)
    #expect(test.isExact && test.z == nil)
    expectClose([test.p], p, relative: 1e-12, "Mann-Whitney exact")
    expectClose(
      [try MannWhitneyTest(b, a, method: .exact).p], p, relative: 1e-12, "Mann-Whitney exact")
  }

  @Test("signed ranks, exact", arguments: GoldenCase.all("association", kind: "signs"))
  func signedRank(_ golden: GoldenCase) throws {
    let differences = zip(try golden.numbers("a"), try golden.numbers("b")).map { $0 - $1 }
    let test = try SignedRankTest(differences, method: .exact)
    #expect(test.isExact && test.z == nil)
    expectClose([test.p], try golden.numbers("p"), relative: 1e-12, "signed rank exact")
  }

  private func table(_ golden: GoldenCase) throws -> [[Int]] {
    let counts = try golden.numbers("counts").map { Int($0) }
    let width = counts.count / Int(try golden.numbers("rows")[0])
    return stride(from: 0, to: counts.count, by: width).map { Array(counts[$0..<$0 + width]) }
  }

  @Test("Fisher, any size", arguments: GoldenCase.all("association", kind: "fisherTable"))
  func fisher(_ golden: GoldenCase) throws {
    let table = try table(golden)
    let test = try FisherTableTest(table)
    expectClose([test.p], try golden.numbers("p"), relative: 1e-9, "Fisher r x c")
    expectClose(
      [test.probability], try golden.numbers("probability"), relative: 1e-11,
      "Fisher r x c probability")
    let turned = table[0].indices.map { column in table.map { $0[column] } }
    expectClose([try FisherTableTest(turned).p], [test.p], relative: 1e-11, "Fisher transposed")
  }

  @Test("Fisher, both ways", arguments: GoldenCase.all("association", kind: "fisher"))
  func fisherOfFourCells(_ golden: GoldenCase) throws {
    let n = try golden.numbers("counts").map { Int($0) }
    expectClose(
      [try FisherTableTest([[n[0], n[1]], [n[2], n[3]]]).p], try golden.numbers("p"),
      relative: 1e-11, "Fisher 2 x 2 by the network")
  }

  @Test("Welch", arguments: GoldenCase.all("association", kind: "welch"))
  func welch(_ golden: GoldenCase) throws {
    let (x, g) = (try golden.numbers("x"), try golden.numbers("g"))
    let groups = (0...Int(g.max()!)).map { code in
      x.indices.filter { Int(g[$0]) == code }.map { x[$0] }
    }
    let test = try WelchAnalysis(groups)
    expectClose(
      [test.f, test.numerator, test.denominator, test.p], try golden.numbers("test"),
      relative: 1e-11, "Welch's analysis")
  }

  @Test("q-values", arguments: GoldenCase.all("association", kind: "storey"))
  func storey(_ golden: GoldenCase) throws {
    let p = try golden.optionals("p")
    let shares = try golden.numbers("shares")
    let half = try StoreyQValues(p, nullShare: .at(0.5))
    expectClose([half.nullShare], [shares[1]], relative: 1e-13, "null share")
    expectClose(half.q, try golden.optionals("half"), relative: 1e-12, "q at 0.5")
    // R goes on with a share of 0 and calls every hypothesis false.
    if shares[0] == 0 {
      #expect(throws: StatisticsError.self) { try StoreyQValues(p) }
    } else {
      let least = try StoreyQValues(p)
      expectClose([least.nullShare], [shares[0]], relative: 1e-13, "null share")
      expectClose(least.q, try golden.optionals("least"), relative: 1e-12, "q")
    }
  }

  @Test("groups that share rows", arguments: GoldenCase.all("association", kind: "overlap"))
  func overlap(_ golden: GoldenCase) throws {
    let (y, x) = (try golden.numbers("y"), try golden.numbers("x"))
    let second = try golden.numbers("second").map { $0 == 1 }
    let n = y.count
    let resamples = (1...199).map { b in
      (1...n).map { (7 * b * $0 * $0 + 7919 * b + 31 * $0) % n }
    }
    let result = try PairedBootstrap(
      first: second.map { _ in true }, second: second, resamples: resamples
    ) { rows in
      try? AreaUnderROC(scores: rows.map { x[$0] }, positives: rows.map { y[$0] == 1 }).area
    }
    expectClose(
      [
        result.first, result.second, result.resampled.percentile?.lower,
        result.resampled.percentile?.upper, Double(result.resampled.undefinedCount), result.p,
      ], try golden.numbers("values"), relative: 1e-11, absolute: 1e-15, "paired bootstrap")
  }

  @Test func hostileInputs() throws {
    #expect(throws: StatisticsError.self) { try MannWhitneyTest([2, 2], [2], method: .exact) }
    #expect(throws: StatisticsError.self) { try FisherTableTest([[1, 2], [0, 0]]) }
    #expect(throws: StatisticsError.self) { try FisherTableTest([[1, 2], [3]]) }
    #expect(throws: StatisticsError.self) { try FisherTableTest([[1, -2], [3, 4]]) }
    let large = (0..<5).map { r in (0..<5).map { 20 + (r * 7 + $0 * 3) % 11 } }
    #expect(throws: StatisticsError.self) { try FisherTableTest(large, effort: 100_000) }
    #expect(throws: StatisticsError.self) { try StoreyQValues([nil]) }
    #expect(throws: StatisticsError.self) { try StoreyQValues([0.2, 1.2]) }
    #expect(throws: StatisticsError.self) { try StoreyQValues([0.2], nullShare: .at(1)) }
    #expect(try StoreyQValues([0.2, nil, 0.9], nullShare: .at(0)).q[1] == nil)
    #expect(throws: StatisticsError.self) { try WelchAnalysis([[1, 2], [3]]) }
    #expect(throws: StatisticsError.self) { try WelchAnalysis([[1, 2], [3, 3]]) }
    #expect(throws: StatisticsError.self) {
      try PairedBootstrap(first: [true], second: [false], resamples: [[0]]) { Double($0.count) }
    }
    let undefined = try PairedBootstrap(
      first: [true, true], second: [true, false], resamples: [[1, 1], [1]]
    ) { Double($0.count) }
    #expect(undefined.p == nil && undefined.resampled.undefinedCount == 2)
  }
}
