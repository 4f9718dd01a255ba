internal import Evaluation
internal import ModelStudy
package import Report
internal import Statistics
internal import Study

extension ModelResult {
  /// Figures and tables of one pipeline on rows of one kind, of a binary outcome.
  /// - Parameter training: cross-validated rows, from which cut-offs are carried to held-out rows;
  ///   nil where these are the rows.
  package func binaryBlocks(
    _ cohort: ScoredCohort, pipeline: Int, training: ScoredCohort?, settings: ModelReportSettings
  ) -> [HTMLReport.Block] {
    let classNames = (negative: "negative", positive: "positive")
    let area = reported(.auc, cohort, pipeline: pipeline)
    var blocks: [HTMLReport.Block] = [
      .drawn("ROC curve") { () throws(StatisticsError) in
        let repeats = try self.repeats(of: cohort, pipeline: pipeline, limit: Self.drawnRepeats)
        let curve: ROCFigureCurve
        if let area {
          curve = try ROCFigureCurve(name: cohort.name, repeats: repeats, area: area)
        } else {
          curve = try ROCFigureCurve(cohort.classes(), level: level)
        }
        return .roc(
          [curve], level: level,
          note: cohort.sourceOfRepeats
            + (cohort.repeatCount > repeats.count && cohort.repeatCount > 1
              ? " The first \(repeats.count) of \(cohort.repeatCount) repeats." : ""))
      },
      .drawn("Precision and recall") { () throws(StatisticsError) in
        try .precisionRecall([cohort.classes()], note: cohort.note)
      },
      .drawn("Scores by class") { () throws(StatisticsError) in
        try .scoreDistribution(cohort.classes(), classNames: classNames, note: cohort.note)
      },
    ]
    let cutOffs = CutOff.all(cohort, training: training, settings)
    if let rule = cutOffs.first(where: { !$0.isProbability && $0.value.isFinite }) {
      blocks.append(
        .drawn("Waterfall") { () throws(StatisticsError) in
          try .waterfall(
            cohort.classes(), cutOff: rule.value, cutOffOrigin: rule.origin,
            classNames: classNames, note: cohort.note)
        })
    }
    let drawn = cutOffs.filter(\.value.isFinite)
    if let rule = drawn.first(where: { !$0.isOptimistic }) ?? drawn.first {
      blocks.append(
        .drawn("Confusion table") { () throws(StatisticsError) in
          try .confusion(
            rule.table(of: cohort), name: cohort.name, cutOff: "\(rule.title), \(rule.origin)",
            classNames: classNames, level: level, note: cohort.note)
        })
    }
    blocks.append(
      discriminationTable(cohort, pipeline: pipeline, area: area).map { .table($0) }
        ?? .paragraph("No areas: the rows are of one class."))
    if let table = cutOffTable(cohort, cutOffs) { blocks.append(.table(table)) }
    return blocks + probabilityBlocks(cohort)
  }

  /// More curves are a grey surface, and megabytes.
  private static let drawnRepeats = 30

  /// "48 patients, 20 positive", for captions.
  func counted(_ cohort: ScoredCohort) -> String {
    "\(NumberText.count(cohort.count)) \(study.aggregate == nil ? "rows" : "patients"),"
      + " \(NumberText.count(cohort.positives.count { $0 })) positive"
  }
}
