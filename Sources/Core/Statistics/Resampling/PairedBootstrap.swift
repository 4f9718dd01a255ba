/// The difference of one statistic between two groups of rows that may share rows, all patients
/// against those with a marker for instance: both groups are drawn together, so that what they
/// share does not count twice.
package struct PairedBootstrap: Sendable {
  /// Of the rows as they are.
  package let first: Double
  package let second: Double
  /// First minus second.
  package var difference: Double { first - second }
  /// Of the difference; resamples that leave either statistic undefined are counted and left out.
  package let resampled: ResampledInterval
  /// Two-sided: twice the smaller of the parts (1 + number of differences <= 0) / (1 + R) and (1 +
  /// number >= 0) / (1 + R), at most 1 (Davison & Hinkley 1997, section 4.4.1 through the percentile
  /// interval). Nil where no resample defines the difference.
  package let p: Double?

  /// - Parameters:
  ///   - first, second: which rows belong to each group; one per row.
  ///   - resamples: rows, with repeats, of both groups together; draw patients, not rows, where
  ///     patients have several.
  ///   - statistic: of the given rows, with repeats; nil where they do not define it.
  package init(
    first: [Bool], second: [Bool], resamples: [[Int]], level: Double = 0.95,
    statistic: ([Int]) -> Double?
  ) throws(StatisticsError) {
    try InputChecks.level(level)
    try InputChecks.count(second.count, "marks of the second group", equals: first.count)
    try ResampledInterval.check(resamples, rowCount: first.count)
    func values(_ rows: [Int]) -> (Double, Double)? {
      let one = rows.filter { first[$0] }
      let other = rows.filter { second[$0] }
      guard !one.isEmpty && !other.isEmpty, let a = statistic(one), let b = statistic(other)
      else { return nil }
      return (a, b)
    }
    guard let own = values(Array(first.indices)) else {
      throw StatisticsError("one of the compared groups does not define the statistic")
    }
    (self.first, self.second) = own
    resampled = ResampledInterval(
      resamples.map { rows in values(rows).map { $0.0 - $0.1 } ?? .nan }, level: level)
    let known = resampled.values.filter { !$0.isNaN }
    let below = known.count { $0 <= 0 }
    let above = known.count { $0 >= 0 }
    p =
      known.isEmpty
      ? nil : min(1, 2 * Double(1 + min(below, above)) / Double(1 + known.count))
  }
}
