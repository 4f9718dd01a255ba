import Catalog
import Components
import Evaluation
import Learning
import ModelStudy
import Numerics
import Testing

@Suite struct PipelineTests {
  private func grid(_ pipeline: String) throws -> PipelineGrid {
    try ModelStudyFile.parse(
      "table: t.csv\noutcome: {binary: y}\npipelines: {p: \(pipeline)}", name: "m.yml",
      catalog: Catalog.learning
    ).pipelines[0]
  }

  /// 80 rows, 12 columns of noise of which two carry the class; a few missing values.
  private static let data: Dataset = {
    var stream = RandomStream(seed: 5, domain: .synthesis, index: 2)
    var columns = (0..<12).map { _ in (0..<80).map { _ in stream.normal() } }
    let classes = (0..<80).map { columns[2][$0] - columns[7][$0] + stream.normal() > 0 ? 1 : 0 }
    for row in stride(from: 3, to: 80, by: 17) { columns[4][row] = .nan }
    return Dataset(
      features: FeatureMatrix(rowCount: 80, columns: columns), names: (0..<12).map { "f\($0)" },
      outcome: .binary(classes.map { UInt8($0) }),
      blocks: (0..<12).map { $0 < 6 ? "CT" : "PET" })
  }()

  private static let address = FitAddress(seed: 9, key: 4)

  private func bits(_ pipeline: FittedPipeline) throws -> [UInt64] {
    try pipeline.scores(Self.data.features, sites: []).map(\.bitPattern)
  }

  /// Sharing the fits of steps, and the trees of boosted models, changes no bit.
  @Test(arguments: [
    "{steps: [impute, scale, {lasso: {choice: [min, 1se]}}], model: {svc: {C: [1, 10]}}}",
    "{steps: [impute, {t-test: {top: [3, 6], by: voi}}, oversample], model: {forest: {trees: 20}}}",
    "{steps: [impute], model: {xgboost: {rounds: [5, 20, 40], subsample: [0.7, 1], maxDepth: 2}}}",
    "{steps: [impute, {smote: {}}], model: {logistic: {penalty: ridge, choice: fixed}, knn: {}}}",
  ])
  func allPointsAtOnceAreEqualToOneByOne(pipeline: String) throws {
    let grid = try grid(pipeline)
    var together: [Int: [UInt64]] = [:]
    var order: [Int] = []
    grid.fitAll(to: Self.data, at: Self.address) { point, fitted in
      order.append(point)
      together[point] = try? bits(try fitted.get())
    }
    #expect(order == Array(0..<grid.pointCount))
    for point in 0..<grid.pointCount {
      let alone = try grid.fit(point: point, to: Self.data, at: Self.address)
      #expect(try bits(alone) == together[point])
    }
  }

  @Test func storedAndReadItScoresTheSame() throws {
    let grid = try grid(
      "{steps: [impute, scale, {mann-whitney: {top: 4}}], model: {stacking: {members:"
        + " {a: {model: {svc: {kernel: linear}}}, b: {model: naive-bayes}}, final: logistic}}}")
    let fitted = try grid.fit(point: 0, to: Self.data, at: Self.address)
    let read = try FittedPipeline(fitted.state, Catalog.fitted)
    #expect(try bits(read) == bits(fitted))
    #expect(read.selected == fitted.selected && read.inputs == Self.data.names)
    var damaged = fitted.state
    damaged.parts.removeLast()
    #expect(throws: LearningError.self) { try FittedPipeline(damaged, Catalog.fitted) }
  }

  /// A fold in which nothing is selected must count, not fail: leaving it out would flatter.
  @Test func aSelectionThatLeavesNothingPredictsAConstant() throws {
    let grid = try grid(
      "{steps: [impute, {t-test: {p: 0.000001}}, scale], model: {svc: {C: [1, 2]}}}")
    var noise = Self.data
    noise.outcome = .binary((0..<80).map { UInt8($0 % 2) })
    grid.fitAll(to: noise, at: Self.address) { _, fitted in
      let scores = try? fitted.get().scores(noise.features, sites: [])
      #expect(scores == [Double](repeating: 0, count: 80))
    }
    let fitted = try grid.fit(point: 1, to: noise, at: Self.address)
    #expect(fitted.selected.isEmpty)
    #expect(
      try fitted.probabilities(noise.features, sites: []) == [Double](repeating: 0.5, count: 80))
    #expect(Metric.auc.value(noise.outcome, scores: [Double](repeating: 0, count: 80)).value == 0.5)
    let read = try FittedPipeline(fitted.state, Catalog.fitted)
    #expect(try read.scores(noise.features, sites: []) == [Double](repeating: 0, count: 80))
  }

  @Test func aStepThatFailsFailsThePointsBehindItOnly() throws {
    let grid = try grid(
      "{steps: [{impute: {method: [median, refuse]}}], model: {svc: {C: [1, 2]}}}")
    var failed: [Int] = []
    grid.fitAll(to: Self.data, at: Self.address) { point, fitted in
      if case .failure = fitted { failed.append(point) }
    }
    #expect(failed == [2, 3])
  }

  /// With a basis the steps see other rows than the model.
  @Test func stepsCanBeFittedToABasis() throws {
    let grid = try grid("{steps: [impute, scale], model: {knn: {neighbours: 3}}}")
    let rows = Array(0..<40)
    let fitted = try grid.fit(
      point: 0, to: Self.data.rows(rows), basis: Self.data, at: Self.address)
    let whole = try grid.fit(point: 0, to: Self.data, at: Self.address)
    let own = try grid.fit(point: 0, to: Self.data.rows(rows), at: Self.address)
    func steps(_ pipeline: FittedPipeline) -> [FittedState] { pipeline.state.parts.dropLast() }
    #expect(steps(fitted) == steps(whole) && steps(fitted) != steps(own))
  }
}
