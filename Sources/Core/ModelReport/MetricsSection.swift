internal import Evaluation
internal import Learning
internal import ModelStudy
package import Report
internal import Study

extension ModelResult {
  /// Every metric of one pipeline, as the run wrote it.
  package func metricsTable(pipeline: Int) -> ReportTable {
    var table = ReportTable(
      caption: "Metrics of \(study.pipelines[pipeline].name). Intervals are over patients"
        + " (\(NumberText.level(level))); the spread over folds and repeats is a property of the"
        + " partitions. Lines in italics are of rows that the fit or its selection has seen.",
      columns: [
        .init("Rows"), .init("Metric"), .init("Estimate (interval)", isNumeric: true),
        .init("Interval by"), .init("SD over folds", isNumeric: true),
        .init("SD over repeats", isNumeric: true), .init("Next shuffle", isNumeric: true),
        .init("n", isNumeric: true), .init("Events", isNumeric: true), .init("Note"),
      ])
    func number(_ value: Double) -> String {
      value.isNaN ? "" : NumberText.fixed(value, places: 3)
    }
    for line in metrics(pipeline: pipeline) {
      let estimate = line.reported
      table.append(
        [
          line.rows, Self.title(ofMetric: line.metric),
          NumberText.interval(estimate.value, estimate.lower, estimate.upper, places: 3),
          estimate.method, number(line.deviationOverFolds), number(line.deviationOverRepeats),
          line.partition.lower.isNaN
            ? "" : NumberText.range(line.partition.lower, line.partition.upper, places: 3),
          NumberText.count(line.count), kind == .continuous ? "" : NumberText.count(line.events),
          line.note,
        ], isDoubtful: line.isOptimistic)
    }
    return table
  }

  /// One line per pipeline and kind of rows: the study's metric.
  package func headlineTable() -> ReportTable {
    var table = ReportTable(
      caption: "\(Self.title(ofMetric: study.metric.rawValue)) of every pipeline"
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
        let estimate = line.reported
        let isTested = line.rows == Scenario.observed.name
        table.append(
          [
            line.pipeline, line.rows,
            NumberText.interval(estimate.value, estimate.lower, estimate.upper, places: 3),
            estimate.method, NumberText.count(line.count),
            kind == .continuous ? "" : NumberText.count(line.events),
            isTested ? p.map { NumberText.pValue($0) } ?? "" : "",
          ], isDoubtful: line.isOptimistic)
      }
    }
    return table
  }

  /// As a reader knows it: "AUC".
  package static func title(ofMetric name: String) -> String {
    switch Metric(rawValue: name) {
    case .auc: "AUC"
    case .averagePrecision: "Average precision"
    case .accuracy: "Accuracy"
    case .balancedAccuracy: "Balanced accuracy"
    case .f1: "F1"
    case .mcc: "MCC"
    case .brier: "Brier score"
    case .logLoss: "Log loss"
    case .concordance: "Harrell's C"
    case .spearman: "Spearman's ρ"
    case .r2: "R²"
    case .rmse: "RMSE"
    case .mae: "MAE"
    case nil: name
    }
  }
}
