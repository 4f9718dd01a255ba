internal import Report
internal import Statistics

extension ScoredSurvival {
  /// Rows, events, median and survival at the quartiles of the times of events.
  func groupTable(_ division: ScoreDivision) -> ReportTable? {
    let times = times
    guard let groups = try? groups(division), !times.isEmpty else { return nil }
    var table = ReportTable(
      caption: "Survival by score of \(name), \(rows): Kaplan-Meier, at the quartiles of the times"
        + " of events (\(NumberText.level(level)) intervals: Greenwood 1926, log-log scale; of the"
        + " median: Brookmeyer & Crowley 1982). \(division.sentence)",
      columns: [
        .init("Group"), .init("n", isNumeric: true), .init("Events", isNumeric: true),
        .init("Median", isNumeric: true),
      ] + times.map { .init("Survival at \(Self.text(time: $0))", isNumeric: true) })
    for group in groups {
      let data = group.followUp
      guard let curve = try? KaplanMeier(data, scale: .logLog, level: level) else { continue }
      let last = data.time.max() ?? 0
      let survival = times.map { time -> ReportCell in
        // Beyond the last row nothing is known, unless nobody was left.
        if time > last && curve.survival(at: time) > 0 { return .fixed(nil) }
        return .interval(curve.survival(at: time), curve.step(at: time)?.interval, places: 3)
      }
      table.append(
        [group.name, ReportCell.count(data.count), ReportCell.count(curve.eventCount)]
          + [Self.cell(curve.median)] + survival)
    }
    return table
  }

  private static func cell(_ median: KaplanMeier.Median) -> ReportCell {
    ReportCell(
      median.text,
      [
        ("", median.time ?? .nan), ("lower", median.lower ?? .nan), ("upper", median.upper ?? .nan),
      ])
  }

  /// How well the scores rank the times of events.
  var rankingTable: ReportTable {
    var table = ReportTable(
      caption: "How well the score of \(name) ranks survival, \(rows) (\(counts);"
        + " \(NumberText.level(level)) intervals). 0.5: not at all, 1: perfectly. Uno's C weighs"
        + " pairs for censoring; it takes events up to the third quartile of their times, beyond"
        + " which few rows would have most of the weight.",
      columns: [.init("Measure"), .init("Value", isNumeric: true), .init("Interval by")])
    for (title, weighting) in [("Harrell's C", Concordance.Weighting.harrell), data.uno] {
      do throws(StatisticsError) {
        let found = try Concordance(data, scores: scores, weighting: weighting)
        let interval = try found.interval(level: level, scale: .logit)
        table.append([
          title, ReportCell.interval(found.index, interval, places: 3),
          interval == nil
            ? "none: the standard error is 0" : "Wald, logit scale, infinitesimal jackknife",
        ])
      } catch {
        table.append([title, ReportCell.fixed(nil), error.message])
      }
    }
    return table
  }

  /// Time-dependent areas at the quartiles of the times of events.
  var areaTable: ReportTable? {
    guard data.entry == nil, data.eventCount >= 4 else { return nil }
    var table = ReportTable(
      caption: "Time-dependent AUC of \(name) at the quartiles of the times of events (cumulative"
        + " cases, dynamic controls; inverse probability of censoring; \(NumberText.level(level))"
        + " Wald intervals, logit scale, influence functions), \(rows), \(counts).",
      columns: [
        .init("Time", isNumeric: true), .init("AUC", isNumeric: true),
        .init("Events until then", isNumeric: true), .init("Still at risk", isNumeric: true),
      ])
    for time in times {
      guard let area = try? TimeDependentArea(data, scores: scores, time: time) else { continue }
      let interval = (try? area.interval(level: level, scale: .logit)) ?? nil
      table.append([
        ReportCell(Self.text(time: time), [("", time)]),
        ReportCell.interval(area.area, interval, places: 3),
        ReportCell.count(area.caseCount), ReportCell.count(area.controlCount),
      ])
    }
    return table.isEmpty ? nil : table
  }

  // MARK: High against low scores

  /// Tests and sizes of the effect of the score, and what is wrong with them.
  func effectBlocks(_ division: ScoreDivision) -> [HTMLReport.Block] {
    var table = ReportTable(
      caption: "Effect of the score of \(name) on survival, \(rows) (\(counts);"
        + " \(NumberText.level(level)) intervals). \(division.sentence)"
        + " \(HazardRatio.proportionalNote)",
      columns: [
        .init("Measure"), .init("Value", isNumeric: true), .init("p", isNumeric: true),
        .init("Method"), .init("p, proportional hazards", isNumeric: true),
      ])
    table.append(logRankLine("Log-rank", division.groups, strata: nil, "χ² (Mantel 1966)"))
    let names = Set(sites).sorted()
    if names.count > 1 {
      table.append(
        logRankLine(
          "Log-rank, stratified by site", division.groups,
          strata: sites.map { names.firstIndex(of: $0) ?? 0 },
          "χ², \(names.count) sites, each compared within itself"))
    }
    let high = HazardRatio(
      data, division.groups.map(Double.init), "high against low score", level: level)
    let steady = HazardRatio(
      data, standardised(scores), "per standard deviation of the score", level: level)
    for ratio in [high, steady] { table.append(["Hazard ratio, \(ratio.name)"] + ratio.cells) }
    if let line = restrictedLine(division) { table.append(line) }
    let warning = HazardRatio.warning([high, steady].map { ($0.name, $0.proportional) })
    return [.table(table)] + (warning.map { [$0] } ?? [])
  }

  private func logRankLine(
    _ title: String, _ groups: [Int], strata: [Int]?, _ method: String
  ) -> [any ReportCellContent] {
    let test = logRank(groups, strata: strata)?.test
    return [
      title, ReportCell.fixed(test?.chiSquared), ReportCell.p(test?.p),
      test == nil ? "no event happened while both groups were at risk" : method, "",
    ]
  }

  /// Mean time without the event up to the end of the group that was observed for a shorter time.
  private func restrictedLine(_ division: ScoreDivision) -> [any ReportCellContent]? {
    guard data.entry == nil, let groups = try? groups(division), groups.count == 2,
      let limit = groups.compactMap({ $0.followUp.time.max() }).min()
    else { return nil }
    let title = "Restricted mean survival time to \(Self.text(time: limit)), high minus low"
    do throws(StatisticsError) {
      let low = try RestrictedMean(KaplanMeier(groups[0].followUp), limit: limit)
      let high = try RestrictedMean(KaplanMeier(groups[1].followUp), limit: limit)
      let places = limit >= 1000 ? 0 : limit >= 10 ? 1 : 3
      // Without an event before the limit a group's mean has no standard error.
      if low.standardError == 0 || high.standardError == 0 {
        return [
          title, ReportCell.fixed(high.mean - low.mean, places: places), ReportCell.fixed(nil),
          "area between the curves; no event in a group before then, so no interval", "",
        ]
      }
      return [
        title,
        ReportCell.interval(
          high.mean - low.mean, try high.differenceInterval(low, level: level), places: places),
        ReportCell.p(high.difference(low)?.p), "area between the curves, Wald", "",
      ]
    } catch {
      return [title, ReportCell.fixed(nil), ReportCell.fixed(nil), error.message, ""]
    }
  }
}

/// Values less their mean over their standard deviation; zeros where all are equal.
func standardised(_ values: [Double]) -> [Double] {
  let summary = NumberSummary(values)
  let deviation = summary.standardDeviation
  return values.map { deviation > 0 ? ($0 - summary.mean) / deviation : 0 }
}
