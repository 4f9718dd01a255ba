package import Components

/// What steps demand of a table before they compute anything.
extension FeatureMatrix {
  /// Refuses missing and infinite values.
  /// - Parameter names: one per column, for the message.
  package func requireFinite(_ names: [String], for step: ComponentID) throws(LearningError) {
    for column in 0..<columnCount {
      if let value = withColumn(column, { UnfitValue(in: $0) }) {
        throw value.error(names[column], for: step)
      }
    }
  }

  /// Refuses infinite values; missing ones pass.
  package func requireNoInfinity(_ names: [String], for step: ComponentID) throws(LearningError) {
    for column in 0..<columnCount {
      if let row = withColumn(column, { values in values.firstIndex { $0.isInfinite } }) {
        throw LearningError(
          "\(step): column \"\(names[column])\" is infinite in row \(row + 1)")
      }
    }
  }

  /// Refuses a table that has not as many columns as the one of the fit.
  package func requireColumns(_ count: Int, for step: ComponentID) throws(LearningError) {
    if columnCount != count {
      throw LearningError(
        "\(step): fitted to \(count) columns, applied to a table of \(columnCount)")
    }
  }

  /// Smallest and largest value of a column without missing values.
  package func range(of column: Int) -> ClosedRange<Double> {
    withColumn(column) { ColumnSummary.range($0) }
  }

  /// True where a column holds one value only.
  package func isConstant(_ column: Int) -> Bool {
    withColumn(column) { ColumnSummary.isConstant($0) }
  }
}

/// The first missing or infinite value of a column.
struct UnfitValue {
  let row: Int
  let isMissing: Bool

  /// Nil where all values are finite.
  init?(in values: UnsafeBufferPointer<Double>) {
    // Finite numbers times 0 have the sum 0; all others make it NaN.
    var sums = SIMD8<Double>()
    var i = 0
    while i &+ 8 <= values.count {
      let raw = UnsafeRawPointer(values.baseAddress! + i)
      sums += raw.loadUnaligned(as: SIMD8<Double>.self) * 0
      i &+= 8
    }
    while i < values.count {
      sums[0] += values[i] * 0
      i &+= 1
    }
    guard sums.sum() != 0, let row = values.firstIndex(where: { !$0.isFinite }) else { return nil }
    self.row = row
    isMissing = values[row].isNaN
  }

  func error(_ column: String, for step: ComponentID) -> LearningError {
    let (what, advice) =
      isMissing
      ? ("is missing", "impute it first") : ("is infinite", "remove the column or the row")
    return LearningError(
      "\(step): column \"\(column)\" \(what) in row \(row + 1); \(advice)")
  }
}

extension Dataset {
  /// The classes of a binary outcome, both present.
  /// - Parameter atLeast: rows that each class must have.
  package func requireClasses(for step: ComponentID, atLeast: Int = 1) throws(LearningError)
    -> [UInt8]
  {
    guard case .binary(let classes) = outcome else {
      throw LearningError("\(step) needs a binary outcome")
    }
    let positives = classes.reduce(0) { $0 + ($1 == 1 ? 1 : 0) }
    let negatives = classes.count - positives
    if min(positives, negatives) < atLeast {
      throw LearningError(
        "\(step) needs at least \(atLeast) row(s) of each class; there are \(positives) positive "
          + "and \(negatives) negative rows")
    }
    return classes
  }

  package func requireFinite(for step: ComponentID) throws(LearningError) {
    try features.requireFinite(names, for: step)
  }

  package func requireRows(_ count: Int, for step: ComponentID) throws(LearningError) {
    if rowCount < count {
      throw LearningError("\(step) needs at least \(count) rows, there are \(rowCount)")
    }
  }
}
