package import Evaluation
package import Learning
package import ModelStudy
package import Report
package import Statistics

/// Rows of one kind (or patients, where the study aggregates) with what one pipeline says of them.
package struct ScoredCohort: Sendable {
  package enum Kind: Hashable, Sendable {
    /// Every row was scored by fits that had not seen it.
    case nested
    /// As nested, but selection has seen all training rows.
    case asPublished
    /// Scored by the final model, which has not seen them.
    case test
    case external

    package var title: String {
      switch self {
      case .nested: "cross-validation"
      case .asPublished: "cross-validation as published"
      case .test: "test rows"
      case .external: "external rows"
      }
    }

    /// At the start of a line.
    var heading: String { title.prefix(1).uppercased() + title.dropFirst() }

    var scenario: Scenario {
      switch self {
      case .nested: .observed
      case .asPublished: .asPublished
      case .test, .external: .final
      }
    }

    var role: SplitRole {
      switch self {
      case .nested, .asPublished: .train
      case .test: .test
      case .external: .external
      }
    }

    /// The name in the table of metrics.
    var rowsName: String {
      switch self {
      case .nested: Scenario.observed.name
      case .asPublished: Scenario.asPublished.name
      case .test: SplitRole.test.rawValue
      case .external: SplitRole.external.rawValue
      }
    }
  }

  package var pipeline: String
  package let kind: Kind
  package let outcome: Outcome
  /// One per row: the mean of the repeats.
  package let scores: [Double]
  /// The same of probabilities; nil where the model has none.
  package let probabilities: [Double]?
  /// Of patients; rows of one patient have one number.
  package let groups: [Int]
  /// What tells a row from others in every result of the same cohort: the name of the patient where
  /// the study aggregates, else patient, lesion and session.
  package let ids: [String]
  /// The first row of the table that each stands for.
  package let tableRows: [Int]
  /// Scores behind each mean, at most; 1 for rows that are not partitioned.
  package let repeatCount: Int
  /// Rows that should have a score and have none: their folds failed.
  package let unscored: Int

  package var name: String { pipeline }
  package var count: Int { scores.count }

  package var positives: [Bool] {
    if case .binary(let classes) = outcome { classes.map { $0 == 1 } } else { [] }
  }

  /// What was done to get one score per row, for captions.
  package var note: String {
    let sentence = source
    return unscored == 0
      ? sentence
      : "\(sentence) \(NumberText.count(unscored)) rows have no score: their folds failed."
  }

  /// The same where every repeat is drawn by itself.
  package var sourceOfRepeats: String {
    kind == .nested ? "Cross-validated: each row is scored by a fit that had not seen it." : note
  }

  private var source: String {
    switch kind {
    case .nested where repeatCount > 1:
      "Cross-validated: each row has the mean of \(repeatCount) scores, each by a fit that had"
        + " not seen it."
    case .nested: "Cross-validated: each row is scored by a fit that had not seen it."
    case .asPublished:
      "As published: selection has seen these rows, so everything here is too good."
    case .test: "Test rows, scored once by the final model."
    case .external: "External rows, scored once by the final model."
    }
  }

  package func classes() throws(StatisticsError) -> ScoredClasses {
    try ScoredClasses(name: pipeline, scores: scores, positives: positives)
  }

  package func followUp() throws(StatisticsError) -> FollowUp {
    guard case .survival(let time, let event, let entry) = outcome else {
      throw StatisticsError("the outcome has no times")
    }
    return try FollowUp(
      time: time, event: event.map { $0 == 1 }, entry: entry.isEmpty ? nil : entry)
  }
}

extension ModelResult {
  /// The rows of a kind with the scores of a pipeline; nil where there are none, or some have no
  /// score.
  package func cohort(_ kind: ScoredCohort.Kind, pipeline: Int) -> ScoredCohort? {
    let all = columns(kind.scenario, pipeline: pipeline).map { column($0) }
    var candidates = rows(kind.role)
    // Splits score other rows in every repeat: what is averaged has been scored at least once.
    let expected = candidates.count
    candidates = candidates.filter { row in all.contains { $0.scores[row].isFinite } }
    guard !all.isEmpty, !candidates.isEmpty else { return nil }
    func mean(_ values: [[Double]]) -> [Double] {
      candidates.map { row in
        let own = values.map { $0[row] }.filter(\.isFinite)
        return own.isEmpty ? .nan : own.reduce(0, +) / Double(own.count)
      }
    }
    let probabilities = all.compactMap(\.probabilities)
    let means = plan.scored(
      candidates, outcome: nil, scores: mean(all.map(\.scores)),
      probabilities: probabilities.count == all.count ? mean(probabilities) : nil)
    guard means.fault == nil else { return nil }
    return ScoredCohort(
      pipeline: study.pipelines[pipeline].name, kind: kind, outcome: means.outcome,
      scores: means.scores,
      probabilities: means.probabilities.flatMap { $0.allSatisfy(\.isFinite) ? $0 : nil },
      groups: means.groups,
      ids: study.aggregate == nil
        ? candidates.map { header.rowNames[$0] } : patientNames(of: means.groups),
      tableRows: study.aggregate == nil
        ? candidates : firstRows(of: means.groups, among: candidates),
      repeatCount: all.count,
      unscored: study.validation.scheme == .split || !study.pipelines[pipeline].rows.isEmpty
        ? 0 : expected - candidates.count)
  }

  /// The rows of single repeats with both classes, each repeat by itself: the first ones, at most
  /// `limit`.
  package func repeats(
    of cohort: ScoredCohort, pipeline: Int, limit: Int
  ) throws(StatisticsError) -> [ScoredClasses] {
    var repeats: [ScoredClasses] = []
    for index in columns(cohort.kind.scenario, pipeline: pipeline) where repeats.count < limit {
      let scores = column(index).scores
      // Splits, and folds that failed, leave rows without a score.
      let scoredRows = rows(cohort.kind.role).filter { scores[$0].isFinite }
      let whole = plan.scored(
        scoredRows, outcome: nil, scores: scoredRows.map { scores[$0] }, probabilities: nil)
      guard case .binary(let classes) = whole.outcome, Set(classes).count == 2 else { continue }
      repeats.append(
        try ScoredClasses(
          name: cohort.name, scores: whole.scores, positives: classes.map { $0 == 1 }))
    }
    return repeats
  }

  private func firstRows(of groups: [Int], among rows: [Int]) -> [Int] {
    let first = Dictionary(
      rows.map { (header.groups[$0], $0) }, uniquingKeysWith: { first, _ in first })
    return groups.compactMap { first[$0] }
  }

  private func patientNames(of groups: [Int]) -> [String] {
    var names: [Int: String] = [:]
    for (group, patient) in zip(header.groups, header.patients) { names[group] = patient }
    return groups.map { names[$0] ?? "" }
  }

  /// A metric of these rows as the run reported it.
  package func reported(_ metric: Metric, _ cohort: ScoredCohort, pipeline: Int)
    -> ReportedEstimate?
  {
    metrics(pipeline: pipeline).first {
      $0.rows == cohort.kind.rowsName && $0.metric == metric.rawValue
    }.map { $0.reported }
  }
}

extension MetricLine {
  /// The estimate with the interval that the run gives first: over patients by theory, else BCa,
  /// else percentile.
  package var reported: ReportedEstimate {
    if lower.isFinite {
      return ReportedEstimate(estimate, lower: lower, upper: upper, method: interval)
    }
    if bca.lower.isFinite {
      return ReportedEstimate(
        estimate, lower: bca.lower, upper: bca.upper, method: "BCa bootstrap of patients")
    }
    return ReportedEstimate(
      estimate, lower: percentile.lower, upper: percentile.upper,
      method: percentile.lower.isFinite ? "percentile bootstrap of patients" : "")
  }
}
