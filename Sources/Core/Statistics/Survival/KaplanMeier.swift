internal import Glibc

/// The product-limit estimate of survival with Greenwood's variance. Kaplan & Meier 1958; intervals
/// and median as R's `survival::survfit` has them.
package struct KaplanMeier: Sendable {
  /// The function from one distinct time up to the next.
  package struct Step: Sendable {
    package let time: Double
    /// Rows under observation just before the time.
    package let atRisk: Int
    package let events: Int
    package let censored: Int
    package let survival: Double
    /// Of the survival, Greenwood 1926: S √Σ d / (n (n - d)); 0 where survival is 0.
    package let standardError: Double
    /// Nil where survival is 0 and on the log-log scale also where it is 1.
    package let interval: Interval?
  }

  /// On which scale the interval of survival is symmetric.
  package enum IntervalScale: String, Sendable, CaseIterable {
    case plain
    case log
    case logLog
  }

  /// At every distinct time of an event or of censoring, ascending.
  package let steps: [Step]
  package let scale: IntervalScale
  package let level: Double
  package var eventCount: Int { steps.reduce(0) { $0 + $1.events } }

  /// - Parameters:
  ///   - data: at least one row.
  ///   - rows: which rows; all by default.
  ///   - scale: of the interval; R's default is `log`.
  ///   - level: of the interval, in (0, 1).
  package init(
    _ data: FollowUp, rows: [Int]? = nil, scale: IntervalScale = .log, level: Double = 0.95
  ) throws(StatisticsError) {
    try InputChecks.level(level)
    let chosen = rows ?? Array(0..<data.count)
    if chosen.isEmpty { throw StatisticsError("a survival curve needs a row; the group is empty") }
    let table = RiskTable(data, rows: chosen)
    let z = Normal.factor(level: level)
    var (survival, sum) = (1.0, 0.0)
    var steps: [Step] = []
    for i in table.times.indices {
      let (n, d) = (Double(table.atRisk[i]), Double(table.events[i]))
      if d > 0 {
        survival *= (n - d) / n
        sum += n == d ? 0 : d / (n * (n - d))
      }
      steps.append(
        Step(
          time: table.times[i], atRisk: table.atRisk[i], events: table.events[i],
          censored: table.censored[i], survival: survival,
          standardError: survival * sum.squareRoot(),
          interval: Self.interval(survival, z * sum.squareRoot(), scale)))
    }
    self.steps = steps
    self.scale = scale
    self.level = level
  }

  /// - Parameter reach: the factor of the level times the standard error of ln S.
  private static func interval(_ s: Double, _ reach: Double, _ scale: IntervalScale) -> Interval? {
    if s == 0 { return nil }
    switch scale {
    case .plain:
      return Interval(max(0, s - reach * s), min(1, s + reach * s))
    case .log:
      return Interval(exp(log(s) - reach), min(1, exp(log(s) + reach)))
    case .logLog:
      if s == 1 { return nil }
      let half = reach / log(s)
      return Interval(exp(-exp(log(-log(s)) - half)), exp(-exp(log(-log(s)) + half)))
    }
  }

  /// The step that holds at a time; nil before the first.
  package func step(at time: Double) -> Step? {
    var (low, high) = (0, steps.count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].time <= time { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : steps[low - 1]
  }

  /// Survival beyond a time; 1 before the first step, the last step's value after it.
  package func survival(at time: Double) -> Double { step(at: time)?.survival ?? 1 }

  /// A median with the times at which the limits of survival cross one half. Nil where a curve stays
  /// above.
  package struct Median: Hashable, Sendable {
    package let time: Double?
    package let lower: Double?
    package let upper: Double?
  }

  /// The earliest time with survival below one half; where survival stays at one half for a while,
  /// the middle of that time. Equality is within 1.5e-8, as in R. The interval is that of Brookmeyer
  /// & Crowley 1982: the same rule for the limits of the curve.
  package var median: Median {
    Median(
      time: crossing(steps.map(\.survival)),
      lower: crossing(steps.map { $0.interval?.lower }),
      upper: crossing(steps.map { $0.interval?.upper }))
  }

  private func crossing(_ curve: [Double?]) -> Double? {
    let tolerance = 0x1p-26
    guard
      let first = curve.indices.first(where: { curve[$0].map { $0 < 0.5 + tolerance } ?? false }),
      let value = curve[first]
    else { return nil }
    if (value - 0.5).magnitude < tolerance,
      let next = curve.indices.first(where: { $0 > first && curve[$0].map { $0 < value } ?? false })
    {
      return (steps[first].time + steps[next].time) / 2
    }
    return steps[first].time
  }
}
