internal import Evaluation
internal import Learning
internal import ModelStudy
internal import Numerics
package import Report
package import Statistics

/// Two models on the same rows.
package struct ModelPair: Sendable {
  package let first: ScoredCohort
  package let second: ScoredCohort
  /// Rows that only one of them has scored.
  package let unpaired: Int

  /// Pairs the rows by their names.
  /// - Throws: no row in common, or rows whose outcomes differ.
  package init(_ first: ScoredCohort, _ second: ScoredCohort) throws(StatisticsError) {
    if first.ids == second.ids, first.outcome == second.outcome {
      (self.first, self.second, unpaired) = (first, second, 0)
      return
    }
    let places = Dictionary(
      second.ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let pairs = first.ids.indices.compactMap { row in places[first.ids[row]].map { (row, $0) } }
    if pairs.isEmpty {
      throw StatisticsError(
        "\(first.name) and \(second.name) have no row in common: rows are paired by patient, lesion"
          + " and session")
    }
    self.first = first.rows(pairs.map(\.0))
    self.second = second.rows(pairs.map(\.1))
    unpaired = first.count + second.count - 2 * pairs.count
    guard self.first.outcome == self.second.outcome else {
      throw StatisticsError(
        "\(first.name) and \(second.name) were made for different outcomes of the same rows")
    }
  }
}

/// How two models differ in one measure.
package struct ModelDifference: Sendable {
  package var measure: String
  package var first: Double
  package var second: Double
  /// First minus second.
  package var difference: Double
  package var interval: Interval?
  package var p: Double?
  package var method: String
}

extension ModelPair {
  /// The measure of discrimination of the outcome, tested over rows: the fitted models are taken as
  /// they are.
  package func discrimination(level: Double) throws(StatisticsError) -> ModelDifference {
    switch first.outcome {
    case .binary:
      let areas = (
        try AreaUnderROC(scores: first.scores, positives: first.positives),
        try AreaUnderROC(scores: second.scores, positives: first.positives)
      )
      let test = try AreaComparison(paired: first.scores, second.scores, positives: first.positives)
      return ModelDifference(
        measure: "AUC", first: areas.0.area, second: areas.1.area, difference: test.difference,
        interval: try test.interval(level: level), p: test.test?.p, method: "DeLong 1988, paired")
    case .survival:
      return try concordanceDifference(
        "Harrell's C", .harrell, first.followUp(), first.scores, second.scores, level: level)
    case .continuous(let values):
      func errors(_ scores: [Double]) -> [Double] { zip(values, scores).map { abs($0 - $1) } }
      let own = (errors(first.scores), errors(second.scores))
      let means = (SampleMoments.mean(own.0), SampleMoments.mean(own.1))
      let test = try SignedRankTest(zip(own.0, own.1).map { $0 - $1 })
      return ModelDifference(
        measure: "Mean absolute error", first: means.0, second: means.1,
        difference: means.0 - means.1, interval: nil, p: test.p,
        method: "Wilcoxon's signed-rank test of absolute errors")
    }
  }
}

extension ScoredCohort {
  /// Some rows, in the given order.
  fileprivate func rows(_ rows: [Int]) -> ScoredCohort {
    ScoredCohort(
      pipeline: pipeline, kind: kind, outcome: outcome.rows(rows),
      scores: rows.map { scores[$0] },
      probabilities: probabilities.map { values in rows.map { values[$0] } },
      groups: rows.map { groups[$0] }, ids: rows.map { ids[$0] },
      tableRows: rows.map { tableRows[$0] },
      repeatCount: repeatCount, unscored: unscored)
  }
}

extension ModelResult {
  /// Every pair of pipelines on rows of one kind.
  package func comparisonBlocks(_ kind: ScoredCohort.Kind) -> [HTMLReport.Block] {
    let cohorts = study.pipelines.indices.compactMap { cohort(kind, pipeline: $0) }
    var differences: [(pair: ModelPair, difference: ModelDifference)] = []
    var problems: [String] = []
    for (index, second) in cohorts.enumerated() {
      for first in cohorts[..<index] {
        do throws(StatisticsError) {
          let pair = try ModelPair(first, second)
          differences.append((pair, try pair.discrimination(level: level)))
        } catch {
          problems.append("\(first.name) and \(second.name): \(error.message).")
        }
      }
    }
    if differences.isEmpty { return problems.isEmpty ? [] : [.list(problems)] }
    let adjusted = (try? PValueAdjustment.holm.adjusted(differences.map(\.difference.p))) ?? []
    var table = ReportTable(
      caption: "Pairs of pipelines, \(kind.title): differences over"
        + " \(study.aggregate == nil ? "rows" : "patients") with the fitted models as they are"
        + " (\(NumberText.level(level)) intervals).",
      columns: [
        .init("First"), .init("Second"), .init("Measure"), .init("Of the first", isNumeric: true),
        .init("Of the second", isNumeric: true), .init("Difference", isNumeric: true),
        .init("p", isNumeric: true), .init("p (Holm)", isNumeric: true), .init("Method"),
        .init("n", isNumeric: true),
      ])
    for (index, entry) in differences.enumerated() {
      let difference = entry.difference
      table.append(
        [
          entry.pair.first.name, entry.pair.second.name, difference.measure,
          ReportCell.fixed(difference.first, places: 3),
          ReportCell.fixed(difference.second, places: 3),
          cell(difference.difference, difference.interval, places: 3),
          ReportCell.p(difference.p),
          (adjusted.isEmpty ? nil : adjusted[index]).map { ReportCell.p($0) } ?? "",
          difference.method, ReportCell.count(entry.pair.first.count),
        ], isDoubtful: kind == .asPublished)
    }
    var blocks: [HTMLReport.Block] = [.table(table)]
    if self.kind == .binary { blocks.insert(contentsOf: togetherFigures(cohorts), at: 0) }
    if cohorts.contains(where: { Set($0.groups).count < $0.count }) {
      blocks.append(
        .warning(
          "Some patients have several rows. These tests take rows as independent: their p-values"
            + " are too small. `aggregate` makes one row of a patient."))
    }
    if !problems.isEmpty { blocks.append(.list(problems)) }
    return blocks
  }

  private func togetherFigures(_ cohorts: [ScoredCohort]) -> [HTMLReport.Block] {
    // More lines than colours cannot be told apart.
    let shown = Array(cohorts.prefix(6))
    guard shown.count > 1 else { return [] }
    let note =
      shown[0].note
      + (shown.count < cohorts.count ? " The first 6 of \(cohorts.count) pipelines." : "")
    var blocks: [HTMLReport.Block] = [
      .drawn("ROC curves") { () throws(StatisticsError) in
        var curves: [ROCFigureCurve] = []
        for own in shown {
          let place = study.pipelines.firstIndex { $0.name == own.name } ?? 0
          curves.append(
            try ROCFigureCurve(
              own.classes(), area: reported(.auc, own, pipeline: place), level: level))
        }
        return .roc(curves, level: level, note: note)
      }
    ]
    let withProbabilities = shown.filter { $0.probabilities != nil }
    if withProbabilities.count > 1 {
      blocks.append(
        .drawn("Decision curves") { () throws(StatisticsError) in
          var models: [ScoredClasses] = []
          for own in withProbabilities {
            models.append(
              try ScoredClasses(
                name: own.name, scores: own.probabilities ?? [], positives: own.positives))
          }
          return try .decisionCurves(models, note: note)
        })
    }
    return blocks
  }
}
