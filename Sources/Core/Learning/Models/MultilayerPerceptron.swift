package import Components
package import Numerics

/// How the weights of a network are found.
package enum PerceptronSolver: String, CaseIterable, Hashable, Sendable {
  /// Limited-memory BFGS on all rows.
  case lbfgs
  /// Gradient descent on batches, with momentum.
  case sgd
  case adam
}

/// `mlp:` of a study file; names in brackets are scikit-learn's.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `hiddenLayers` (hidden_layer_sizes) | 100 | 1...100000, at most 20 | units of each hidden layer; an empty list: none |
/// | `activation` | relu | identity, logistic, tanh, relu | of hidden units |
/// | `solver` | adam | lbfgs, sgd, adam | |
/// | `alpha` | 0.0001 | >= 0 | penalty on squared weights |
/// | `batchSize` (batch_size) | 0 | >= 0 | rows of a batch; 0: the smaller of 200 and all |
/// | `learningRate` (learning_rate) | constant | constant, invscaling, adaptive | sgd |
/// | `learningRateInit` | 0.001 | > 0 | sgd, adam |
/// | `powerT` (power_t) | 0.5 | >= 0 | exponent of invscaling |
/// | `maxIterations` (max_iter) | 200 | 1...1000000 | epochs, or steps of lbfgs |
/// | `maxFunctionEvaluations` (max_fun) | 15000 | >= 1 | lbfgs |
/// | `tolerance` (tol) | 0.0001 | >= 0 | least improvement; lbfgs: largest slope |
/// | `nIterNoChange` | 10 | >= 1 | epochs without improvement before the end |
/// | `shuffle` | true | | rows come in a new order in each epoch |
/// | `momentum`, `nesterov` | 0.9, true | 0...1 | sgd |
/// | `earlyStopping` | false | | improvement is measured on patients set aside; sgd, adam |
/// | `validationFraction` | 0.1 | > 0, <= 0.9 | share of patients set aside |
/// | `beta1`, `beta2`, `epsilon` | 0.9, 0.999, 1e-8 | 0...0.999999, > 0 | adam |
package struct PerceptronParameters: ParameterSet {
  package var hiddenLayers = [100]
  package var activation = NetworkActivation.relu
  package var solver = PerceptronSolver.adam
  package var alpha = 0.0001
  package var batchSize = 0
  package var learningRate = LearningRateSchedule.constant
  package var learningRateInit = 0.001
  package var powerT = 0.5
  package var maxIterations = 200
  package var maxFunctionEvaluations = 15000
  package var tolerance = 0.0001
  package var nIterNoChange = 10
  package var shuffle = true
  package var momentum = 0.9
  package var nesterov = true
  package var earlyStopping = false
  package var validationFraction = 0.1
  package var beta1 = 0.9
  package var beta2 = 0.999
  package var epsilon = 1e-8

  package init() {}

  private static let unbounded = Double.greatestFiniteMagnitude

  package static let fields: [Field<PerceptronParameters>] = [
    .integers(
      "hiddenLayers", \.hiddenLayers, in: 1...100_000, count: 0...20,
      "units of each hidden layer; an empty list: none"),
    .choice("activation", \.activation, "what hidden units do with their sum"),
    .choice("solver", \.solver, "how weights are found"),
    .number("alpha", \.alpha, in: 0...unbounded, "penalty on squared weights"),
    .integer(
      "batchSize", \.batchSize, in: 0...Int.max,
      "rows of a batch; 0: the smaller of 200 and all"),
    .choice("learningRate", \.learningRate, "sgd: how the learning rate changes"),
    .number(
      "learningRateInit", \.learningRateInit, in: 0...unbounded, exclusiveLower: true,
      "sgd, adam: the first learning rate"),
    .number("powerT", \.powerT, in: 0...unbounded, "exponent of learningRate invscaling"),
    .integer("maxIterations", \.maxIterations, in: 1...1_000_000, "epochs, or steps of lbfgs"),
    .integer(
      "maxFunctionEvaluations", \.maxFunctionEvaluations, in: 1...Int.max,
      "lbfgs: evaluations of the loss"),
    .number(
      "tolerance", \.tolerance, in: 0...unbounded,
      "least improvement of an epoch; lbfgs: largest slope at the end"),
    .integer(
      "nIterNoChange", \.nIterNoChange, in: 1...Int.max,
      "epochs without improvement before the end"),
    .flag("shuffle", \.shuffle, "rows come in a new order in each epoch"),
    .number("momentum", \.momentum, in: 0...1, "sgd: share of the last step"),
    .flag("nesterov", \.nesterov, "sgd: Nesterov's momentum"),
    .flag(
      "earlyStopping", \.earlyStopping,
      "sgd, adam: improvement is measured on patients that are set aside"),
    .number(
      "validationFraction", \.validationFraction, in: 0...0.9, exclusiveLower: true,
      "share of patients that are set aside"),
    .number("beta1", \.beta1, in: 0...0.999999, "adam: decay of the mean slope"),
    .number("beta2", \.beta2, in: 0...0.999999, "adam: decay of the mean squared slope"),
    .number(
      "epsilon", \.epsilon, in: 0...unbounded, exclusiveLower: true, "adam: keeps steps finite"),
  ]

  func batchRows(_ count: Int) -> Int { min(batchSize == 0 ? 200 : batchSize, count) }

  static let diverged = LearningError(
    "mlp: the weights grew without bounds; scale the columns (and a continuous outcome), or lower "
      + "learningRateInit")
}

/// Multi-layer perceptron for classes (log loss) or a continuous outcome (squared error), as
/// scikit-learn's MLPClassifier and MLPRegressor; scores are log odds or predicted values.
///
/// Random numbers are taken in the order: initial weights (`NetworkShape.initial`), patients set
/// aside (`earlyStopping`), the order of rows in each epoch. Row weights multiply the losses of rows.
/// scikit-learn sets rows aside, here it is whole patients. The columns should have one scale.
package struct MultilayerPerceptron: Model {
  package static let id: ComponentID = "mlp"
  package static let outcomes: Set<OutcomeKind> = [.binary, .continuous]
  package static let summary =
    "Multi-layer perceptron (neural network); scores are log odds or predicted values."

  package let parameters: PerceptronParameters

  package init(_ parameters: PerceptronParameters) throws(InvalidInput) {
    var problems: [Problem] = []
    func demand(_ isRight: Bool, _ name: String, _ message: String) {
      if !isRight { problems.append(Problem(name, message)) }
    }
    let p = parameters
    demand(
      p.hiddenLayers.count <= 20 && p.hiddenLayers.allSatisfy { (1...100_000).contains($0) },
      "hiddenLayers", "\(p.hiddenLayers) is not a list of at most 20 counts in 1...100000")
    for (name, value) in [("alpha", p.alpha), ("powerT", p.powerT), ("tolerance", p.tolerance)] {
      demand(value >= 0 && value.isFinite, name, "\(value) is not a finite number >= 0")
    }
    for (name, value) in [("learningRateInit", p.learningRateInit), ("epsilon", p.epsilon)] {
      demand(value > 0 && value.isFinite, name, "\(value) is not a finite number > 0")
    }
    for (name, value) in [("beta1", p.beta1), ("beta2", p.beta2)] {
      demand((0...0.999999).contains(value), name, "\(value) is not in 0...0.999999")
    }
    demand((0...1).contains(p.momentum), "momentum", "\(p.momentum) is not in 0...1")
    demand(
      p.validationFraction > 0 && p.validationFraction <= 0.9, "validationFraction",
      "\(p.validationFraction) is not > 0 and <= 0.9")
    demand(p.batchSize >= 0, "batchSize", "\(p.batchSize) is not 0 or more")
    for (name, value) in [
      ("maxIterations", p.maxIterations), ("maxFunctionEvaluations", p.maxFunctionEvaluations),
      ("nIterNoChange", p.nIterNoChange),
    ] {
      demand(value >= 1, name, "\(value) is not 1 or more")
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
  }

  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedPerceptron {
    let targets = try self.targets(data)
    if data.columnCount == 0 { throw LearningError("\(Self.id) needs a column") }
    try data.requireRows(2, for: Self.id)
    try data.requireFinite(for: Self.id)
    let shape = NetworkShape(
      units: [data.columnCount] + parameters.hiddenLayers + [1],
      activation: parameters.activation, isClassifier: data.outcome.kind == .binary)
    let initial = shape.initial(using: &stream)
    let rows = NetworkRows(data.features, targets: targets, weights: data.weights)
    if parameters.solver == .lbfgs { return try onAllRows(rows, shape, initial, data.names) }
    var isAside: [Bool]?
    if parameters.earlyStopping {
      isAside = try ValidationGroups.choose(
        data, fraction: parameters.validationFraction, using: &stream)
    }
    return try onBatches(rows, shape, initial, data.names, isAside: isAside) { order in
      if parameters.shuffle { stream.shuffle(&order) }
    }
  }

  private func targets(_ data: Dataset) throws(LearningError) -> [Double] {
    switch data.outcome {
    case .binary: return try data.requireClasses(for: Self.id).map { Double($0) }
    case .continuous(let values):
      if let row = values.firstIndex(where: { !$0.isFinite }) {
        throw LearningError(
          "\(Self.id): the outcome is missing or infinite in row \(row + 1)")
      }
      return values
    case .survival: throw LearningError("\(Self.id) needs a binary or continuous outcome")
    }
  }

  /// - Parameter initial: the numbers of the network before the first step.
  package func onAllRows(
    _ rows: NetworkRows, _ shape: NetworkShape, _ initial: [Double], _ names: [String]
  ) throws(LearningError) -> FittedPerceptron {
    let network = NetworkLoss(shape, alpha: parameters.alpha, capacity: rows.count)
    let solver = LimitedMemoryBFGS(
      gradientTolerance: parameters.tolerance, maxIterations: parameters.maxIterations,
      maxEvaluations: parameters.maxFunctionEvaluations)
    var weights = initial
    let result = solver.minimise(&weights) { point, gradient in
      network.evaluate(point, rows, gradient: &gradient)
    }
    guard result.value.isFinite else { throw PerceptronParameters.diverged }
    return FittedPerceptron(
      names: names, shape: shape, parameters: weights, iterations: result.iterations,
      loss: result.value, hasConverged: result.hasConverged)
  }

  /// - Parameters:
  ///   - isAside: rows that measure the improvement instead of being learnt from.
  ///   - order: puts the rows that are learnt from into the order of the next epoch.
  package func onBatches(
    _ rows: NetworkRows, _ shape: NetworkShape, _ initial: [Double], _ names: [String],
    isAside: [Bool]?, order: (inout [Int]) -> Void
  ) throws(LearningError) -> FittedPerceptron {
    var (training, validation) = (rows, NetworkRows?.none)
    if let isAside {
      let all = isAside.indices
      training = rows.rows(all.filter { !isAside[$0] }[...])
      validation = rows.rows(all.filter { isAside[$0] }[...])
    }
    let network = NetworkLoss(
      shape, alpha: parameters.alpha, capacity: parameters.batchRows(training.count))
    var weights = initial
    let result = try StochasticDescent(settings: parameters).run(
      &weights, network, training: training, validation: validation, order: order)
    guard weights.allSatisfy(\.isFinite) else { throw PerceptronParameters.diverged }
    return FittedPerceptron(
      names: names, shape: shape, parameters: weights, iterations: result.losses.count,
      loss: result.losses[result.losses.count - 1], hasConverged: result.hasConverged)
  }
}
