internal import Evaluation
internal import Learning
internal import Numerics

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
  /// Of an area, the interval on its own scale beside the one on the logit scale.
  package var plain = Limits()
  /// Bootstrap of patients with the fitted models as they are.
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
    let folds = scoredFolds(entries, group)
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
      let means = byRepeat.filter { !$0.isEmpty }.map(SampleMoments.mean)
      line.estimate = means.isEmpty ? .nan : SampleMoments.mean(means)
      let spreads = byRepeat.filter { $0.count > 1 }.map(SampleMoments.deviation)
      line.deviationOverFolds = spreads.isEmpty ? .nan : SampleMoments.mean(spreads)
      line.deviationOverRepeats = SampleMoments.deviation(means)
      line.isOptimistic = scenario == .asPublished
      let undefined = values.count { $0.isNaN }
      if undefined > 0 { line.note = "\(undefined) of \(values.count) folds have no value" }
      setIntervals(&line, metric, entries, group, values, folds: folds)
      return line
    }
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
        setIntervals(&line, metric, scored, pipeline, role: role)
      }
      return line
    }
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
