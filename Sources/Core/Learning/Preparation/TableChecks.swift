package import Components

/// What steps demand of a table before they compute anything.
extension FeatureMatrix {
  /// Refuses missing and infinite values.
  /// - Parameter names: one per column, for the message.
  package func requireFinite(_ names: [String], for step: ComponentID) throws(LearningError) {
    for column in 0..<columnCount {
      if let row = firstRow(of: column, where: { !$0.isFinite }) {
        let value = values[column * rowCount + row]
        let (what, advice) =
          value.isNaN
          ? ("is missing", "impute it first") : ("is infinite", "remove the column or the row")
        throw LearningError(
          "\(step): column \"\(names[column])\" \(what) in row \(row + 1); \(advice)")
      }
    }
  }

  /// Refuses infinite values; missing ones pass.
  package func requireNoInfinity(_ names: [String], for step: ComponentID) throws(LearningError) {
    for column in 0..<columnCount {
      if let row = firstRow(of: column, where: { $0.isInfinite }) {
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

  private func firstRow(of column: Int, where isWanted: (Double) -> Bool) -> Int? {
    withColumn(column) { values in
      var i = 0
      while i < values.count {
        if isWanted(values[i]) { return i }
        i &+= 1
      }
      return nil
    }
  }

  /// Smallest and largest value of a column without missing values.
  package func range(of column: Int) -> ClosedRange<Double> {
    withColumn(column) { values in
      var (low, high) = (values[0], values[0])
      var i = 1
      while i < values.count {
        low = min(low, values[i])
        high = max(high, values[i])
        i &+= 1
      }
      return low...high
    }
  }

  /// True where a column holds one value only.
  package func isConstant(_ column: Int) -> Bool {
    if rowCount == 0 { return true }
    let range = self.range(of: column)
    return range.lowerBound == range.upperBound
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
