internal import Glibc
internal import Learning

/// What is minimised, by the kind of outcome; raw values are XGBoost's names.
package enum BoostingObjective: String, Hashable, Sendable, CaseIterable {
  /// Margins are log odds; `baseScore` is a probability in (0, 1).
  case logistic = "binary:logistic"
  /// Margins are in the unit of the outcome, and so is `baseScore`.
  case squaredError = "reg:squarederror"
  /// Margins are log hazards against an unknown baseline; `baseScore` is a hazard ratio > 0.
  case cox = "survival:cox"

  init(_ kind: OutcomeKind) {
    switch kind {
    case .binary: self = .logistic
    case .continuous: self = .squaredError
    case .survival: self = .cox
    }
  }

  func checkBaseScore(_ score: Double) throws(LearningError) {
    let single = Float(score)
    switch self {
    case .logistic where !(single > 0 && single < 1):
      throw LearningError("xgboost: baseScore is \(score); a probability between 0 and 1 is needed")
    case .cox where !(single > 0):
      throw LearningError("xgboost: baseScore is \(score); a hazard ratio > 0 is needed")
    default: break
    }
  }

  /// Where every margin starts, rounded as XGBoost does.
  func margin(ofBaseScore score: Float) -> Float {
    switch self {
    case .logistic: -logf(1 / score - 1)
    case .squaredError: score
    case .cox: logf(score)
    }
  }

  /// The probability at a margin of `logistic`, rounded as XGBoost does; it adds 1e-16 to the
  /// denominator, which 32-bit numbers do not see, and cuts the exponent at 88.7.
  static func probability(at margin: Float) -> Float {
    1 / (expf(min(-margin, 88.7)) + 1 + 1e-16)
  }
}
