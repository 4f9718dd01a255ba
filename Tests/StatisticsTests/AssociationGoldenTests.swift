import Statistics
import Testing

/// Oracle: R's stats package (scripts/oracles/statistics_association.R); Fisher's odds ratio is the
/// root of its equation, to which R's own is only near. Tolerance: 1e-11, since statistics are
/// differences of means; 1e-9 for limits of odds ratios, of which the script's root is sure to 1e-10.
@Suite("Tests of association equal R's")
struct AssociationGoldenTests {
  @Test func goldenFileIsComplete() {
    #expect(GoldenCase.all("association").count == 94)
  }

  private func students(_ test: TTest?) throws -> [Double?] {
    guard let test else { return [nil, nil, nil, nil, nil] }
    let interval = try test.interval()
    return [test.t, test.degreesOfFreedom, test.p, interval.lower, interval.upper]
  }

  @Test("two groups", arguments: GoldenCase.all("association", kind: "two"))
  func two(_ golden: GoldenCase) throws {
    let (a, b) = (try golden.numbers("a"), try golden.numbers("b"))
    let pooled = try students(TTest(pooled: a, b))
    expectClose(pooled, try golden.numbers("student"), relative: 1e-11, "Student")
    expectClose(
      try students(try? TTest(welch: a, b)), try golden.optionals("welch"), relative: 1e-11,
      "Welch")
    let automatic = try MannWhitneyTest(a, b)
    expectClose(
      [automatic.u, automatic.p], try golden.numbers("automatic"), relative: 1e-12, "automatic")
    let plain = try MannWhitneyTest(a, b, method: .normal(continuity: false))
    expectClose([plain.p], try golden.numbers("plain"), relative: 1e-12, "plain")
    let corrected = try MannWhitneyTest(a, b, method: .normal(continuity: true))
    expectClose([corrected.p], try golden.numbers("corrected"), relative: 1e-12, "corrected")
  }

  @Test("pairs", arguments: GoldenCase.all("association", kind: "pairs"))
  func pairs(_ golden: GoldenCase) throws {
    let (a, b) = (try golden.numbers("a"), try golden.numbers("b"))
    let paired = try students(TTest(paired: a, b))
    expectClose(paired, try golden.numbers("student"), relative: 1e-11, "Student")
    let differences = zip(a, b).map { $0 - $1 }
    let signed = try SignedRankTest(differences)
    expectClose([signed.v, signed.p], try golden.numbers("signed"), relative: 1e-12, "signed")
    let plain = try SignedRankTest(differences, method: .normal(continuity: false))
    expectClose([plain.p], try golden.numbers("plain"), relative: 1e-12, "plain")
  }

  @Test("correlations", arguments: GoldenCase.all("association", kind: "correlation"))
  func correlations(_ golden: GoldenCase) throws {
    let (a, b) = (try golden.numbers("a"), try golden.numbers("b"))
    for (name, kind): (String, Correlation.Kind) in [
      ("pearson", .pearson), ("spearman", .spearman),
    ] {
      let result = try Correlation(a, b, kind: kind)
      expectClose(
        [result.coefficient, result.p, result.interval?.lower, result.interval?.upper],
        try golden.optionals(name), relative: 1e-11, name)
    }
  }

  @Test("Kruskal and Wallis", arguments: GoldenCase.all("association", kind: "kruskal"))
  func kruskalWallis(_ golden: GoldenCase) throws {
    let (x, g) = (try golden.numbers("x"), try golden.numbers("g"))
    let groups = (0...Int(g.max()!)).map { code in
      x.indices.filter { Int(g[$0]) == code }.map { x[$0] }
    }
    let test = try KruskalWallisTest(groups).test
    expectClose(
      [test.chiSquared, Double(test.degreesOfFreedom), test.p], try golden.numbers("test"),
      relative: 1e-11, "Kruskal-Wallis")
  }

  @Test("chi-squared", arguments: GoldenCase.all("association", kind: "chi"))
  func chiSquared(_ golden: GoldenCase) throws {
    let counts = try golden.numbers("counts").map { Int($0) }
    let rows = Int(try golden.numbers("rows")[0])
    let width = counts.count / rows
    let table = (0..<rows).map { Array(counts[$0 * width..<($0 + 1) * width]) }
    let plain = try IndependenceTest(table, continuity: false)
    expectClose(
      [plain.test.chiSquared, Double(plain.test.degreesOfFreedom), plain.test.p],
      try golden.numbers("plain"), relative: 1e-12, "plain")
    expectClose(
      Array(plain.expected.joined()), try golden.numbers("expected"), relative: 1e-14, "expected")
    let corrected = try IndependenceTest(table).test
    expectClose(
      [corrected.chiSquared, corrected.p], try golden.numbers("corrected"), relative: 1e-12,
      absolute: 1e-30, "corrected")
  }

  @Test("Fisher", arguments: GoldenCase.all("association", kind: "fisher"))
  func fisher(_ golden: GoldenCase) throws {
    let n = try golden.numbers("counts").map { Int($0) }
    let test = try FisherExactTest(n[0], n[1], n[2], n[3])
    expectClose([test.p], try golden.numbers("p"), relative: 1e-12, "p")
    expectClose(
      [test.oddsRatio, test.interval.lower, test.interval.upper], try golden.numbers("odds"),
      relative: 1e-9, "odds ratio")
  }

  @Test("McNemar", arguments: GoldenCase.all("association", kind: "mcnemar"))
  func mcNemar(_ golden: GoldenCase) throws {
    let n = try golden.numbers("counts").map { Int($0) }
    let corrected = try McNemarTest(n[0], n[1])
    let plain = try McNemarTest(n[0], n[1], continuity: false)
    expectClose(
      [corrected.test?.chiSquared, corrected.test?.p], try golden.numbers("corrected"),
      relative: 1e-12, "corrected")
    expectClose(
      [plain.test?.chiSquared, plain.test?.p], try golden.numbers("plain"), relative: 1e-12,
      "plain")
    expectClose([plain.exactP], try golden.numbers("exact"), relative: 1e-12, "exact")
  }

  @Test("adjusted p-values", arguments: GoldenCase.all("association", kind: "adjust"))
  func adjusted(_ golden: GoldenCase) throws {
    let p = try golden.optionals("p")
    for (name, method): (String, PValueAdjustment) in [
      ("bh", .benjaminiHochberg), ("by", .benjaminiYekutieli), ("holm", .holm),
    ] {
      expectClose(
        try method.adjusted(p), try golden.optionals(name), relative: 1e-14, name)
    }
  }
}
