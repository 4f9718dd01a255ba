internal import Evaluation
internal import Learning
internal import Study

/// What became of every estimate of a model study, with the metrics of its test rows.
package struct Estimates: Sendable {
  package struct Entry: Sendable {
    package var task: ModelTask
    package var part: TrainingPart
    /// Nil where the unit failed.
    package var result: ModelUnitResult?
    /// The study's metric on the test rows.
    package var value: Double
    /// Which grid point was fitted.
    package var point: Int
  }

  package let plan: ModelPlan
  private let entries: [Entry]

  /// - Parameters:
  ///   - choices: the grid point of every estimate; empty where there is nothing to choose.
  ///   - result: of an estimate unit; nil where it failed.
  package init(
    plan: ModelPlan, choices: [Int], result: (Int) throws -> ModelUnitResult?
  ) throws {
    self.plan = plan
    let parts = TrainingParts(plan: plan)
    entries = try plan.space.estimateUnits.enumerated().map { index, unit in
      let task = plan.space.task(unit)
      var entry = Entry(
        task: task, part: try parts.part(task), result: try result(unit), value: .nan,
        point: choices.isEmpty ? 0 : choices[index])
      if let result = entry.result {
        entry.value = plan.value(plan.study.metric, result, entry.part)
      }
      // Scores of permuted outcomes serve their metric only.
      if task.scenario == .permuted { entry.result?.values = [] }
      return entry
    }
  }

  package subscript(_ task: ModelTask) -> Entry {
    entries[plan.space.unit(task) - plan.space.estimateUnits.lowerBound]
  }

  /// The estimates of a scenario for one pipeline, in the order of resamples, repeats and folds.
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
  func value(_ metric: Metric, _ result: ModelUnitResult, _ part: TrainingPart) -> Double {
    guard result.values.count == part.test.count else { return .nan }
    return scored(
      part.test, outcome: part.outcome, scores: result.values,
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
  package func scores() -> [Double] {
    let columns = plan.scoreColumns
    var matrix = [Double](repeating: .nan, count: plan.header.rowCount * columns.count)
    for (index, column) in columns.enumerated() {
      let entries = all(
        column.scenario, pipeline: column.pipeline, repetition: column.repetition)
      for entry in entries {
        guard let values = entry.result?.values else { continue }
        for (row, value) in zip(entry.part.test, values) {
          matrix[row * columns.count + index] = value
        }
      }
    }
    return matrix
  }
}
