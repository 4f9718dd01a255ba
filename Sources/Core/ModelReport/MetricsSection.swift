internal import Evaluation
internal import Learning
internal import ModelStudy
package import Report
internal import Study

extension ModelResult {
  /// Every metric of one pipeline, as the run wrote it.
  package func metricsTable(pipeline: Int) -> ReportTable {
    var table = ReportTable(
      caption: "Metrics of \(study.pipelines[pipeline].name)."
        + " \(NumberText.level(level)) intervals are over patients: an area's is Wald's on the logit"
        + " scale (its file has the plain one too); \"bootstrap of patients\" draws patients with the"
        + " scores that they have, of cross-validated rows in all folds and repeats at once (\"folds"
        + " pooled\": the metric is biased in small folds, so its interval is of all rows of a"
        + " repeat and need not have the mean over folds in its middle)."
        + " What refitting to other patients would change is in no interval; the spread over folds"
        + " and repeats is a property of the partitions. Lines in italics are of rows that the fit or"
        + " its selection has seen.",
      columns: [
        .init("Rows"), .init("Metric"), .init("Estimate (interval)", isNumeric: true),
        .init("Interval by"), .init("SD over folds", isNumeric: true),
        .init("SD over repeats", isNumeric: true), .init("Next shuffle", isNumeric: true),
        .init("n", isNumeric: true), .init("Events", isNumeric: true), .init("Note"),
      ])
    func number(_ value: Double) -> ReportCell { value.isNaN ? "" : .fixed(value, places: 3) }
    for line in metrics(pipeline: pipeline) {
      let partition = line.partition
      table.append(
        [
          line.rows, line.title, line.cell, line.reported.method,
          number(line.deviationOverFolds), number(line.deviationOverRepeats),
          partition.lower.isNaN
            ? "" : ReportCell.range(partition.lower, partition.upper, places: 3),
          ReportCell.count(line.count), events(line), line.note,
        ], isDoubtful: line.isOptimistic)
    }
    return table
  }

  private func events(_ line: MetricLine) -> ReportCell {
    kind == .continuous ? "" : .count(line.events)
  }

  /// One line per pipeline and kind of rows: the study's metric.
  package func headlineTable() -> ReportTable {
    var table = ReportTable(
      caption: "\(study.metric.title) of every pipeline"
        + " (\(NumberText.level(level)) intervals over patients). Lines in italics are of rows"
        + " that the fit or its selection has seen.",
      columns: [
        .init("Pipeline"), .init("Rows"), .init("Estimate (interval)", isNumeric: true),
        .init("Interval by"), .init("n", isNumeric: true), .init("Events", isNumeric: true),
        .init("Permutation test", isNumeric: true),
      ])
    for pipeline in study.pipelines.indices {
      let p = node(pipeline, "permutation/p")?.number
      for line in metrics(pipeline: pipeline) where line.metric == study.metric.rawValue {
        let tested = line.rows == Scenario.observed.name ? p : nil
        table.append(
          [
            line.pipeline, line.rows, line.cell, line.reported.method,
            ReportCell.count(line.count), events(line),
            tested.map { ReportCell(NumberText.pValue($0), [("", $0)]) } ?? "",
          ], isDoubtful: line.isOptimistic)
      }
    }
    return table
  }
}

extension MetricLine {
  /// Of the metric, as a reader knows it.
  var title: String { Metric(rawValue: metric)?.title ?? metric }

  /// The estimate with its interval; the file has the run's other intervals as well.
  fileprivate var cell: ReportCell {
    let own = reported
    var more: [(name: String, value: Double)] = []
    for (name, limits) in [("plain", plain), ("percentile", percentile), ("BCa", bca)]
    where limits.lower.isFinite {
      more += [("\(name) lower", limits.lower), ("\(name) upper", limits.upper)]
    }
    return .interval(own.value, own.lower, own.upper, places: 3, more: more)
  }
}
