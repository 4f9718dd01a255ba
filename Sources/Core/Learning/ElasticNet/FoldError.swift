internal import Glibc

/// Error of fits to the rows outside a fold, judged on the fold.
struct FoldError {
  /// All rows.
  let data: Dataset
  let test: Dataset
  let training: Dataset

  /// What the fold counts in the mean: its weights, for Cox those of its events.
  var weight: Double {
    let weights = Self.weights(test)
    guard case .survival(_, let event, _) = test.outcome else { return weights.reduce(0, +) }
    return zip(weights, event).reduce(0) { $1.1 == 1 ? $0 + $1.0 : $0 }
  }

  /// One error per fit.
  func errors(
    _ fits: [ElasticNetPath.Fit], _ measure: ElasticNetCrossValidation.Measure, fold: Int,
    of count: Int
  ) throws(LearningError) -> [Double] {
    let weights = Self.weights(test)
    switch test.outcome {
    case .continuous(let values):
      return fits.map { Self.squaredError(values, $0.linearPredictor(test.features), weights) }
    case .binary(let classes):
      if measure == .deviance {
        return fits.map { Self.deviance(classes, $0.linearPredictor(test.features), weights) }
      }
      guard classes.contains(0), classes.contains(1) else {
        throw LearningError(
          "fold \(fold + 1) of \(count) holds one class only: no AUC; take fewer folds or the "
            + "deviance")
      }
      return fits.map { Self.area(classes, $0.linearPredictor(test.features), weights) }
    case .survival(_, let event, _):
      guard event.contains(1) else {
        throw LearningError("fold \(fold + 1) of \(count) holds no event: take fewer folds")
      }
      let all = PartialDeviance(data)
      let outside = PartialDeviance(training)
      return fits.map { (all.value(of: $0) - outside.value(of: $0)) / weight }
    }
  }

  private static func weights(_ data: Dataset) -> [Double] {
    data.weights.isEmpty ? [Double](repeating: 1, count: data.rowCount) : data.weights
  }

  private static func squaredError(
    _ values: [Double], _ predictor: [Double], _ weights: [Double]
  ) -> Double {
    var sum = 0.0
    for i in values.indices {
      let miss = values[i] - predictor[i]
      sum += weights[i] * miss * miss
    }
    return sum / weights.reduce(0, +)
  }

  private static func deviance(
    _ classes: [UInt8], _ predictor: [Double], _ weights: [Double]
  ) -> Double {
    let bound = BinomialLoss.probabilityBound
    var sum = 0.0
    for i in classes.indices {
      let p = min(max(1 / (1 + exp(-predictor[i])), bound), 1 - bound)
      sum -= 2 * weights[i] * (classes[i] == 1 ? log(p) : log(1 - p))
    }
    return sum / weights.reduce(0, +)
  }

  /// Share of the weight of (positive, negative) pairs in which the positive row scores higher, ties
  /// one half. Probabilities are compared, as glmnet does.
  private static func area(
    _ classes: [UInt8], _ predictor: [Double], _ weights: [Double]
  ) -> Double {
    let scores = predictor.map { 1 / (1 + exp(-$0)) }
    var won = 0.0
    var total = 0.0
    for i in classes.indices where classes[i] == 1 {
      for k in classes.indices where classes[k] == 0 {
        let weight = weights[i] * weights[k]
        total += weight
        won += scores[i] > scores[k] ? weight : scores[i] == scores[k] ? weight / 2 : 0
      }
    }
    return won / total
  }
}

/// Twice the partial log-likelihood between the saturated model and a fit; weights have mean 1.
struct PartialDeviance {
  private let data: Dataset
  private let loss: CoxLoss

  init(_ data: Dataset) {
    guard case .survival(let time, let event, let entry) = data.outcome else {
      preconditionFailure("a partial likelihood needs survival times")
    }
    let count = Double(data.rowCount)
    let total = data.weights.reduce(0, +)
    let weights =
      data.weights.isEmpty
      ? [Double](repeating: 1, count: data.rowCount) : data.weights.map { $0 * count / total }
    self.data = data
    loss = CoxLoss(time: time, event: event, entry: entry, weights: weights)
  }

  func value(of fit: ElasticNetPath.Fit) -> Double {
    var moved = loss
    return 2 * (moved.move(to: fit.linearPredictor(data.features)) - loss.saturated)
  }
}
