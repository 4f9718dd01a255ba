internal import Evaluation
internal import ModelStudy
internal import Numerics
package import Report
package import Statistics

extension ModelResult {
  /// Figures and tables of one pipeline on rows of one kind, of a survival outcome.
  /// - Parameter training: cross-validated rows, whose median score is carried to held-out rows.
  package func survivalBlocks(
    _ cohort: ScoredCohort, pipeline: Int, training: ScoredCohort?
  ) -> [HTMLReport.Block] {
    let cut = NumberSummary(training?.scores ?? cohort.scores).median
    let origin = training == nil ? "these rows" : "the cross-validated training rows"
    let isHigh = cohort.scores.map { $0 > cut }
    var blocks: [HTMLReport.Block] = [
      .drawn("Kaplan-Meier curves") { () throws(StatisticsError) in
        let data = try cohort.followUp()
        let parts = [false, true].map { high in isHigh.indices.filter { isHigh[$0] == high } }
        var groups: [SurvivalGroup] = []
        for (name, rows) in zip(["Low score", "High score"], parts) where !rows.isEmpty {
          groups.append(SurvivalGroup(name: name, try data.subset(rows)))
        }
        return try .kaplanMeier(
          groups, timeTitle: "Time", level: level,
          note: "Groups: above and at or below the median score of \(origin)"
            + " (\(NumberText.significant(cut))). \(cohort.note)")
      }
    ]
    if let table = riskTable(cohort, isHigh, origin) { blocks.append(.table(table)) }
    if let table = areaTable(cohort) { blocks.append(.table(table)) }
    if let table = cutTable(cohort) { blocks.append(.table(table)) }
    return blocks
  }

  private func riskTable(
    _ cohort: ScoredCohort, _ isHigh: [Bool], _ origin: String
  ) -> ReportTable? {
    guard let data = try? cohort.followUp() else { return nil }
    var table = ReportTable(
      caption: "Score of \(cohort.name) and survival, \(cohort.kind.title)"
        + " (\(NumberText.level(level)) intervals).",
      columns: [.init("Measure"), .init("Value", isNumeric: true), .init("Test")])
    for (title, weighting) in [
      ("Harrell's C", Concordance.Weighting.harrell), ("Uno's C", .uno(limit: nil)),
    ] {
      if let index = try? Concordance(data, scores: cohort.scores, weighting: weighting) {
        table.append([
          title, cell(index.index, try? index.interval(level: level), places: 3), "",
        ])
      }
    }
    if let test = try? LogRank(data, groups: isHigh.map { $0 ? 1 : 0 }) {
      table.append([
        "Log-rank, groups by the median of \(origin)",
        "χ² = \(NumberText.fixed(test.test.chiSquared)), df = \(test.test.degreesOfFreedom)",
        NumberText.pValue(test.test.p),
      ])
    }
    for (title, column) in [
      ("Hazard ratio, high against low score", isHigh.map { $0 ? 1.0 : 0 }),
      ("Hazard ratio per standard deviation of the score", standardised(cohort.scores)),
    ] {
      if let fit = try? CoxTable(data, variables: [.number("score", column.map { $0 })]).univariable
        .first,
        let term = fit.terms.first, fit.problem == nil
      {
        table.append([
          title, cell(term.coefficient.hazardRatio, term.coefficient.hazardRatioInterval),
          "Wald, \(NumberText.pValue(term.coefficient.test.p))",
        ])
      }
    }
    return table.rows.isEmpty ? nil : table
  }

  func standardised(_ values: [Double]) -> [Double] {
    let summary = NumberSummary(values)
    return values.map { ($0 - summary.mean) / summary.standardDeviation }
  }

  /// Time-dependent areas at the quartiles of the times of events.
  private func areaTable(_ cohort: ScoredCohort) -> ReportTable? {
    guard let data = try? cohort.followUp(), data.entry == nil else { return nil }
    let times = data.time.indices.filter { data.event[$0] }.map { data.time[$0] }.sorted()
    guard times.count >= 4 else { return nil }
    var table = ReportTable(
      caption: "Time-dependent AUC of \(cohort.name) at the quartiles of the times of events"
        + " (cumulative cases, dynamic controls; inverse probability of censoring),"
        + " \(cohort.kind.title).",
      columns: [
        .init("Time", isNumeric: true), .init("AUC", isNumeric: true),
        .init("Events until then", isNumeric: true), .init("Still at risk", isNumeric: true),
      ])
    for share in [0.25, 0.5, 0.75] {
      let time = times[min(times.count - 1, Int(share * Double(times.count)))]
      guard let area = try? TimeDependentArea(data, scores: cohort.scores, time: time) else {
        continue
      }
      table.append([
        NumberText.significant(time), cell(area.area, try? area.interval(level: level), places: 3),
        NumberText.count(area.caseCount), NumberText.count(area.controlCount),
      ])
    }
    return table.rows.isEmpty ? nil : table
  }

  /// Cut-offs that were sought in these rows, and the one that was not.
  private func cutTable(_ cohort: ScoredCohort) -> ReportTable? {
    guard let data = try? cohort.followUp(), data.entry == nil else { return nil }
    var table = ReportTable(
      caption: "Cut-offs of \(cohort.name) sought by survival, \(cohort.kind.title). Lines in"
        + " italics: the cut was sought in the rows it divides; the p-value is corrected for the"
        + " search, the groups still look too different.",
      columns: [
        .init("Rule"), .init("Cut", isNumeric: true), .init("Groups", isNumeric: true),
        .init("p", isNumeric: true), .init("Method"),
      ])
    if let best = try? MaximallySelectedLogRank(data, values: cohort.scores) {
      table.append(
        [
          "Maximally selected log-rank", NumberText.significant(best.cut),
          "\(NumberText.count(best.best.lowerCount)) and"
            + " \(NumberText.count(cohort.count - best.best.lowerCount))",
          NumberText.p(best.correctedP), "Lausen & Schumacher 1992",
        ], isDoubtful: true)
    }
    if let codes = folds.first.map({ folds in cohort.tableRows.map { folds[$0] } }),
      let cut = try? CrossValidatedCut(data, values: cohort.scores, folds: codes)
    {
      let high = cut.groups.count { $0 == 1 }
      table.append([
        "Cross-validated cut (of each fold from the other folds)",
        NumberText.range(
          cut.folds.map(\.cut).min() ?? .nan, cut.folds.map(\.cut).max() ?? .nan),
        "\(NumberText.count(cohort.count - high)) and \(NumberText.count(high))",
        permutationP(of: cut).map { NumberText.p($0) } ?? NumberText.undefined,
        "\(Self.cutPermutations) permutations of the whole search",
      ])
    }
    return table.rows.isEmpty ? nil : table
  }

  private static let cutPermutations = 499

  /// The log-rank p-value of a cross-validated cut is too small: the folds' cuts depend on each other.
  private func permutationP(of cut: CrossValidatedCut) -> Double? {
    var stream = RandomStream(seed: study.seed, domain: .permutation, index: 1 << 61)
    return try? cut.permutationP(count: Self.cutPermutations, stream: &stream)
  }
}
