package import Components
internal import Evaluation
internal import Learning
package import Study

/// The closed list of fits of a model study: everything is decided before compute.
package struct ModelPlan: WorkPlan {
  package let study: ModelStudyFile
  package let header: ModelDataHeader
  package let space: ModelUnitSpace

  /// - Throws: settings that the rows do not allow; `checkPipelines` finds what is deeper.
  package init(study: ModelStudyFile, header: ModelDataHeader) throws(InvalidInput) {
    self.study = study
    self.header = header
    let validation = study.validation
    let outer: Int
    switch validation.scheme {
    case .crossValidation: outer = validation.folds
    case .leaveSiteOut: outer = Set(header.trainingRows.map { header.sites[$0] }).count
    case .split: outer = 1
    case .none: outer = 0
    }
    var groups = [ScenarioGroup(.final)]
    if outer > 0 {
      groups.append(ScenarioGroup(.observed, repeats: study.outerRepeats, outer: outer))
      if validation.mode == .asPublished {
        groups.append(ScenarioGroup(.asPublished, repeats: study.outerRepeats, outer: outer))
      }
      if let permutation = study.permutation {
        groups.append(
          ScenarioGroup(
            .permuted, count: permutation.count, repeats: permutation.repeats, outer: outer))
      }
    }
    if let bootstrap = study.bootstrap {
      groups.append(ScenarioGroup(.bootstrap, count: bootstrap.count))
    }
    space = ModelUnitSpace(
      groups: groups, pipelineCount: study.pipelines.count,
      searched: study.pipelines.indices.filter { study.pipelines[$0].pointCount > 1 },
      innerFolds: validation.innerFolds)
    try checkRoles()
  }

  /// Of every pipeline: names of the columns that its model can see, those of the table or of its
  /// first stage; results name them by their places.
  package var columnNames: [[String]] {
    study.pipelines.map { $0.columns(names: header.columns, blocks: header.blocks).names }
  }

  /// Whether each row of the table is one of a pipeline's own; nil where all are.
  func isOwn(pipeline: Int) -> [Bool]? {
    if header.leftOut.isEmpty || study.pipelines[pipeline].rows.isEmpty { return nil }
    var isOwn = [Bool](repeating: true, count: header.rowCount)
    for row in header.leftOut[pipeline] { isOwn[row] = false }
    return isOwn
  }

  private func checkRoles() throws(InvalidInput) {
    if study.aggregate != nil {
      let zeros = [Double](repeating: 0, count: header.rowCount)
      let patients = scored(
        Array(0..<header.rowCount), outcome: nil, scores: zeros, probabilities: nil)
      if let fault = patients.fault { throw InvalidInput("aggregate", fault) }
    }
    if study.validation.mode == .asPublished, !header.roles.contains(where: { $0 != .train }) {
      throw InvalidInput(
        "validation.mode",
        "as-published estimates are optimistic and are given beside a held-out test cohort only, but"
          + " every row of the split column is for training")
    }
  }

  package var title: String { study.name }
  package var unitCount: Int { space.unitCount }

  package var stages: [StudyStage] {
    let search: [StudyStage] =
      space.searchUnits.isEmpty
      ? []
      : [
        StudyStage(name: .search, units: space.searchUnits),
        StudyStage(name: .choose, units: 0..<0),
      ]
    return [StudyStage(name: .inventory, units: 0..<0)] + search + [
      StudyStage(name: .estimate, units: space.estimateUnits),
      StudyStage(name: .gather, units: 0..<0),
    ]
  }

  package func name(ofUnit unit: Int) -> String {
    labels(ofUnit: unit).map { "\($0.name) \($0.text)" }.joined(separator: ", ")
  }

  package func labels(ofUnit unit: Int) -> [(name: String, text: String)] {
    let task = space.task(unit)
    var labels = [
      (name: "pipeline", text: study.pipelines[task.pipeline].name),
      (name: "scenario", text: task.scenario.name),
    ]
    guard let group = space.group(task.scenario) else { return labels }
    if group.count > 1 { labels.append(("number", "\(task.index + 1)")) }
    if group.repeats > 1 { labels.append(("repeat", "\(task.repetition + 1)")) }
    if group.outer > 1 { labels.append(("fold", "\(task.outer + 1)")) }
    if let inner = task.inner { labels.append(("inner", "\(inner + 1)")) }
    return labels
  }

  /// Estimated cost of a unit, in table cells: what is fitted to how many of them.
  package func cost(ofUnit unit: Int) -> Double {
    let task = space.task(unit)
    return cost(of: study.pipelines[task.pipeline], isSearch: task.inner != nil)
  }

  private func cost(of pipeline: PipelineGrid, isSearch: Bool) -> Double {
    let rows = Double(header.rowCount)
    let fits = isSearch ? Double(pipeline.pointCount) : 1
    if case .scores(let stage)? = pipeline.steps.first?.first {
      // The second stage has few columns; the first is fitted without each fold, and once to all.
      return stage.members.reduce(rows * 200 * fits) { sum, member in
        sum + Double(stage.parameters.folds + 1) * cost(of: member.pipeline, isSearch: isSearch)
      }
    }
    let steps = pipeline.steps.reduce((total: 0.0, paths: 1.0)) { sum, step in
      let paths = sum.paths * Double(isSearch ? step.count : 1)
      return (sum.total + paths, paths)
    }
    return rows * (Double(header.columnCount) * (1 + steps.total) + 200 * fits)
  }

  /// Number of model fits of the whole study.
  package var fitCount: Int {
    let estimates = study.pipelines.reduce(0) { sum, pipeline in
      sum + pipeline.fitCount(isSearch: false) * space.partCount
    }
    let searches = space.searched.reduce(0) { sum, pipeline in
      sum + study.pipelines[pipeline].fitCount(isSearch: true) * space.partCount
        * space.innerFolds
    }
    return estimates + searches
  }

  /// The grid point of every estimate, by the mean of its inner folds.
  ///
  /// A point counts where it has a value in as many folds as any point has; the first of equal
  /// ones is taken, so simpler settings should come first.
  /// - Parameter metrics: of a search unit: the metric of every grid point, NaN where there is none;
  ///   empty where the unit failed.
  /// - Returns: one per estimate unit; -1 where no point has a value.
  package func choose(_ metrics: (Int) throws -> [Double]) rethrows -> [Int] {
    try space.estimateUnits.map { unit in
      let task = space.task(unit)
      guard space.searched.contains(task.pipeline) else { return 0 }
      let means = try innerMeans(of: task, metrics)
      let best = means.map(\.count).max() ?? 0
      guard best > 0 else { return -1 }
      var choice = -1
      for (point, mean) in means.enumerated() where mean.count == best {
        if choice < 0 || isBetter(mean.value, than: means[choice].value) { choice = point }
      }
      return choice
    }
  }

  private func isBetter(_ value: Double, than other: Double) -> Bool {
    study.metric.isHigherBetter ? value > other : value < other
  }

  /// Mean over the inner folds of a training part for every grid point, and the number of folds
  /// that have a value.
  package func innerMeans(
    of task: ModelTask, _ metrics: (Int) throws -> [Double]
  ) rethrows -> [(value: Double, count: Int)] {
    let points = study.pipelines[task.pipeline].pointCount
    var sums = [(value: Double, count: Int)](repeating: (0, 0), count: points)
    for inner in 0..<space.innerFolds {
      var fold = task
      fold.inner = inner
      for (point, value) in try metrics(space.unit(fold)).enumerated() where value.isFinite {
        sums[point].value += value
        sums[point].count += 1
      }
    }
    return sums.map { ($0.count > 0 ? $0.value / Double($0.count) : .nan, $0.count) }
  }

  /// A text that changes whenever a number that a unit leaves behind could: not with confidence
  /// intervals, which are made of what units leave behind, and not with names of pipelines.
  /// - Parameter tableHash: of the file that `ModelData` maps.
  package func identity(tableHash: String) -> String {
    var lines = [
      "radcohort-models 2", "table \(tableHash)", "seed \(study.seed)",
      "metric \(study.metric.rawValue)",
      "partitions \(study.partitionText)", "groups \(groupText)",
      "permutation \(study.permutation?.encoded().flowText ?? "off")",
      "bootstrap \(study.bootstrap?.encoded().flowText ?? "off")",
      "aggregate \(study.aggregate?.method.rawValue ?? "off")",
    ]
    for (index, pipeline) in study.pipelines.enumerated() {
      lines.append("pipeline \(index + 1)")
      lines += pipeline.texts
    }
    return lines.joined(separator: "\n")
  }

  /// The scenarios and how often each is fitted: where units stand.
  private var groupText: String {
    let inner = space.searched.isEmpty ? 0 : space.innerFolds
    return space.groups.map { "\($0.scenario.name) \($0.count) \($0.repeats) \($0.outer)" }
      .joined(separator: ", ") + ", inner \(inner)"
  }
}

extension ModelStudyFile {
  /// The scheme with those of its settings that decide partitions.
  fileprivate var partitionText: String {
    switch validation.scheme {
    case .crossValidation, .leaveSiteOut, .none: validation.scheme.rawValue
    case .split: "\(validation.scheme.rawValue) \(validation.training):\(validation.test)"
    }
  }
}
