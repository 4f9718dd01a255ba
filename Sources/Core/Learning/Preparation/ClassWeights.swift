package import Components
package import Numerics

/// `class-weights:` of a study file has no settings.
package struct ClassWeightsParameters: ParameterSet {
  package init() {}
  package static let fields: [Field<ClassWeightsParameters>] = []
}

/// Row weights that give both classes the same total; draws no random numbers.
package struct ClassWeights: Balancing {
  package static let id: ComponentID = "class-weights"
  package static let summary = "Row weights that give both classes the same total."

  package let parameters: ClassWeightsParameters

  package init(_ parameters: ClassWeightsParameters) throws(InvalidInput) {
    self.parameters = parameters
  }

  /// Multiplies the weight of every row by (sum of all weights) / (2 * sum of its class), as
  /// scikit-learn's "balanced"; the sum of all weights stays.
  /// - Throws: no binary outcome, or one class only.
  package func balanced(_ data: Dataset, using stream: inout RandomStream)
    throws(LearningError) -> Dataset
  {
    let classes = try data.requireClasses(for: Self.id)
    let weights = data.weights.isEmpty ? [Double](repeating: 1, count: data.rowCount) : data.weights
    var sums = [0.0, 0.0]
    for (weight, outcome) in zip(weights, classes) { sums[Int(outcome)] += weight }
    let total = sums[0] + sums[1]
    var balanced = data
    balanced.weights = zip(weights, classes).map { $0 * (total / (2 * sums[Int($1)])) }
    return balanced
  }
}
