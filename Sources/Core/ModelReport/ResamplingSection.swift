internal import Evaluation
internal import ModelStudy
package import Report
internal import Study

extension ModelResult {
  /// Permutation nulls, refits on resampled patients, and the spread over splits.
  package func resamplingBlocks(pipeline: Int) -> [HTMLReport.Block] {
    permutation(pipeline) + bootstrap(pipeline) + splits(pipeline)
  }

  private func permutation(_ pipeline: Int) -> [HTMLReport.Block] {
    guard let node = node(pipeline, "permutation"),
      let permuted = node[path: "permuted"]?.numbers,
      let observed = node[path: "observed"]?.number, let p = node[path: "p"]?.number
    else { return [] }
    let limits = (node[path: "p_monte_carlo_lower"]?.number).flatMap { lower in
      (node[path: "p_monte_carlo_upper"]?.number).map { (lower: lower, upper: $0) }
    }
    let whole = node[path: "refitted"]?.text == "pipeline"
    return [
      .figure(
        .permutationNull(
          permuted: permuted, observed: observed, p: p, metric: study.metric.title,
          refitted: whole ? "the whole pipeline" : "the last step", monteCarlo: limits))
    ]
  }

  private func bootstrap(_ pipeline: Int) -> [HTMLReport.Block] {
    guard let node = node(pipeline, "bootstrap"), let left = node[path: "out_of_bag"]?.numbers
    else { return [] }
    var marks: [HistogramMark] = []
    for (name, label) in [
      ("apparent", "Apparent"), ("optimism_corrected", "Optimism-corrected"), ("plus_632", ".632+"),
    ] {
      if let value = node[path: name]?.number, value.isFinite {
        marks.append(HistogramMark(label, value))
      }
    }
    return [
      .figure(
        .distribution(
          left, marks: marks, title: "Refits on resampled patients",
          axis: "\(study.metric.title) of the patients left out", counted: "Resamples",
          note: node[path: "note"]?.text
            ?? "Harrell's optimism and .632+ are of the whole pipeline."
        ))
    ]
  }

  /// The study's metric in every fold of every repeat, in that order, and the rows of a test part to
  /// one training row; nil where nothing is partitioned.
  package func foldMetrics(pipeline: Int) -> (values: [Double], testShare: Double)? {
    guard let folds = document[path: "uns/folds"]?.table, let metric = folds.numbers("metric"),
      let scenario = folds.texts("scenario"), let names = folds.texts("pipeline"),
      let training = folds.numbers("n_training"), let test = folds.numbers("n_test")
    else { return nil }
    let own = metric.indices.filter {
      names[$0] == study.pipelines[pipeline].name && scenario[$0] == Scenario.observed.name
    }
    let rows = own.reduce(0) { $0 + training[$1] }
    guard rows > 0 else { return nil }
    return (own.map { metric[$0] }, own.reduce(0) { $0 + test[$1] } / rows)
  }

  /// The metric of every split or repeat.
  private func splits(_ pipeline: Int) -> [HTMLReport.Block] {
    guard let group = plan.space.group(.observed), group.repeats >= 10,
      let metric = foldMetrics(pipeline: pipeline)?.values,
      metric.count == group.repeats * group.outer
    else { return [] }
    let means = (0..<group.repeats).map { repetition -> Double in
      let values = metric[repetition * group.outer..<(repetition + 1) * group.outer]
        .filter(\.isFinite)
      return values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    }
    let isSplit = study.validation.scheme == .split
    return [
      .figure(
        .distribution(
          means, title: isSplit ? "Split sweep" : "Spread over repeats",
          axis: "\(study.metric.title) of \(isSplit ? "the held-out part of a split" : "a repeat")",
          counted: isSplit ? "Splits" : "Repeats",
          note: "This is what another \(isSplit ? "split" : "shuffle") of the same patients would"
            + " give; it is no confidence interval for new patients."))
    ]
  }
}
