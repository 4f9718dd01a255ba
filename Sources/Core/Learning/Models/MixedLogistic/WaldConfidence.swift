internal import Components

/// The check that models with Wald intervals share.
enum WaldConfidence {
  static func problems(_ confidence: Double) -> [Problem] {
    (0.5...0.999).contains(confidence)
      ? [] : [Problem("confidence", "\(confidence) is not in 0.5...0.999")]
  }
}
