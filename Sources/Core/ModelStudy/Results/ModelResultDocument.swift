internal import Evaluation
package import Learning
package import Study

extension Estimates {
  /// Everything of the result file but `/X`.
  /// - Parameters:
  ///   - fingerprint: of the plan, hexadecimal.
  ///   - timings: of every unit.
  package func document(
    setup: ModelSetup, fingerprint: String, versions: NumericalVersions, facts: RunFacts,
    timings: UnitTimings
  ) -> ResultDocument {
    let pipelines = plan.study.pipelines
    let byPipeline = pipelines.enumerated().map { index, pipeline in
      ResultNode.Entry(pipeline.name, pipelineNode(index))
    }
    let lines = pipelines.indices.flatMap { metricLines(pipeline: $0) }
    return ResultDocument(
      observations: observations(), variables: variables(),
      groups: [
        .init(
          "uns",
          .group([
            .init(
              "radcohort",
              .group([
                .init("study", .text(plan.study.name)),
                .init("kind", .text("models")),
                .init("fingerprint", .text(fingerprint)),
                .init("metric", .text(plan.study.metric.rawValue)),
                .init("units", .integer(plan.unitCount)),
                .init("search_units", .integer(plan.space.searchUnits.count)),
                .init("units_failed", .integer(failures.count)),
                .init("failures", .table(failureTable())),
                .init("notes", .texts(setup.notes)),
                .init("missing", .table(missingTable(setup))),
                .init("layout", setup.layout.node),
              ])),
            .init("metrics", .table(Self.table(lines))),
            .init("folds", .table(foldTable())),
            .init("models", .group(byPipeline)),
            .init(
              "provenance", facts.node(setup, seed: plan.study.seed, plan.study.text, versions)),
            .init("timings", timings.node),
          ]))
      ] + layers)
  }

  /// Probabilities beside the scores; none where the outcome has no classes.
  private var layers: [ResultNode.Entry] {
    guard plan.header.outcome.kind == .binary else { return [] }
    let matrix = ResultNode.matrix(probabilities(), columnCount: plan.scoreColumns.count)
    return [.init("layers", .group([.init("probability", matrix)]))]
  }

  private func observations() -> ResultTable {
    let header = plan.header
    var columns: [ResultTable.Column] = [
      .init("patient_id", .texts(header.patients))
    ]
    if !header.lesions.isEmpty { columns.append(.init("lesion", .texts(header.lesions))) }
    if !header.sessions.isEmpty { columns.append(.init("session", .texts(header.sessions))) }
    columns.append(.init("split", .texts(header.roles.map(\.rawValue))))
    if !header.weights.isEmpty { columns.append(.init("weight", .numbers(header.weights))) }
    if !header.volumes.isEmpty { columns.append(.init("volume", .numbers(header.volumes))) }
    if !header.sites.isEmpty { columns.append(.init("site", .texts(header.sites))) }
    switch header.outcome {
    case .binary(let classes): columns.append(.init("outcome", .integers(classes.map { Int($0) })))
    case .continuous(let values): columns.append(.init("outcome", .numbers(values)))
    case .survival(let time, let event, let entry):
      columns.append(.init("time", .numbers(time)))
      columns.append(.init("event", .integers(event.map { Int($0) })))
      if !entry.isEmpty { columns.append(.init("entry", .numbers(entry))) }
    }
    if let group = plan.space.group(.observed) {
      for repetition in 0..<group.repeats {
        var folds = [Int](repeating: 0, count: header.rowCount)
        for outer in 0..<group.outer {
          for pipeline in plan.study.pipelines.indices {
            let task = ModelTask(
              scenario: .observed, repetition: repetition, outer: outer, pipeline: pipeline)
            for row in self[task].test { folds[row] = outer + 1 }
          }
        }
        columns.append(.init("fold_\(repetition + 1)", .integers(folds)))
      }
    }
    return ResultTable(index: header.rowNames, columns: columns)
  }

  private func variables() -> ResultTable {
    let columns = plan.scoreColumns
    return ResultTable(
      index: columns.map(\.name),
      columns: [
        .init("pipeline", .texts(columns.map { plan.study.pipelines[$0.pipeline].name })),
        .init("scenario", .texts(columns.map(\.scenario.name))),
        .init("repeat", .integers(columns.map { $0.repetition + 1 })),
      ])
  }

  private static func table(_ lines: [MetricLine]) -> ResultTable {
    ResultTable(
      index: lines.map { "\($0.pipeline)_\($0.rows)_\($0.metric)" },
      columns: [
        .init("pipeline", .texts(lines.map(\.pipeline))),
        .init("rows", .texts(lines.map(\.rows))),
        .init("metric", .texts(lines.map(\.metric))),
        .init("estimate", .numbers(lines.map(\.estimate))),
        .init("lower", .numbers(lines.map(\.lower))),
        .init("upper", .numbers(lines.map(\.upper))),
        .init("interval", .texts(lines.map(\.interval))),
        .init("plain_lower", .numbers(lines.map(\.plain.lower))),
        .init("plain_upper", .numbers(lines.map(\.plain.upper))),
        .init("percentile_lower", .numbers(lines.map(\.percentile.lower))),
        .init("percentile_upper", .numbers(lines.map(\.percentile.upper))),
        .init("bca_lower", .numbers(lines.map(\.bca.lower))),
        .init("bca_upper", .numbers(lines.map(\.bca.upper))),
        .init("partition_lower", .numbers(lines.map(\.partition.lower))),
        .init("partition_upper", .numbers(lines.map(\.partition.upper))),
        .init("sd_over_folds", .numbers(lines.map(\.deviationOverFolds))),
        .init("sd_over_repeats", .numbers(lines.map(\.deviationOverRepeats))),
        .init("n", .integers(lines.map(\.count))),
        .init("events", .integers(lines.map(\.events))),
        .init("optimistic", .integers(lines.map { $0.isOptimistic ? 1 : 0 })),
        .init("note", .texts(lines.map(\.note))),
      ])
  }

  /// Every fit but those of permutations and resamples: rows, settings, result, partition.
  private func foldTable() -> ResultTable {
    let scenarios: [Scenario] = [.final, .observed, .asPublished]
    let entries = plan.study.pipelines.indices.flatMap { pipeline in
      scenarios.flatMap { all($0, pipeline: pipeline) }
    }
    func pipeline(_ entry: Entry) -> PipelineGrid { plan.study.pipelines[entry.task.pipeline] }
    return ResultTable(
      index: entries.map { "unit-\(plan.space.unit($0.task))" },
      columns: [
        .init("pipeline", .texts(entries.map { pipeline($0).name })),
        .init("scenario", .texts(entries.map(\.task.scenario.name))),
        .init("repeat", .integers(entries.map { $0.task.repetition + 1 })),
        .init("fold", .integers(entries.map { $0.task.outer + 1 })),
        .init("n_training", .integers(entries.map(\.trainingCount))),
        .init("n_test", .integers(entries.map(\.test.count))),
        .init("metric", .numbers(entries.map(\.value))),
        .init("apparent", .numbers(entries.map { $0.result?.apparent ?? .nan })),
        .init("selected", .integers(entries.map { $0.result?.selected.count ?? 0 })),
        .init("grid_point", .integers(entries.map { $0.point + 1 })),
        .init(
          "settings",
          .texts(entries.map { $0.point < 0 ? "" : pipeline($0).text(ofPoint: $0.point) })),
        .init("partition", .texts(entries.map { String($0.partition, radix: 16) })),
        .init("note", .texts(entries.map { $0.result?.note ?? "" })),
      ])
  }

  private func failureTable() -> ResultTable {
    ResultTable(
      index: failures.map { "unit-\($0.unit)" },
      columns: [
        .init("unit", .texts(failures.map { plan.name(ofUnit: $0.unit) })),
        .init("message", .texts(failures.map(\.failure.description))),
      ])
  }

  private func missingTable(_ setup: ModelSetup) -> ResultTable {
    let columns = setup.missing.indices.filter { setup.missing[$0] > 0 }
    return ResultTable(
      index: columns.map { plan.header.columns[$0] },
      columns: [.init("rows", .integers(columns.map { setup.missing[$0] }))])
  }

  // MARK: One pipeline

  private func pipelineNode(_ index: Int) -> ResultNode {
    var nodes: [ResultNode.Entry] = [
      .init("settings", .texts(plan.study.pipelines[index].texts)),
      .init("selection", .table(selectionTable(index))),
      .init("columns_per_fold", .table(columnTable(index))),
      .init("grid", .table(gridTable(index))),
      .init("inner_failures", .table(gaps.table(pipeline: index, plan))),
    ]
    let condition = plan.study.pipelines[index].rows
    if !condition.isEmpty { nodes.append(.init("rows", .text(condition))) }
    if let node = permutationNode(pipeline: index) { nodes.append(.init("permutation", node)) }
    if let node = bootstrapNode(pipeline: index) { nodes.append(.init("bootstrap", node)) }
    if let state = self[ModelTask(scenario: .final, pipeline: index)].result?.state {
      nodes.append(.init("fitted", state.node))
    }
    return .group(nodes)
  }

  /// How often a column reached the model, over the outer partitions and over resamples.
  private func selectionTable(_ pipeline: Int) -> ResultTable {
    let names = names[pipeline]
    let results = all(.observed, pipeline: pipeline).compactMap(\.result)
    var outer = [Int](repeating: 0, count: names.count)
    for column in results.lazy.flatMap(\.selected) { outer[Int(column)] += 1 }
    let resampled = resamples[pipeline]
    let final = self[ModelTask(scenario: .final, pipeline: pipeline)].result?.selected ?? []
    var rank = [Int](repeating: 0, count: names.count)
    for (place, column) in final.enumerated() { rank[Int(column)] = place + 1 }
    let columns = names.indices.filter {
      outer[$0] > 0 || resampled.selected[$0] > 0 || rank[$0] > 0
    }.sorted { a, b in
      if outer[a] != outer[b] { return outer[a] > outer[b] }
      let (c, d) = (resampled.selected[a], resampled.selected[b])
      return c != d ? c > d : names[a] < names[b]
    }
    func share(_ counts: [Int], of fits: Int) -> [Double] {
      columns.map { fits == 0 ? .nan : Double(counts[$0]) / Double(fits) }
    }
    var table: [ResultTable.Column] = [
      .init("frequency", .numbers(share(outer, of: results.count))),
      .init("bootstrap_frequency", .numbers(share(resampled.selected, of: resampled.fits))),
      .init("final_rank", .integers(columns.map { rank[$0] })),
    ]
    if let isKept = isKept(pipeline) {
      table.append(.init("kept", .integers(columns.map { isKept[$0] ? 1 : 0 })))
    }
    return ResultTable(index: columns.map { names[$0] }, columns: table)
  }

  /// Whether each column stays by rule, whatever selection does; nil where the pipeline has no rule.
  private func isKept(_ pipeline: Int) -> [Bool]? {
    let grid = plan.study.pipelines[pipeline]
    if grid.keep.isEmpty { return nil }
    let all = grid.columns(names: plan.header.columns, blocks: plan.header.blocks)
    return ColumnPatterns(grid.keep).matches(names: all.names, blocks: all.blocks)
  }

  /// Which columns each outer fold and the final fit chose, by name.
  private func columnTable(_ pipeline: Int) -> ResultTable {
    let entries = [Scenario.final, .observed, .asPublished].flatMap { all($0, pipeline: pipeline) }
    return ResultTable(
      index: entries.map { "unit-\(plan.space.unit($0.task))" },
      columns: [
        .init(
          "columns",
          .texts(
            entries.map { entry in
              let selected = entry.result?.selected ?? []
              // All columns is no choice.
              return selected.count == plan.header.columnCount
                ? "all" : selected.map { names[pipeline][Int($0)] }.joined(separator: ", ")
            }))
      ])
  }

  private func gridTable(_ index: Int) -> ResultTable {
    let pipeline = plan.study.pipelines[index]
    let points = 0..<pipeline.pointCount
    var means = [Double](repeating: .nan, count: points.count)
    if plan.space.searched.contains(index) {
      let task = ModelTask(scenario: .final, pipeline: index)
      means = plan.innerMeans(of: task) { innerMetrics[$0] ?? [] }.map(\.value)
    }
    let chosen = all(.observed, pipeline: index).map(\.point)
    return ResultTable(
      index: points.map { "\($0 + 1)" },
      columns: [
        .init("settings", .texts(points.map { pipeline.text(ofPoint: $0) })),
        .init("inner_metric", .numbers(means)),
        .init("chosen", .integers(points.map { point in chosen.count { $0 == point } })),
      ])
  }
}

extension FittedState {
  /// As the result file has it: kind, texts, numbers, and parts by their places.
  package var node: ResultNode {
    .group(
      [
        .init("kind", .text(kind)), .init("texts", .texts(texts)),
        .init("numbers", .numbers(numbers)),
      ]
        + (parts.isEmpty
          ? []
          : [
            .init(
              "parts", .group(parts.enumerated().map { .init("\($0)", $1.node) }))
          ]))
  }
}

extension RunFacts {
  /// `/uns/provenance` of a model study.
  func node(
    _ setup: ModelSetup, seed: UInt64, _ text: String, _ versions: NumericalVersions
  ) -> ResultNode {
    .group([
      .init("study_text", .text(text)),
      .init("seed", .integer(Int(seed))),
      .init("input_file", .texts(setup.inputs)),
      .init("input_sha256", .texts(setup.inputHashes)),
      .init("table_sha256", .text(setup.tableHash)),
      .init("numbers", .integer(versions.numbers)),
      .init("linear_algebra", .text(versions.linearAlgebra)),
      .init("run", runNode),
    ])
  }
}
