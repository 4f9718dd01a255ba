/// What every regression of this module needs of its rows.
enum RegressionInput {
  /// - Throws: the first of: no rows or columns, missing values, an outcome that cannot be fitted.
  static func check(_ data: Dataset) throws(LearningError) {
    guard data.rowCount > 1 else {
      throw LearningError("a regression needs 2 rows or more, found \(data.rowCount)")
    }
    guard data.columnCount > 0 else { throw LearningError("a regression needs a column") }
    if let bad = data.features.values.withUnsafeBufferPointer({ UnfitValue(in: $0) }) {
      let name = data.names[bad.row / data.rowCount]
      throw LearningError(
        "column \(name) has a missing or infinite value: impute or drop before the regression")
    }
    switch data.outcome {
    case .binary(let classes):
      guard classes.contains(0), classes.contains(1) else {
        throw LearningError("the training rows hold one class only")
      }
    case .continuous(let values):
      guard values.allSatisfy(\.isFinite) else {
        throw LearningError("the outcome has a missing or infinite value")
      }
    case .survival(let time, let event, let entry):
      guard event.contains(1) else { throw LearningError("the training rows hold no event") }
      guard time.allSatisfy({ $0.isFinite && $0 > 0 }) else {
        throw LearningError("survival times must be finite and > 0")
      }
      guard zip(entry, time).allSatisfy({ $0.isFinite && $0 < $1 }) else {
        throw LearningError("an entry time is not before the time of its row")
      }
    }
  }

  /// Weights of sum 1, equal where none are given.
  static func unitWeights(_ data: Dataset) -> [Double] {
    let count = data.rowCount
    guard !data.weights.isEmpty else {
      return [Double](repeating: 1 / Double(count), count: count)
    }
    let total = data.weights.reduce(0, +)
    return data.weights.map { $0 / total }
  }

  static func collinear(_ data: Dataset) -> LearningError {
    LearningError(
      "\(data.columnCount) columns and \(data.rowCount) rows: columns are sums of others, so the "
        + "coefficients are not determined; drop correlated columns or choose a penalty")
  }
}
