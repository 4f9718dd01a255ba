import Components
import Learning
import Numerics
import Testing

/// Against scikit-learn (scripts/oracles/networks.py).
@Suite("Multi-layer perceptron against scikit-learn")
struct NetworkTests {
  private func change(_ body: (inout PerceptronParameters) -> Void) throws -> MultilayerPerceptron {
    try make(MultilayerPerceptron.self, body)
  }

  /// Same arithmetic up to the order of addition and libm: 1e-12 relative to max(1, |expected|).
  @Test(arguments: ["binary", "continuous"], NetworkActivation.allCases)
  func lossAndGradient(_ kind: String, _ activation: NetworkActivation) throws {
    let table = NetworkTable(23)
    let shape = NetworkShape(
      units: [6, 5, 3, 1], activation: activation, isClassifier: kind == "binary")
    let network = NetworkLoss(shape, alpha: 0.3, capacity: 23)
    for weighted in [false, true] {
      let expected = try #require(
        NetworkTable.golden["gradient \(kind) \(activation.rawValue)\(weighted ? " weighted" : "")"]
      )
      var gradient = [Double](repeating: 9, count: shape.parameterCount)
      let loss = network.evaluate(
        NetworkTable.numbers(shape.parameterCount), table.rows(kind, weighted: weighted),
        gradient: &gradient)
      #expect(deviation([loss] + gradient, expected) < 1e-12)
    }
  }

  private static let paths:
    [(name: String, change: @Sendable (inout PerceptronParameters) -> Void)] =
      [
        (
          "sgd nesterov",
          {
            $0.solver = .sgd
            $0.learningRateInit = 0.05
          }
        ),
        (
          "sgd plain invscaling",
          {
            $0.solver = .sgd
            ($0.nesterov, $0.momentum, $0.learningRateInit) = (false, 0.5, 0.5)
            $0.learningRate = .invscaling
          }
        ),
        (
          "sgd adaptive",
          {
            $0.solver = .sgd
            $0.learningRate = .adaptive
            ($0.learningRateInit, $0.tolerance, $0.nIterNoChange) = (0.2, 0.02, 2)
          }
        ),
        (
          "sgd early",
          {
            $0.solver = .sgd
            ($0.earlyStopping, $0.learningRateInit, $0.nIterNoChange) = (true, 0.1, 3)
          }
        ),
        ("adam", { $0.learningRateInit = 0.02 }),
        (
          "adam stops",
          { ($0.learningRateInit, $0.tolerance, $0.nIterNoChange) = (0.02, 0.05, 2) }
        ),
      ]

  /// Same initial weights and batches: after 15 epochs or at the stop, epochs, loss and weights.
  /// Tolerance 1e-11: rounding grows over 75 steps.
  @Test(arguments: 0..<6)
  func paths(_ place: Int) throws {
    let (name, change) = Self.paths[place]
    let model = try self.change {
      ($0.activation, $0.alpha, $0.batchSize, $0.maxIterations) = (.tanh, 0.01, 10, 15)
      change(&$0)
    }
    for kind in ["binary", "continuous"] {
      for weighted in [false, true] {
        let table = NetworkTable(47)
        let shape = NetworkShape(
          units: [6, 4, 1], activation: .tanh, isClassifier: kind == "binary")
        var epoch = 0
        let fitted = try model.onBatches(
          table.rows(kind, weighted: weighted), shape,
          NetworkTable.numbers(shape.parameterCount), (0..<6).map { "c\($0)" },
          isAside: model.parameters.earlyStopping ? (0..<47).map { $0 % 5 == 4 } : nil
        ) { order in
          NetworkTable.shuffle(&order, epoch: epoch)
          epoch += 1
        }
        let expected = try #require(
          NetworkTable.golden["path \(name) \(kind)\(weighted ? " weighted" : "")"])
        let found = [Double(fitted.iterations), fitted.loss] + fitted.parameters
        #expect(deviation(found, expected) < 1e-11, "\(name) \(kind) \(weighted)")
      }
    }
  }

  /// Without hidden layer the loss is convex: logistic or ridge regression, from any start. The
  /// optimum is known to 1e-12; at a slope under 1e-9 the weights are off by that over the curvature.
  @Test(arguments: ["binary", "continuous"])
  func lbfgsFindsTheOptimum(_ kind: String) throws {
    let table = NetworkTable(80)
    let shape = NetworkShape(units: [6, 1], activation: .relu, isClassifier: kind == "binary")
    for weighted in [false, true] {
      let expected = try #require(
        NetworkTable.golden["optimum \(kind)\(weighted ? " weighted" : "")"])
      let rows = table.rows(kind, weighted: weighted)
      let network = NetworkLoss(shape, alpha: 0.5, capacity: 80)
      var solver = LimitedMemoryBFGS(
        gradientTolerance: 1e-9, maxIterations: 1000, maxEvaluations: 5000)
      solver.reduction = 0
      for index in 0..<3 {
        var stream = newStream(UInt64(index))
        var weights = shape.initial(using: &stream)
        let result = solver.minimise(&weights) { network.evaluate($0, rows, gradient: &$1) }
        #expect(result.hasConverged && result.iterations < 100)
        #expect(deviation(weights, expected) < 1e-7)
      }
      // Through the model, with scipy's rule of the reduction: near it.
      let model = try change {
        ($0.hiddenLayers, $0.solver, $0.alpha, $0.tolerance) = ([], .lbfgs, 0.5, 1e-9)
      }
      var stream = newStream()
      let fitted = try model.fit(table.dataset(kind, weighted: weighted), using: &stream)
      #expect(fitted.hasConverged && deviation(fitted.parameters, expected) < 1e-3)
    }
  }

  /// From the same start both L-BFGS end in the same minimum of a network with a hidden layer here.
  @Test(arguments: ["binary", "continuous"])
  func lbfgsWithHiddenLayer(_ kind: String) throws {
    let table = NetworkTable(80)
    let shape = NetworkShape(units: [6, 3, 1], activation: .tanh, isClassifier: kind == "binary")
    let model = try change {
      ($0.hiddenLayers, $0.activation, $0.solver) = ([3], .tanh, .lbfgs)
      ($0.alpha, $0.tolerance, $0.maxIterations) = (1, 1e-9, 10000)
    }
    let fitted = try model.onAllRows(
      table.rows(kind, weighted: false), shape, NetworkTable.numbers(shape.parameterCount),
      (0..<6).map { "c\($0)" })
    let expected = try #require(NetworkTable.golden["lbfgs tanh \(kind)"])
    // Both stop where a step lowers the loss by less than 2e-9.
    #expect(deviation([fitted.loss], expected) < 1e-6)
  }

  /// Test AUC over 100 seeds here and 200 there, of one table: the means do not differ (Welch's t,
  /// |t| < 3.5), nor do the distributions (Kolmogorov & Smirnov, two samples, at 0.001).
  @Test(arguments: ["sgd", "adam", "early", "lbfgs"])
  func distributionOverSeeds(_ name: String) throws {
    let expected = try #require(NetworkTable.golden["AUC over seeds \(name)"])
    let model = try change {
      switch name {
      case "sgd": ($0.hiddenLayers, $0.activation, $0.solver, $0.alpha) = ([5], .tanh, .sgd, 1e-5)
      case "adam": ($0.hiddenLayers, $0.learningRateInit) = ([20], 0.01)
      case "early":
        ($0.hiddenLayers, $0.activation, $0.learningRateInit) = ([10], .tanh, 0.01)
        ($0.earlyStopping, $0.validationFraction) = (true, 0.2)
      default: ($0.hiddenLayers, $0.activation, $0.solver, $0.alpha) = ([3], .logistic, .lbfgs, 0.1)
      }
    }
    let data = NetworkTable(320).dataset("binary")
    let (training, test) = (data.rows(Array(0..<120)), data.rows(Array(120..<320)))
    guard case .binary(let classes) = test.outcome else { return }
    let areas = try (0..<100).map { seed in
      var stream = newStream(UInt64(seed))
      let fitted = try model.fit(training, using: &stream)
      return areaUnderCurve(try fitted.scores(test.features), classes)
    }
    let (mean, variance) = Self.moments(areas)
    let (oracleMean, oracleVariance) = Self.moments(expected)
    let t = (mean - oracleMean) / (variance / 100 + oracleVariance / 200).squareRoot()
    let distance = Self.distance(areas, expected)
    #expect(t.magnitude < 3.5, "\(mean) \(oracleMean)")
    #expect(distance < 1.95 * (300.0 / 20000).squareRoot())
  }

  private static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, squares / Double(values.count - 1))
  }

  /// Largest distance between the two empirical distribution functions.
  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    func share(_ values: [Double], _ bound: Double) -> Double {
      Double(values.count { $0 <= bound + 1e-6 }) / Double(values.count)
    }
    return (a + b).reduce(0) { max($0, (share(a, $1) - share(b, $1)).magnitude) }
  }
}
