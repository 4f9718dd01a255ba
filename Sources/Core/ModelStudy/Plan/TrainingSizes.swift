internal import Components
internal import Evaluation
internal import Learning

extension ModelPlan {
  /// What is certain of every training part of a pipeline, inner folds included, before anything is
  /// fitted. Resamples are left out: they may fail, and are counted.
  /// - Throws: folds that the rows do not allow, at the setting that asks for them.
  func facts(pipeline: Int) throws(InvalidInput) -> TrainingFacts {
    let parts = TrainingParts(plan: self)
    let all = try made(ModelTask(scenario: .final, pipeline: pipeline), parts)
    var facts = unsizedFacts(all.training, pipeline: pipeline)
    for group in space.groups {
      for outer in 0..<group.outer {
        let task = ModelTask(scenario: group.scenario, outer: outer, pipeline: pipeline)
        let part = try made(task, parts)
        let isTypical = group.scenario != .bootstrap && group.scenario != .permuted
        if isTypical { facts.include(part, self) }
        guard space.searched.contains(pipeline) else { continue }
        for inner in 0..<(isTypical ? space.innerFolds : 1) {
          var fold = task
          fold.inner = inner
          let part = try made(fold, parts)
          if isTypical { facts.include(part, self) }
        }
      }
    }
    return facts
  }

  private func unsizedFacts(_ rows: [Int], pipeline: Int) -> TrainingFacts {
    var facts = TrainingFacts(
      kind: header.outcome.kind, rowCount: rows.count, patientCount: Set(groups(rows)).count)
    if case .survival(_, _, let entry) = header.outcome { facts.hasEntryTimes = !entry.isEmpty }
    facts.hasRowsOfOnePatient = facts.patientCount < rows.count
    facts.variesWithinPatients = variesWithinPatients(rows)
    facts.hasWeights = !header.weights.isEmpty
    facts.columns = Set(columnNames[pipeline])
    return facts
  }

  private func made(
    _ task: ModelTask, _ parts: TrainingParts
  ) throws(InvalidInput) -> TrainingPart {
    let rows = study.pipelines[task.pipeline].rows
    let name = task.scenario.name
    let fold = task.scenario == .final ? "all training rows" : "\(name), fold \(task.outer + 1)"
    do throws(LearningError) {
      let part = try parts.part(task)
      if !rows.isEmpty {
        let outcome = (part.outcome ?? header.outcome).rows(part.training)
        if let message = DatasetBuilder.sameness(outcome) { throw LearningError(message) }
      }
      return part
    } catch {
      if rows.isEmpty { throw InvalidInput(place(task), "\(error.message) (\(fold))") }
      throw InvalidInput(
        "pipelines.\(study.pipelines[task.pipeline].name).rows",
        "of the rows with `\(rows)`: \(error.message) (\(fold))")
    }
  }

  /// The setting that decides the partitions of a task.
  private func place(_ task: ModelTask) -> String {
    if task.inner != nil { return "validation.innerFolds" }
    switch task.scenario {
    case .final: return "outcome"
    case .permuted: return "permutation"
    case .bootstrap: return "bootstrap"
    case .observed, .asPublished:
      switch study.validation.scheme {
      case .crossValidation: return "validation.folds"
      case .split: return "validation.training"
      case .leaveSiteOut, .none: return "validation.scheme"
      }
    }
  }

  fileprivate func groups(_ rows: [Int]) -> [Int] { rows.map { header.groups[$0] } }

  /// Whether rows are positive or have an event; nil for a continuous outcome.
  fileprivate func marks(_ rows: [Int]) -> [Bool]? {
    switch header.outcome {
    case .binary(let classes): rows.map { classes[$0] == 1 }
    case .continuous: nil
    case .survival(_, let event, _): rows.map { event[$0] == 1 }
    }
  }

  private func variesWithinPatients(_ rows: [Int]) -> Bool {
    guard let marks = marks(rows) else { return true }
    var first: [Int: Bool] = [:]
    for (group, mark) in zip(groups(rows), marks) {
      if first[group, default: mark] != mark { return true }
      first[group] = mark
    }
    return false
  }
}

extension TrainingFacts {
  /// Makes each number the smaller of its own and that of a training part.
  fileprivate mutating func include(_ part: TrainingPart, _ plan: ModelPlan) {
    rowCount = min(rowCount, part.training.count)
    let groups = plan.groups(part.training)
    let patients = Set(groups).count
    patientCount = min(patientCount, patients)
    if let marks = plan.marks(part.training) {
      let with = Set(zip(groups, marks).filter { $0.1 }.map(\.0)).count
      let known = patientsByClass ?? (with: with, without: patients - with)
      patientsByClass = (min(known.with, with), min(known.without, patients - with))
    }
    guard !plan.header.sites.isEmpty else { return }
    let sites = Dictionary(grouping: part.training) { plan.header.sites[$0] }.mapValues(\.count)
    for (site, count) in sites { siteRows[site] = min(siteRows[site] ?? count, count) }
    let unseen = Set(part.test.map { plan.header.sites[$0] }).subtracting(sites.keys)
    unseenSite = [unseenSite, unseen.min()].compactMap { $0 }.min()
  }
}
