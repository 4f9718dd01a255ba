internal import Learning
internal import Statistics

extension LearningError {
  init(_ error: StatisticsError) { self.init(error.message) }
}

/// What a user may get wrong, as sentences.
enum InputChecks {
  static func level(_ level: Double) throws(LearningError) {
    if !(level > 0 && level < 1) {
      throw LearningError("a confidence level must be between 0 and 1; it is \(level)")
    }
  }

  static func finite(_ values: [Double], _ name: String) throws(LearningError) {
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw LearningError("\(name) must be finite numbers; number \(place + 1) is \(values[place])")
    }
  }
}
