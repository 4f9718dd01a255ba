internal import Evaluation
internal import Learning
internal import ModelStudy
internal import Numerics
internal import Report
internal import Statistics
internal import Study

/// Random orders of the outcomes behind a p-value.
private let permutationCount = 1999

extension ModelResult {
  /// Areas under the ROC and the precision-recall curve beside what scores without information
  /// reach; nil where the rows are of one class.
  func discriminationTable(
    _ cohort: ScoredCohort, pipeline: Int, area: ReportedEstimate?
  ) -> ReportTable? {
    guard
      let curve = try? PrecisionRecall(scores: cohort.scores, positives: cohort.positives),
      let ranks = try? AreaUnderROC(scores: cohort.scores, positives: cohort.positives)
    else { return nil }
    var table = ReportTable(
      caption: "Discrimination of \(cohort.name), \(cohort.kind.title): \(counted(cohort))."
        + " Areas under the precision-recall curve have percentile"
        + " \(NumberText.level(level)) intervals over"
        + " \(NumberText.count(study.intervals.resamples)) resamples of patients; their p-values are"
        + " of \(NumberText.count(permutationCount)) permutations of the outcomes between patients"
        + " with the scores as they are."
        + (cohort.kind == .nested
          ? " They are of the mean score of each row, not means over folds as in the table of metrics."
            + " Such scores have seen outcomes of other rows: the strict test permutes outcomes"
            + " before the fit (`permutation` in a study)." : ""),
      columns: [
        .init("Measure"), .init("Estimate (interval)", isNumeric: true), .init("Interval by"),
        .init("Without information", isNumeric: true), .init("p", isNumeric: true), .init("Test"),
      ])
    let isNested = cohort.kind == .nested || cohort.kind == .asPublished
    let shown = area ?? ROCFigureCurve.deLong(ranks, level)
    // Cross-validated areas are means over folds: the ranks of all rows are another estimate.
    let p = isNested ? refittedP(pipeline, cohort) : ranks.mannWhitney?.p
    table.append([
      "AUC", ReportCell.interval(shown.value, shown.lower, shown.upper, places: 3), shown.method,
      ReportCell.fixed(0.5, places: 3), p.map { ReportCell.p($0) } ?? "",
      p == nil ? "" : isNested ? "permutation, pipeline refitted" : "Mann-Whitney",
    ])
    let intervals = precisionRecallIntervals(cohort, pipeline)
    for (title, measure, value) in [
      ("Average precision", PrecisionRecallTest.Measure.averagePrecision, curve.averagePrecision),
      (
        "Area under the precision-recall curve (Davis & Goadrich 2006)", .interpolatedArea,
        curve.interpolatedArea
      ),
    ] {
      let p = permutationP(cohort, pipeline, measure)
      table.append([
        title, cell(value, intervals[measure], places: 3),
        intervals[measure] == nil ? "" : "percentile bootstrap of patients",
        ReportCell.fixed(curve.prevalence, places: 3), p.map { ReportCell.p($0) } ?? "",
        p == nil ? "" : "permutation, scores as they are",
      ])
    }
    return table
  }

  /// Of the run's permutation test, if it was of the AUC.
  private func refittedP(_ pipeline: Int, _ cohort: ScoredCohort) -> Double? {
    guard cohort.kind == .nested, study.metric == .auc else { return nil }
    return node(pipeline, "permutation/p")?.number
  }

  private func patients(_ cohort: ScoredCohort) throws(LearningError) -> Patients {
    try Patients(outcome: cohort.outcome, groups: cohort.groups)
  }

  private func precisionRecallIntervals(
    _ cohort: ScoredCohort, _ pipeline: Int
  ) -> [PrecisionRecallTest.Measure: Interval] {
    guard let patients = try? patients(cohort), let resampling = try? PatientResampling(patients)
    else { return [:] }
    let positives = cohort.positives
    var stream = RandomStream(
      seed: study.seed, domain: .bootstrap, index: UInt64(pipeline) | 1 << 60)
    var (precisions, areas): ([Double], [Double]) = ([], [])
    for _ in 0..<study.intervals.resamples {
      let rows = resampling.draw(using: &stream).rows
      let curve = try? PrecisionRecall(
        scores: rows.map { cohort.scores[$0] }, positives: rows.map { positives[$0] })
      precisions.append(curve?.averagePrecision ?? .nan)
      areas.append(curve?.interpolatedArea ?? .nan)
    }
    var intervals: [PrecisionRecallTest.Measure: Interval] = [:]
    intervals[.averagePrecision] = ResampledInterval(precisions, level: level).percentile
    intervals[.interpolatedArea] = ResampledInterval(areas, level: level).percentile
    return intervals
  }

  /// Nil where no outcome can be given to another patient.
  private func permutationP(
    _ cohort: ScoredCohort, _ pipeline: Int, _ measure: PrecisionRecallTest.Measure
  ) -> Double? {
    guard let patients = try? patients(cohort), let permutation = try? OutcomePermutation(patients)
    else { return nil }
    var stream = RandomStream(
      seed: study.seed, domain: .permutation, index: UInt64(pipeline) | 1 << 60)
    let positives = cohort.positives
    return try? PrecisionRecallTest(
      scores: cohort.scores, positives: positives, measure: measure, count: permutationCount
    ) {
      permutation.draw(using: &stream).map { positives[$0] }
    }.p
  }
}
