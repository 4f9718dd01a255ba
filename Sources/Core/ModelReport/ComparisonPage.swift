internal import Components
internal import Evaluation
internal import Learning
internal import ModelStudy
internal import Numerics
package import Report
internal import Statistics
internal import Study

/// A pipeline of a result file.
package struct ReportedPipeline: Sendable {
  package let result: ModelResult
  package let pipeline: Int
  /// The pipeline's name, with that of the file where there are two.
  package let name: String

  package init(_ result: ModelResult, pipeline: Int, name: String) {
    self.result = result
    self.pipeline = pipeline
    self.name = name
  }

  fileprivate func cohort(_ kind: ScoredCohort.Kind) -> ScoredCohort? {
    guard var cohort = result.cohort(kind, pipeline: pipeline) else { return nil }
    cohort.pipeline = name
    return cohort
  }
}

/// Settings of `compare`.
package struct ComparisonSettings: Sendable {
  /// Resamples of patients behind the intervals of NRI and IDI.
  package var resamples = 2000
  /// Probabilities between the categories of the categorical NRI: ascending, between 0 and 1.
  package var categories = [0.5]
  package var seed: UInt64 = 0
  package var level = 0.95
  package var date = ""

  package init() {}
}

/// Everything that sets two models against each other, for every pair.
/// - Returns: a page, and a sentence for everything that could not be compared.
package func comparisonPage(
  _ pairs: [(ReportedPipeline, ReportedPipeline)], title: String, settings: ComparisonSettings
) -> (page: HTMLReport, problems: [String]) {
  var sections: [HTMLReport.Section] = []
  var problems: [String] = []
  for (first, second) in pairs {
    var parts: [HTMLReport.Section] = []
    for kind in [ScoredCohort.Kind.nested, .test, .external] {
      guard let own = first.cohort(kind), let other = second.cohort(kind) else { continue }
      do throws(StatisticsError) {
        let pair = try ModelPair(own, other)
        let blocks =
          try pair.blocks(settings)
          + (kind == .nested ? partitionBlocks(first, second, settings.level) : [])
        parts.append(
          HTMLReport.Section(kind.heading, blocks))
      } catch {
        problems.append("\(first.name) and \(second.name), \(kind.title): \(error.message)")
      }
    }
    if parts.isEmpty {
      problems.append("\(first.name) and \(second.name): no kind of rows was scored by both")
    } else {
      sections.append(
        HTMLReport.Section("\(first.name) and \(second.name)", [], subsections: parts))
    }
  }
  let fingerprints = pairs.flatMap { [$0.0.result.fingerprint, $0.1.result.fingerprint] }
  var distinct: [String] = []
  for fingerprint in fingerprints where !distinct.contains(fingerprint) {
    distinct.append(fingerprint)
  }
  return (
    HTMLReport(
      study: title, fingerprint: distinct.joined(separator: ", "), date: settings.date,
      sections: sections), problems
  )
}

/// The corrected resampled t-test of the folds' metrics, where both were fitted on the same folds.
private func partitionBlocks(
  _ first: ReportedPipeline, _ second: ReportedPipeline, _ level: Double
) -> [HTMLReport.Block] {
  let (a, b) = (first.result, second.result)
  guard a.folds == b.folds, a.header.rowNames == b.header.rowNames,
    a.study.metric == b.study.metric,
    let own = a.foldMetrics(pipeline: first.pipeline),
    let other = b.foldMetrics(pipeline: second.pipeline), own.values.count == other.values.count
  else { return [] }
  let differences = zip(own.values, other.values).map { $0 - $1 }
  guard differences.allSatisfy(\.isFinite),
    let test = try? CorrectedResampledT(differences, testShare: own.testShare),
    let interval = try? test.interval(level: level)
  else { return [] }
  return [
    .paragraph(
      "Over partitions: the mean difference in"
        + " \(a.study.metric.title) of"
        + " \(NumberText.count(differences.count)) folds is"
        + " \(cell(test.mean, interval, places: 3).text)"
        + (test.p.map { ", \(NumberText.pValue($0))" } ?? "")
        + " (corrected resampled t-test, Nadeau & Bengio 2003). It speaks of refitting on other"
        + " partitions of these patients.")
  ]
}

extension ModelPair {
  fileprivate func blocks(_ settings: ComparisonSettings) throws(StatisticsError)
    -> [HTMLReport.Block]
  {
    let difference = try discrimination(level: settings.level)
    var table = ReportTable(
      caption: "\(first.name) against \(second.name), \(NumberText.count(first.count)) common rows"
        + (unpaired == 0 ? "" : " (\(NumberText.count(unpaired)) rows of one only are left out)")
        + ". Differences are first minus second (\(NumberText.level(settings.level)) intervals).",
      columns: [
        .init("Measure"), .init(first.name, isNumeric: true), .init(second.name, isNumeric: true),
        .init("Difference", isNumeric: true), .init("p", isNumeric: true), .init("Method"),
      ])
    func append(_ line: ModelDifference) {
      table.append([
        line.measure, ReportCell.fixed(line.first, places: 3),
        ReportCell.fixed(line.second, places: 3),
        cell(line.difference, line.interval, places: 3),
        line.p.map { ReportCell.p($0) } ?? "", line.method,
      ])
    }
    append(difference)
    for line in try ofSurvival(level: settings.level) { append(line) }
    let resamples = try resamples(settings)
    for line in try ofProbabilities(resamples, settings.level) { append(line) }
    var blocks: [HTMLReport.Block] = []
    if case .binary = first.outcome {
      blocks.append(
        .drawn("ROC curves") { () throws(StatisticsError) in
          let curves = [
            try ROCFigureCurve(first.classes(), level: settings.level),
            try ROCFigureCurve(second.classes(), level: settings.level),
          ]
          return .roc(curves, level: settings.level, note: first.note)
        })
    }
    blocks.append(
      .figure(
        .scatter(
          [("rows", zip(second.scores, first.scores).map { PlotPoint($0, $1) })],
          x: second.name, y: first.name, title: "Scores of both models",
          summary: "Spearman's ρ \(spearman).", note: first.note)))
    blocks.append(.table(table))
    if let table = try reclassification(resamples, settings) { blocks.append(.table(table)) }
    if Set(first.groups).count < first.count {
      blocks.append(
        .warning(
          "Some patients have several rows. DeLong's and McNemar's tests take rows as independent:"
            + " their p-values are too small."))
    }
    return blocks
  }

  private var spearman: String {
    (try? Correlation(first.scores, second.scores, kind: .spearman)).map {
      NumberText.fixed($0.coefficient)
    } ?? NumberText.undefined
  }

  /// Brier score and calls at 0.5.
  private func ofProbabilities(
    _ resamples: [[Int]], _ level: Double
  ) throws(StatisticsError) -> [ModelDifference] {
    guard let new = first.probabilities, let old = second.probabilities else { return [] }
    let positives = first.positives
    var lines: [ModelDifference] = []
    let scores = (
      try BrierScore(probabilities: new, positives: positives).score,
      try BrierScore(probabilities: old, positives: positives).score
    )
    func error(_ row: Int) -> Double {
      let truth = positives[row] ? 1.0 : 0
      return (new[row] - truth) * (new[row] - truth) - (old[row] - truth) * (old[row] - truth)
    }
    let errors = positives.indices.map(error)
    lines.append(
      ModelDifference(
        measure: "Brier score", first: scores.0, second: scores.1, difference: scores.0 - scores.1,
        interval: ResampledInterval(
          resamples.map { rows in
            rows.reduce(0) { $0 + errors[$1] } / Double(rows.count)
          }, level: level
        ).percentile, p: nil, method: "percentile bootstrap of patients"))
    let right = positives.indices.map { (new[$0] >= 0.5) == positives[$0] }
    let otherRight = positives.indices.map { (old[$0] >= 0.5) == positives[$0] }
    func share(_ values: [Bool]) -> Double { Double(values.count { $0 }) / Double(values.count) }
    let calls = try? McNemarTest(
      positives.indices.count { right[$0] && !otherRight[$0] },
      positives.indices.count { !right[$0] && otherRight[$0] })
    lines.append(
      ModelDifference(
        measure: "Accuracy at probability 0.5", first: share(right), second: share(otherRight),
        difference: share(right) - share(otherRight), interval: nil, p: calls?.exactP,
        method: "McNemar's exact test"))
    return lines
  }

  /// How the first model moves probabilities against the second: NRI and IDI, with their parts.
  private func reclassification(
    _ resamples: [[Int]], _ settings: ComparisonSettings
  ) throws(StatisticsError) -> ReportTable? {
    guard let new = first.probabilities, let old = second.probabilities else { return nil }
    let cutOffs = settings.categories.map { NumberText.exact($0) }.joined(separator: ", ")
    var table = ReportTable(
      caption: "Reclassification by \(first.name) against \(second.name):"
        + " \(NumberText.count(first.count)) rows, \(NumberText.count(first.positives.count { $0 }))"
        + " events. Percentile \(NumberText.level(settings.level)) intervals over"
        + " \(NumberText.count(resamples.count)) resamples of patients, both models as they are. No"
        + " p-values: \(Reclassification.warning)",
      columns: [
        .init("Measure"), .init("Both", isNumeric: true), .init("Events", isNumeric: true),
        .init("Non-events", isNumeric: true), .init("Events up", isNumeric: true),
        .init("Events down", isNumeric: true), .init("Non-events up", isNumeric: true),
        .init("Non-events down", isNumeric: true),
      ])
    var kinds: [(String, Reclassification.Categories)] = [("NRI, continuous", .continuous)]
    if !settings.categories.isEmpty {
      kinds.insert(("NRI, categories cut at \(cutOffs)", .cutOffs(settings.categories)), at: 0)
    }
    for (title, categories) in kinds {
      let moved = try Reclassification(
        old: old, new: new, positives: first.positives, categories: categories,
        level: settings.level)
      let limits = try moved.resampled(resamples, level: settings.level)
      func line(
        _ title: String,
        _ parts: [(estimate: Reclassification.Estimate, resampled: ResampledInterval)],
        _ counts: [Reclassification.Moves]
      ) {
        let values = parts.map { cell($0.estimate.value, $0.resampled.percentile, places: 3) }
        let moves = counts.flatMap { moves in
          [moves.up, moves.down].map { ReportCell.share($0, of: moves.rowCount, places: 0) }
        }
        table.append([ReportCell(title)] + values + (counts.isEmpty ? ["", "", "", ""] : moves))
      }
      line(
        title,
        [
          (moved.nri, limits.nri), (moved.eventNRI, limits.eventNRI),
          (moved.noneventNRI, limits.noneventNRI),
        ], [moved.events, moved.nonevents])
      // IDI is the same beside either.
      if categories == .continuous {
        line(
          "IDI",
          [
            (moved.idi, limits.idi), (moved.eventIDI, limits.eventIDI),
            (moved.noneventIDI, limits.noneventIDI),
          ], [])
      }
    }
    return table
  }

  /// Rows of resampled patients.
  private func resamples(_ settings: ComparisonSettings) throws(StatisticsError) -> [[Int]] {
    do throws(LearningError) {
      let patients = try Patients(outcome: first.outcome, groups: first.groups)
      let resampling = try PatientResampling(patients)
      var stream = RandomStream(seed: settings.seed, domain: .bootstrap, index: 0)
      return (0..<settings.resamples).map { _ in resampling.draw(using: &stream).rows }
    } catch {
      throw StatisticsError(error.message)
    }
  }
}
