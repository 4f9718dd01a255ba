internal import Glibc

/// Runs down the sequence of lambda for one family.
struct ElasticNetPathFit {
  let family: ElasticNetFamily
  let settings: ElasticNetSettings
  let columns: StandardisedColumns
  /// Sum of the weights as given.
  let weightSum: Double
  let outcomeMean: Double
  /// What the gaussian outcome was divided by; 1 for the others.
  let outcomeScale: Double

  init(
    _ family: ElasticNetFamily, _ settings: ElasticNetSettings, _ columns: StandardisedColumns,
    weightSum: Double, outcomeMean: Double = 0, outcomeScale: Double = 1
  ) {
    self.family = family
    self.settings = settings
    self.columns = columns
    self.weightSum = weightSum
    self.outcomeMean = outcomeMean
    self.outcomeScale = outcomeScale
  }

  /// Penalty factors with mean 1.
  private var factors: [Double] {
    let count = columns.columnCount
    guard !settings.penaltyFactors.isEmpty else { return [Double](repeating: 1, count: count) }
    let sum = settings.penaltyFactors.reduce(0, +)
    return settings.penaltyFactors.map { $0 * Double(count) / sum }
  }

  func run<Loss: ElasticNetLoss>(_ loss: Loss) throws(LearningError) -> ElasticNetPath {
    let factors = self.factors
    guard columns.isConstant.contains(false) else {
      throw LearningError("every column is constant in the training rows")
    }
    let penalised = (0..<columns.columnCount).filter {
      !columns.isConstant[$0] && factors[$0] > 0
    }
    let reduction: RidgeReduction? =
      settings.alpha == 0 && settings.updates == .automatic && penalised.count > columns.rowCount
      ? RidgeReduction(columns, factors: factors, penalised: penalised) : nil
    var solver = ElasticNetSolver(
      loss, reduction?.columns ?? columns, factors: reduction?.factors ?? factors,
      alpha: settings.alpha, threshold: settings.threshold, maximumPasses: settings.maximumPasses,
      updates: settings.updates)
    let nullLoss = solver.value
    solver.fitUnpenalised()
    let largest =
      reduction?.largestLambda(solver.loss.residual) ?? solver.largestLambda
    let sequence = lambdas(largest: largest * outcomeScale)
    var fits: [ElasticNetPath.Fit] = []
    var isConverged = true
    let isWide = settings.alpha > 0 && columns.columnCount > columns.rowCount
    var previous = max(largest, (sequence.first ?? 0) / outcomeScale)
    for lambda in sequence {
      let inner = lambda / outcomeScale
      // From far away most columns would be put to work at once.
      while isWide && inner < 0.8 * previous && previous > 1e-3 * largest {
        solver.solve(lambda: 0.8 * previous, previous: previous)
        previous *= 0.8
      }
      solver.solve(lambda: inner, previous: previous)
      previous = inner
      isConverged = isConverged && solver.isConverged
      let standardised =
        reduction?.expand(solver.coefficients) ?? solver.coefficients
      let ratio = (nullLoss - solver.value) / (nullLoss - loss.saturated)
      fits.append(fit(lambda, standardised, solver.intercept, ratio))
      if settings.lambdas.isEmpty, settings.stopsEarly, isEnd(fits) { break }
    }
    return ElasticNetPath(
      family: family, alpha: settings.alpha, fits: fits,
      nullDeviance: 2 * weightSum * outcomeScale * outcomeScale * (nullLoss - loss.saturated),
      deviations: columns.deviations, isConverged: isConverged)
  }

  /// Equal steps of the logarithm. glmnet divides in single precision for Cox, which shows in the
  /// ninth digit of its lambdas; so is done here.
  private func lambdas(largest: Double) -> [Double] {
    if !settings.lambdas.isEmpty { return settings.lambdas.sorted(by: >) }
    let ratio = max(
      1e-6, settings.smallestRatio ?? (columns.rowCount < columns.columnCount ? 1e-2 : 1e-4))
    let steps = settings.lambdaCount - 1
    let exponent = family == .cox ? Double(1 / Float(steps)) : 1 / Double(steps)
    let step = pow(ratio, exponent)
    var sequence = [largest]
    while sequence.count <= steps { sequence.append(sequence[sequence.count - 1] * step) }
    return sequence
  }

  /// Back to the scale of the given columns and outcome.
  private func fit(
    _ lambda: Double, _ standardised: [Double], _ intercept: Double, _ ratio: Double
  ) -> ElasticNetPath.Fit {
    let chosen = (0..<standardised.count).filter { standardised[$0] != 0 }
    let coefficients = chosen.map { standardised[$0] * outcomeScale / columns.scales[$0] }
    var start = intercept + outcomeMean
    if family != .cox {
      for (index, j) in chosen.enumerated() { start -= coefficients[index] * columns.means[j] }
    }
    return ElasticNetPath.Fit(
      lambda: lambda, intercept: start, columns: chosen, coefficients: coefficients,
      devianceRatio: ratio)
  }

  /// glmnet's rules for ending an automatic sequence.
  private func isEnd(_ fits: [ElasticNetPath.Fit]) -> Bool {
    let count = fits.count
    guard count >= min(5, settings.lambdaCount) else { return false }
    let now = fits[count - 1].devianceRatio
    switch family {
    case .gaussian:
      return now > 0.999 || (now != 0 && now - fits[count - 2].devianceRatio < 1e-5 * now)
    case .binomial:
      return now > 0.999 || now - fits[count - 2].devianceRatio < 1e-5
    case .cox:
      let before = fits[max(0, count - 5)].devianceRatio
      return now > 0.99 || (now != 0 && now - before < 1e-3 * now)
    }
  }
}
