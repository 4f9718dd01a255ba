import Catalog
import Components
import Evaluation
import Foundation
import Learning
import ModelStudy
import Study
import Testing

/// 60 rows of 40 patients, two sites, the last 12 rows held out.
private func header() -> ModelDataHeader {
  let patients = (0..<60).map { row in row < 40 ? row : row - 20 }
  return ModelDataHeader(
    rowNames: (0..<60).map { "row \($0)" }, patients: patients.map { "P\($0)" },
    roles: patients.map { $0 >= 32 ? .test : .train },
    outcome: .binary(patients.map { $0 % 3 == 0 ? 1 : 0 }), groups: patients,
    sites: patients.map { $0 % 2 == 0 ? "A" : "B" }, weights: [],
    columns: (0..<5).map { "f\($0)" }, blocks: [String](repeating: "", count: 5))
}

private func plan(_ more: String) throws -> ModelPlan {
  let study = try ModelStudyFile.parse(
    """
    table: t.csv
    seed: 3
    columns: {split: split, site: site}
    outcome: {binary: y}
    pipelines:
      plain: {model: logistic}
      grid: {model: {svc: {C: [1, 10]}}}
    \(more)
    """, name: "m.yml", catalog: Catalog.learning)
  return try ModelPlan(study: study, header: header())
}

@Suite struct ModelPlanTests {
  static let everything = """
    validation: {folds: 4, repeats: 2, innerFolds: 3, mode: as-published}
    permutation: {count: 3, repeats: 2}
    bootstrap: {count: 5}
    """

  @Test func unitsAreDecodedAndFoundAgain() throws {
    let space = try plan(Self.everything).space
    // Parts: 1 final, 8 nested, 8 as-published, 24 permuted, 5 resampled; one of two pipelines is
    // searched.
    #expect(space.partCount == 46)
    #expect(space.searchUnits.count == 46 * 3 && space.estimateUnits.count == 46 * 2)
    var seen: Set<ModelTask> = []
    for unit in 0..<space.unitCount {
      let task = space.task(unit)
      #expect(space.unit(task) == unit)
      #expect((task.inner != nil) == space.searchUnits.contains(unit))
      seen.insert(task)
    }
    #expect(seen.count == space.unitCount)
  }

  @Test func noPatientIsLearntFromAndTested() throws {
    let plan = try plan(Self.everything)
    let parts = TrainingParts(plan: plan)
    for unit in 0..<plan.unitCount {
      let task = plan.space.task(unit)
      let part = try parts.part(task)
      let learnt = Set(part.training.map { plan.header.groups[$0] })
      let tested = Set(part.test.map { plan.header.groups[$0] })
      // A final model and one of a resample are also tried on the rows that they know, which is
      // named so in the result.
      if task.inner != nil || [.observed, .asPublished, .permuted].contains(task.scenario) {
        #expect(learnt.isDisjoint(with: tested), "\(task)")
      }
      // Held-out rows are never learnt from, and only the final model scores them.
      #expect(part.training.allSatisfy { plan.header.roles[$0] == .train })
      if task.scenario != .final || task.inner != nil {
        #expect(part.test.allSatisfy { plan.header.roles[$0] == .train })
      }
      #expect((part.basis ?? []).allSatisfy { plan.header.roles[$0] == .train })
    }
  }

  @Test func everyTrainingRowIsTestedOncePerRepeat() throws {
    let plan = try plan(Self.everything)
    let parts = TrainingParts(plan: plan)
    for repetition in 0..<2 {
      var tested: [Int] = []
      for outer in 0..<4 {
        let task = ModelTask(scenario: .observed, repetition: repetition, outer: outer)
        tested += try parts.part(task).test
      }
      #expect(tested.sorted() == plan.header.trainingRows)
    }
  }

  /// Pieces are what is shared: each part learns from all of them but its own, and resamples keep
  /// their repeats.
  @Test func piecesTogetherAreWhatPartsLearnFromAndTest() throws {
    let plan = try plan(Self.everything)
    let parts = TrainingParts(plan: plan)
    var cut: Set<Scenario> = []
    for unit in 0..<plan.unitCount {
      let task = plan.space.task(unit)
      let part = try parts.part(task)
      guard let pieces = try parts.pieces(task, part) else { continue }
      cut.insert(task.scenario)
      let own = task.inner ?? task.outer
      #expect(pieces[own] == part.test)
      let others = pieces.indices.filter { $0 != own }.flatMap { pieces[$0] }
      #expect(others.sorted() == part.training.sorted(), "\(task)")
    }
    #expect(cut == [.final, .observed, .permuted, .bootstrap])
    for task in [ModelTask(scenario: .final), ModelTask(scenario: .bootstrap, index: 2)] {
      #expect(try parts.pieces(task, parts.part(task)) == nil)
    }
  }

  @Test func splitsAreNotPiecesOfOneAnother() throws {
    let plan = try plan("validation: {scheme: split, repeats: 3}")
    let parts = TrainingParts(plan: plan)
    for repetition in 0..<3 {
      let task = ModelTask(scenario: .observed, repetition: repetition)
      let part = try parts.part(task)
      if let pieces = try parts.pieces(task, part) { #expect(pieces == [part.test]) }
    }
  }

  @Test func partsDoNotDependOnTheOrderInWhichTheyAreMade() throws {
    let plan = try plan(Self.everything)
    let forwards = TrainingParts(plan: plan)
    let backwards = TrainingParts(plan: plan)
    let tasks = (0..<plan.unitCount).map { plan.space.task($0) }
    let first = try tasks.map { try forwards.part($0) }
    let second = try tasks.reversed().map { try backwards.part($0) }
    #expect(first == Array(second.reversed()))
    // No two fits share their random numbers.
    #expect(Set(tasks.map { forwards.fitAddress($0).key }).count == tasks.count)
  }

  @Test func permutedOutcomesStayWithPatientsAndKeepTheirNumbers() throws {
    let plan = try plan(Self.everything)
    let part = try TrainingParts(plan: plan).part(ModelTask(scenario: .permuted, index: 1))
    guard case .binary(let permuted)? = part.outcome,
      case .binary(let observed) = plan.header.outcome
    else {
      Issue.record("a permuted outcome is binary")
      return
    }
    #expect(permuted != observed)
    var ofPatient: [Int: UInt8] = [:]
    for (row, group) in plan.header.groups.enumerated() {
      #expect(ofPatient[group, default: permuted[row]] == permuted[row])
      ofPatient[group] = permuted[row]
      if plan.header.roles[row] == .test { #expect(permuted[row] == observed[row]) }
    }
    let positives = ofPatient.values.count { $0 == 1 }
    #expect(positives == Set(0..<40).count { $0 % 3 == 0 })
  }

  @Test func permutingTheLastStepKeepsTheObservedOutcomeForSelection() throws {
    let plan = try plan(
      "validation: {folds: 4, innerFolds: 3}\npermutation: {count: 2, refitted: model}")
    let part = try TrainingParts(plan: plan).part(ModelTask(scenario: .permuted))
    #expect(part.basis == part.training && part.outcome != nil)
  }

  @Test func theFirstOfEqualGridPointsIsChosenAndFailuresAreNot() throws {
    let plan = try plan("validation: {folds: 4, innerFolds: 3}")
    let choices = plan.choose { unit in
      let task = plan.space.task(unit)
      switch task.outer {
      case 0: return [0.5, 0.5]
      case 1: return [0.4, 0.6]
      case 2: return task.inner == 0 ? [.nan, 0.1] : [0.9, 0.1]
      default: return []
      }
    }
    func choice(_ outer: Int) -> Int {
      let task = ModelTask(scenario: .observed, outer: outer, pipeline: 1)
      return choices[plan.space.unit(task) - plan.space.estimateUnits.lowerBound]
    }
    #expect(choice(0) == 0 && choice(1) == 1)
    // The first point has no value in one fold.
    #expect(choice(2) == 1)
    #expect(choice(3) == -1)
  }

  @Test func theIdentityKnowsEverySetting() throws {
    let base = try plan("validation: {folds: 4, innerFolds: 3}").identity(tableHash: "a")
    #expect(try plan("validation: {folds: 4, innerFolds: 3}").identity(tableHash: "b") != base)
    for other in [
      "validation: {folds: 5, innerFolds: 3}", "validation: {folds: 4, innerFolds: 3, repeats: 2}",
      "validation: {folds: 4, innerFolds: 3}\nbootstrap: {count: 3}",
      "validation: {folds: 4, innerFolds: 3}\naggregate: {method: max}",
    ] {
      #expect(try plan(other).identity(tableHash: "a") != base)
    }
    // What changes no unit's numbers.
    for other in [
      "validation: {folds: 4, innerFolds: 3, metric: auc}",
      "validation: {folds: 4, innerFolds: 3, training: 2}",
      "validation: {folds: 4, innerFolds: 3}\nintervals: {level: 0.9, resamples: 500}",
    ] {
      #expect(try plan(other).identity(tableHash: "a") == base)
    }
  }

  @Test func tooManyFoldsAreFoundBeforeAnyCompute() {
    #expect {
      _ = try plan("validation: {folds: 30}").checkPipelines(missing: [])
    } throws: { error in
      "\(error)".contains("validation.folds") && "\(error)".contains("30")
    }
  }
}

@Suite struct ModelDataTests {
  private func file() -> String { NSTemporaryDirectory() + "radcohort-test-\(UUID()).bin" }

  private func fileBytes(_ header: ModelDataHeader, _ features: FeatureMatrix) -> [UInt8] {
    ModelData.head(header) + features.values.withUnsafeBytes { Array($0) }
  }

  @Test func whatIsWrittenIsMapped() throws {
    let path = file()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let header = header()
    let values = (0..<300).map { $0 == 7 ? .nan : Double($0) / 7 }
    let bytes = fileBytes(
      header, FeatureMatrix(rowCount: 60, columnCount: 5, values: values))
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let data = try ModelData(path: path)
    #expect(data.header == header)
    let part = data.dataset(rows: [3, 3, 59], columns: [4, 0])
    #expect(
      part.features.values.map(\.bitPattern)
        == [243, 243, 299, 3, 3, 59].map {
          values[$0].bitPattern
        })
    #expect(part.names == ["f4", "f0"] && part.groups == [3, 3, 39])
    #expect(part.outcome == header.outcome.rows([3, 3, 59]))
  }

  @Test(arguments: [0, 8, 15, 40, 500, -1, -8])
  func aFileThatIsCutOffIsRefused(length: Int) throws {
    let path = file()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let matrix = FeatureMatrix(
      rowCount: 60, columnCount: 5, values: [Double](repeating: 1, count: 300))
    let bytes = fileBytes(header(), matrix)
    let cut = length < 0 ? bytes.count + length : length
    try Data(bytes.prefix(cut)).write(to: URL(fileURLWithPath: path))
    #expect(throws: StorageError.self) { try ModelData(path: path) }
  }

  @Test func resultsSurviveTheJournal() throws {
    let state = FittedState(
      kind: "k", texts: ["a", ""], numbers: [1, .nan, -0.0],
      parts: [FittedState(kind: "inner", numbers: [2])])
    let result = ModelUnitResult(
      values: [1, .infinity], probabilities: [0.5], apparent: 0.7, selected: [4, 1], state: state,
      gaps: [.init(reason: "g", points: 3)], note: "n", seconds: 2)
    let read = try ModelUnitResult(payload: result.payload)
    #expect(read.state?.numbers.map(\.bitPattern) == state.numbers.map(\.bitPattern))
    #expect(read.state?.parts == state.parts && read.selected == [4, 1] && read.note == "n")
    #expect(read.gaps == result.gaps)
    for cut in stride(from: 0, to: result.payload.count - 1, by: 7) {
      #expect(throws: MalformedBytes.self) {
        try ModelUnitResult(payload: Array(result.payload.prefix(cut)))
      }
    }
  }
}
