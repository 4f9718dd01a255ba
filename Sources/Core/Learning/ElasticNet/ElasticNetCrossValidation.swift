/// Cross-validated error along a path, as R's cv.glmnet with `grouped = TRUE`.
package struct ElasticNetCrossValidation: Hashable, Sendable {
  package enum Measure: String, Hashable, Sendable, CaseIterable {
    /// Binomial deviance (fitted probabilities kept in 1e-5 ... 1 - 1e-5), mean squared error, or
    /// the partial-likelihood deviance of all rows less that of the training rows per event
    /// (Verweij & van Houwelingen 1993).
    case deviance
    /// Area under the ROC curve in each fold, for binary outcomes; the larger the better.
    case auc
  }

  /// At which lambdas the training parts of the folds are fitted.
  package enum FoldLambdas: String, Hashable, Sendable, CaseIterable {
    /// At those of the whole path: the error at a lambda is that of fits at this lambda.
    case shared
    /// At sequences of their own, coefficients interpolated to those of the whole path: what
    /// cv.glmnet does where it is given no lambda.
    case interpolated
  }

  /// Fitted to all rows.
  package let path: ElasticNetPath
  package let measure: Measure
  /// Mean over folds by weight (`cvm`), one per lambda.
  package let means: [Double]
  /// Standard error of the mean (`cvsd`).
  package let standardErrors: [Double]
  /// The largest lambda with the best mean (`lambda.min`).
  package let bestIndex: Int
  /// The largest lambda whose mean is within one standard error of the best (`lambda.1se`).
  package let oneStandardErrorIndex: Int

  package var bestLambda: Double { path.fits[bestIndex].lambda }
  package var oneStandardErrorLambda: Double { path.fits[oneStandardErrorIndex].lambda }

  /// - Parameter folds: one per row, 0 ..< number of folds, each taken.
  /// - Throws: where a training part cannot be fitted, a fold has one class only (`auc`), or a fold
  ///   has no event (Cox).
  package static func run(
    _ data: Dataset, _ settings: ElasticNetSettings, folds: [Int], measure: Measure = .deviance,
    foldLambdas: FoldLambdas = .shared
  ) throws(LearningError) -> ElasticNetCrossValidation {
    precondition(folds.count == data.rowCount)
    if measure == .auc {
      guard case .binary = data.outcome else {
        throw LearningError("the AUC needs a binary outcome; choose the deviance")
      }
    }
    let path = try ElasticNetPath.fit(data, settings)
    let count = (folds.max() ?? -1) + 1
    var errors: [[Double]] = []
    var weights: [Double] = []
    for fold in 0..<count {
      let inside = (0..<folds.count).filter { folds[$0] == fold }
      precondition(!inside.isEmpty, "fold \(fold) is empty")
      let training = data.rows((0..<folds.count).filter { folds[$0] != fold })
      var own = settings
      if foldLambdas == .shared { own.lambdas = path.lambdas }
      let fitted: ElasticNetPath
      do {
        fitted = try ElasticNetPath.fit(training, own)
      } catch {
        throw LearningError("without fold \(fold + 1) of \(count): \(error.message)")
      }
      let fits = path.fits.indices.map {
        foldLambdas == .shared
          ? fitted.fits[$0] : fitted.interpolated(at: path.fits[$0].lambda)
      }
      let part = FoldError(data: data, test: data.rows(inside), training: training)
      errors.append(try part.errors(fits, measure, fold: fold, of: count))
      weights.append(part.weight)
    }
    return summarise(path, measure, errors, weights)
  }

  private static func summarise(
    _ path: ElasticNetPath, _ measure: Measure, _ errors: [[Double]], _ weights: [Double]
  ) -> ElasticNetCrossValidation {
    let total = weights.reduce(0, +)
    var means: [Double] = []
    var standardErrors: [Double] = []
    for k in path.fits.indices {
      let mean = zip(errors, weights).reduce(0) { $0 + $1.0[k] * $1.1 } / total
      let variance =
        zip(errors, weights).reduce(0) { $0 + ($1.0[k] - mean) * ($1.0[k] - mean) * $1.1 } / total
      means.append(mean)
      standardErrors.append((variance / Double(errors.count - 1)).squareRoot())
    }
    let losses = measure == .auc ? means.map { -$0 } : means
    var best = 0
    for k in losses.indices where losses[k] < losses[best] { best = k }
    let bar = losses[best] + standardErrors[best]
    let within = losses.firstIndex { $0 <= bar } ?? best
    return ElasticNetCrossValidation(
      path: path, measure: measure, means: means, standardErrors: standardErrors,
      bestIndex: best, oneStandardErrorIndex: within)
  }
}
