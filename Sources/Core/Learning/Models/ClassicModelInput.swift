internal import Components

/// What the forest, the neighbours, naive Bayes and the discriminant demand of training rows.
extension Dataset {
  /// Refuses a table without columns, with too few rows, or with missing or infinite values.
  func requireTable(rows: Int, for step: ComponentID) throws(LearningError) {
    if columnCount == 0 { throw LearningError("\(step) needs at least one column, there is none") }
    try requireRows(rows, for: step)
    try requireFinite(for: step)
  }

  /// Refuses row weights, for models whose definition has none.
  func requireNoWeights(for step: ComponentID) throws(LearningError) {
    if !weights.isEmpty {
      throw LearningError(
        "\(step) has no row weights; balance classes by oversampling or SMOTE instead")
    }
  }

  /// The outcome as numbers (0 and 1 for classes), both classes present or all values finite.
  /// - Throws: a survival outcome, one class only, a missing or infinite value.
  func requireClassesOrValues(for step: ComponentID) throws(LearningError) -> [Double] {
    switch outcome {
    case .binary:
      return try requireClasses(for: step).map { Double($0) }
    case .continuous(let values):
      if let row = values.firstIndex(where: { !$0.isFinite }) {
        throw LearningError("\(step): the outcome of row \(row + 1) is missing or infinite")
      }
      return values
    case .survival:
      throw LearningError("\(step) needs a binary or continuous outcome, not survival times")
    }
  }
}

extension FittedStateReader {
  /// A count that is small enough to be multiplied by another one.
  mutating func count() throws(LearningError) -> Int {
    try integers(1, in: 0..<0x7FFF_FFFF)[0]
  }
}
