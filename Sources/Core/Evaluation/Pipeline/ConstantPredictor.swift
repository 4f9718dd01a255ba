package import Learning

/// What a pipeline predicts when its selection leaves no column: the same for every row. Refusing
/// such a fold would leave it out of the mean and make the estimate too good.
package struct ConstantPredictor: Predictor, Hashable {
  package static let kind = "constant"

  /// Mean of a continuous outcome; 0 for others.
  package let score: Double
  /// Share of the positive class by weight; nil for other outcomes.
  package let probability: Double?

  package init(fittedTo data: Dataset) {
    let weights =
      data.weights.isEmpty ? [Double](repeating: 1, count: data.rowCount) : data.weights
    let total = weights.reduce(0, +)
    func mean(_ values: [Double]) -> Double {
      zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
    switch data.outcome {
    case .binary(let classes): (score, probability) = (0, mean(classes.map { Double($0) }))
    case .continuous(let values): (score, probability) = (mean(values), nil)
    case .survival: (score, probability) = (0, nil)
    }
  }

  package func scores(_ features: FeatureMatrix) -> [Double] {
    [Double](repeating: score, count: features.rowCount)
  }

  package func probabilities(_ features: FeatureMatrix) -> [Double]? {
    probability.map { [Double](repeating: $0, count: features.rowCount) }
  }

  package var state: FittedState {
    FittedState(kind: Self.kind, numbers: [score] + (probability.map { [$0] } ?? []))
  }

  package init(_ state: FittedState) throws(LearningError) {
    guard state.kind == Self.kind, (1...2).contains(state.numbers.count) else {
      throw LearningError("what is stored is not a constant predictor")
    }
    score = state.numbers[0]
    probability = state.numbers.count > 1 ? state.numbers[1] : nil
  }
}
