internal import Evaluation
internal import Learning
package import ModelStudy
package import Study

/// Computes units of a model study: inner folds for all grid points, or the chosen one.
package final class ModelUnitComputer: UnitComputing {
  private let plan: ModelPlan
  private let data: ModelData
  private let choices: [Int]
  private let parts: TrainingParts
  private let sums: SharedSums
  /// Of each pipeline: the columns that it may look at.
  private let columns: [[Int]]
  /// Of each pipeline: places of the columns that its model can see, by their names.
  private let places: [[String: UInt32]]

  /// - Parameter choices: the grid point of every estimate; empty before they are chosen.
  package init(plan: ModelPlan, data: ModelData, choices: [Int]) {
    self.plan = plan
    self.data = data
    self.choices = choices
    parts = TrainingParts(plan: plan)
    let header = data.header
    columns = plan.study.pipelines.map { $0.inputs(names: header.columns, blocks: header.blocks) }
    sums = SharedSums(plan: plan, data: data, parts: parts, columns: columns)
    places = plan.columnNames.map { names in
      Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, UInt32($0)) })
    }
  }

  package func compute(unit: Int) throws(UnitFailure) -> any UnitOutput {
    let task = plan.space.task(unit)
    do throws(LearningError) {
      guard let part = try parts.existingPart(task) else {
        let points = plan.study.pipelines[task.pipeline].pointCount
        return ModelUnitResult(
          values: [], gaps: [.init(reason: "the resample has fewer inner folds", points: points)])
      }
      return task.inner == nil
        ? try estimate(task, part, point: choice(ofUnit: unit)) : try search(task, part)
    } catch {
      throw UnitFailure(file: "", message: error.message)
    }
  }

  private func choice(ofUnit unit: Int) throws(LearningError) -> Int {
    guard !choices.isEmpty else { return 0 }
    let choice = choices[unit - plan.space.estimateUnits.lowerBound]
    if choice < 0 {
      throw LearningError("no grid point could be fitted in any inner fold")
    }
    return choice
  }

  private func training(
    _ task: ModelTask, _ part: TrainingPart
  ) -> (training: Dataset, basis: Dataset?, own: OwnRows?) {
    let columns = columns[task.pipeline]
    let own =
      part.further.isEmpty && part.basisFurther.isEmpty
      ? nil : OwnRows(training: part.training.count, basis: part.basis?.count ?? 0)
    return (
      data.dataset(rows: part.training + part.further, columns: columns, outcome: part.outcome),
      part.basis.map { data.dataset(rows: $0 + part.basisFurther, columns: columns) }, own
    )
  }

  /// The metric of every grid point on an inner fold.
  private func search(_ task: ModelTask, _ part: TrainingPart) throws(LearningError)
    -> ModelUnitResult
  {
    let pipeline = plan.study.pipelines[task.pipeline]
    let (training, basis, own) = training(task, part)
    let test = scored(part.test, part, task)
    var values = [Double](repeating: .nan, count: pipeline.pointCount)
    var gaps: [ModelUnitResult.Gap] = []
    func add(_ reason: String) {
      if let place = gaps.firstIndex(where: { $0.reason == reason }) {
        gaps[place].points += 1
      } else {
        gaps.append(.init(reason: reason, points: 1))
      }
    }
    pipeline.fitAll(
      to: training, basis: basis, own: own, at: parts.fitAddress(task),
      sums: { self.sums.sums(task, part) }
    ) { point, fitted in
      do throws(LearningError) {
        let value = try metric(of: try fitted.get(), on: test)
        values[point] = value.value
        if let reason = value.reason { add(reason) }
      } catch {
        add(error.message)
      }
    }
    if values.allSatisfy({ $0.isNaN }), let first = gaps.first { throw LearningError(first.reason) }
    return ModelUnitResult(values: values, gaps: gaps)
  }

  /// The chosen grid point on the whole training part.
  private func estimate(_ task: ModelTask, _ part: TrainingPart, point: Int) throws(LearningError)
    -> ModelUnitResult
  {
    let pipeline = plan.study.pipelines[task.pipeline]
    let (training, basis, own) = training(task, part)
    let fitted = try pipeline.fit(
      point: point, to: training, basis: basis, own: own, at: parts.fitAddress(task),
      sums: { self.sums.sums(task, part) })
    let test = scored(part.test, part, task)
    let prepared = try fitted.prepared(test.features, sites: test.sites, groups: test.groups)
    var result = ModelUnitResult(
      values: try fitted.predictor.scores(prepared),
      probabilities: try fitted.predictor.probabilities(prepared) ?? [])
    if task.scenario != .permuted {
      let apparent = try metric(of: fitted, on: scored(part.training, part, task))
      result.apparent = apparent.value
      result.note = apparent.reason ?? ""
      result.selected = fitted.selected.compactMap { places[task.pipeline][$0] }
    }
    if task.scenario == .final { result.state = fitted.state }
    return result
  }

  /// Rows that are scored.
  private struct Scored {
    var rows: [Int]
    var features: FeatureMatrix
    var sites: [String]
    var groups: [Int]
    var outcome: Outcome?
  }

  private func scored(_ rows: [Int], _ part: TrainingPart, _ task: ModelTask) -> Scored {
    Scored(
      rows: rows, features: data.features(rows: rows, columns: columns[task.pipeline]),
      sites: data.sites(rows: rows), groups: rows.map { data.header.groups[$0] },
      outcome: part.outcome)
  }

  private func metric(
    of fitted: FittedPipeline, on scored: Scored
  ) throws(LearningError) -> MetricValue {
    let metric = plan.study.metric
    let prepared = try fitted.prepared(
      scored.features, sites: scored.sites, groups: scored.groups)
    let needsProbabilities = metric.needsProbabilities || metric.needsClasses
    return plan.scored(
      scored.rows, outcome: scored.outcome, scores: try fitted.predictor.scores(prepared),
      probabilities: needsProbabilities ? try fitted.predictor.probabilities(prepared) : nil
    ).value(metric)
  }
}
