package import Report
package import Statistics

/// Scores beside follow-up: what the page says about how they go together.
package struct ScoredSurvival {
  package let data: FollowUp
  /// Finite, one per row; higher scores speak for earlier events.
  package let scores: [Double]
  /// Of intervals, in (0, 1).
  package let level: Double
  /// Of the model.
  package var name = ""
  /// Which rows these are: "test rows".
  package var rows = ""
  /// How the scores came to be, for captions.
  package var note = ""
  /// Rows whose cuts are carried to these; nil where these are the training rows.
  package var training: (data: FollowUp, scores: [Double])?
  /// The site of each row; empty where there are none.
  package var sites: [String] = []
  /// The fold of each row; empty, or all equal, where rows are not partitioned.
  package var folds: [Int] = []
  package var hasRepeatedPatients = false
  package var seed: UInt64 = 0

  package init(_ data: FollowUp, scores: [Double], level: Double) {
    (self.data, self.scores, self.level) = (data, scores, level)
  }

  package var blocks: [HTMLReport.Block] {
    let median = medianDivision
    let other = otherDivision
    var blocks = [curves(median)] + (other.map { [curves($0)] } ?? [])
    if let table = groupTable(median) { blocks.append(.table(table)) }
    blocks.append(.table(rankingTable))
    if let table = areaTable { blocks.append(.table(table)) }
    blocks += effectBlocks(median)
    blocks.append(.table(cutTable(median, other)))
    if hasRepeatedPatients {
      blocks.append(
        .warning(
          "Some patients have several rows. Intervals and tests of survival take rows as"
            + " independent: they are too narrow, p-values too small. `aggregate` makes one row of"
            + " a patient."))
    }
    return blocks
  }

  private func curves(_ division: ScoreDivision) -> HTMLReport.Block {
    .drawn("Kaplan-Meier curves") { () throws(StatisticsError) in
      try .kaplanMeier(
        groups(division), timeTitle: "Time", scale: .logLog, level: level,
        comparison: division.searchedP.map {
          "Permutation test: \(NumberText.pValue($0)) (\(division.method)); a log-rank test of"
            + " these groups would reject too often."
        }, note: "\(division.sentence) \(note)")
    }
  }

  /// Groups of low and high scores that have rows.
  func groups(_ division: ScoreDivision) throws(StatisticsError) -> [SurvivalGroup] {
    var groups: [SurvivalGroup] = []
    for (code, name) in ["Low score", "High score"].enumerated() {
      let rows = division.groups.indices.filter { division.groups[$0] == code }
      if !rows.isEmpty { groups.append(SurvivalGroup(name: name, try data.subset(rows))) }
    }
    return groups
  }

  /// Distinct quartiles of the times of events, ascending.
  var times: [Double] {
    let chosen = [0.25, 0.5, 0.75].compactMap { data.eventTime(share: $0) }
    return chosen.indices.filter { $0 == 0 || chosen[$0] > chosen[$0 - 1] }.map { chosen[$0] }
  }

  /// As it is in the data: 1,401 days, 12.46 months.
  static func text(time: Double) -> String {
    time == time.rounded() && time < 1e7
      ? NumberText.count(Int(time)) : NumberText.significant(time, digits: 4)
  }

  /// n = 99, 26 events
  var counts: String {
    let events = data.eventCount
    return "n = \(NumberText.count(data.count)), \(NumberText.count(events))"
      + (events == 1 ? " event" : " events")
  }
}

extension FollowUp {
  /// The first time of an event up to which more than a share of the events happened; nil without
  /// events.
  /// - Parameter share: in 0..<1.
  func eventTime(share: Double) -> Double? {
    let times = time.indices.filter { event[$0] }.map { time[$0] }.sorted()
    return times.isEmpty ? nil : times[Int(share * Double(times.count))]
  }
}
