import Components
import Learning
import Numerics
import Testing

@Suite("Multi-layer perceptron: states, bits and refusals")
struct PerceptronTests {
  private func small(
    _ change: (inout PerceptronParameters) -> Void = { _ in }
  ) throws -> MultilayerPerceptron {
    try make(MultilayerPerceptron.self) {
      ($0.hiddenLayers, $0.maxIterations) = ([7, 3], 20)
      change(&$0)
    }
  }

  private func fit(_ model: MultilayerPerceptron, _ data: Dataset) throws -> FittedPerceptron {
    var stream = newStream()
    return try model.fit(data, using: &stream)
  }

  @Test(arguments: ["binary", "continuous"], PerceptronSolver.allCases)
  func statesAndBits(_ kind: String, _ solver: PerceptronSolver) throws {
    let data = NetworkTable(60).dataset(kind, weighted: true)
    let model = try small { $0.solver = solver }
    let fitted = try fit(model, data)
    let again = try fit(model, data)
    #expect(fitted == again)
    let read = try FittedPerceptron(fitted.state)
    let scores = try fitted.scores(data.features)
    let later = try read.scores(data.features)
    #expect(read == fitted && later.map(\.bitPattern) == scores.map(\.bitPattern))
    let viaRegistry = try PredictorRegistry.core.predictor(from: fitted.state)
    #expect(try viaRegistry.scores(data.features) == scores)
    // A row's score does not depend on the rows beside it.
    let one = try fitted.scores(data.features.rows([17]))
    #expect(one[0].bitPattern == scores[17].bitPattern)
    let probabilities = try fitted.probabilities(data.features)
    #expect((probabilities == nil) == (kind == "continuous"))
    if let probabilities {
      #expect(zip(scores, probabilities).allSatisfy { ($0 > 0) == ($1 > 0.5) })
    }
    #expect(try fitted.scores(FeatureMatrix(rowCount: 0, columnCount: 6, values: [])).isEmpty)
  }

  @Test func streamsMatter() throws {
    let data = NetworkTable(60).dataset("binary")
    var (a, b) = (newStream(1), newStream(2))
    let model = try small()
    let (first, second) = (try model.fit(data, using: &a), try model.fit(data, using: &b))
    #expect(first != second)
  }

  /// A weight of 2 is a row given twice, in one batch.
  @Test func weightsAreCopies() throws {
    let table = NetworkTable(20)
    var data = table.dataset("binary")
    data.weights = (0..<20).map { $0 % 4 == 0 ? 2 : 1 }
    let twice = table.dataset("binary").rows((0..<20).flatMap { $0 % 4 == 0 ? [$0, $0] : [$0] })
    let model = try small {
      ($0.hiddenLayers, $0.shuffle, $0.learningRateInit) = ([4], false, 0.01)
    }
    let (weighted, copied) = (try fit(model, data), try fit(model, twice))
    #expect(deviation(weighted.parameters, copied.parameters) < 1e-9)
  }

  @Test func constantColumnsAndOutcomesAreFitted() throws {
    let constant = makeDataset(
      [[Double](repeating: 3, count: 12), (0..<12).map { Double($0) / 6 - 1 }],
      .binary((0..<12).map { $0 > 5 ? 1 : 0 }))
    let fitted = try fit(try small { $0.learningRateInit = 0.05 }, constant)
    #expect(try fitted.scores(constant.features).allSatisfy { $0.isFinite })
    let flat = makeDataset(
      [(0..<12).map { Double($0) }], .continuous([Double](repeating: 2, count: 12)))
    #expect(try fit(try small(), flat).loss.isFinite)
  }

  @Test func refusals() throws {
    let data = NetworkTable(20).dataset("binary")
    let model = try small()
    #expect(refusal { _ = try fit(model, data.columns([])) }.contains("needs a column"))
    let oneClass = makeDataset([[1, 2, 3]], .binary([1, 1, 1]))
    #expect(refusal { _ = try fit(model, oneClass) }.contains("0 negative rows"))
    #expect(refusal { _ = try fit(model, makeDataset([[1]], .continuous([1]))) }.contains("2 rows"))
    let holes = makeDataset([[1, 2, 3], [1, .nan, 3]], .binary([0, 1, 1]))
    #expect(refusal { _ = try fit(model, holes) }.contains("\"c1\" is missing in row 2"))
    let infinite = makeDataset([[1, 2, .infinity]], .binary([0, 1, 1]))
    #expect(refusal { _ = try fit(model, infinite) }.contains("\"c0\" is infinite in row 3"))
    let lost = makeDataset([[1, 2, 3]], .continuous([0, .nan, 1]))
    #expect(
      refusal { _ = try fit(model, lost) }.contains("outcome is missing or infinite in row 2"))
    let survival = makeDataset(
      [[1, 2]], .survival(time: [1, 2], event: [1, 0], entry: []))
    #expect(refusal { _ = try fit(model, survival) }.contains("binary or continuous"))
    let fitted = try fit(model, data)
    #expect(refusal { _ = try fitted.scores(data.features.columns([0, 1])) }.contains("6 columns"))
    let missing = FeatureMatrix(rowCount: 1, columnCount: 6, values: [1, 1, 1, .nan, 1, 1])
    #expect(refusal { _ = try fitted.scores(missing) }.contains("\"c3\" is missing"))
    #expect(throws: LearningError.self) { try FittedPerceptron(FittedState(kind: "mlp")) }
    var cut = fitted.state
    cut.numbers.removeLast()
    #expect(refusal { _ = try FittedPerceptron(cut) }.contains("damaged"))
  }

  @Test func hugeValuesAreSaidNotReturned() throws {
    let data = makeDataset(
      [(0..<20).map { 1e160 * Double($0) }], .continuous((0..<20).map { 1e160 * Double($0) }))
    for solver in PerceptronSolver.allCases {
      let model = try small {
        ($0.solver, $0.activation, $0.learningRateInit) = (solver, .identity, 0.1)
      }
      #expect(refusal { _ = try fit(model, data) }.contains("scale the columns"))
    }
  }

  @Test func earlyStoppingKeepsPatientsTogetherAndSaysTooFew() throws {
    let data = NetworkTable(60).dataset("binary", groups: (0..<60).map { $0 / 2 })
    let model = try small {
      ($0.earlyStopping, $0.validationFraction) = (true, 0.3)
    }
    _ = try fit(model, data)
    var stream = newStream()
    let aside = try ValidationGroups.choose(data, fraction: 0.3, using: &stream)
    #expect(stride(from: 0, to: 60, by: 2).allSatisfy { aside[$0] == aside[$0 + 1] })
    #expect((14...22).contains(aside.count { $0 }))
    let few = makeDataset([[1, 2, 3]], .binary([0, 1, 1]))
    #expect(refusal { _ = try fit(model, few) }.contains("validationFraction"))
  }

  @Test func parametersAreChecked() {
    let message = refusal {
      _ = try make(MultilayerPerceptron.self) {
        ($0.hiddenLayers, $0.alpha, $0.learningRateInit, $0.beta1) = ([5, 0], -1, 0, 1)
        ($0.maxIterations, $0.momentum, $0.validationFraction) = (0, 1.5, 0)
      }
    }
    for name in [
      "hiddenLayers", "alpha", "learningRateInit", "beta1", "maxIterations", "momentum",
      "validationFraction",
    ] { #expect(message.contains("\(name): ")) }
  }

  /// Glorot's bounds, all of the interval used.
  @Test func initialWeights() {
    var stream = newStream()
    for activation in [NetworkActivation.tanh, .logistic] {
      let shape = NetworkShape(units: [40, 20, 1], activation: activation, isClassifier: true)
      let numbers = shape.initial(using: &stream)
      let bound = ((activation == .logistic ? 2.0 : 6.0) / 60).squareRoot()
      let first = numbers[0..<800]
      #expect(first.allSatisfy { $0 >= -bound && $0 < bound } && first.max()! > 0.97 * bound)
      #expect(numbers.count == 841 && (first.reduce(0, +) / 800).magnitude < 0.1 * bound)
    }
  }

  /// Rosenbrock's valley: not convex, minimum 0 at (1, 1).
  @Test func lbfgsFollowsAValley() {
    let solver = LimitedMemoryBFGS(gradientTolerance: 1e-8, maxIterations: 200, maxEvaluations: 500)
    var point = [-1.2, 1.0]
    var exact = solver
    exact.reduction = 0
    let result = exact.minimise(&point) { x, gradient in
      let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
      gradient = [-2 * a - 400 * x[0] * b, 200 * b]
      return a * a + 100 * b * b
    }
    #expect(result.hasConverged && result.iterations < 60)
    #expect(deviation(point, [1, 1]) < 1e-8)
  }
}
