/// What a score says, for axes and captions.
package enum ScoreSpace: String, Hashable, Sendable, CaseIterable {
  /// Log odds of the positive class.
  case logOdds = "log odds"
  /// Probability of the positive class.
  case probability
  /// The unit of a continuous outcome.
  case value = "unit of the outcome"
  /// Log hazard against a baseline that is not known.
  case logHazard = "log hazard ratio"
  /// The decision value of a support vector machine.
  case decision = "decision value"
  /// A score without a unit, as of given coefficients.
  case score
}

/// A fitted model whose scores can be divided among its columns exactly; of which kind, the
/// protocols below say.
package protocol ExplainablePredictor: Predictor {
  var space: ScoreSpace { get }
}

/// Scores are a constant plus the sum of slope times column.
package protocol LinearPredictor: ExplainablePredictor {
  /// One per column of the fit; none where the score is constant; nil where this model is not
  /// linear, such as a support vector machine with another kernel.
  var slopes: [Double]? { get }
}

/// Scores are sums of leaves of trees.
package protocol TreePredictor: ExplainablePredictor {
  /// - Throws: a tree that cannot be explained, such as one with covers that are no numbers.
  func ensemble() throws(LearningError) -> TreeEnsemble
}
