/// How features follow the volume of their region: Spearman's correlation with its interval per
/// column, the p-values adjusted for the number of columns.
package struct VolumeCorrelation: Sendable {
  package struct Row: Sendable {
    package let name: String
    /// Nil where the column is constant or has fewer than two known values.
    package let correlation: Correlation?
    /// Rows with a known value of the column.
    package let rowCount: Int
    /// Benjamini & Hochberg 1995, over the columns with a p-value.
    package let adjustedP: Double?
    /// Why there is no correlation.
    package let note: String?
  }

  package let kind: Correlation.Kind
  package let level: Double
  /// In the order of the columns.
  package let rows: [Row]

  /// How many columns have an absolute correlation of at least a limit.
  package func count(atLeast limit: Double) -> Int {
    rows.count { ($0.correlation?.coefficient.magnitude ?? 0) >= limit }
  }

  /// - Parameters:
  ///   - columns: one value per row each, nil where unknown; rows are left out column by column.
  ///   - volumes: finite, one per row, in any unit.
  package init(
    _ columns: [(name: String, values: [Double?])], volumes: [Double],
    kind: Correlation.Kind = .spearman, level: Double = 0.95
  ) throws(StatisticsError) {
    try InputChecks.level(level)
    try InputChecks.finite(volumes, "volumes")
    var found: [(correlation: Correlation?, count: Int, note: String?)] = []
    for column in columns {
      try InputChecks.count(column.values.count, "values of \(column.name)", equals: volumes.count)
      let rows = volumes.indices.filter { column.values[$0] != nil }
      let values = rows.compactMap { column.values[$0] }
      try InputChecks.finite(values, "values of \(column.name)")
      do throws(StatisticsError) {
        let own = try Correlation(values, rows.map { volumes[$0] }, kind: kind, level: level)
        found.append((own, rows.count, nil))
      } catch {
        found.append((nil, rows.count, error.message))
      }
    }
    let adjusted = try PValueAdjustment.benjaminiHochberg.adjusted(found.map { $0.correlation?.p })
    rows = columns.indices.map { k in
      Row(
        name: columns[k].name, correlation: found[k].correlation, rowCount: found[k].count,
        adjustedP: adjusted[k], note: found[k].note)
    }
    (self.kind, self.level) = (kind, level)
  }
}
