/// The share of responders in groups, with the test of equal shares.
package struct GroupRates: Sendable {
  package struct Group: Hashable, Sendable {
    package let code: Int
    package let responders: Proportion
    package let interval: Interval
  }

  /// By ascending code; only groups with rows.
  package let groups: [Group]
  /// Pearson's, without correction; nil where all rows respond or none does, or of one group.
  package let chiSquared: ChiSquaredTest?
  /// Fisher's exact test; nil unless there are two groups, and where `chiSquared` is.
  package let fisher: FisherExactTest?

  /// - Parameters:
  ///   - responses: one per row, at least one row.
  ///   - codes: the group of each row.
  ///   - method: of the intervals.
  ///   - level: of the intervals, in (0, 1).
  package init(
    responses: [Bool], groups codes: [Int], method: Proportion.IntervalMethod = .exact,
    level: Double = 0.95
  ) throws(StatisticsError) {
    try InputChecks.count(codes.count, "groups", equals: responses.count)
    if responses.isEmpty { throw StatisticsError("rates of responders need a row") }
    var groups: [Group] = []
    for code in Set(codes).sorted() {
      let rows = codes.indices.filter { codes[$0] == code }
      let rate = Proportion(rows.count { responses[$0] }, of: rows.count)
      guard let interval = try rate.interval(method, level: level) else { continue }
      groups.append(Group(code: code, responders: rate, interval: interval))
    }
    self.groups = groups
    let table = groups.map {
      [$0.responders.successes, $0.responders.trials - $0.responders.successes]
    }
    let total = responses.count { $0 }
    if groups.count < 2 || total == 0 || total == responses.count {
      (chiSquared, fisher) = (nil, nil)
      return
    }
    chiSquared = try IndependenceTest(table, continuity: false).test
    fisher =
      groups.count == 2
      ? try FisherExactTest(table[0][0], table[0][1], table[1][0], table[1][1], level: level) : nil
  }
}
