internal import Evaluation
internal import Learning
package import Study

/// How a unit of a model study ended, as the journal has it.
package enum ModelUnitEnd: Sendable {
  case finished(ModelUnitResult)
  case failed(UnitFailure)
  case missing

  var result: ModelUnitResult? {
    if case .finished(let result) = self { result } else { nil }
  }

  var seconds: Double {
    switch self {
    case .finished(let result): result.seconds
    case .failed(let failure): failure.seconds
    case .missing: .nan
    }
  }
}

/// What became of every unit of a model study. Each is read once, in the order of units; of
/// permutations and resamples, which are most of a study, only their numbers are kept.
package struct Estimates: Sendable {
  /// An estimate whose scores are kept: the final fit, or one of an outer partition.
  package struct Entry: Sendable {
    package var task: ModelTask
    /// Rows of the table.
    package var test: [Int]
    package var trainingCount: Int
    /// Of `Partition`.
    package var partition: UInt64
    /// Nil where the unit failed.
    package var result: ModelUnitResult?
    /// The study's metric on the test rows.
    package var value: Double
    /// Which grid point was fitted; -1 where none could be chosen.
    package var point: Int
  }

  /// The fits of one pipeline to resampled patients.
  struct Resamples: Sendable {
    /// The study's metric on all training rows of the study, on the resample, and on the rows that
    /// it does not hold.
    var values: [Double] = []
    var apparent: [Double] = []
    var outOfBag: [Double] = []
    /// Number of fits whose model saw a column, one per column that it can see.
    var selected: [Int]
    /// Number of fits that did not fail.
    var fits = 0
  }

  package let plan: ModelPlan
  /// Of every pipeline: names of the columns that `selected` counts.
  let names: [[String]]
  /// Seconds of every unit; NaN where it was not computed.
  package private(set) var seconds: [Double] = []
  package private(set) var failures: [(unit: Int, failure: UnitFailure)] = []
  /// Of search units of the final fit: the metric of every grid point.
  private(set) var innerMetrics: [Int: [Double]] = [:]
  private(set) var gaps = SearchGaps()
  private var entries: [Entry] = []
  /// One list per pipeline: the study's metric of every fit to permuted outcomes.
  private(set) var permuted: [[Double]]
  private(set) var resamples: [Resamples]

  /// - Parameters:
  ///   - choices: the grid point of every estimate; empty where there is nothing to choose.
  ///   - end: of a unit.
  package init(
    plan: ModelPlan, choices: [Int], end: (Int) throws -> ModelUnitEnd
  ) throws {
    self.plan = plan
    names = plan.columnNames
    permuted = names.map { _ in [] }
    resamples = names.map { Resamples(selected: [Int](repeating: 0, count: $0.count)) }
    seconds.reserveCapacity(plan.unitCount)
    let parts = TrainingParts(plan: plan)
    var part: (task: ModelTask, part: TrainingPart)?
    for unit in 0..<plan.unitCount {
      let end = try end(unit)
      seconds.append(end.seconds)
      if case .failed(let failure) = end { failures.append((unit, failure)) }
      let task = plan.space.task(unit)
      guard task.inner == nil else {
        addSearch(unit, task, end)
        continue
      }
      // Units of one training part follow one another, pipeline by pipeline.
      var address = task
      if plan.header.leftOut.isEmpty { address.pipeline = 0 }
      if part?.task != address { part = (address, try parts.part(address)) }
      guard let part = part?.part else { continue }
      let choice = choices.isEmpty ? 0 : choices[unit - plan.space.estimateUnits.lowerBound]
      add(task, part, end.result, point: choice)
    }
  }

  private mutating func addSearch(_ unit: Int, _ task: ModelTask, _ end: ModelUnitEnd) {
    switch end {
    case .finished(let result):
      if task.scenario == .final { innerMetrics[unit] = result.values }
      for gap in result.gaps { gaps.add(gap, unit: unit, task) }
    case .failed(let failure):
      let points = plan.study.pipelines[task.pipeline].pointCount
      gaps.add(.init(reason: failure.description, points: points), unit: unit, task)
    case .missing: break
    }
  }

  private mutating func add(
    _ task: ModelTask, _ part: TrainingPart, _ result: ModelUnitResult?, point: Int
  ) {
    let value = result.map { plan.value(plan.study.metric, $0, part.test, part.outcome) } ?? .nan
    switch task.scenario {
    case .permuted: permuted[task.pipeline].append(value)
    case .bootstrap:
      resamples[task.pipeline].values.append(value)
      resamples[task.pipeline].apparent.append(result?.apparent ?? .nan)
      resamples[task.pipeline].outOfBag.append(result.map { outOfBag($0, part) } ?? .nan)
      guard let result else { return }
      resamples[task.pipeline].fits += 1
      for column in result.selected { resamples[task.pipeline].selected[Int(column)] += 1 }
    case .final, .observed, .asPublished:
      let partition = Partition(training: part.training, test: part.test)
      entries.append(
        Entry(
          task: task, test: part.test, trainingCount: part.training.count,
          partition: partition.fingerprint, result: result, value: value, point: point))
    }
  }

  /// The metric on the training rows of the study that a resample does not hold.
  private func outOfBag(_ result: ModelUnitResult, _ part: TrainingPart) -> Double {
    let drawn = Set(part.training)
    let left = part.test.indices.filter { !drawn.contains(part.test[$0]) }
    var own = result
    own.values = left.map { result.values[$0] }
    if !result.probabilities.isEmpty { own.probabilities = left.map { result.probabilities[$0] } }
    return plan.value(plan.study.metric, own, left.map { part.test[$0] }, nil)
  }

  /// An estimate whose scores are kept; they come before permutations and resamples.
  package subscript(_ task: ModelTask) -> Entry {
    entries[plan.space.unit(task) - plan.space.estimateUnits.lowerBound]
  }

  /// Those of a scenario for one pipeline, in the order of repeats and folds.
  package func all(_ scenario: Scenario, pipeline: Int) -> [Entry] {
    plan.space.estimates(of: scenario, pipeline: pipeline).map { self[$0] }
  }

  /// Those of one repeat, in the order of folds.
  func all(_ scenario: Scenario, pipeline: Int, repetition: Int) -> [Entry] {
    guard let group = plan.space.group(scenario) else { return [] }
    return (0..<group.outer).map { outer in
      self[
        ModelTask(
          scenario: scenario, repetition: repetition, outer: outer, pipeline: pipeline)]
    }
  }
}

extension ModelPlan {
  /// A metric of an estimate's test rows; NaN where it is not defined.
  /// - Parameter outcome: of all rows of the table; nil: as observed.
  func value(
    _ metric: Metric, _ result: ModelUnitResult, _ test: [Int], _ outcome: Outcome?
  ) -> Double {
    guard result.values.count == test.count else { return .nan }
    return scored(
      test, outcome: outcome, scores: result.values,
      probabilities: result.probabilities.isEmpty ? nil : result.probabilities
    ).value(metric).value
  }

  /// One column of `/X`: the scores of one pipeline in one role.
  package struct ScoreColumn: Hashable, Sendable {
    package var pipeline: Int
    package var scenario: Scenario
    package var repetition: Int
    package var name: String
  }

  /// The columns of `/X`: per pipeline the final scores, then those of every repeat, each row scored
  /// by the fit that did not see it.
  package var scoreColumns: [ScoreColumn] {
    study.pipelines.indices.flatMap { pipeline in
      [Scenario.final, .observed, .asPublished].flatMap { scenario -> [ScoreColumn] in
        guard let group = space.group(scenario) else { return [] }
        return (0..<group.repeats).map { repetition in
          let suffix = scenario == .final ? "" : "_\(repetition + 1)"
          return ScoreColumn(
            pipeline: pipeline, scenario: scenario, repetition: repetition,
            name: "\(study.pipelines[pipeline].name)_\(scenario.name)\(suffix)")
        }
      }
    }
  }
}

extension Estimates {
  /// `/X`, row-major; NaN where a row was not scored.
  package func scores() -> [Double] { matrix(\.values) }

  /// As `scores`, of probabilities; NaN where a model has none.
  func probabilities() -> [Double] { matrix(\.probabilities) }

  private func matrix(_ values: (ModelUnitResult) -> [Double]) -> [Double] {
    let columns = plan.scoreColumns
    var matrix = [Double](repeating: .nan, count: plan.header.rowCount * columns.count)
    for (index, column) in columns.enumerated() {
      let entries = all(
        column.scenario, pipeline: column.pipeline, repetition: column.repetition)
      for entry in entries {
        guard let result = entry.result else { continue }
        for (row, value) in zip(entry.test, values(result)) {
          matrix[row * columns.count + index] = value
        }
      }
    }
    return matrix
  }
}
