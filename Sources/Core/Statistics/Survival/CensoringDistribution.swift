/// The product-limit estimate G of staying uncensored. At one time events come before censoring, so
/// a row with an event is no longer at risk of being censored at its own time.
struct CensoringDistribution {
  /// Distinct times, ascending.
  let times: [Double]
  /// G just before each time, G(t-).
  let before: [Double]
  /// G(t).
  let after: [Double]
  /// Rows at risk of being censored at each time.
  let atRisk: [Int]
  let censored: [Int]

  /// - Parameter data: right-censored only; G is not defined for left-truncated rows.
  init(_ data: FollowUp) {
    let table = RiskTable(data, rows: Array(0..<data.count))
    var (before, after): ([Double], [Double]) = ([], [])
    var remaining = 1.0
    for i in table.times.indices {
      before.append(remaining)
      let n = Double(table.atRisk[i] - table.events[i])
      if table.censored[i] > 0 { remaining *= (n - Double(table.censored[i])) / n }
      after.append(remaining)
    }
    times = table.times
    (self.before, self.after) = (before, after)
    atRisk = times.indices.map { table.atRisk[$0] - table.events[$0] }
    censored = table.censored
  }

  /// The number of times up to and including `time`.
  func reached(_ time: Double) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// G(t); 1 before the first time.
  func probability(at time: Double) -> Double {
    let count = reached(time)
    return count == 0 ? 1 : after[count - 1]
  }

  /// G(t-) for a time that occurs in the data.
  func probability(justBefore time: Double) -> Double {
    let count = reached(time)
    precondition(count > 0 && times[count - 1] == time, "the time does not occur in the data")
    return before[count - 1]
  }

  static func refuseEntries(_ data: FollowUp, _ statistic: String) throws(StatisticsError) {
    if data.entry != nil {
      throw StatisticsError("\(statistic) is not defined for left-truncated follow-up")
    }
  }
}
