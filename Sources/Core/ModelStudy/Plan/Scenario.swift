/// What a fit of a model study is for.
package enum Scenario: Int, Hashable, Sendable, CaseIterable {
  /// All training rows; what `apply` uses, and what scores held-out rows.
  case final
  /// The outer partitions of the training rows.
  case observed
  /// As observed, with the steps before the model fitted to all training rows: optimistic.
  case asPublished
  /// As observed, with outcomes permuted between patients.
  case permuted
  /// Resampled training patients.
  case bootstrap

  package var name: String {
    switch self {
    case .final: "final"
    case .observed: "nested"
    case .asPublished: "as-published"
    case .permuted: "permutation"
    case .bootstrap: "bootstrap"
    }
  }
}

/// One unit of a model study: which rows it learns from, and with which pipeline.
package struct ModelTask: Hashable, Sendable {
  package var scenario: Scenario
  /// Which permutation or resample; else 0.
  package var index: Int
  package var repetition: Int
  /// Outer partition.
  package var outer: Int
  /// Index of the pipeline.
  package var pipeline: Int
  /// The inner fold that is scored by all grid points; nil: the chosen point is fitted to the whole
  /// training part.
  package var inner: Int?

  package init(
    scenario: Scenario, index: Int = 0, repetition: Int = 0, outer: Int = 0, pipeline: Int = 0,
    inner: Int? = nil
  ) {
    self.scenario = scenario
    self.index = index
    self.repetition = repetition
    self.outer = outer
    self.pipeline = pipeline
    self.inner = inner
  }

}

/// All fits of one scenario: every resample, repeat and outer partition.
package struct ScenarioGroup: Hashable, Sendable {
  package var scenario: Scenario
  package var count: Int
  package var repeats: Int
  package var outer: Int

  package init(_ scenario: Scenario, count: Int = 1, repeats: Int = 1, outer: Int = 1) {
    self.scenario = scenario
    self.count = count
    self.repeats = repeats
    self.outer = outer
  }

  /// Number of training parts.
  package var partCount: Int { count * repeats * outer }
}

/// The units of a model study as integers: decoding one is arithmetic, so millions of them cost
/// nothing to hold or to send.
///
/// Units 0 ..< `searchCount` score the inner folds of pipelines that have more than one grid point;
/// those behind them fit what was chosen.
package struct ModelUnitSpace: Hashable, Sendable {
  package let groups: [ScenarioGroup]
  package let pipelineCount: Int
  /// Pipelines with more than one grid point.
  package let searched: [Int]
  package let innerFolds: Int

  package init(
    groups: [ScenarioGroup], pipelineCount: Int, searched: [Int], innerFolds: Int
  ) {
    self.groups = groups
    self.pipelineCount = pipelineCount
    self.searched = searched
    self.innerFolds = innerFolds
  }

  package var partCount: Int { groups.reduce(0) { $0 + $1.partCount } }
  package var searchUnits: Range<Int> { 0..<(partCount * searched.count * innerFolds) }
  package var estimateUnits: Range<Int> {
    let first = searchUnits.upperBound
    return first..<(first + partCount * pipelineCount)
  }
  package var unitCount: Int { estimateUnits.upperBound }

  package func task(_ unit: Int) -> ModelTask {
    precondition((0..<unitCount).contains(unit))
    if searchUnits.contains(unit) {
      let inner = unit % innerFolds
      let rest = unit / innerFolds
      var task = part(rest / searched.count)
      task.pipeline = searched[rest % searched.count]
      task.inner = inner
      return task
    }
    let rest = unit - estimateUnits.lowerBound
    var task = part(rest / pipelineCount)
    task.pipeline = rest % pipelineCount
    return task
  }

  /// The inverse of `task`.
  package func unit(_ task: ModelTask) -> Int {
    let part = partIndex(task)
    if let inner = task.inner, let place = searched.firstIndex(of: task.pipeline) {
      return (part * searched.count + place) * innerFolds + inner
    }
    return estimateUnits.lowerBound + part * pipelineCount + task.pipeline
  }

  /// The same task in the next repeat, permutation or resample; nil behind the last.
  package func following(_ task: ModelTask) -> ModelTask? {
    guard let group = group(task.scenario) else { return nil }
    var next = task
    next.repetition += 1
    if next.repetition == group.repeats { (next.repetition, next.index) = (0, next.index + 1) }
    return next.index < group.count ? next : nil
  }

  private func part(_ index: Int) -> ModelTask {
    var rest = index
    for group in groups {
      if rest < group.partCount {
        return ModelTask(
          scenario: group.scenario, index: rest / (group.repeats * group.outer),
          repetition: rest / group.outer % group.repeats, outer: rest % group.outer)
      }
      rest -= group.partCount
    }
    preconditionFailure("there is no training part \(index)")
  }

  private func partIndex(_ task: ModelTask) -> Int {
    guard let group = group(task.scenario) else {
      preconditionFailure("the study has no scenario \(task.scenario.name)")
    }
    return firstPart(of: task.scenario)
      + (task.index * group.repeats + task.repetition) * group.outer + task.outer
  }

  private func firstPart(of scenario: Scenario) -> Int {
    groups.prefix { $0.scenario != scenario }.reduce(0) { $0 + $1.partCount }
  }

  package func group(_ scenario: Scenario) -> ScenarioGroup? {
    groups.first { $0.scenario == scenario }
  }

  /// The estimates of a scenario for one pipeline, in the order of resamples, repeats and
  /// partitions.
  package func estimates(of scenario: Scenario, pipeline: Int) -> [ModelTask] {
    guard let group = group(scenario) else { return [] }
    let first = firstPart(of: scenario)
    return (first..<(first + group.partCount)).map { index in
      var task = part(index)
      task.pipeline = pipeline
      return task
    }
  }
}
