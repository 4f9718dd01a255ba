import Components
import Learning
import Numerics
import Testing

@Suite("Regression models and the LASSO selector")
struct ElasticNetModelTests {
  private func stream(_ index: UInt64 = 0) -> RandomStream {
    RandomStream(seed: 7, domain: .synthesis, index: index)
  }
  private let table = ElasticNetTable(rows: 80, columns: 12)

  @Test func statesComeBackWithEqualBits() throws {
    var parameters = LogisticParameters()
    parameters.penalty = .elasticNet
    var stream = self.stream()
    let fitted = try LogisticModel(parameters).fit(table.dataset("binomial"), using: &stream)
    let again = try FittedLinear(fitted.state)
    #expect(again == fitted && again.state == fitted.state)
    let scores = try fitted.scores(table.features)
    let later = try again.scores(table.features)
    #expect(later.map(\.bitPattern) == scores.map(\.bitPattern))
    let probabilities = try #require(try fitted.probabilities(table.features))
    #expect(zip(scores, probabilities).allSatisfy { ($0 > 0) == ($1 > 0.5) })
    #expect(fitted.lambda != nil && fitted.importances?[3] == 0)
    let plain = try LinearModel(LinearParameters()).fit(table.dataset("gaussian"), using: &stream)
    let back = try FittedLinear(plain.state)
    let none = try plain.probabilities(table.features)
    #expect(back == plain && none == nil)
    #expect(throws: LearningError.self) { try FittedLinear(FittedState(kind: "cox")) }
    #expect(throws: LearningError.self) { try fitted.scores(table.features.columns([0])) }
  }

  @Test func equalStreamsGiveEqualBits() throws {
    var parameters = CoxParameters()
    parameters.penalty = .elasticNet
    parameters.net.folds = 5
    let model = try CoxModel(parameters)
    var (a, b) = (stream(3), stream(3))
    let data = table.dataset("cox", weighted: true)
    let (first, second) = (try model.fit(data, using: &a), try model.fit(data, using: &b))
    #expect(first.state == second.state)
  }

  @Test func separatedClassesAreSaid() throws {
    let data = table.dataset("separable")
    var stream = self.stream()
    let plain = try LogisticModel(LogisticParameters())
    let error = #expect(throws: LearningError.self) { try plain.fit(data, using: &stream) }
    #expect(error?.message.contains("separated") == true)
    var parameters = LogisticParameters()
    parameters.penalty = .ridge
    parameters.net.choice = .fixed
    let ridge = try LogisticModel(parameters).fit(data, using: &stream)
    #expect(ridge.coefficients.allSatisfy { $0.isFinite })
  }

  /// One row decides: the others of its class overlap, so only part of the classes is separated.
  @Test func quasiSeparationIsSaid() throws {
    let x = [0.0, 0, 0, 0, 1, 0, 0, 1]
    let data = Dataset(
      features: FeatureMatrix(rowCount: 8, columns: [x]), names: ["x"],
      outcome: .binary([0, 1, 0, 1, 1, 0, 1, 1]))
    var stream = self.stream()
    let plain = try LogisticModel(LogisticParameters())
    let error = #expect(throws: LearningError.self) { try plain.fit(data, using: &stream) }
    #expect(error?.message.contains("separated") == true)
  }

  @Test func monotoneLikelihoodIsSaid() throws {
    let data = Dataset(
      features: FeatureMatrix(rowCount: 6, columns: [[6, 5, 4, 3, 2, 1]]), names: ["x"],
      outcome: .survival(time: [1, 2, 3, 4, 5, 6], event: [1, 1, 1, 1, 1, 0], entry: []))
    var stream = self.stream()
    let cox = try CoxModel(CoxParameters())
    #expect(throws: LearningError.self) { try cox.fit(data, using: &stream) }
  }

  @Test func collinearAndMissingColumnsAreSaid() throws {
    let data = table.dataset("gaussian")
    var stream = self.stream()
    let linear = try LinearModel(LinearParameters())
    let twice = data.columns([0, 1, 0])
    let error = #expect(throws: LearningError.self) { try linear.fit(twice, using: &stream) }
    #expect(error?.message.contains("sums of others") == true)
    var holes = data
    var values = data.features.values
    values[80] = .nan
    holes.features = FeatureMatrix(rowCount: 80, columnCount: 12, values: values)
    let missing = #expect(throws: LearningError.self) { try linear.fit(holes, using: &stream) }
    #expect(missing?.message.contains("c1") == true)
    #expect(throws: LearningError.self) {
      try ElasticNetPath.fit(data.columns([3]), ElasticNetSettings())
    }
  }

  @Test func selectorRanksByStandardisedSize() throws {
    var parameters = ElasticNetChoice()
    parameters.choice = .fixed
    parameters.lambda = 0.05
    var stream = self.stream()
    for family in ["gaussian", "binomial", "cox"] {
      let data = table.dataset(family)
      let chosen = try LassoSelector(parameters).select(from: data, using: &stream)
      var settings = ElasticNetSettings()
      settings.lambdas = [0.05]
      let path = try ElasticNetPath.fit(data, settings)
      let sizes = zip(path.coefficients(at: 0), path.deviations).map { ($0 * $1).magnitude }
      #expect(chosen.count == path.fits[0].columns.count && !chosen.isEmpty)
      #expect(zip(chosen, chosen.dropFirst()).allSatisfy { sizes[$0] >= sizes[$1] })
    }
  }

  @Test func parametersAreChecked() {
    var choice = ElasticNetChoice()
    (choice.alpha, choice.folds, choice.lambda) = (1.5, 1, 0)
    let error = #expect(throws: InvalidInput.self) { try LassoSelector(choice) }
    #expect(error?.problems.count == 3)
    var cox = CoxParameters()
    cox.net.measure = .auc
    #expect(throws: InvalidInput.self) { try CoxModel(cox) }
  }

  @Test func foldsKeepPatientsTogetherAndClassesEven() throws {
    var data = table.dataset("binomial")
    data.groups = (0..<80).map { $0 / 2 }
    var stream = self.stream()
    let folds = try ElasticNetFolds.assign(data, count: 5, using: &stream)
    for row in stride(from: 0, to: 80, by: 2) { #expect(folds[row] == folds[row + 1]) }
    guard case .binary(let classes) = data.outcome else { return }
    for fold in 0..<5 {
      let rows = (0..<80).filter { folds[$0] == fold }
      #expect((14...18).contains(rows.count))
      #expect(rows.contains { classes[$0] == 1 } && rows.contains { classes[$0] == 0 })
    }
    #expect(throws: LearningError.self) {
      try ElasticNetFolds.assign(data, count: 41, using: &stream)
    }
  }

  /// At the largest lambda of a LASSO nothing is chosen, just under it one column is.
  @Test(arguments: ["gaussian", "binomial", "cox"])
  func pathStartsEmpty(_ family: String) throws {
    let path = try ElasticNetPath.fit(table.dataset(family), ElasticNetSettings())
    #expect(path.fits[0].columns.isEmpty && path.fits[1].columns.count == 1)
    #expect(path.fits[0].devianceRatio.magnitude < 1e-12)
  }
}
