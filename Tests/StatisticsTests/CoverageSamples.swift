import Foundation
import Numerics
import Statistics

/// Samples of counts, scores and groups.
enum CoverageSamples {
  static var proportions: [CoverageStudy] {
    [
      shares(0.8), shares(0.95), tables, areas(0.8), areas(0.95), pairs, unpaired, shared,
      precision,
    ]
  }

  /// n is the number of trials.
  private static func shares(_ p: Double) -> CoverageStudy {
    CoverageStudy(name: "Binomial counts of n, p = \(p)", replicates: 10_000) { n, stream in
      let share = Proportion(Draw.count(n, p, &stream), of: n)
      return [
        .covers("Proportion \(p), Clopper-Pearson", try share.interval(.exact), p),
        .covers("Proportion \(p), Wilson", try share.interval(.wilson), p),
      ]
    }
  }

  private static let tables = CoverageStudy(
    name: "n rows, prevalence 0.4 (random), sensitivity 0.8, specificity 0.7", replicates: 4000
  ) { n, stream in
    let classes = Draw.classes(n, 0.4, &stream)
    var counts = [0, 0, 0, 0]
    for isPositive in classes {
      let isCalled = Draw.bernoulli(isPositive ? 0.8 : 0.3, &stream)
      counts[(isPositive ? 2 : 0) + (isCalled ? 1 : 0)] += 1
    }
    let table = ConfusionTable(
      truePositives: counts[3], falsePositives: counts[1], trueNegatives: counts[0],
      falseNegatives: counts[2])
    // The same shares in 1000 rows.
    let truth = ConfusionTable(
      truePositives: 320, falsePositives: 180, trueNegatives: 420, falseNegatives: 80)
    let shares: [(String, KeyPath<ConfusionTable, Proportion>)] = [
      ("Sensitivity", \.sensitivity), ("Positive predictive value", \.positivePredictiveValue),
      ("Accuracy", \.accuracy),
    ]
    var trials: [CoverageTrial] = []
    for (name, path) in shares {
      trials.append(
        .covers(
          "\(name), Clopper-Pearson", try table[keyPath: path].interval(),
          truth[keyPath: path].value ?? .nan))
    }
    for measure in TableMeasure.allCases {
      trials.append(
        .covers(
          "\(measure.rawValue), \(measure == .f1 ? "exact" : "score")",
          try table.interval(of: measure), truth.value(of: measure) ?? .nan))
    }
    return trials
  }

  private static func areas(_ area: Double) -> CoverageStudy {
    CoverageStudy(name: "Binormal scores, prevalence 0.4, AUC \(area)", replicates: 5000) {
      n, stream in
      let classes = Draw.classes(n, 0.4, &stream)
      let shift = 2.0.squareRoot() * Normal.quantile(area)
      let noise = Draw.normals(n, &stream)
      let scores = zip(classes, noise).map { $0 ? $1 + shift : $1 }
      let own = try AreaUnderROC(scores: scores, positives: classes)
      let null = try AreaUnderROC(scores: noise, positives: classes)
      let high = noise.indices.filter { classes[$0] }.map { noise[$0] }
      let low = noise.indices.filter { !classes[$0] }.map { noise[$0] }
      var trials: [CoverageTrial] = [
        .covers("AUC \(area), DeLong, Wald", try own.interval(), area),
        .covers("AUC \(area), DeLong, logit", try own.interval(scale: .logit), area),
      ]
      if area == 0.8 {
        trials += [
          .rejects("AUC = 0.5, DeLong", null.deLong?.p),
          .rejects("AUC = 0.5, Mann-Whitney variance", null.mannWhitney?.p),
          .rejects("Mann-Whitney, automatic", try MannWhitneyTest(high, low).p),
        ]
      }
      return trials
    }
  }

  private static let pairs = CoverageStudy(
    name: "Two scores of the same rows, correlation 0.5, both AUC 0.8", replicates: 5000
  ) { n, stream in
    let classes = Draw.classes(n, 0.4, &stream)
    let shift = 2.0.squareRoot() * Normal.quantile(0.8)
    let common = Draw.normals(n, &stream)
    func score(_ stream: inout RandomStream) -> [Double] {
      let own = Draw.normals(n, &stream)
      return classes.indices.map {
        (common[$0] + own[$0]) * 0.5.squareRoot() + (classes[$0] ? shift : 0)
      }
    }
    let result = try AreaComparison(
      paired: score(&stream), score(&stream), positives: classes)
    return [
      .covers("AUC difference, paired DeLong", try result.interval(), 0),
      .rejects("Paired DeLong", result.test?.p),
    ]
  }

  private static let unpaired = CoverageStudy(
    name: "Two samples of n, AUC 0.8 in both", replicates: 5000
  ) { n, stream in
    let shift = 2.0.squareRoot() * Normal.quantile(0.8)
    func area(_ stream: inout RandomStream) throws -> AreaUnderROC {
      let classes = Draw.classes(n, 0.4, &stream)
      let scores = classes.map { stream.normal() + ($0 ? shift : 0) }
      return try AreaUnderROC(scores: scores, positives: classes)
    }
    let result = try AreaComparison(unpaired: area(&stream), area(&stream))
    return [
      .covers("AUC difference, unpaired DeLong", try result.interval(), 0),
      .rejects("Unpaired DeLong, normal", result.test?.p),
      .rejects("Unpaired DeLong, Student's t as pROC", result.welchP),
    ]
  }

  private static let shared = CoverageStudy(
    name: "All rows against a random half of them, AUC 0.8, 399 resamples", replicates: 1000
  ) { n, stream in
    let shift = 2.0.squareRoot() * Normal.quantile(0.8)
    let classes = Draw.classes(n, 0.4, &stream)
    let scores = classes.map { stream.normal() + ($0 ? shift : 0) }
    let half = classes.map { _ in Draw.bernoulli(0.5, &stream) }
    let result = try? PairedBootstrap(
      first: half.map { _ in true }, second: half, resamples: Draw.resamples(n, 399, &stream)
    ) { rows in
      try? AreaUnderROC(
        scores: rows.map { scores[$0] }, positives: rows.map { classes[$0] }
      ).area
    }
    return [
      .covers("AUC difference, groups that share rows", result?.resampled.percentile, 0),
      .rejects("Paired bootstrap of groups that share rows", result?.p),
    ]
  }

  private static let precision = CoverageStudy(
    name: "Scores without information, prevalence 0.4, 199 permutations", replicates: 1000
  ) { n, stream in
    let classes = Draw.classes(n, 0.4, &stream)
    let scores = Draw.normals(n, &stream)
    var trials: [CoverageTrial] = []
    for measure in PrecisionRecallTest.Measure.allCases {
      let test = try PrecisionRecallTest(
        scores: scores, positives: classes, measure: measure, count: 199, stream: &stream)
      trials.append(.rejects("PR permutation test, \(measure.rawValue)", test.p))
    }
    return trials
  }

  // MARK: Groups

  static var groups: [CoverageStudy] { [means, spreads, ranks, correlations, counts, several] }

  private static let means = CoverageStudy(
    name: "Two groups of n / 2, normal, equal variances, difference 0.5; three of n / 3 without",
    replicates: 10_000
  ) { n, stream in
    let (a, b) = (
      Draw.normals(n / 2, &stream, mean: 0.5), Draw.normals(n / 2, &stream)
    )
    let three = (0..<3).map { _ in Draw.normals(n / 3, &stream) }
    let moved = a.map { $0 - 0.5 }
    return [
      .covers("Mean difference, Student", try TTest(pooled: a, b).interval(), 0.5),
      .covers("Mean difference, Welch", try TTest(welch: a, b).interval(), 0.5),
      .covers("Mean difference of pairs", try TTest(paired: a, b).interval(), 0.5),
      .rejects("Student's t test", try TTest(pooled: moved, b).p),
      .rejects("Welch's t test", try TTest(welch: moved, b).p),
      .rejects("Paired t test", try TTest(paired: moved, b).p),
      .rejects("Welch's analysis of three groups", try WelchAnalysis(three).p),
      .rejects("Kruskal-Wallis, three groups", try KruskalWallisTest(three).test.p),
    ]
  }

  private static let spreads = CoverageStudy(
    name: "Normal groups of n / 3 and 2 n / 3 with standard deviations 3 and 1", replicates: 10_000
  ) { n, stream in
    let (a, b) = (Draw.normals(n / 3, &stream, sd: 3), Draw.normals(2 * n / 3, &stream))
    return [
      .covers("Mean difference, Welch, unequal variances", try TTest(welch: a, b).interval(), 0),
      .rejects("Welch's t test, unequal variances", try TTest(welch: a, b).p),
      .rejects("Student's t test, unequal variances", try TTest(pooled: a, b).p),
    ]
  }

  private static let ranks = CoverageStudy(
    name: "Two groups of n / 2 of rounded exponential values (ties), and their differences",
    replicates: 2000
  ) { n, stream in
    func values(_ stream: inout RandomStream) -> [Double] {
      (0..<n / 2).map { _ in (4 * stream.exponential()).rounded() }
    }
    let (a, b) = (values(&stream), values(&stream))
    let gaps = zip(a, b).map { $0 - $1 }
    var trials: [CoverageTrial] = [
      .rejects("Mann-Whitney with ties, normal", try MannWhitneyTest(a, b).p),
      .rejects("Wilcoxon signed rank with ties, normal", try SignedRankTest(gaps).p),
      .rejects("Wilcoxon signed rank with ties, exact", try SignedRankTest(gaps, method: .exact).p),
    ]
    // Counting takes too long for a simulation of larger groups.
    if n <= 30 {
      trials.append(
        .rejects("Mann-Whitney with ties, exact", try MannWhitneyTest(a, b, method: .exact).p))
    } else {
      trials.append(.rejects("Mann-Whitney with ties, exact", nil))
    }
    return trials
  }

  private static let correlations = CoverageStudy(
    name: "Bivariate normal, correlation 0.5 (tests: 0)", replicates: 10_000
  ) { n, stream in
    let x = Draw.normals(n, &stream)
    let noise = Draw.normals(n, &stream)
    let y = zip(x, noise).map { 0.5 * $0 + 0.75.squareRoot() * $1 }
    return [
      .covers("Pearson's r, Fisher's z", try Correlation(x, y).interval, 0.5),
      .covers(
        "Spearman's r, Bonett-Wright", try Correlation(x, y, kind: .spearman).interval,
        6 / Double.pi * asin(0.25)),
      .rejects("Pearson's r", try Correlation(x, noise).p),
      .rejects("Spearman's r", try Correlation(x, noise, kind: .spearman).p),
    ]
  }

  private static let counts = CoverageStudy(
    name: "Two groups of n / 2 with shares 0.3 and 0.5 (tests: 0.3 both; pairs: 0.3 change)",
    replicates: 4000
  ) { n, stream in
    let m = n / 2
    let (a, b, c) = (
      Draw.count(m, 0.5, &stream), Draw.count(m, 0.3, &stream), Draw.count(m, 0.3, &stream)
    )
    let ratio = try? FisherExactTest(a, m - a, b, m - b)
    let null = [[b, m - b], [c, m - c]]
    let changed = Draw.count(n, 0.3, &stream)
    let up = Draw.count(changed, 0.5, &stream)
    let corrected = try McNemarTest(up, changed - up)
    return [
      .covers("Odds ratio, exact conditional", ratio?.interval, 7.0 / 3),
      .rejects("Chi-squared", try? IndependenceTest(null, continuity: false).test.p),
      .rejects("Chi-squared, Yates", try? IndependenceTest(null).test.p),
      .rejects("Fisher 2 x 2", try? FisherExactTest(b, m - b, c, m - c).p),
      .rejects("McNemar, corrected", corrected.test?.p),
      .rejects(
        "McNemar, plain", try McNemarTest(up, changed - up, continuity: false).test?.p),
      .rejects("McNemar, exact", corrected.exactP),
    ]
  }

  private static let several = CoverageStudy(
    name: "Three groups of n / 3, four levels with shares 0.4, 0.3, 0.2, 0.1; ten true hypotheses",
    replicates: 1000
  ) { n, stream in
    var table = [[Int]](repeating: [0, 0, 0, 0], count: 3)
    for row in 0..<n / 3 * 3 {
      let u = stream.uniform()
      table[row % 3][u < 0.4 ? 0 : u < 0.7 ? 1 : u < 0.9 ? 2 : 3] += 1
    }
    let kept = (0..<4).filter { level in table.contains { $0[level] > 0 } }
    let p = (0..<10).map { _ in stream.uniform() }
    let lowest = try PValueAdjustment.allCases.map { method in
      (method, try method.adjusted(p).compactMap { $0 }.min())
    }
    var trials: [CoverageTrial] = [
      .rejects(
        "Chi-squared, 3 x 4",
        try? IndependenceTest(table.map { row in kept.map { row[$0] } }, continuity: false).test.p),
      // Larger tables take too long for a simulation.
      .rejects("Fisher 3 x 4", n <= 30 ? try? FisherTableTest(table).p : nil),
    ]
    for (method, p) in lowest { trials.append(.rejects("Any of ten, \(method.rawValue)", p)) }
    return trials
  }
}
