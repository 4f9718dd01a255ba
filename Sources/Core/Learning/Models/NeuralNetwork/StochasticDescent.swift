/// Epochs of gradient steps on batches of rows, with scikit-learn's rules of stopping: the training
/// loss (or, with validation rows, their score) must improve by the tolerance at least once in
/// `nIterNoChange` + 1 epochs.
struct StochasticDescent {
  let settings: PerceptronParameters

  struct Result {
    /// Mean loss of the batches of each epoch, each at the weights before its step.
    var losses: [Double] = []
    /// Accuracy or R squared of the validation rows after each epoch; empty without such rows.
    var validationScores: [Double] = []
    var hasConverged = false
  }

  /// - Parameters:
  ///   - parameters: the initial weights; the last ones, or with validation rows the best ones.
  ///   - order: puts the rows into the order of the next epoch; starts from the one before.
  /// - Throws: a loss that is not finite.
  func run(
    _ parameters: inout [Double], _ network: NetworkLoss, training: NetworkRows,
    validation: NetworkRows?, order: (inout [Int]) -> Void
  ) throws(LearningError) -> Result {
    let count = network.shape.parameterCount
    switch settings.solver {
    case .sgd:
      let step = MomentumStep(settings, count: count)
      return try run(&parameters, network, training, validation, step, order)
    case .adam, .lbfgs:
      let step = AdamStep(settings, count: count)
      return try run(&parameters, network, training, validation, step, order)
    }
  }

  private func run<Step: GradientStep>(
    _ parameters: inout [Double], _ network: NetworkLoss, _ training: NetworkRows,
    _ validation: NetworkRows?, _ firstStep: Step, _ order: (inout [Int]) -> Void
  ) throws(LearningError) -> Result {
    var step = firstStep
    let size = settings.batchRows(training.count)
    var indices = Array(0..<training.count)
    var gradient = [Double](repeating: 0, count: parameters.count)
    var result = Result()
    var best = parameters
    var bestLoss = Double.infinity
    var bestScore = -Double.infinity
    var stalledEpochs = 0
    for epoch in 1...settings.maxIterations {
      order(&indices)
      var sum = 0.0
      var start = 0
      while start < training.count {
        let batch = training.rows(indices[start..<min(start + size, training.count)])
        sum += network.evaluate(parameters, batch, gradient: &gradient) * Double(batch.count)
        step.update(&parameters, gradient)
        start += size
      }
      let loss = sum / Double(training.count)
      guard loss.isFinite else { throw PerceptronParameters.diverged }
      result.losses.append(loss)
      let isBetter: Bool
      if let validation {
        let score = Self.score(network.outputs(parameters, validation), validation, network.shape)
        result.validationScores.append(score)
        isBetter = !(score < bestScore + settings.tolerance)
        if score > bestScore {
          bestScore = score
          best = parameters
        }
      } else {
        isBetter = !(loss > bestLoss - settings.tolerance)
        bestLoss = min(bestLoss, loss)
      }
      stalledEpochs = isBetter ? 0 : stalledEpochs + 1
      step.epochEnded(rowsSeen: epoch * training.count)
      if stalledEpochs > settings.nIterNoChange {
        if step.stalled() {
          result.hasConverged = true
          break
        }
        stalledEpochs = 0
      }
    }
    if validation != nil { parameters = best }
    return result
  }

  /// Weighted accuracy at probability 0.5, or R squared.
  static func score(_ outputs: [Double], _ rows: NetworkRows, _ shape: NetworkShape) -> Double {
    let weights = rows.weights.isEmpty ? [Double](repeating: 1, count: rows.count) : rows.weights
    let total = weights.reduce(0, +)
    if shape.isClassifier {
      var right = 0.0
      for row in 0..<rows.count where (outputs[row] > 0) == (rows.targets[row] == 1) {
        right += weights[row]
      }
      return right / total
    }
    var mean = 0.0
    for row in 0..<rows.count { mean += weights[row] * rows.targets[row] }
    mean /= total
    var (residual, spread) = (0.0, 0.0)
    for row in 0..<rows.count {
      let (error, distance) = (rows.targets[row] - outputs[row], rows.targets[row] - mean)
      residual += weights[row] * error * error
      spread += weights[row] * distance * distance
    }
    if spread == 0 { return residual == 0 ? 1 : 0 }
    return 1 - residual / spread
  }
}
