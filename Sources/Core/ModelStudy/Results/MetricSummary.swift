internal import Evaluation
internal import Learning
internal import Numerics
internal import Statistics

/// Two limits; NaN where there are none.
package struct Limits: Hashable, Sendable {
  package var lower: Double = .nan
  package var upper: Double = .nan

  package init(lower: Double = .nan, upper: Double = .nan) {
    self.lower = lower
    self.upper = upper
  }
}

/// One line of the table of metrics.
package struct MetricLine: Hashable, Sendable {
  package var pipeline: String
  /// Which rows: nested, as-published, test, external, training.
  package var rows: String
  package var metric: String
  package var estimate: Double
  /// Standard deviation over the folds, mean over the repeats: a property of the partition, not of
  /// the patients.
  package var deviationOverFolds: Double = .nan
  /// Standard deviation of the repeats' means: what another shuffle would change.
  package var deviationOverRepeats: Double = .nan
  /// Confidence interval over patients by the method in `interval`.
  package var lower: Double = .nan
  package var upper: Double = .nan
  package var interval: String = ""
  /// Bootstrap of patients, of rows that one locked model scored.
  package var percentile = Limits()
  package var bca = Limits()
  /// Nadeau & Bengio 2003: over partitions, a range for what another shuffle would give.
  package var partition = Limits()
  /// Rows, and those that are positive or have the event.
  package var count: Int
  package var events: Int
  /// Rows that the model or its selection have seen are in it.
  package var isOptimistic = false
  package var note = ""

  package init(
    pipeline: String, rows: String, metric: String, estimate: Double, count: Int, events: Int,
    isOptimistic: Bool = false, note: String = ""
  ) {
    self.pipeline = pipeline
    self.rows = rows
    self.metric = metric
    self.estimate = estimate
    self.count = count
    self.events = events
    self.isOptimistic = isOptimistic
    self.note = note
  }
}

extension Estimates {
  /// The table of metrics of one pipeline.
  package func metricLines(pipeline: Int) -> [MetricLine] {
    var lines: [MetricLine] = []
    for scenario in [Scenario.observed, .asPublished] {
      lines += crossValidated(scenario, pipeline: pipeline)
    }
    let final = self[ModelTask(scenario: .final, pipeline: pipeline)]
    guard let result = final.result?.spread(over: plan.header.rowCount, from: final.test)
    else { return lines }
    let own = Set(final.test)
    for role in SplitRole.allCases {
      let rows = plan.header.roles.indices.filter {
        plan.header.roles[$0] == role && own.contains($0)
      }
      if !rows.isEmpty { lines += held(rows, role, result, pipeline: pipeline) }
    }
    return lines
  }

  private var metrics: [Metric] {
    let kind = plan.header.outcome.kind
    let others = Metric.allCases.filter { $0.outcomes.contains(kind) && $0 != plan.study.metric }
    return [plan.study.metric] + others
  }

  // MARK: Outer partitions

  private func crossValidated(_ scenario: Scenario, pipeline: Int) -> [MetricLine] {
    let entries = all(scenario, pipeline: pipeline)
    guard !entries.isEmpty, let group = plan.space.group(scenario) else { return [] }
    let name = plan.study.pipelines[pipeline].name
    let tested = Set(entries.flatMap(\.test)).sorted()
    let scored = plan.scored(
      tested, outcome: nil, scores: tested.map { _ in 0 }, probabilities: nil)
    return metrics.compactMap { metric in
      let values = entries.map { entry in
        entry.result.map { plan.value(metric, $0, entry.test, nil) } ?? .nan
      }
      // A metric that no fold defines is none of this pipeline's.
      if values.allSatisfy({ $0.isNaN }), metric != plan.study.metric { return nil }
      var line = MetricLine(
        pipeline: name, rows: scenario.name, metric: metric.rawValue, estimate: .nan,
        count: scored.scores.count, events: Self.events(scored.outcome))
      let byRepeat = (0..<group.repeats).map {
        Array(values[$0 * group.outer..<($0 + 1) * group.outer]).filter { !$0.isNaN }
      }
      let means = byRepeat.filter { !$0.isEmpty }.map(mean)
      line.estimate = means.isEmpty ? .nan : mean(means)
      let spreads = byRepeat.filter { $0.count > 1 }.map(deviation)
      line.deviationOverFolds = spreads.isEmpty ? .nan : mean(spreads)
      line.deviationOverRepeats = means.count > 1 ? deviation(means) : .nan
      line.isOptimistic = scenario == .asPublished
      let undefined = values.count { $0.isNaN }
      if undefined > 0 { line.note = "\(undefined) of \(values.count) folds have no value" }
      setInterval(&line, metric, entries, group, values)
      return line
    }
  }

  private func setInterval(
    _ line: inout MetricLine, _ metric: Metric, _ entries: [Entry], _ group: ScenarioGroup,
    _ values: [Double]
  ) {
    let level = plan.study.intervals.level
    if metric == .auc, let error = areaError(entries, group) {
      let reach = Normal.quantile((1 - level) / 2, .upper) * error
      (line.lower, line.upper) = (max(0, line.estimate - reach), min(1, line.estimate + reach))
      line.interval = "LeDell 2015, mean variance of the repeats"
      if error == 0 { line.note = Self.perfect }
    }
    // One partition is one locked model on rows that it has not seen.
    if entries.count == 1, let result = entries[0].result {
      let scored = plan.scored(
        entries[0].test, outcome: nil, scores: result.values,
        probabilities: result.probabilities.isEmpty ? nil : result.probabilities)
      setInterval(&line, metric, scored, entries[0].task.pipeline, role: .train)
    }
    if values.allSatisfy({ $0.isFinite }), values.count > 1 {
      let training = entries.reduce(0) { $0 + $1.trainingCount }
      let test = entries.reduce(0) { $0 + $1.test.count }
      let corrected = try? CorrectedResampledT(
        values, testShare: Double(test) / Double(max(1, training)))
      if let limits = try? corrected?.interval(level: level) {
        let range = metric.range
        line.partition = Limits(
          lower: max(range.lowerBound, limits.lower), upper: min(range.upperBound, limits.upper))
      }
    }
  }

  /// Standard error of the mean area: LeDell's variance, averaged over the repeats. Averaging
  /// repeats can only lower the variance, so the interval is not too short.
  private func areaError(_ entries: [Entry], _ group: ScenarioGroup) -> Double? {
    guard case .binary = plan.header.outcome, group.outer > 1 else { return nil }
    var variances: [Double] = []
    for repetition in 0..<group.repeats {
      let own = entries[repetition * group.outer..<(repetition + 1) * group.outer]
      var scores: [Double] = []
      var positives: [Bool] = []
      var folds: [Int] = []
      var groups: [Int] = []
      for entry in own {
        guard let values = entry.result?.values else { return nil }
        let scored = plan.scored(
          entry.test, outcome: nil, scores: values, probabilities: nil)
        guard case .binary(let classes) = scored.outcome else { return nil }
        scores += scored.scores
        positives += classes.map { $0 == 1 }
        groups += scored.groups
        folds += [Int](repeating: entry.task.outer, count: classes.count)
      }
      guard
        let area = try? CrossValidatedArea(
          scores: scores, positives: positives, folds: folds, groups: groups)
      else { return nil }
      variances.append(area.standardError * area.standardError)
    }
    return variances.isEmpty ? nil : mean(variances).squareRoot()
  }

  // MARK: Rows that one locked model scored

  private func held(
    _ rows: [Int], _ role: SplitRole, _ result: ModelUnitResult, pipeline: Int
  ) -> [MetricLine] {
    let scored = plan.scored(
      rows, outcome: nil, scores: rows.map { result.values[$0] },
      probabilities: result.probabilities.isEmpty ? nil : rows.map { result.probabilities[$0] })
    return metrics.compactMap { metric in
      let value = scored.value(metric)
      if value.value.isNaN, metric != plan.study.metric { return nil }
      var line = MetricLine(
        pipeline: plan.study.pipelines[pipeline].name,
        rows: role == .train ? "training" : role.rawValue, metric: metric.rawValue,
        estimate: value.value, count: scored.scores.count, events: Self.events(scored.outcome),
        isOptimistic: role == .train, note: value.reason ?? "")
      // Of rows that were fitted to, no interval says anything about new patients.
      if role != .train, value.reason == nil {
        setInterval(&line, metric, scored, pipeline, role: role)
      }
      return line
    }
  }

  private func setInterval(
    _ line: inout MetricLine, _ metric: Metric, _ scored: ScoredRows, _ pipeline: Int,
    role: SplitRole
  ) {
    let level = plan.study.intervals.level
    if metric == .auc, case .binary(let classes) = scored.outcome,
      let (limits, method) = areaInterval(scored, classes.map { $0 == 1 }, level)
    {
      (line.lower, line.upper) = (limits.lower, limits.upper)
      line.interval = method
      if limits.lower == limits.upper { line.note = Self.perfect }
    }
    let which = Metric.allCases.firstIndex(of: metric) ?? 0
    let rows = SplitRole.allCases.firstIndex(of: role) ?? 0
    let index = mixed(UInt64(pipeline) << 16 | UInt64(rows) << 8 | UInt64(which))
    var stream = RandomStream(seed: plan.study.seed, domain: .bootstrap, index: index | 1 << 63)
    guard let patients = try? Patients(outcome: scored.outcome, groups: scored.groups),
      let bootstrap = try? MetricBootstrap(
        metric, of: patients, scores: scored.scores, probabilities: scored.probabilities,
        replicates: plan.study.intervals.resamples, using: &stream)
    else { return }
    for kind in [BootstrapIntervalKind.percentile, .bca] {
      guard let interval = try? bootstrap.interval(kind, level: level), let limits = interval.limits
      else { continue }
      let found = Limits(lower: limits.lower, upper: limits.upper)
      if kind == .bca { line.bca = found } else { line.percentile = found }
      if metric != .auc {
        (line.lower, line.upper) = (found.lower, found.upper)
        line.interval = "bootstrap of patients, \(kind.rawValue)"
        if let note = interval.note { line.note = note }
      }
    }
  }

  private static let perfect =
    "all scores of one class are above those of the other: the variance is 0 and the interval a point"

  /// DeLong's interval, or Obuchowski's where patients have several rows.
  private func areaInterval(
    _ scored: ScoredRows, _ positives: [Bool], _ level: Double
  ) -> (Interval, String)? {
    if Set(scored.groups).count == scored.groups.count {
      let area = try? AreaUnderROC(scores: scored.scores, positives: positives)
      return (try? area?.interval(level: level)).map { ($0, "DeLong 1988") }
    }
    let area = try? ClusteredArea(
      scores: scored.scores, positives: positives, groups: scored.groups)
    return (try? area?.interval(level: level)).map { ($0, "Obuchowski 1997") }
  }

  private static func events(_ outcome: Outcome) -> Int {
    switch outcome {
    case .binary(let classes): classes.count { $0 == 1 }
    case .continuous: 0
    case .survival(_, let event, _): event.count { $0 == 1 }
    }
  }
}

extension ModelUnitResult {
  /// With one value per row of the table; NaN in rows that were not scored.
  fileprivate func spread(over count: Int, from rows: [Int]) -> ModelUnitResult {
    if rows.count == count { return self }
    func spread(_ some: [Double]) -> [Double] {
      if some.isEmpty { return [] }
      var all = [Double](repeating: .nan, count: count)
      for (row, value) in zip(rows, some) { all[row] = value }
      return all
    }
    var result = self
    result.values = spread(values)
    result.probabilities = spread(probabilities)
    return result
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

/// Arithmetic mean, summed in order.
func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// Standard deviation with n - 1.
func deviation(_ values: [Double]) -> Double {
  let centre = mean(values)
  let squares = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
  return (squares / Double(values.count - 1)).squareRoot()
}
