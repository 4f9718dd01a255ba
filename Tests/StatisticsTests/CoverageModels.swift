import Foundation
import Numerics
import Statistics

/// Samples for regressions, calibration and survival.
extension CoverageSamples {
  static var models: [CoverageStudy] { [logistic, calibration, moves] }

  private static let logistic = CoverageStudy(
    name: "Logistic model, intercept -0.5, slopes 1 and 0 (the tests are of the second)",
    replicates: 1000
  ) { n, stream in
    let (x, z) = (Draw.normals(n, &stream), Draw.normals(n, &stream))
    var classes: [Bool]
    repeat {
      classes = x.map { Draw.bernoulli(Draw.logistic($0 - 0.5), &stream) }
    } while !classes.contains(true) || !classes.contains(false)
    let terms = [LogisticTerm("x", x), LogisticTerm("z", z)]
    let plain = try? LogisticRegression(positives: classes, terms: terms)
    let firth = try? LogisticRegression(positives: classes, terms: terms, method: .firth)
    let isFinite = plain.map { !$0.isSeparated } ?? false
    return [
      .covers("Log odds ratio, Wald", plain?.coefficients[0].waldInterval, 1),
      .covers("Log odds ratio, profile", plain?.coefficients[0].profileInterval, 1),
      .covers("Log odds ratio, Firth, Wald", firth?.coefficients[0].waldInterval, 1),
      .covers("Log odds ratio, Firth, profile", firth?.coefficients[0].profileInterval, 1),
      .rejects("Logistic, Wald", isFinite ? plain?.coefficients[1].wald?.p : nil),
      .rejects("Logistic, likelihood ratio", plain?.coefficients[1].likelihoodRatio.p),
      .rejects("Firth, likelihood ratio", firth?.coefficients[1].likelihoodRatio.p),
    ]
  }

  private static let calibration = CoverageStudy(
    name: "True probabilities with normal logits (mean -0.5, standard deviation 1)",
    replicates: 2000
  ) { n, stream in
    let p = Draw.normals(n, &stream, mean: -0.5).map(Draw.logistic)
    var classes: [Bool]
    repeat {
      classes = p.map { Draw.bernoulli($0, &stream) }
    } while !classes.contains(true) || !classes.contains(false)
    let fit = try LogisticCalibration(probabilities: p, positives: classes)
    let groups = try CalibrationBins(probabilities: p, positives: classes, count: 10)
    return [
      .covers("Calibration intercept, Wald", fit.intercept.interval, 0),
      .covers("Calibration slope, Wald", fit.slope?.interval, 1),
      .rejects("Calibration, likelihood ratio of both", fit.test?.p),
      .rejects("Hosmer-Lemeshow, 10 groups, new rows", try? HosmerLemeshow(groups, rows: .new).p),
    ]
  }

  private struct Prediction {
    var (old, new, classes): ([Double], [Double], [Bool]) = ([], [], [])

    init(_ n: Int, _ stream: inout RandomStream) {
      repeat {
        (old, new, classes) = ([], [], [])
        for _ in 0..<n {
          let (x, z) = (stream.normal(), stream.normal())
          old.append(Draw.logistic(-0.5 + x))
          new.append(Draw.logistic(-0.5 + x + 0.7 * z))
          classes.append(Draw.bernoulli(Draw.logistic(-0.5 + x + 0.7 * z), &stream))
        }
      } while classes.count { $0 } < 2 || classes.count { !$0 } < 2
    }

    func compared(_ categories: Reclassification.Categories) throws -> Reclassification {
      try Reclassification(old: old, new: new, positives: classes, categories: categories)
    }
  }

  /// Of half a million rows.
  private static let moved: (continuous: Double, cut: Double, idi: Double, benefit: Double) = {
    var stream = RandomStream(seed: 2026, domain: .synthesis, index: .max)
    let sample = Prediction(500_000, &stream)
    guard let all = try? sample.compared(.continuous),
      let cut = try? sample.compared(.cutOffs([0.2, 0.5])),
      let curve = try? DecisionCurve(
        probabilities: sample.new, positives: sample.classes, thresholds: [0.3])
    else { return (.nan, .nan, .nan, .nan) }
    return (all.nri.value, cut.nri.value, all.idi.value, curve.points[0].netBenefit)
  }()

  private static let moves = CoverageStudy(
    name: "Two given models, the new one true (slopes 1 and 0.7), 399 resamples", replicates: 1000
  ) { n, stream in
    let sample = Prediction(n, &stream)
    let all = try sample.compared(.continuous)
    let cut = try sample.compared(.cutOffs([0.2, 0.5]))
    let rows = Draw.resamples(n, 399, &stream)
    let (more, less) = (try all.resampled(rows), try cut.resampled(rows))
    let curve = try DecisionCurve(
      probabilities: sample.new, positives: sample.classes, thresholds: [0.3])
    return [
      .covers("Continuous NRI, Wald", all.nri.interval, moved.continuous),
      .covers("Continuous NRI, bootstrap", more.nri.percentile, moved.continuous),
      .covers("NRI with cut-offs 0.2 and 0.5, Wald", cut.nri.interval, moved.cut),
      .covers("NRI with cut-offs 0.2 and 0.5, bootstrap", less.nri.percentile, moved.cut),
      .covers("IDI, Wald", all.idi.interval, moved.idi),
      .covers("IDI, bootstrap", more.idi.percentile, moved.idi),
      .covers(
        "Net benefit at 0.3, bootstrap",
        try curve.netBenefitIntervals(resamples: rows)[0].percentile, moved.benefit),
    ]
  }

  // MARK: Survival

  static var survival: [CoverageStudy] { [curves, comparisons, cox, ranking, cuts] }

  private static let curves = CoverageStudy(
    name: "Exponential times, mean 1, censoring with rate 0.5 and at 4", replicates: 5000
  ) { n, stream in
    let data = try Draw.followUp([Double](repeating: 0, count: n), censoring: 0.5, &stream)
    let fits = try KaplanMeier.IntervalScale.allCases.map { try KaplanMeier(data, scale: $0) }
    let median = fits[0].median
    let mean = try? RestrictedMean(fits[0], limit: 1.5).interval()
    let log = fits.first { $0.scale == .log }?.median ?? median
    let logLog = fits.first { $0.scale == .logLog }?.median ?? median
    func hull(_ median: KaplanMeier.Median) -> Interval {
      Interval(median.lower ?? 0, median.upper ?? .infinity)
    }
    var trials: [CoverageTrial] = fits.map { fit in
      CoverageTrial.covers(
        "Survival at 1, \(fit.scale.rawValue)", fit.step(at: 1)?.interval, exp(-1))
    }
    trials += [
      .covers("Median survival, Brookmeyer-Crowley, log", hull(log), Foundation.log(2)),
      .covers("Median survival, Brookmeyer-Crowley, log-log", hull(logLog), Foundation.log(2)),
      .covers("Restricted mean to 1.5, Wald", mean, 1 - exp(-1.5)),
    ]
    return trials
  }

  private static let comparisons = CoverageStudy(
    name: "Two groups of n / 2 with equal hazards; strata with hazards 1 and 2", replicates: 5000
  ) { n, stream in
    let groups = (0..<n).map { $0 % 2 }
    let strata = (0..<n).map { ($0 / 2) % 2 }
    let data = try Draw.followUp(
      strata.map { $0 == 0 ? 0 : log(2) }, censoring: 0.5, &stream)
    func mean(_ group: Int) throws -> RestrictedMean {
      try RestrictedMean(
        KaplanMeier(data, rows: groups.indices.filter { groups[$0] == group }), limit: 1)
    }
    let means = try? (mean(0), mean(1))
    return [
      .rejects("Log-rank", try LogRank(data, groups: groups).test.p),
      .rejects("Log-rank, stratified", try LogRank(data, groups: groups, strata: strata).test.p),
      .rejects("Restricted means to 1", means.flatMap { $0.0.difference($0.1)?.p }),
    ]
  }

  private static let cox = CoverageStudy(
    name: "Cox model, slopes 0.7 and 0 (the tests are of the second)", replicates: 2000
  ) { n, stream in
    let (x, z) = (Draw.normals(n, &stream), Draw.normals(n, &stream))
    let data = try Draw.followUp(x.map { 0.7 * $0 }, censoring: 0.5, &stream)
    let model = try CoxRegression(data, columns: [x, z])
    let robust = try CoxRegression(data, columns: [x, z], variance: .robust)
    let without = try CoxRegression(data, columns: [x])
    let ratio = max(0, 2 * (model.logLikelihood - without.logLikelihood))
    let isFitted = model.isConverged
    let alone = try CoxRegression(
      Draw.followUp([Double](repeating: 0, count: n), censoring: 0.5, &stream), columns: [z])
    return [
      .covers("Log hazard ratio, Wald", isFitted ? model.coefficients[0].interval : nil, 0.7),
      .covers(
        "Log hazard ratio, robust", robust.isConverged ? robust.coefficients[0].interval : nil, 0.7),
      .rejects("Cox, Wald", isFitted ? model.coefficients[1].test.p : nil),
      .rejects("Cox, Wald, robust", robust.isConverged ? robust.coefficients[1].test.p : nil),
      .rejects("Cox, likelihood ratio", ChiSquared(degreesOfFreedom: 1).upperTail(at: ratio)),
      .rejects("Cox, score test of one column", alone.score.p),
      .rejects(
        "Proportional hazards, Kaplan-Meier times",
        isFitted ? try? ProportionalHazardsTest(model).global.p : nil),
    ]
  }

  /// Scores of a Cox model with slope 0.7 in a very large sample.
  static let ranked: (harrell: Double, uno: Double, area: Double) = {
    var stream = RandomStream(seed: 2026, domain: .synthesis, index: .max - 1)
    let x = Draw.normals(400_000, &stream)
    guard
      let data = try? Draw.followUp(x.map { 0.7 * $0 }, censoring: 0.5, &stream),
      let harrell = try? Concordance(data, scores: x),
      let uno = try? Concordance(data, scores: x, weighting: .uno(limit: 1.5)),
      let area = try? TimeDependentArea(data, scores: x, time: 1)
    else { return (.nan, .nan, .nan) }
    return (harrell.index, uno.index, area.area)
  }()

  private static let ranking = CoverageStudy(
    name: "Scores with a slope of 0.7 on the log hazard; tests: two scores without information",
    replicates: 2000
  ) { n, stream in
    let (x, a, b) = (
      Draw.normals(n, &stream), Draw.normals(n, &stream), Draw.normals(n, &stream)
    )
    let data = try Draw.followUp(x.map { 0.7 * $0 }, censoring: 0.5, &stream)
    let harrell = try Concordance(data, scores: x)
    let uno = try? Concordance(data, scores: x, weighting: .uno(limit: 1.5))
    let area = try? TimeDependentArea(data, scores: x, time: 1)
    let (first, second) = (try Concordance(data, scores: a), try Concordance(data, scores: b))
    let early = try? TimeDependentArea(data, scores: a, time: 1)
    let other = try? TimeDependentArea(data, scores: b, time: 1)
    return [
      .covers("Harrell's C, Wald", try harrell.interval(), ranked.harrell),
      .covers("Harrell's C, logit", try harrell.interval(scale: .logit), ranked.harrell),
      .covers("Uno's C to 1.5, Wald", try uno?.interval(), ranked.uno),
      .covers("Uno's C to 1.5, logit", try uno?.interval(scale: .logit), ranked.uno),
      .covers("Time-dependent AUC at 1, Wald", try area?.interval(), ranked.area),
      .covers("Time-dependent AUC at 1, logit", try area?.interval(scale: .logit), ranked.area),
      .rejects("Equal Harrell's C", first.difference(second)?.test.p),
      .rejects(
        "Equal time-dependent AUC",
        early.flatMap { one in other.flatMap { one.difference($0) } }?
          .test.p),
    ]
  }

  private static let cuts = CoverageStudy(
    name: "A value without information, cuts with at least 10 % of the rows on a side",
    replicates: 1000
  ) { n, stream in
    let x = Draw.normals(n, &stream)
    let data = try Draw.followUp([Double](repeating: 0, count: n), censoring: 0.5, &stream)
    let found = try MaximallySelectedLogRank(data, values: x)
    let search = try XTileSearch(data, values: x)
    let crossed = try? CrossValidatedCut(data, values: x, folds: x.indices.map { $0 % 5 })
    return [
      .rejects("Searched cut, corrected (Lausen-Schumacher)", found.correctedP),
      .rejects("X-tile, corrected (Miller-Siegmund)", search.correctedP),
      .rejects("Searched cut, log-rank as if it had been known", found.rawP),
      .rejects("X-tile, log-rank as if it had been known", search.rawP),
      .rejects("Cross-validated cut, log-rank", crossed?.logRank.test.p),
    ]
  }
}
