import Catalog
import Components
import Evaluation
import Learning
import ModelStudy
import Numerics
import Study
import Testing

@Suite struct SecondStageTests {
  /// 24 patients of two lesions; noise, the first column carries the outcome; age is the patient's,
  /// and one of them misses it.
  private static func table(_ kind: OutcomeKind, columns width: Int = 6) -> Dataset {
    var stream = RandomStream(seed: 8, domain: .synthesis, index: 4)
    let groups = (0..<48).map { $0 / 2 }
    var columns = (0..<width).map { _ in (0..<48).map { _ in stream.normal() } }
    let ages = (0..<24).map { $0 == 5 ? .nan : Double(40 + $0) }
    let signal = (0..<24).map { columns[0][2 * $0] + columns[0][2 * $0 + 1] + stream.normal() }
    columns.append(groups.map { ages[$0] })
    return Dataset(
      features: FeatureMatrix(rowCount: 48, columns: columns),
      names: (0..<width).map { "f\($0)" } + ["age"],
      outcome: kind == .binary
        ? .binary(groups.map { signal[$0] > 0 ? 1 : 0 }) : .continuous(groups.map { signal[$0] }),
      groups: groups, blocks: (0..<width).map { _ in "CT" } + ["clinical"])
  }

  private static let address = FitAddress(seed: 9, key: 4)

  private static func study(
    _ pipelines: String, outcome: String = "{continuous: y}", aggregate: String = "mean"
  ) throws(InvalidInput) -> ModelStudyFile {
    try ModelStudyFile.parse(
      "table: t.csv\noutcome: \(outcome)\naggregate: {method: \(aggregate)}\npipelines:\n"
        + pipelines.split(separator: "\n").map { "  \($0)\n" }.joined(), name: "m.yml",
      catalog: Catalog.learning)
  }

  private static let pipelines = """
    ct: {steps: [{columns: {include: [CT]}}, scale, {top-k: {k: 3}}], model: {linear: {penalty: ridge, choice: fixed, lambda: 0.1}}}
    both: {scores: {of: [ct], with: [age], folds: 24}, steps: [impute], model: {linear: {penalty: ridge, choice: fixed, lambda: 0.1}}}
    """

  private static func stages(_ pipeline: PipelineGrid) -> [ScoreStage] {
    pipeline.steps[0].compactMap { if case .scores(let stage) = $0 { stage } else { nil } }
  }

  /// With as many folds as patients there is one way to divide them, so the scores can be made by
  /// hand: without the patient, then the mean of its lesions.
  @Test func trainingScoresAreOutOfFoldAndOfPatients() throws {
    let study = try Self.study(Self.pipelines)
    let data = Self.table(.continuous)
    let fit = try ScoreStage.fitAll(
      Self.stages(study.pipelines[1]), to: data, at: Self.address)[0].get()
    let second = fit.training
    #expect(second.names == ["ct", "age"] && second.blocks == ["scores", "clinical"])
    #expect(second.groups == Array(0..<24))
    #expect(second.outcome == data.outcome.rows((0..<24).map { 2 * $0 }))
    for patient in 0..<24 {
      let others = data.rows(data.groups.indices.filter { data.groups[$0] != patient })
      let fitted = try study.pipelines[0].fit(point: 0, to: others, at: Self.address)
      let lesions = try fitted.scores(
        data.features.rows([2 * patient, 2 * patient + 1]), sites: [])
      #expect(second.features.values[patient] == (lesions[0] + lesions[1]) / 2)
      let age = second.features.values[24 + patient]
      #expect(patient == 5 ? age.isNaN : age == Double(40 + patient))
    }
  }

  /// Without a pipeline: a model of clinical columns, fitted to patients and not to their lesions.
  @Test func columnsAloneBecomePatients() throws {
    let grid = try Self.study("age: {scores: {with: [age]}, steps: [impute], model: linear}")
      .pipelines[0]
    let second = try ScoreStage.fitAll(
      Self.stages(grid), to: Self.table(.continuous), at: Self.address)[0].get().training
    #expect(second.rowCount == 24 && second.names == ["age"])
    #expect(grid.inputs(names: second.names, blocks: second.blocks) == [0])
  }

  /// A first stage that can separate anything: had the second seen its scores of rows it was fitted
  /// to, noise would look like a perfect score.
  @Test func noiseStaysNoise() throws {
    let study = try Self.study(
      """
      ct: {steps: [{columns: {include: [CT]}}], model: {logistic: {penalty: ridge, choice: fixed, lambda: 0.001}}}
      both: {scores: {of: [ct]}, model: {logistic: {penalty: ridge, choice: fixed, lambda: 0.001}}}
      """, outcome: "{binary: y}")
    var data = Self.table(.binary, columns: 80)
    data.outcome = .binary(data.groups.map { $0 % 2 == 0 ? 1 : 0 })
    let fit = try ScoreStage.fitAll(
      Self.stages(study.pipelines[1]), to: data, at: Self.address)[0].get()
    let outOfFold = Array(fit.training.features.column(0))
    let inSample = try study.pipelines[0].fit(point: 0, to: data, at: Self.address).scores(
      data.features, sites: [])
    #expect(Metric.auc.value(data.outcome, scores: inSample).value == 1)
    #expect(Metric.auc.value(fit.training.outcome, scores: outOfFold).value < 0.75)
  }

  /// All rows of a patient get one score, whatever rows come with it, and the same from a file.
  @Test func aPatientHasOneScore() throws {
    let study = try Self.study(Self.pipelines)
    let data = Self.table(.continuous)
    let fitted = try study.pipelines[1].fit(point: 0, to: data, at: Self.address)
    let scores = try fitted.scores(data.features, sites: [], groups: data.groups)
    #expect((0..<24).allSatisfy { scores[2 * $0] == scores[2 * $0 + 1] })
    #expect(Set(scores).count == 24 && fitted.selected == ["ct", "age"])
    let some = try fitted.scores(
      data.features.rows([7, 40, 6, 41]), sites: [], groups: [3, 20, 3, 20])
    #expect(some == [scores[7], scores[40], scores[6], scores[41]])
    let alone = try fitted.scores(data.features.rows([7]), sites: [])
    #expect(alone != [scores[7]])
    #expect(try fitted.scores(data.features.rows([]), sites: []).isEmpty)
    let read = try FittedPipeline(fitted.state, Catalog.fitted)
    #expect(try read.scores(data.features, sites: [], groups: data.groups) == scores)
    var damaged = fitted.state
    damaged.parts[0].numbers[0] += 1
    #expect(throws: LearningError.self) { try FittedPipeline(damaged, Catalog.fitted) }
    damaged = fitted.state
    damaged.parts[0].texts.removeLast()
    #expect(throws: LearningError.self) { try FittedPipeline(damaged, Catalog.fitted) }
  }

  /// Grid points of the first stage are points of the whole; fitting them together changes no bit.
  @Test(arguments: ["{continuous: y}", "{binary: y}"])
  func allPointsAtOnceAreEqualToOneByOne(outcome: String) throws {
    let grid = try Self.study(
      """
      a: {steps: [{columns: {exclude: [age]}}, {top-k: {k: [2, 4]}}], model: {forest: {trees: [5, 10]}}}
      b: {steps: [impute, {columns: {include: [f0, age]}}], model: {knn: {neighbours: 3}}}
      both: {scores: {of: [a, b], with: [age], folds: 3}, steps: [impute], model: {knn: {neighbours: [3, 5]}}}
      """, outcome: outcome
    ).pipelines[2]
    #expect(grid.pointCount == 8 && grid.isSecondStage)
    #expect(Set((0..<8).map { grid.text(ofPoint: $0) }).count == 8)
    let data = Self.table(outcome == "{binary: y}" ? .binary : .continuous)
    var together: [[Double]] = []
    grid.fitAll(to: data, at: Self.address) { _, fitted in
      let scores = try? fitted.get().scores(data.features, sites: [], groups: data.groups)
      together.append(scores ?? [])
    }
    for point in 0..<8 {
      let alone = try grid.fit(point: point, to: data, at: Self.address)
      #expect(try alone.scores(data.features, sites: [], groups: data.groups) == together[point])
    }
    #expect(Set(together).count > 4)
  }

  /// A patient who was drawn twice counts twice, with the same score.
  @Test func resampledPatientsKeepTheirNumber() throws {
    let study = try Self.study(Self.pipelines.replacing("folds: 24", with: "folds: 4"))
    let patients = (0..<24).flatMap { [Int](repeating: $0, count: $0 % 3) }
    let data = Self.table(.continuous).rows(patients.flatMap { [2 * $0, 2 * $0 + 1] })
    let second = try ScoreStage.fitAll(
      Self.stages(study.pipelines[1]), to: data, at: Self.address)[0].get().training
    #expect(second.groups == patients)
    for row in 1..<second.rowCount where second.groups[row] == second.groups[row - 1] {
      #expect(second.features.values[row] == second.features.values[row - 1])
    }
  }

  /// Rows that are not the pipeline's own teach its first stage only.
  @Test func furtherRowsTeachTheFirstStage() throws {
    let stages = Self.stages(try Self.study(Self.pipelines).pipelines[1])
    let data = Self.table(.continuous)
    let all = try ScoreStage.fitAll(stages, to: data, at: Self.address)[0].get().training
    let some = try ScoreStage.fitAll(
      stages, to: data, own: OwnRows(training: 20, basis: 0), at: Self.address)[0].get().training
    #expect(some.features.columns([0]) == all.rows(Array(0..<10)).features.columns([0]))
    #expect(some.groups == Array(0..<10))
    let few = try ScoreStage.fitAll(
      [
        ScoreStage(
          try parameters("{of: [ct], folds: 10}"), members: stages[0].members, aggregation: .mean)
      ],
      to: data.rows(Array(0..<20)), at: Self.address)[0].get().training
    #expect(few.features.columns([0]) != some.features.columns([0]))
  }

  private func parameters(_ text: String) throws -> ScoreStageParameters {
    try ScoreStageParameters.decode(
      try SettingsDocument.parse(text, name: "scores"), at: "scores")
  }

  /// With the same rows and other outcomes, steps see the observed ones and the model the others.
  @Test func aBasisDecidesTheScores() throws {
    let grid = try Self.study(Self.pipelines.replacing("folds: 24", with: "folds: 4")).pipelines[1]
    let data = Self.table(.continuous)
    var permuted = data
    if case .continuous(let values) = data.outcome {
      permuted.outcome = .continuous(values.reversed())
    }
    let stages = Self.stages(grid)
    let observed = try ScoreStage.fitAll(stages, to: data, at: Self.address)[0].get()
    let other = try ScoreStage.fitAll(stages, to: permuted, basis: data, at: Self.address)[0].get()
    #expect(other.training.features.columns([0]) == observed.training.features.columns([0]))
    #expect(other.training.outcome != observed.training.outcome)
    // As published: the training rows are scored by fits to the whole cohort.
    let rows = Array(0..<40)
    let published = try ScoreStage.fitAll(
      stages, to: data.rows(rows), basis: data, at: Self.address)[0].get()
    let whole = try grid.fit(point: 0, to: data, at: Self.address)
    #expect(whole.state.parts[0] == published.fitted.state)
    #expect(published.training.rowCount == 20 && published.basis?.rowCount == 24)
  }

  @Test(arguments: [
    (
      "b: {scores: {of: [cd]}, model: linear}",
      "pipelines.b.scores.of: \"cd\" is no pipeline before this one; did you mean \"ct\"? (before"
        + " it: ct)"
    ),
    (
      "b: {scores: {of: []}, model: linear}",
      "pipelines.b.scores.of: pipelines before this one are needed, or columns"
    ),
    ("b: {scores: {of: [ct, ct]}, model: linear}", "pipelines.b.scores.of: \"ct\" is given twice"),
    (
      "b: {scores: {of: [b]}, model: linear}",
      "pipelines.b.scores.of: \"b\" is no pipeline before this one"
    ),
    (
      "b: {scores: {of: [ct]}, model: linear}\nc: {scores: {of: [b]}, model: linear}",
      "pipelines.c.scores.of: \"b\" has `scores` itself; there are two stages, not three"
    ),
    (
      "b: {rows: known(age), model: linear}\nc: {scores: {of: [b]}, model: linear}",
      "pipelines.c.scores.of: \"b\" has `rows` of its own; a first stage is fitted to all rows"
    ),
    (
      "b: {scores: {of: [ct], with: [\"\"]}, model: linear}",
      "pipelines.b.scores.with: an empty pattern matches nothing"
    ),
    ("b: {scores: {of: [ct], fold: 3}, model: linear}", "did you mean \"folds\"?"),
  ])
  func badFirstStagesSayWhy(pipelines: String, message: String) {
    let found = problems { () throws(InvalidInput) in
      try Self.study("ct: {model: linear}\n" + pipelines)
    }
    #expect(found.contains(message), "\(found)")
  }

  @Test func volumesAreNotThere() {
    let found = problems { () throws(InvalidInput) in
      try Self.study(
        "a: {model: linear}\nb: {scores: {of: [a]}, model: linear}",
        aggregate: "largest, volume: v")
    }
    #expect(found.contains("aggregate.method largest needs volumes"), "\(found)")
  }
}
