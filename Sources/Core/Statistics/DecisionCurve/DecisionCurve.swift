/// What acting on predicted probabilities is worth at thresholds of probability: Vickers & Elkin
/// 2006, Medical Decision Making 26. Rows with at least the threshold are treated.
package struct DecisionCurve: Sendable {
  package struct Point: Hashable, Sendable {
    package let threshold: Double
    package let truePositives: Int
    package let falsePositives: Int
    /// TP / n - FP / n · t / (1 - t), per row.
    package let netBenefit: Double
    /// Of treating every row. Treating none has 0.
    package let treatAll: Double
    /// Net benefit / prevalence, at most 1 (Kerr et al. 2016).
    package let standardised: Double
    /// Interventions saved per row without missing a positive one, against treating all:
    /// (net benefit - that of treating all) (1 - t) / t. Times 100: per 100 patients. Nil at t = 0.
    package let interventionsAvoided: Double?
  }

  package let prevalence: Double
  /// In the order of the thresholds.
  package let points: [Point]
  private let probabilities: [Double]
  private let positives: [Bool]

  /// 0.01, 0.02, ..., 0.99.
  package static let defaultThresholds = (1..<100).map { Double($0) / 100 }

  /// - Parameters:
  ///   - probabilities: of the positive class, in 0...1, one per row.
  ///   - positives: which rows belong to the positive class; at least one.
  ///   - thresholds: in 0..<1, ascending.
  package init(
    probabilities: [Double], positives: [Bool], thresholds: [Double] = defaultThresholds
  ) throws(StatisticsError) {
    try ProbabilityChecks.probabilities(probabilities, positives)
    if let bad = thresholds.first(where: { !($0 >= 0 && $0 < 1) }) {
      throw StatisticsError("thresholds must be at least 0 and below 1; there is \(bad)")
    }
    if zip(thresholds, thresholds.dropFirst()).contains(where: { $0 >= $1 }) {
      throw StatisticsError("thresholds must ascend")
    }
    if !positives.contains(true) {
      throw StatisticsError("a decision curve needs a positive row; there is none")
    }
    let n = Double(positives.count)
    let prevalence = Double(positives.count { $0 }) / n
    points = thresholds.map { t in
      let counts = Self.counts(probabilities, positives, t, positives.indices)
      let (tp, fp) = (Double(counts.true), Double(counts.false))
      let benefit = tp / n - fp / n * (t / (1 - t))
      let all = prevalence - (1 - prevalence) * (t / (1 - t))
      return Point(
        threshold: t, truePositives: counts.true, falsePositives: counts.false,
        netBenefit: benefit, treatAll: all, standardised: benefit / prevalence,
        interventionsAvoided: t == 0 ? nil : (benefit - all) / (t / (1 - t)))
    }
    self.prevalence = prevalence
    (self.probabilities, self.positives) = (probabilities, positives)
  }

  private static func counts(
    _ probabilities: [Double], _ positives: [Bool], _ threshold: Double, _ rows: some Sequence<Int>
  ) -> (true: Int, false: Int) {
    var (right, wrong) = (0, 0)
    for row in rows where probabilities[row] >= threshold {
      if positives[row] { right += 1 } else { wrong += 1 }
    }
    return (right, wrong)
  }

  /// Pointwise intervals of the net benefit, one per threshold; the model is not refitted.
  ///
  /// - Parameter resamples: rows, with repeats; draw patients, not rows, where patients have several.
  package func netBenefitIntervals(resamples: [[Int]], level: Double = 0.95)
    throws(StatisticsError) -> [ResampledInterval]
  {
    try intervals(resamples, level) { tp, fp, _, n, odds in (tp - fp * odds) / n }
  }

  /// The same of the difference to treating all.
  package func gainOverTreatAllIntervals(resamples: [[Int]], level: Double = 0.95)
    throws(StatisticsError) -> [ResampledInterval]
  {
    try intervals(resamples, level) { tp, fp, events, n, odds in
      (tp - fp * odds) / n - (events - (n - events) * odds) / n
    }
  }

  /// The same of the standardised net benefit; a resample without positive rows does not define it.
  package func standardisedIntervals(resamples: [[Int]], level: Double = 0.95)
    throws(StatisticsError) -> [ResampledInterval]
  {
    try intervals(resamples, level) { tp, fp, events, _, odds in
      events == 0 ? .nan : (tp - fp * odds) / events
    }
  }

  private func intervals(
    _ resamples: [[Int]], _ level: Double,
    _ statistic: (_ tp: Double, _ fp: Double, _ events: Double, _ n: Double, _ odds: Double)
      -> Double
  ) throws(StatisticsError) -> [ResampledInterval] {
    try InputChecks.level(level)
    try ResampledInterval.check(resamples, rowCount: positives.count)
    return points.map { point in
      let odds = point.threshold / (1 - point.threshold)
      return ResampledInterval(
        resamples.map { rows in
          let counts = Self.counts(probabilities, positives, point.threshold, rows)
          return statistic(
            Double(counts.true), Double(counts.false), Double(rows.count { positives[$0] }),
            Double(rows.count), odds)
        }, level: level)
    }
  }
}
