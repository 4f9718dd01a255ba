internal import CXGBoost
package import Learning

/// Training rows in XGBoost's form (a DMatrix), made once and fitted with many settings.
///
/// Belongs to the thread that made it. The library keeps sorted columns (`exact`) and quantiles
/// (`hist`) in it from the first fit on, so further fits are cheaper; they give the same bits.
package final class XGBoostTable {
  package let data: Dataset
  let objective: BoostingObjective
  let handle: DMatrixHandle
  /// Weight of the negative over weight of the positive rows; 1 where the outcome is not binary.
  let negativeOverPositive: Double

  /// - Throws: no rows or columns, infinite values, an outcome that cannot be fitted.
  package init(_ data: Dataset) throws(LearningError) {
    guard data.rowCount > 1 else {
      throw LearningError("xgboost needs 2 rows or more, found \(data.rowCount)")
    }
    guard data.columnCount > 0 else { throw LearningError("xgboost needs a column") }
    let labels = try Self.labels(data.outcome)
    let weights = data.weights.map { Float($0) }
    guard weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw LearningError("xgboost: row weights must be > 0 and finite")
    }
    let rows = try SinglePrecisionRows(data.features, names: data.names)
    try XGBoostLibrary.settle()
    var handle: DMatrixHandle?
    try check("XGDMatrixCreateFromMat_omp") {
      XGDMatrixCreateFromMat_omp(
        rows.values, bst_ulong(data.rowCount), bst_ulong(data.columnCount), .nan, &handle, 1)
    }
    guard let handle else { throw LearningError("xgboost made no table") }
    self.data = data
    self.handle = handle
    objective = BoostingObjective(data.outcome.kind)
    negativeOverPositive = Self.negativeOverPositive(data)
    try set("label", labels)
    if !weights.isEmpty { try set("weight", weights) }
  }

  deinit { _ = XGDMatrixFree(handle) }

  private func set(_ field: String, _ values: [Float]) throws(LearningError) {
    try check("XGDMatrixSetFloatInfo \(field)") {
      XGDMatrixSetFloatInfo(handle, field, values, bst_ulong(values.count))
    }
  }

  /// One number per row: class, value, or time (negative where the row is censored).
  private static func labels(_ outcome: Outcome) throws(LearningError) -> [Float] {
    switch outcome {
    case .binary(let classes):
      guard classes.contains(0), classes.contains(1) else {
        throw LearningError("xgboost: the training rows hold one class only")
      }
      return classes.map { Float($0) }
    case .continuous(let values):
      let labels = values.map { Float($0) }
      guard labels.allSatisfy(\.isFinite) else {
        throw LearningError("xgboost: the outcome has a missing, infinite or too large value")
      }
      return labels
    case .survival(let time, let event, let entry):
      guard entry.allSatisfy({ $0 <= 0 }) else {
        throw LearningError(
          "xgboost cannot use entry times (left truncation); cox and its penalised forms can")
      }
      guard event.contains(1) else {
        throw LearningError("xgboost: the training rows hold no event")
      }
      let times = time.map { Float($0) }
      guard times.allSatisfy({ $0.isFinite && $0 > 0 }) else {
        throw LearningError("xgboost: survival times must be finite and > 0")
      }
      return zip(times, event).map { $1 == 1 ? $0 : -$0 }
    }
  }

  private static func negativeOverPositive(_ data: Dataset) -> Double {
    guard case .binary(let classes) = data.outcome else { return 1 }
    var sums = (negative: 0.0, positive: 0.0)
    for (row, outcome) in classes.enumerated() {
      let weight = data.weights.isEmpty ? 1 : data.weights[row]
      if outcome == 1 { sums.positive += weight } else { sums.negative += weight }
    }
    return sums.negative / sums.positive
  }
}

/// A table in the form that XGBoost computes with: 32-bit numbers, row by row; NaN is missing.
struct SinglePrecisionRows {
  let rowCount: Int
  let columnCount: Int
  /// Value of row i in column j is `values[i * columnCount + j]`.
  let values: [Float]

  /// - Parameter names: one per column, for messages; empty: the column's number is said.
  /// - Throws: a value is infinite, or is so as a 32-bit number.
  init(_ features: FeatureMatrix, names: [String] = []) throws(LearningError) {
    let (rows, columns) = (features.rowCount, features.columnCount)
    var bad = -1
    values = [Float](unsafeUninitializedCapacity: rows * columns) { single, count in
      features.values.withUnsafeBufferPointer { double in
        var column = 0
        while column < columns {
          var row = 0
          while row < rows {
            let value = Float(double[column &* rows &+ row])
            if value.isInfinite, bad < 0 { bad = column &* rows &+ row }
            (single.baseAddress! + (row &* columns &+ column)).initialize(to: value)
            row &+= 1
          }
          column &+= 1
        }
      }
      count = rows * columns
    }
    rowCount = rows
    columnCount = columns
    if bad >= 0 {
      let name = names.isEmpty ? "\(bad / rows + 1)" : "\"\(names[bad / rows])\""
      throw LearningError(
        "xgboost: column \(name) is infinite, or too large for 32-bit numbers, in row "
          + "\(bad % rows + 1)")
    }
  }
}
