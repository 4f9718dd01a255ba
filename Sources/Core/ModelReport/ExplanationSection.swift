package import Evaluation
internal import Explanation
internal import Learning
internal import ModelStudy
internal import Numerics
package import Report
internal import Statistics
internal import Study

extension ModelResult {
  /// Why the final models score as they do: contributions of columns (Shapley values), permutation
  /// importance on held-out rows, partial dependence.
  /// - Parameter fitted: final pipelines in the order of the study; nil where one was not fitted.
  package func explanationSection(
    _ fitted: [FittedPipeline?], _ features: ReportedFeatures
  ) -> HTMLReport.Section {
    let parts = study.pipelines.indices.compactMap { index -> HTMLReport.Section? in
      guard let pipeline = fitted[index] else { return nil }
      let name = study.pipelines[index].name
      if study.pipelines[index].isSecondStage {
        return HTMLReport.Section(
          "Explanation of \(name)",
          [
            .paragraph(
              "\(name) is a second stage: its inputs are scores, not columns of the table.")
          ])
      }
      let rows = ExplainedRows(self, index, pipeline, features)
      guard let rows else {
        return HTMLReport.Section(
          "Explanation of \(name)",
          [.paragraph("The table has not all columns that \(name) was fitted with.")])
      }
      return HTMLReport.Section(
        "Explanation of \(name)",
        contributions(name, pipeline, rows) + importance(index, pipeline, rows))
    }
    return HTMLReport.Section(
      "Explanation",
      [
        .paragraph(
          "Of the final models. A contribution says what a column did to a score, not what it does"
            + " to a patient; columns that go together share it in a way that no analysis of the"
            + " same data can check.")
      ], subsections: parts)
  }

  private func contributions(
    _ name: String, _ pipeline: FittedPipeline, _ rows: ExplainedRows
  ) -> [HTMLReport.Block] {
    if case .permutationOnly(let reason) = pipeline.explainability {
      return [.paragraph("No contributions: \(reason).")]
    }
    do throws(LearningError) {
      let explanation = try pipeline.explanation(
        of: rows.explained, background: rows.training
      ).perPatient(rows.explained.groups).ofContributingColumns
      let method =
        explanation.method == .trees
        ? "Path-dependent TreeSHAP (Lundberg 2020)"
        : "Linear SHAP against the means of the training rows"
      var blocks = explanation.notes.map { HTMLReport.Block.paragraph($0) }
      blocks.append(
        .drawn("Contributions") { () throws(StatisticsError) in
          .contributionSummary(
            try explanation.forFigures(), model: name, counted: "patient", method: method,
            note: rows.note)
        })
      blocks.append(
        .drawn("Mean sizes of contributions") { () throws(StatisticsError) in
          .contributionSizes(
            try explanation.forFigures(), model: name, counted: "patient", method: method,
            note: rows.note)
        })
      blocks += patients(name, explanation, rows, method)
      blocks += dependence(name, pipeline, explanation, rows)
      return blocks
    } catch {
      return [.paragraph("No contributions: \(error.message).")]
    }
  }

  /// The patients with the highest and with the lowest score.
  private func patients(
    _ name: String, _ explanation: Explanation, _ rows: ExplainedRows, _ method: String
  ) -> [HTMLReport.Block] {
    let order = explanation.scores.indices.sorted {
      (explanation.scores[$0], $0) < (explanation.scores[$1], $1)
    }
    guard let lowest = order.first, let highest = order.last, lowest != highest else { return [] }
    return [highest, lowest].map { row in
      .drawn("Contributions of a patient") { () throws(StatisticsError) in
        try .patientContributions(
          explanation.forFigures(), row: row, patient: rows.patients[explanation.rows[row]],
          model: name, method: method, note: rows.note)
      }
    }
  }

  /// Of the two columns with the largest contributions.
  private func dependence(
    _ name: String, _ pipeline: FittedPipeline, _ explanation: Explanation, _ rows: ExplainedRows
  ) -> [HTMLReport.Block] {
    explanation.ranking.prefix(2).compactMap { column in
      guard
        let curves = try? pipeline.partialDependence(
          of: explanation.columns[column], rows: rows.explained)
      else { return nil }
      return .drawn("Partial dependence") { () throws(StatisticsError) in
        let count = curves.curves.rowCount
        return .partialDependence(
          try DependenceCurves(
            column: curves.column, grid: curves.grid, average: curves.average,
            curves: (0..<count).map { row in
              curves.grid.indices.map { curves.curves.values[$0 * count + row] }
            }, values: curves.values),
          model: name, unit: explanation.space.rawValue, note: rows.note)
      }
    }
  }

  // MARK: Permutation importance

  /// Of held-out rows only: on rows that were fitted to, importance is what the model has memorised.
  private func importance(
    _ index: Int, _ pipeline: FittedPipeline, _ rows: ExplainedRows
  ) -> [HTMLReport.Block] {
    guard rows.isHeldOut else {
      return [
        .paragraph(
          "No permutation importance: the study has no test or external rows. On rows that the model"
            + " was fitted to it would measure memory, and the models of the folds, which have"
            + " held-out rows, are not kept in the result. How often each column was chosen in the"
            + " folds is under Selection and grid.")
      ]
    }
    let repeats = 20
    let metric = study.metric
    // Every column costs as many scorings of all rows as there are repeats.
    let (most, shownCount) = (200, 20)
    let columns = pipeline.columnsThatMayMatter
    let asked: Set<String>?
    if columns.count <= most {
      asked = nil
    } else if let explanation = try? pipeline.explanation(
      of: rows.explained, background: rows.training)
    {
      asked = Set(explanation.ranking.prefix(shownCount).map { explanation.columns[$0] })
    } else {
      return [
        .paragraph(
          "No permutation importance: \(NumberText.count(columns.count)) columns reach the model;"
            + " it is computed for at most \(most).")
      ]
    }
    var stream = RandomStream(
      seed: study.seed, domain: .permutation, index: UInt64(index) | 1 << 62)
    do throws(LearningError) {
      let fold = try pipeline.importance(
        on: rows.explained, of: asked, repeats: repeats, isHigherBetter: metric.isHigherBetter,
        needsProbabilities: metric.needsProbabilities || metric.needsClasses, using: &stream
      ) { scores, probabilities in
        plan.scored(rows.rows, outcome: nil, scores: scores, probabilities: probabilities)
          .value(metric)
      }
      let importance = try PermutationImportance([fold], names: pipeline.inputs)
      let shown = importance.columns.prefix(shownCount)
      var table = ReportTable(
        caption: "Permutation importance on held-out rows: what"
          + " \(metric.title) (\(NumberText.fixed(importance.metric, places: 3)))"
          + " loses when a column is dealt out anew between patients (\(repeats) times)"
          + (asked == nil ? "" : "; of the \(shownCount) columns with the largest contributions")
          + (importance.columns.count > shown.count
            ? ", the first \(shown.count) of \(importance.columns.count) columns" : ""),
        columns: [
          .init("Column"), .init("Loss", isNumeric: true),
          .init("SD over permutations", isNumeric: true),
        ])
      for column in shown {
        table.append([
          column.name, ReportCell.fixed(column.mean, places: 4),
          ReportCell.fixed(column.deviation, places: 4),
        ])
      }
      return [.table(table)]
    } catch {
      return [.paragraph("No permutation importance: \(error.message).")]
    }
  }
}

/// Rows that are explained, and the training rows that linear models count from.
private struct ExplainedRows {
  let explained: PipelineRows
  let training: PipelineRows
  /// Of the table.
  let rows: [Int]
  /// Of the explained rows.
  let patients: [String]
  let isHeldOut: Bool

  var note: String {
    isHeldOut
      ? "Test and external rows." : "Training rows, to which the final model was fitted."
  }

  /// Nil where the table has not all columns of the pipeline.
  init?(
    _ result: ModelResult, _ index: Int, _ pipeline: FittedPipeline, _ features: ReportedFeatures
  ) {
    let places = Dictionary(
      features.names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let columns = pipeline.inputs.compactMap { places[$0] }
    guard columns.count == pipeline.inputs.count else { return nil }
    let header = result.header
    // A pipeline with rows of its own has scored no others.
    let scores = result.columns(.final, pipeline: index).first.map { result.column($0).scores }
    func own(_ role: SplitRole) -> [Int] {
      result.rows(role).filter { scores?[$0].isFinite ?? true }
    }
    let held = own(.test) + own(.external)
    isHeldOut = !held.isEmpty
    rows = held.isEmpty ? own(.train) : held
    patients = rows.map { header.patients[$0] }
    func taken(_ rows: [Int]) -> PipelineRows {
      PipelineRows(
        features: features.matrix.rows(rows).columns(columns),
        sites: header.sites.isEmpty ? [] : rows.map { header.sites[$0] },
        groups: rows.map { header.groups[$0] })
    }
    explained = taken(rows)
    training = taken(own(.train))
  }
}

extension Explanation {
  fileprivate func forFigures() throws(StatisticsError) -> ColumnContributions {
    try ColumnContributions(
      names: columns, contributions: columns.indices.map { Array(contributions.column($0)) },
      values: columns.indices.map { Array(values.column($0)) }, baseline: baseline,
      unit: space.rawValue)
  }
}
