internal import Glibc

/// Binary columns, mutations of genes for instance, against two groups of patients: Fisher's exact
/// test per column with adjusted p-values, odds ratios with exact intervals, and what a volcano plot
/// shows.
package struct GeneTable: Sendable {
  /// One value per patient, nil where it is unknown.
  package struct Column: Sendable {
    package let name: String
    package let values: [Bool?]
    package init(_ name: String, _ values: [Bool?]) {
      (self.name, self.values) = (name, values)
    }
  }

  package struct Row: Sendable {
    package let name: String
    /// Patients with the mark among those with a known value; of the first group the odds stand in
    /// the numerator.
    package let first: Proportion
    package let second: Proportion
    package let missing: Int
    /// Nil where all known values are equal or a group has none: then nothing is tested and the
    /// column does not count in the adjustment.
    package let fisher: FisherExactTest?
    package let benjaminiHochberg: Double?
    package let benjaminiYekutieli: Double?
    package let holm: Double?

    package var p: Double? { fisher?.p }
    /// log2 of the conditional odds ratio; infinite where one group has all marks or none.
    package var log2OddsRatio: Double? { fisher.map { log2($0.oddsRatio) } }
    package var minusLog10P: Double? { fisher.map { $0.p == 1 ? 0 : -log10($0.p) } }
  }

  package let groups: (first: String, second: String)
  package let level: Double
  /// In the order of the columns.
  package let rows: [Row]
  package var testedCount: Int { rows.count { $0.fisher != nil } }

  /// - Parameters:
  ///   - columns: one value per patient each.
  ///   - isFirst: whether a patient belongs to the first group; both groups must occur.
  ///   - level: of the odds ratios' intervals.
  package init(
    _ columns: [Column], isFirst: [Bool], groups: (first: String, second: String),
    level: Double = 0.95
  ) throws(StatisticsError) {
    try InputChecks.level(level)
    let count = isFirst.count { $0 }
    if count == 0 || count == isFirst.count {
      throw StatisticsError(
        "a table of genes needs two groups; \(count) of \(isFirst.count) patients belong to"
          + " \(groups.first)")
    }
    var tables: [(first: Proportion, second: Proportion, test: FisherExactTest?)] = []
    for column in columns {
      try InputChecks.count(column.values.count, "values of \(column.name)", equals: isFirst.count)
      let first = Self.share(column, isFirst, of: true)
      let second = Self.share(column, isFirst, of: false)
      let marked = first.successes + second.successes
      let isTested =
        first.trials > 0 && second.trials > 0 && marked > 0
        && marked < first.trials + second.trials
      let test =
        isTested
        ? try FisherExactTest(
          first.successes, first.trials - first.successes, second.successes,
          second.trials - second.successes, level: level) : nil
      tables.append((first, second, test))
    }
    let p = tables.map { $0.test?.p }
    let bh = try PValueAdjustment.benjaminiHochberg.adjusted(p)
    let by = try PValueAdjustment.benjaminiYekutieli.adjusted(p)
    let holm = try PValueAdjustment.holm.adjusted(p)
    rows = columns.indices.map { k in
      let known = tables[k].first.trials + tables[k].second.trials
      return Row(
        name: columns[k].name, first: tables[k].first, second: tables[k].second,
        missing: isFirst.count - known, fisher: tables[k].test, benjaminiHochberg: bh[k],
        benjaminiYekutieli: by[k], holm: holm[k])
    }
    (self.groups, self.level) = (groups, level)
  }

  private static func share(_ column: Column, _ isFirst: [Bool], of side: Bool) -> Proportion {
    var (marked, known) = (0, 0)
    for row in isFirst.indices where isFirst[row] == side {
      guard let value = column.values[row] else { continue }
      known += 1
      if value { marked += 1 }
    }
    return Proportion(marked, of: known)
  }
}
