internal import Evaluation
internal import Learning
internal import Numerics
internal import Statistics

/// Intervals of the table of metrics.
extension Estimates {
  // MARK: Outer partitions

  /// - Parameters:
  ///   - values: of the metric, one per entry.
  ///   - folds: of the entries, as `scoredFolds` gives them.
  func setIntervals(
    _ line: inout MetricLine, _ metric: Metric, _ entries: [Entry], _ group: ScenarioGroup,
    _ values: [Double], folds: [[ScoredFold]]
  ) {
    if entries.count == 1, let result = entries[0].result {
      // One partition is one locked model on rows that it has not seen.
      let scored = plan.scored(
        entries[0].test, outcome: nil, scores: result.values,
        probabilities: result.probabilities.isEmpty ? nil : result.probabilities)
      setIntervals(&line, metric, scored, entries[0].task.pipeline, role: .train)
    } else {
      if metric == .auc, let error = areaError(folds, group) {
        setArea(&line, standardError: error, "LeDell 2015, mean variance of the repeats")
        noteSmallFolds(&line, folds.joined())
      }
      let isPooled = metric.isBiasedInSmallFolds
      let parts = isPooled ? folds.map { [ScoredFold(pooling: $0)].compactMap { $0 } } : folds
      var stream = stream(metric, entries[0].task.pipeline, role: .train)
      let bootstrap = try? MetricBootstrap(
        metric, repeats: parts, replicates: plan.study.intervals.resamples, using: &stream)
      if let bootstrap {
        setBootstrap(
          &line, bootstrap,
          "bootstrap of patients, fits fixed" + (isPooled ? ", folds pooled" : ""))
      }
    }
    setPartition(&line, metric, entries, values)
  }

  /// Where LeDell's interval is too short: Docs/comparison/coverage.md.
  private func noteSmallFolds(_ line: inout MetricLine, _ folds: some Sequence<ScoredFold>) {
    let smallest = folds.map { fold in
      guard case .binary(let classes) = fold.outcome else { return Int.max }
      let positives = classes.count { $0 == 1 }
      return min(positives, classes.count - positives)
    }.min()
    guard let smallest, smallest < 10 else { return }
    let note = "a test fold has \(smallest) rows of a class: the interval is too short"
    line.note = line.note.isEmpty ? note : "\(line.note); \(note)"
  }

  /// What another shuffle would give: Nadeau & Bengio 2003.
  private func setPartition(
    _ line: inout MetricLine, _ metric: Metric, _ entries: [Entry], _ values: [Double]
  ) {
    guard values.allSatisfy({ $0.isFinite }), values.count > 1 else { return }
    let training = entries.reduce(0) { $0 + $1.trainingCount }
    let test = entries.reduce(0) { $0 + $1.test.count }
    let corrected = try? CorrectedResampledT(
      values, testShare: Double(test) / Double(max(1, training)))
    if let limits = try? corrected?.interval(level: plan.study.intervals.level) {
      let range = metric.range
      line.partition = Limits(
        lower: max(range.lowerBound, limits.lower), upper: min(range.upperBound, limits.upper))
    }
  }

  /// Per repeat the folds that have scores, as patients where the study aggregates.
  func scoredFolds(_ entries: [Entry], _ group: ScenarioGroup) -> [[ScoredFold]] {
    (0..<group.repeats).map { repetition in
      entries[repetition * group.outer..<(repetition + 1) * group.outer].compactMap { entry in
        guard let result = entry.result, result.values.count == entry.test.count else { return nil }
        let scored = plan.scored(
          entry.test, outcome: nil, scores: result.values,
          probabilities: result.probabilities.isEmpty ? nil : result.probabilities)
        if scored.fault != nil { return nil }
        return ScoredFold(
          outcome: scored.outcome, scores: scored.scores, probabilities: scored.probabilities,
          groups: scored.groups)
      }
    }
  }

  /// Standard error of the mean area: LeDell's variance, averaged over the repeats. Averaging
  /// repeats can only lower the variance, so the interval is not too short. Nil where a fold has no
  /// scores.
  private func areaError(_ repeats: [[ScoredFold]], _ group: ScenarioGroup) -> Double? {
    guard group.outer > 1 else { return nil }
    var variances: [Double] = []
    for own in repeats {
      guard own.count == group.outer else { return nil }
      var positives: [Bool] = []
      for fold in own {
        guard case .binary(let classes) = fold.outcome else { return nil }
        positives += classes.map { $0 == 1 }
      }
      guard
        let area = try? CrossValidatedArea(
          scores: own.flatMap(\.scores), positives: positives,
          folds: own.enumerated().flatMap { index, fold in fold.scores.map { _ in index } },
          groups: own.flatMap(\.groups))
      else { return nil }
      variances.append(area.standardError * area.standardError)
    }
    return variances.isEmpty ? nil : SampleMoments.mean(variances).squareRoot()
  }

  // MARK: Rows that one locked model scored

  func setIntervals(
    _ line: inout MetricLine, _ metric: Metric, _ scored: ScoredRows, _ pipeline: Int,
    role: SplitRole
  ) {
    if metric == .auc, case .binary(let classes) = scored.outcome,
      let (error, method) = lockedAreaError(scored, classes.map { $0 == 1 })
    {
      setArea(&line, standardError: error, method)
    }
    var stream = stream(metric, pipeline, role: role)
    if let patients = try? Patients(outcome: scored.outcome, groups: scored.groups),
      let bootstrap = try? MetricBootstrap(
        metric, of: patients, scores: scored.scores, probabilities: scored.probabilities,
        replicates: plan.study.intervals.resamples, using: &stream)
    {
      setBootstrap(&line, bootstrap, "bootstrap of patients")
    }
  }

  /// DeLong's, or Obuchowski's where patients have several rows.
  private func lockedAreaError(_ scored: ScoredRows, _ positives: [Bool]) -> (Double, String)? {
    if Set(scored.groups).count == scored.groups.count {
      let area = try? AreaUnderROC(scores: scored.scores, positives: positives)
      return area?.standardError.map { ($0, "DeLong 1988") }
    }
    let area = try? ClusteredArea(
      scores: scored.scores, positives: positives, groups: scored.groups)
    return area?.standardError.map { ($0, "Obuchowski 1997") }
  }

  // MARK: Both

  /// On the logit scale, which covers better than the area's own (see `Docs/comparison/coverage.md`);
  /// an area of 0 or 1 has no logit.
  private func setArea(_ line: inout MetricLine, standardError error: Double, _ method: String) {
    func limits(_ scale: AreaUnderROC.IntervalScale) -> Limits? {
      AreaUnderROC.interval(
        of: line.estimate, standardError: error, level: plan.study.intervals.level, scale: scale
      ).map { Limits(lower: $0.lower, upper: $0.upper) }
    }
    line.plain = limits(.area) ?? Limits()
    let logit = limits(.logit)
    (line.lower, line.upper) = ((logit ?? line.plain).lower, (logit ?? line.plain).upper)
    line.interval = logit == nil ? method : "\(method), logit scale"
    if error == 0 {
      line.note =
        "all scores of one class are above those of the other: the variance is 0 and the interval"
        + " a point"
    }
  }

  /// One stream per pipeline, rows and metric.
  private func stream(_ metric: Metric, _ pipeline: Int, role: SplitRole) -> RandomStream {
    let which = Metric.allCases.firstIndex(of: metric) ?? 0
    let rows = SplitRole.allCases.firstIndex(of: role) ?? 0
    let index = mixed(UInt64(pipeline) << 16 | UInt64(rows) << 8 | UInt64(which))
    return RandomStream(seed: plan.study.seed, domain: .bootstrap, index: index | 1 << 63)
  }

  /// Percentile and BCa; the latter is the interval of metrics that have no other.
  private func setBootstrap(
    _ line: inout MetricLine, _ bootstrap: MetricBootstrap, _ method: String
  ) {
    for kind in [BootstrapIntervalKind.percentile, .bca] {
      guard let interval = try? bootstrap.interval(kind, level: plan.study.intervals.level),
        let limits = interval.limits
      else { continue }
      let found = Limits(lower: limits.lower, upper: limits.upper)
      if kind == .bca { line.bca = found } else { line.percentile = found }
      if bootstrap.metric != .auc {
        (line.lower, line.upper) = (found.lower, found.upper)
        line.interval = "\(method), \(kind.rawValue)"
        if let note = interval.note {
          line.note = line.note.isEmpty ? note : "\(line.note); \(note)"
        }
      }
    }
  }
}

extension Metric {
  /// The values that it can have.
  fileprivate var range: ClosedRange<Double> {
    switch self {
    case .mcc, .spearman: -1...1
    case .r2: -Double.infinity...1
    case .logLoss, .rmse, .mae: 0...Double.infinity
    default: 0...1
    }
  }
}
