/// A proportion of counted rows.
package struct Proportion: Hashable, Sendable {
  package let successes: Int
  package let trials: Int

  package init(_ successes: Int, of trials: Int) {
    precondition(successes >= 0 && successes <= trials, "a proportion is not valid")
    self.successes = successes
    self.trials = trials
  }

  /// Nil without trials.
  package var value: Double? {
    trials == 0 ? nil : Double(successes) / Double(trials)
  }

  package enum IntervalMethod: Sendable {
    /// Clopper & Pearson 1934: the coverage is never below the level.
    case exact
    /// Wilson 1927: inverts the score test.
    case wilson
  }

  /// Nil without trials.
  package func interval(_ method: IntervalMethod = .exact, level: Double = 0.95)
    throws(StatisticsError) -> Interval?
  {
    try InputChecks.level(level)
    guard trials > 0 else { return nil }
    let (k, n) = (Double(successes), Double(trials))
    let tail = (1 - level) / 2
    switch method {
    case .exact:
      return Interval(
        successes == 0 ? 0 : BetaDistribution(k, n - k + 1).quantile(tail),
        successes == trials ? 1 : BetaDistribution(k + 1, n - k).quantile(tail, .upper))
    case .wilson:
      let z = Normal.factor(level: level)
      let square = z * z
      let centre = k + square / 2
      let reach = z * (k * (n - k) / n + square / 4).squareRoot()
      return Interval(
        successes == 0 ? 0 : max(0, (centre - reach) / (n + square)),
        successes == trials ? 1 : min(1, (centre + reach) / (n + square)))
    }
  }
}
