package import Learning

/// The .632+ bootstrap estimate of an error rate. Efron & Tibshirani 1997, JASA 92.
package struct ErrorRatePlus632: Sendable {
  package let value: Double
  /// 0.368 · apparent + 0.632 · leave-one-out bootstrap.
  package let plain632: Double
  /// R', in 0...1.
  package let relativeOverfitting: Double

  /// - Parameters:
  ///   - apparent: error rate of the rule fitted to all patients, on them.
  ///   - leaveOneOut: Err(1): over the rows the mean of their errors by rules fitted to resamples
  ///     without them.
  ///   - noInformation: γ, see `noInformation(positiveRate:calledRate:)`.
  package init(apparent: Double, leaveOneOut: Double, noInformation: Double)
    throws(LearningError)
  {
    for (rate, name) in [
      (apparent, "the apparent error rate"), (leaveOneOut, "the error rate out of bag"),
      (noInformation, "the no-information error rate"),
    ] where !(rate >= 0 && rate <= 1) {
      throw LearningError("\(name) must be in 0...1; it is \(rate)")
    }
    let capped = min(leaveOneOut, noInformation)
    let isOverfitted = capped > apparent
    let rate = isOverfitted ? (capped - apparent) / (noInformation - apparent) : 0
    relativeOverfitting = rate
    let plain = 0.368 * apparent + 0.632 * leaveOneOut
    plain632 = plain
    value =
      isOverfitted
      ? plain + (capped - apparent) * (0.368 * 0.632 * rate) / (1 - 0.368 * rate) : plain
  }

  /// γ = p (1 - q) + (1 - p) q: the error rate if classes and predictors were independent.
  /// - Parameters:
  ///   - positiveRate: p, the part of positive rows.
  ///   - calledRate: q, the part of rows called positive.
  package static func noInformation(positiveRate p: Double, calledRate q: Double) -> Double {
    p * (1 - q) + (1 - p) * q
  }
}
