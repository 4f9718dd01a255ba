/// Right-censored follow-up, one row per person or per interval of a person.
package struct FollowUp: Sendable {
  /// When the row comes under observation (left truncation, start-stop data); nil where all rows
  /// are observed from the beginning. A row is at risk at times in (entry, time].
  package let entry: [Double]?
  /// Of the event or of the end of observation, in the unit of the data; >= 0. Times are equal only
  /// if their bits are.
  package let time: [Double]
  /// Whether the event happened at `time`.
  package let event: [Bool]

  package init(time: [Double], event: [Bool], entry: [Double]? = nil) throws(StatisticsError) {
    if time.isEmpty { throw StatisticsError("follow-up has no rows") }
    try InputChecks.count(event.count, "events", equals: time.count)
    try InputChecks.finite(time, "times")
    if let row = time.firstIndex(where: { $0 < 0 }) {
      throw StatisticsError("times must be at least 0; row \(row + 1) is \(time[row])")
    }
    if let entry {
      try InputChecks.count(entry.count, "entry times", equals: time.count)
      try InputChecks.finite(entry, "entry times")
      if let row = time.indices.first(where: { entry[$0] >= time[$0] }) {
        throw StatisticsError(
          "a row must enter before its time ends; row \(row + 1) enters at \(entry[row]) and ends"
            + " at \(time[row])")
      }
    }
    self.entry = entry
    self.time = time
    self.event = event
  }

  /// The rows in the given order; a row may occur several times.
  package func subset(_ rows: [Int]) throws(StatisticsError) -> FollowUp {
    try FollowUp(
      time: rows.map { time[$0] }, event: rows.map { event[$0] },
      entry: entry.map { entry in rows.map { entry[$0] } })
  }

  package var count: Int { time.count }
  package var eventCount: Int { event.count { $0 } }
}

/// Numbers at risk, with events and censored at every distinct time, ascending.
struct RiskTable {
  var times: [Double] = []
  var atRisk: [Int] = []
  var events: [Int] = []
  var censored: [Int] = []

  /// - Parameter rows: which rows of the follow-up.
  init(_ data: FollowUp, rows: [Int]) {
    let order = rows.sorted { data.time[$0] < data.time[$1] }
    let entries = data.entry.map { entry in rows.map { entry[$0] }.sorted() }
    var entered = 0
    var first = 0
    while first < order.count {
      let t = data.time[order[first]]
      var end = first
      var deaths = 0
      while end < order.count && data.time[order[end]] == t {
        deaths += data.event[order[end]] ? 1 : 0
        end += 1
      }
      if let entries {
        while entered < entries.count && entries[entered] < t { entered += 1 }
      } else {
        entered = order.count
      }
      times.append(t)
      atRisk.append(entered - first)
      events.append(deaths)
      censored.append(end - first - deaths)
      first = end
    }
  }
}
