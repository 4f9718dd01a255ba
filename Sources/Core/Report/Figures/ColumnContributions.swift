package import Statistics

/// What columns give to scores (Shapley values), as figures take it.
package struct ColumnContributions: Sendable {
  /// One per column.
  package let names: [String]
  /// For each column one number per row.
  package let contributions: [[Double]]
  /// For each column its values in the same rows; NaN is missing.
  package let values: [[Double]]
  /// What a row's contributions are added to.
  package let baseline: Double
  /// Of contributions and scores: "log odds".
  package let unit: String

  package init(
    names: [String], contributions: [[Double]], values: [[Double]], baseline: Double, unit: String
  ) throws(StatisticsError) {
    if contributions.count != names.count || values.count != names.count {
      throw StatisticsError(
        "\(names.count) columns do not fit \(contributions.count) columns of contributions and "
          + "\(values.count) columns of values")
    }
    let count = contributions.first?.count ?? 0
    for (name, (own, value)) in zip(names, zip(contributions, values)) {
      if own.count != count || value.count != count {
        throw StatisticsError("column \"\(name)\" has not the \(count) rows of the others")
      }
      if let bad = own.first(where: { !$0.isFinite }) {
        throw StatisticsError("column \"\(name)\" has a contribution of \(bad)")
      }
    }
    if !baseline.isFinite { throw StatisticsError("the baseline is \(baseline)") }
    self.names = names
    self.contributions = contributions
    self.values = values
    self.baseline = baseline
    self.unit = unit
  }

  var rowCount: Int { contributions.first?.count ?? 0 }

  /// Mean size of each column's contributions; 0 without rows.
  var meanSizes: [Double] {
    contributions.map { own in
      own.isEmpty ? 0 : own.reduce(0) { $0 + $1.magnitude } / Double(own.count)
    }
  }

  /// The columns with the largest mean sizes, the largest first; ties by column; at most `limit`.
  func leading(_ limit: Int) -> [Int] {
    let sizes = meanSizes
    return Array(names.indices.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }.prefix(limit))
  }

  /// Empty if all are shown.
  func limitNote(_ shown: Int) -> String {
    shown < names.count
      ? "The \(NumberText.count(shown)) largest of \(NumberText.count(names.count)) columns by mean "
        + "size." : ""
  }
}
