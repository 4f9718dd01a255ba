/// Rows in groups of about equal size along the predicted probability.
///
/// Borders are the k/g quantiles of the probabilities (type 7, R's default); a group holds what is
/// above its lower and at most at its upper border, the first its lower border as well. Equal
/// probabilities stay together: equal borders count once, one at the smallest probability joins the
/// next group, and groups without rows are dropped, so that there may be fewer groups than asked
/// for (as in `ResourceSelection::hoslem.test`).
package struct CalibrationBins: Sendable {
  package struct Bin: Hashable, Sendable {
    /// The smallest and the largest probability in it.
    package let range: Interval
    package let meanProbability: Double
    /// Positive rows of all its rows.
    package let observed: Proportion
    /// Sum of the probabilities.
    package let expected: Double
    /// Sum of their complements.
    package let expectedNegative: Double
    /// Of the observed proportion.
    package let interval: Interval
  }

  /// In ascending order of probability.
  package let bins: [Bin]
  package let rowCount: Int

  /// - Parameters:
  ///   - probabilities: of the positive class, in 0...1, one per row.
  ///   - positives: which rows belong to the positive class.
  ///   - count: of groups, at least 1.
  ///   - method: of the intervals: exact (Clopper & Pearson 1934) or Wilson's.
  package init(
    probabilities: [Double], positives: [Bool], count: Int = 10,
    interval method: Proportion.IntervalMethod = .wilson, level: Double = 0.95
  ) throws(StatisticsError) {
    try InputChecks.level(level)
    try ProbabilityChecks.probabilities(probabilities, positives)
    if count < 1 { throw StatisticsError("bins must be 1 or more; there are \(count)") }
    let order = positives.indices.sorted {
      (probabilities[$0], $0) < (probabilities[$1], $1)
    }
    let sorted = order.map { probabilities[$0] }
    var bins: [Bin] = []
    var first = 0
    for k in 1...count {
      let border = Self.quantile(sorted, k, of: count)
      if border == sorted[0] && k < count { continue }
      var end = first
      while end < sorted.count && sorted[end] <= border { end += 1 }
      if end == first { continue }
      let observed = Proportion(
        order[first..<end].count { positives[$0] }, of: end - first)
      let expected = sorted[first..<end].reduce(0, +)
      guard let interval = try observed.interval(method, level: level) else { continue }
      bins.append(
        Bin(
          range: Interval(sorted[first], sorted[end - 1]),
          meanProbability: expected / Double(end - first), observed: observed,
          expected: expected, expectedNegative: sorted[first..<end].reduce(0) { $0 + (1 - $1) },
          interval: interval))
      first = end
    }
    self.bins = bins
    rowCount = positives.count
  }

  /// The k/g quantile of type 7; the position is a fraction of whole numbers, so ties are exact.
  static func quantile(_ sorted: [Double], _ k: Int, of g: Int) -> Double {
    let position = (sorted.count - 1) * k
    let below = sorted[position / g]
    let rest = position % g
    if rest == 0 { return below }
    return below + Double(rest) / Double(g) * (sorted[position / g + 1] - below)
  }
}
