package import Evaluation
package import Learning
internal import Numerics

/// What one fit learns from and what it is tried on, as rows of the table.
package struct TrainingPart: Hashable, Sendable {
  /// Repeats included.
  package var training: [Int]
  package var test: [Int]
  /// Of all rows of the table; nil: as observed.
  package var outcome: Outcome?
  /// Rows with their observed outcome that the steps before the model are fitted to; nil: the
  /// training rows.
  package var basis: [Int]?
  /// Rows that are not the pipeline's own and that its first stage learns from beside `training`.
  package var further: [Int] = []
  /// The same beside `basis`.
  package var basisFurther: [Int] = []
}

/// Makes the training parts of a study, each from its identity and the seed alone, so that any rank
/// makes the same ones at any time.
package final class TrainingParts {
  private let plan: ModelPlan
  private let trainingRows: [Int]
  /// Of pipelines with rows of their own: whether each row is one.
  private let isOwn: [[Bool]?]
  /// The outer partitions made last: units come in the order of their parts, and who shares work
  /// among them looks a few ahead.
  private var recent: [(task: ModelTask, outcome: Outcome?, partitions: [Partition])] = []
  private static let keptCount = 6
  /// Those of the training rows, and how their outcomes can be permuted; made when first needed.
  private var patients: Patients?
  private var permutation: OutcomePermutation?

  package init(plan: ModelPlan) {
    self.plan = plan
    trainingRows = plan.header.trainingRows
    isOwn = plan.study.pipelines.indices.map { plan.isOwn(pipeline: $0) }
  }

  package func part(_ task: ModelTask) throws(LearningError) -> TrainingPart {
    guard let part = try existingPart(task) else {
      throw LearningError("the resample has no inner fold \((task.inner ?? 0) + 1)")
    }
    return part
  }

  /// The part of a task; nil for an inner fold that a resample has too few patients for.
  package func existingPart(_ task: ModelTask) throws(LearningError) -> TrainingPart? {
    let outer = restricted(try outerPart(task), to: task.pipeline)
    guard let inner = task.inner else { return outer }
    let folds = try innerPartitions(task, outer)
    guard inner < folds.count else { return nil }
    let fold = folds[inner]
    var part = outer
    part.training = fold.training
    part.test = fold.test
    if !outer.further.isEmpty {
      let tested = Set(fold.test.map { plan.header.groups[$0] })
      part.further = outer.further.filter { !tested.contains(plan.header.groups[$0]) }
    }
    // With permuted outcomes the steps see the observed ones, but of the same rows.
    if task.scenario == .permuted, part.basis != nil {
      part.basis = fold.training
      part.basisFurther = part.further
    }
    return part
  }

  /// Whether steps are fitted to all training rows of a task's part, with the outcome of its model.
  package func isPlain(_ task: ModelTask, _ part: TrainingPart) -> Bool {
    isOwn[task.pipeline] == nil && part.basis == nil
  }

  /// The test rows of all parts that a task's part is one of, where they cut rows in pieces of
  /// which each part learns from all but its own; nil where it is otherwise.
  package func pieces(_ task: ModelTask, _ part: TrainingPart) throws(LearningError) -> [[Int]]? {
    guard isPlain(task, part) else { return nil }
    var around = task
    around.inner = nil
    let partitions: [Partition]
    if task.inner != nil {
      guard let outer = try existingPart(around) else { return nil }
      partitions = try innerPartitions(task, outer)
    } else {
      guard ![.final, .bootstrap].contains(task.scenario) else { return nil }
      partitions = try outerPartitions(task).partitions
    }
    let pieces = partitions.map(\.test)
    let all = pieces.joined().sorted()
    let isCut = partitions.allSatisfy { ($0.training + $0.test).sorted() == all }
    return isCut ? pieces : nil
  }

  /// Partitions are made of all rows and are the same for all pipelines; a pipeline with rows of its
  /// own takes those of each part.
  private func restricted(_ part: TrainingPart, to pipeline: Int) -> TrainingPart {
    guard let isOwn = isOwn[pipeline] else { return part }
    var next = part
    next.training = part.training.filter { isOwn[$0] }
    next.test = part.test.filter { isOwn[$0] }
    next.basis = part.basis?.filter { isOwn[$0] }
    if plan.study.pipelines[pipeline].isSecondStage {
      next.further = part.training.filter { !isOwn[$0] }
      next.basisFurther = (part.basis ?? []).filter { !isOwn[$0] }
    }
    return next
  }

  /// The inner folds of an outer training part.
  private func innerPartitions(
    _ task: ModelTask, _ outer: TrainingPart
  ) throws(LearningError) -> [Partition] {
    var stream = RandomStream(
      seed: plan.study.seed, domain: .fold, index: address(task, isInner: true))
    let patients = try patients(outer.training, outer.outcome)
    return try innerFolds(of: patients, isResample: task.scenario == .bootstrap, &stream)
      .map { $0.inTable(of: outer.training) }
  }

  /// As many folds as the study says; in a resample, which holds about 63 % of the patients, as many
  /// as its rarer class allows.
  private func innerFolds(
    of patients: Patients, isResample: Bool, _ stream: inout RandomStream
  ) throws(LearningError) -> [Partition] {
    let start = stream
    var count = plan.study.validation.innerFolds
    while true {
      stream = start
      do throws(LearningError) {
        return try Partitions.folds(count, of: patients, using: &stream).all
      } catch {
        guard isResample, count > 2 else { throw error }
        count -= 1
      }
    }
  }

  /// Where the random numbers of a fit come from.
  package func fitAddress(_ task: ModelTask) -> FitAddress {
    var key = mixed(UInt64(task.scenario.rawValue))
    for part in [task.index, task.repetition, task.outer, task.pipeline, (task.inner ?? -1) + 1] {
      key = mixed(key ^ UInt64(part))
    }
    return FitAddress(seed: plan.study.seed, key: key)
  }

  private func outerPart(_ task: ModelTask) throws(LearningError) -> TrainingPart {
    switch task.scenario {
    case .final:
      return TrainingPart(training: trainingRows, test: Array(0..<plan.header.rowCount))
    case .bootstrap:
      var stream = RandomStream(
        seed: plan.study.seed, domain: .bootstrap, index: UInt64(task.index))
      let resampling = try PatientResampling(
        trainingPatients(),
        stratification: plan.study.bootstrap?.stratified == false ? .none : .outcome)
      let drawn = resampling.draw(using: &stream).rows.map { trainingRows[$0] }
      return TrainingPart(training: drawn, test: trainingRows)
    case .observed, .asPublished, .permuted:
      let (outcome, partitions) = try outerPartitions(task)
      let partition = partitions[task.outer]
      var part = TrainingPart(
        training: partition.training, test: partition.test, outcome: outcome)
      if task.scenario == .asPublished { part.basis = trainingRows }
      if task.scenario == .permuted, plan.study.permutation?.refitted == .model {
        part.basis = partition.training
      }
      return part
    }
  }

  /// The outcome of all rows, if it is permuted, and the outer partitions of one repeat.
  ///
  /// Permuted outcomes get their partitions by the rule and the random numbers of the observed ones,
  /// so that the observed result is one of equally likely ones where there is no association.
  private func outerPartitions(
    _ task: ModelTask
  ) throws(LearningError) -> (outcome: Outcome?, partitions: [Partition]) {
    let known = recent.first {
      $0.task.scenario == task.scenario && $0.task.index == task.index
        && $0.task.repetition == task.repetition
    }
    if let known { return (known.outcome, known.partitions) }
    let outcome = task.scenario == .permuted ? try permuted(task.index) : nil
    var patients = try trainingPatients()
    if let outcome { patients = try Patients(patients, outcome: outcome.rows(trainingRows)) }
    let validation = plan.study.validation
    let index = address(task, isInner: false)
    let partitions: Partitions
    switch validation.scheme {
    case .crossValidation:
      var stream = RandomStream(seed: plan.study.seed, domain: .fold, index: index)
      partitions = try .folds(validation.folds, of: patients, using: &stream)
    case .split:
      var stream = RandomStream(seed: plan.study.seed, domain: .split, index: index)
      partitions = try .split(
        training: validation.training, test: validation.test, of: patients, using: &stream)
    case .leaveSiteOut: partitions = try .leaveOneSiteOut(patients)
    case .none: preconditionFailure("a study without a validation scheme has no outer partitions")
    }
    let inTable = partitions.all.map { $0.inTable(of: trainingRows) }
    if recent.count == Self.keptCount { recent.removeFirst() }
    recent.append((task, outcome, inTable))
    return (outcome, inTable)
  }

  /// Which folds these are: those of a repeat, or of one of its training parts. Equal for observed
  /// and permuted outcomes.
  private func address(_ task: ModelTask, isInner: Bool) -> UInt64 {
    if !isInner { return UInt64(task.repetition) }
    let of: [Int] =
      switch task.scenario {
      case .final: [1]
      case .bootstrap: [2, task.index]
      case .observed, .asPublished, .permuted: [3, task.repetition, task.outer]
      }
    return of.reduce(UInt64(1)) { mixed($0 ^ UInt64($1)) }
  }

  private func permuted(_ index: Int) throws(LearningError) -> Outcome {
    var stream = RandomStream(
      seed: plan.study.seed, domain: .permutation, index: UInt64(index))
    let sources = try outcomePermutation().draw(using: &stream)
    var rows = Array(0..<plan.header.rowCount)
    for (taker, source) in zip(trainingRows, sources) { rows[taker] = trainingRows[source] }
    return plan.header.outcome.rows(rows)
  }

  private func outcomePermutation() throws(LearningError) -> OutcomePermutation {
    if let permutation { return permutation }
    let made = try OutcomePermutation(
      trainingPatients(),
      within: plan.study.permutation?.withinSites == true
        ? trainingRows.map { plan.header.sites[$0] } : nil)
    permutation = made
    return made
  }

  private func trainingPatients() throws(LearningError) -> Patients {
    if let patients { return patients }
    let made = try patients(trainingRows, nil)
    patients = made
    return made
  }

  private func patients(_ rows: [Int], _ outcome: Outcome?) throws(LearningError) -> Patients {
    let header = plan.header
    return try Patients(
      outcome: (outcome ?? header.outcome).rows(rows), groups: rows.map { header.groups[$0] },
      sites: header.sites.isEmpty ? [] : rows.map { header.sites[$0] })
  }
}
