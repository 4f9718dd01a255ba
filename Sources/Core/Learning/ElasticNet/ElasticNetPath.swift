/// Elastic-net fits for a descending sequence of lambda, as R's glmnet defines them.
///
/// The fit at lambda minimises, with weights w of sum 1, loss + lambda * sum over columns of
/// factor * (alpha |b| + (1 - alpha) b^2 / 2), b on the scale of the standardised columns, the
/// intercept unpenalised. Loss: half the mean square (gaussian), minus the mean log-likelihood
/// (binomial), minus the partial log-likelihood with Breslow's ties over n (Cox). As in glmnet, the
/// gaussian family is fitted to the outcome divided by its population SD, which leaves the LASSO
/// as it is but means that the quadratic part of the penalty is divided by that SD.
///
/// Sources: Friedman, Hastie & Tibshirani 2010, "Regularization paths for generalized linear models
/// via coordinate descent", J Stat Softw 33(1); Simon et al. 2011 for Cox. Unlike glmnet, the first
/// lambda of an automatic sequence is fitted like any other, which is seen only where alpha < 1e-3.
package struct ElasticNetPath: Hashable, Sendable {
  /// The coefficients at one lambda, on the scale of the given columns.
  package struct Fit: Hashable, Sendable {
    package let lambda: Double
    /// 0 for Cox.
    package let intercept: Double
    /// Columns whose coefficient is not 0, ascending.
    package let columns: [Int]
    /// One per entry of `columns`.
    package let coefficients: [Double]
    /// 1 - deviance / null deviance.
    package let devianceRatio: Double

    /// Intercept plus the sum over columns, one per row; columns are added in their order.
    package func linearPredictor(_ features: FeatureMatrix) -> [Double] {
      var predictor = [Double](repeating: intercept, count: features.rowCount)
      for (index, j) in columns.enumerated() {
        let b = coefficients[index]
        features.withColumn(j) { x in
          for i in 0..<predictor.count { predictor[i] += b * x[i] }
        }
      }
      return predictor
    }
  }

  package let family: ElasticNetFamily
  package let alpha: Double
  /// By lambda, descending.
  package let fits: [Fit]
  /// Twice the log-likelihood between the saturated model and the intercept alone, weights as given.
  package let nullDeviance: Double
  /// Weighted population SD per column; 0 for a constant one.
  package let deviations: [Double]
  /// Whether glmnet's criterion was met at each lambda.
  package let isConverged: Bool

  package var lambdas: [Double] { fits.map(\.lambda) }

  /// One per column, zeros included.
  package func coefficients(at index: Int) -> [Double] {
    var all = [Double](repeating: 0, count: deviations.count)
    for (column, b) in zip(fits[index].columns, fits[index].coefficients) { all[column] = b }
    return all
  }

  /// Coefficients at a lambda between two of the sequence, linear in lambda, as glmnet's `predict`
  /// gives them; beyond the ends those of the end.
  package func interpolated(at lambda: Double) -> Fit {
    guard let first = fits.first, let last = fits.last else { preconditionFailure("no fits") }
    if lambda >= first.lambda { return first }
    if lambda <= last.lambda { return last }
    let right = fits.firstIndex { $0.lambda <= lambda } ?? fits.count - 1
    if fits[right].lambda == lambda { return fits[right] }
    let (a, b) = (fits[right - 1], fits[right])
    let share = (lambda - b.lambda) / (a.lambda - b.lambda)
    let left = coefficients(at: right - 1)
    let other = coefficients(at: right)
    let columns = (0..<left.count).filter { left[$0] != 0 || other[$0] != 0 }
    return Fit(
      lambda: lambda, intercept: share * a.intercept + (1 - share) * b.intercept,
      columns: columns,
      coefficients: columns.map { share * left[$0] + (1 - share) * other[$0] },
      devianceRatio: share * a.devianceRatio + (1 - share) * b.devianceRatio)
  }

  /// Fits the family that belongs to the outcome.
  /// - Throws: where values are missing, the outcome does not vary, or every column is constant.
  package static func fit(
    _ data: Dataset, _ settings: ElasticNetSettings
  ) throws(LearningError) -> ElasticNetPath {
    try check(data, settings)
    let n = data.rowCount
    let raw = data.weights.isEmpty ? [Double](repeating: 1, count: n) : data.weights
    let total = raw.reduce(0, +)
    let weights = raw.map { $0 / total }
    let columns = StandardisedColumns(
      data.features, weights: weights, scaling: settings.standardises)
    switch data.outcome {
    case .binary(let classes):
      // A ridge penalty on every column bounds the second derivative by itself.
      let isRidge = settings.alpha == 0 && settings.penaltyFactors.isEmpty
      let isBounded = isRidge && settings.lambdas.allSatisfy { $0 > 0 }
      let loss = BinomialLoss(classes: classes, weights: weights, boundsCurvature: !isBounded)
      return try ElasticNetPathFit(.binomial, settings, columns, weightSum: total).run(loss)
    case .continuous(let values):
      let mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 }
      let centred = values.map { $0 - mean }
      let scale = zip(centred, weights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }.squareRoot()
      guard scale > 0 else { throw LearningError("the outcome is the same in every row") }
      let loss = GaussianLoss(outcome: centred.map { $0 / scale }, weights: weights)
      return try ElasticNetPathFit(
        .gaussian, settings, columns, weightSum: total, outcomeMean: mean, outcomeScale: scale
      ).run(loss)
    case .survival(let time, let event, let entry):
      let loss = CoxLoss(time: time, event: event, entry: entry, weights: weights)
      return try ElasticNetPathFit(.cox, settings, columns, weightSum: total).run(loss)
    }
  }

  private static func check(
    _ data: Dataset, _ settings: ElasticNetSettings
  ) throws(LearningError) {
    precondition((0...1).contains(settings.alpha) && settings.threshold > 0)
    precondition(settings.lambdas.allSatisfy { $0 >= 0 } && settings.lambdaCount >= 2)
    let factors = settings.penaltyFactors
    precondition(factors.isEmpty || factors.count == data.columnCount)
    precondition(factors.allSatisfy { $0 >= 0 })
    if !factors.isEmpty, !factors.contains(where: { $0 > 0 }) {
      throw LearningError("every penalty factor is 0: nothing is left to be penalised")
    }
    try RegressionInput.check(data)
  }
}
