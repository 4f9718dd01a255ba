internal import Components
internal import Glibc

/// A fitted network. Scores are log odds of the positive class, or predicted values.
///
/// State: kind mlp; texts: activation, classes or values, names of the columns; numbers: count of
/// layers of units, units of each, iterations, last loss, 1 where it converged, then all weights and
/// biases in the order of `NetworkShape`.
package struct FittedPerceptron: Predictor, Hashable {
  private enum Target: String {
    case classes
    case values
  }

  package let names: [String]
  package let shape: NetworkShape
  /// Weights layer by layer, those that lead to one unit one after the other, then biases.
  package let parameters: [Double]
  /// Epochs, or steps of lbfgs.
  package let iterations: Int
  /// Training loss of the last epoch or step, penalty included.
  package let loss: Double
  /// False where the most iterations were reached before the rules of stopping.
  package let hasConverged: Bool

  /// Inputs, hidden units by layer, 1.
  package var units: [Int] { shape.units }

  init(
    names: [String], shape: NetworkShape, parameters: [Double], iterations: Int, loss: Double,
    hasConverged: Bool
  ) {
    precondition(parameters.count == shape.parameterCount && names.count == shape.units[0])
    self.names = names
    self.shape = shape
    self.parameters = parameters
    self.iterations = iterations
    self.loss = loss
    self.hasConverged = hasConverged
  }

  package func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double] {
    try features.requireColumns(names.count, for: MultilayerPerceptron.id)
    try features.requireFinite(names, for: MultilayerPerceptron.id)
    let rows = NetworkRows(
      features, targets: [Double](repeating: 0, count: features.rowCount), weights: [])
    let network = NetworkLoss(shape, alpha: 0, capacity: min(features.rowCount, 256))
    return network.outputs(parameters, rows)
  }

  package func probabilities(_ features: FeatureMatrix) throws(LearningError) -> [Double]? {
    guard shape.isClassifier else { return nil }
    return try scores(features).map { 1 / (1 + exp(-$0)) }
  }

  package var state: FittedState {
    let target = shape.isClassifier ? Target.classes : .values
    return FittedState(
      kind: MultilayerPerceptron.id.name,
      texts: [shape.activation.rawValue, target.rawValue] + names,
      numbers: [Double(shape.units.count)] + shape.units.map { Double($0) }
        + [Double(iterations), loss, hasConverged ? 1 : 0] + parameters)
  }

  package init(_ state: FittedState) throws(LearningError) {
    var reader = try FittedStateReader(state, kind: MultilayerPerceptron.id.name)
    let activation = try reader.choice(NetworkActivation.self)
    let isClassifier = try reader.choice(Target.self) == .classes
    let units = try reader.integers(try reader.integer(), in: 1..<1_000_001)
    guard units.count >= 2, units.last == 1 else {
      throw LearningError("the stored \"\(state.kind)\" is damaged: its layers are \(units)")
    }
    shape = NetworkShape(units: units, activation: activation, isClassifier: isClassifier)
    names = try reader.texts(units[0])
    iterations = try reader.integer()
    loss = try reader.numbers(1)[0]
    hasConverged = try reader.integers(1, in: 0..<2)[0] == 1
    parameters = try reader.numbers(shape.parameterCount)
    try reader.finish()
  }
}
