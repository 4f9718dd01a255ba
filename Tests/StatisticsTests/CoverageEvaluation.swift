import Evaluation
import Learning
import Numerics
import Statistics

/// Samples for the intervals of resampled patients, of clustered rows and of folds.
extension CoverageSamples {
  static var evaluation: [CoverageStudy] {
    [
      bootstraps(0.8), bootstraps(0.95), predictions, concordance, lesions(ofPatients: false),
      lesions(ofPatients: true), folds(5), folds(10),
    ]
  }

  private static func outcome(_ classes: [Bool]) -> Outcome { .binary(classes.map { $0 ? 1 : 0 }) }

  /// The limits of every kind, as a study gives them.
  private static func resampled(
    _ metric: Metric, _ outcome: Outcome, groups: [Int]? = nil, _ scores: [Double],
    probabilities: [Double]? = nil, replicates: Int = 999, name: String, _ truth: Double,
    _ stream: inout RandomStream
  ) -> [CoverageTrial] {
    let bootstrap = try? MetricBootstrap(
      metric, of: Patients(outcome: outcome, groups: groups), scores: scores,
      probabilities: probabilities, replicates: replicates, using: &stream)
    return BootstrapIntervalKind.allCases.map { kind in
      .covers("\(name), \(kind.rawValue)", try? bootstrap?.interval(kind).limits, truth)
    }
  }

  private static func bootstraps(_ area: Double) -> CoverageStudy {
    CoverageStudy(
      name: "Binormal scores, prevalence 0.4, AUC \(area), 999 resamples of patients",
      replicates: 2000
    ) { n, stream in
      let classes = Draw.classes(n, 0.4, &stream)
      let shift = 2.0.squareRoot() * Normal.quantile(area)
      let scores = classes.map { stream.normal() + ($0 ? shift : 0) }
      return resampled(
        .auc, outcome(classes), scores, name: "AUC \(area), bootstrap", area, &stream)
    }
  }

  /// True probabilities with their classes.
  private static func predicted(
    _ n: Int, _ stream: inout RandomStream
  ) -> (probabilities: [Double], classes: [Bool]) {
    while true {
      let p = (0..<n).map { _ in Draw.logistic(-0.5 + 1.5 * stream.normal()) }
      let classes = p.map { Draw.bernoulli($0, &stream) }
      if classes.contains(true) && classes.contains(false) { return (p, classes) }
    }
  }

  private static let predictedMetrics: [Metric] = [.brier, .balancedAccuracy, .mcc]

  /// Of half a million rows.
  private static let predictedTruths: [Double] = {
    var stream = RandomStream(seed: 2026, domain: .synthesis, index: .max - 2)
    let (p, classes) = predicted(500_000, &stream)
    return predictedMetrics.map {
      $0.value(outcome(classes), scores: p, probabilities: p).value
    }
  }()

  private static let predictions = CoverageStudy(
    name: "True probabilities, normal logits (mean -0.5, deviation 1.5), 999 resamples",
    replicates: 500
  ) { n, stream in
    let (p, classes) = predicted(n, &stream)
    var trials: [CoverageTrial] = []
    for (metric, truth) in zip(predictedMetrics, predictedTruths) {
      trials += resampled(
        metric, outcome(classes), p, probabilities: p, name: "\(metric.rawValue), bootstrap", truth,
        &stream)
    }
    return trials
  }

  private static let concordance = CoverageStudy(
    name: "Scores with a slope of 0.7 on the log hazard, 399 resamples", replicates: 250
  ) { n, stream in
    let x = Draw.normals(n, &stream)
    let data = try Draw.followUp(x.map { 0.7 * $0 }, censoring: 0.5, &stream)
    let outcome = Outcome.survival(
      time: data.time, event: data.event.map { $0 ? 1 : 0 }, entry: [])
    return resampled(
      .concordance, outcome, x, replicates: 399, name: "Harrell's C, bootstrap", ranked.harrell,
      &stream)
  }

  /// One to three rows of n patients; scores of a patient's rows have the correlation 0.5. Classes
  /// are of patients or of rows.
  private static func lesions(ofPatients: Bool) -> CoverageStudy {
    let of = ofPatients ? "patients" : "lesions"
    return CoverageStudy(
      name: "n patients with 1 to 3 lesions, classes of \(of), AUC 0.8, 999 resamples",
      replicates: 2000
    ) { n, stream in
      let shift = 2.0.squareRoot() * Normal.quantile(0.8)
      let shared = Draw.classes(n, 0.4, &stream)
      var (groups, classes, scores): ([Int], [Bool], [Double]) = ([], [], [])
      for patient in 0..<n {
        let common = stream.normal()
        for _ in 0...stream.integer(below: 3) {
          // The first two patients make sure of both classes.
          let isFree = !ofPatients && patient > 1
          let isPositive =
            isFree ? Draw.bernoulli(0.4, &stream) : ofPatients ? shared[patient] : patient == 0
          groups.append(patient)
          classes.append(isPositive)
          scores.append(
            (common + stream.normal()) * 0.5.squareRoot() + (isPositive ? shift : 0))
        }
      }
      let clustered = try ClusteredArea(scores: scores, positives: classes, groups: groups)
      let plain = try AreaUnderROC(scores: scores, positives: classes)
      return [
        .covers("Classes of \(of), Obuchowski", try clustered.interval(), 0.8),
        .covers("Classes of \(of), DeLong as if rows were patients", try plain.interval(), 0.8),
      ]
        + resampled(
          .auc, outcome(classes), groups: groups, scores,
          name: "Classes of \(of), bootstrap of patients", 0.8, &stream)
    }
  }

  /// Five columns, the first with an AUC of 0.8, the others without information; scores by the line
  /// through the means of the classes, whose AUC on new rows is known.
  private static func folds(_ count: Int) -> CoverageStudy {
    CoverageStudy(
      name: "\(count) folds, 40 % positive, five columns, one of them informative (AUC 0.8)",
      replicates: 5000
    ) { n, stream in
      let shift = 2.0.squareRoot() * Normal.quantile(0.8)
      let classes = (0..<n).map { $0 % 5 < 2 }
      let columns = (0..<5).map { column in
        classes.map { stream.normal() + ($0 && column == 0 ? shift : 0) }
      }
      func mean(_ values: [Double], _ rows: [Int]) -> Double {
        var sum = 0.0
        for row in rows { sum += values[row] }
        return sum / Double(rows.count)
      }
      func line(_ training: [Int]) -> (weights: [Double], area: Double) {
        let high = training.filter { classes[$0] }
        let low = training.filter { !classes[$0] }
        let weights = columns.map { mean($0, high) - mean($0, low) }
        let length = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return (weights, Normal.lowerTail(at: weights[0] * shift / length / 2.0.squareRoot()))
      }
      let partitions = try Partitions.folds(
        count, of: Patients(outcome: outcome(classes)), using: &stream
      ).all
      var scores = [Double](repeating: 0, count: n)
      var folds = [Int](repeating: 0, count: n)
      var truth = 0.0
      for (fold, partition) in partitions.enumerated() {
        let fit = line(partition.training)
        truth += fit.area / Double(count)
        for row in partition.test {
          folds[row] = fold
          for (weight, column) in zip(fit.weights, columns) { scores[row] += weight * column[row] }
        }
      }
      let area = try CrossValidatedArea(scores: scores, positives: classes, folds: folds)
      let interval = try area.interval()
      return [
        .covers("\(count) folds, LeDell, of the folds' models", interval, truth),
        .covers(
          "\(count) folds, LeDell, of the model of all rows", interval, line(Array(0..<n)).area),
      ]
    }
  }
}
