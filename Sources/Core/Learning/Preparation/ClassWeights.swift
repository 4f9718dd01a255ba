internal import Components

/// Row weights that give both classes the same total.
package enum ClassWeights {
  /// Multiplies the weight of every row by (sum of all weights) / (2 * sum of its class), as
  /// scikit-learn's "balanced"; the sum of all weights stays.
  /// - Throws: no binary outcome, or one class only.
  package static func balanced(_ data: Dataset) throws(LearningError) -> Dataset {
    let classes = try data.requireClasses(for: "class-weights")
    let weights = data.weights.isEmpty ? [Double](repeating: 1, count: data.rowCount) : data.weights
    var sums = [0.0, 0.0]
    for (weight, outcome) in zip(weights, classes) { sums[Int(outcome)] += weight }
    let total = sums[0] + sums[1]
    var balanced = data
    balanced.weights = zip(weights, classes).map { $0 * (total / (2 * sums[Int($1)])) }
    return balanced
  }
}
