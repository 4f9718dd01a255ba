package import Evaluation
package import Learning
internal import ModelStudy
package import Report
package import Statistics
internal import Study

/// What a user can choose about the report of a model study.
package struct ModelReportSettings: Sendable {
  /// Least specificity of the constrained cut-off, in 0...1.
  package var specificity = 0.9
  /// What a missed positive costs, in false alarms, for the cut-off of least cost; above 0.
  package var costRatio = 1.0
  /// As it shall be read.
  package var date = ""

  package init() {}
}

/// What a report shows beside the result file.
package struct ModelReportInputs: Sendable {
  /// The columns of the study's table; nil where it was not found again.
  package var features: ReportedFeatures?
  /// Why there are no features.
  package var absence = ""
  /// Final pipelines in the order of the study; nil where one was not fitted.
  package var fitted: [FittedPipeline?] = []
  /// Name of the column with the volume; nil: one that is named as a volume.
  package var volume: String?
  /// Columns of a table of genes, one value per patient of `genePatients`.
  package var genes: [GeneTable.Column] = []
  package var genePatients: [String] = []
  /// Two groups of columns whose correlation is shown.
  package var correlated: (first: NamePattern, second: NamePattern)?

  package init() {}
}

/// The page of a model study.
package func modelReport(
  _ result: ModelResult, _ inputs: ModelReportInputs, settings: ModelReportSettings
) -> HTMLReport {
  var cohort: [HTMLReport.Section] = []
  var ofFeatures = [HTMLReport.Section("Features", [.paragraph(inputs.absence)])]
  if let features = inputs.features {
    cohort = [result.cohortSection(features)].compactMap { $0 }
    ofFeatures = [
      result.associationSection(features),
      result.featureSection(features, volume: inputs.volume ?? features.volumeColumn),
      inputs.correlated.map {
        result.crossCorrelationSection(features, first: $0.first, second: $0.second)
      },
      result.explanationSection(inputs.fitted, features),
    ].compactMap { $0 }
  }
  if !inputs.genes.isEmpty {
    ofFeatures.append(result.geneSection(inputs.genes, patients: inputs.genePatients))
  }
  return HTMLReport(
    study: result.name, fingerprint: result.fingerprint, date: settings.date,
    facts: result.facts,
    sections: [result.overview()] + cohort
      + result.study.pipelines.indices.map { result.section(pipeline: $0, settings) }
      + result.comparisons() + ofFeatures + [
        result.listsSection(inputs.features), result.runSection(),
      ])
}

extension ModelResult {
  fileprivate var facts: [(name: String, value: String)] {
    [
      ("Outcome", outcomeText),
      ("Rows", rowsText),
      ("Validation", validationText),
    ]
  }

  private var outcomeText: String {
    switch header.outcome {
    case .binary(let classes):
      "binary, \(NumberText.share(classes.count { $0 == 1 }, of: classes.count)) positive"
    case .continuous: "continuous"
    case .survival(_, let event, _):
      "survival, \(NumberText.share(event.count { $0 == 1 }, of: event.count)) with the event"
    }
  }

  private var rowsText: String {
    let patients = Set(header.patients).count
    let roles = SplitRole.allCases.compactMap { role -> String? in
      let count = rows(role).count
      return count == 0 ? nil : "\(NumberText.count(count)) \(role.rawValue)"
    }
    let text = "\(NumberText.count(header.rowCount)) rows of \(NumberText.count(patients)) patients"
    return roles.count > 1 ? "\(text) (\(roles.joined(separator: ", ")))" : text
  }

  private var validationText: String {
    let validation = study.validation
    let repeats = study.outerRepeats
    let times = repeats == 1 ? "" : ", \(NumberText.count(repeats)) repeats"
    let scheme =
      switch validation.scheme {
      case .crossValidation: "\(validation.folds)-fold cross-validation\(times)"
      case .leaveSiteOut: "leave one site out"
      case .split: "\(NumberText.count(repeats)) random split\(repeats == 1 ? "" : "s")"
      case .none: "none"
      }
    return scheme
      + (plan.space.searched.isEmpty ? "" : "; grids by \(validation.innerFolds) inner folds")
  }

  // MARK: Sections

  fileprivate func overview() -> HTMLReport.Section {
    var blocks: [HTMLReport.Block] = []
    let failed = document[path: "uns/radcohort/units_failed"]?.integer ?? 0
    if failed > 0 {
      blocks.append(
        .warning(
          "\(NumberText.share(failed, of: plan.unitCount)) of the units failed; the section Run"
            + " says why. Estimates are of the folds that were computed."))
    }
    if study.validation.scheme == .none, rows(.test).isEmpty, rows(.external).isEmpty {
      blocks.append(
        .warning("Nothing was validated: every number here is of rows that were fitted to."))
    }
    blocks.append(.table(headlineTable()))
    let lines = study.pipelines.indices.flatMap { pipeline in
      metrics(pipeline: pipeline).filter {
        $0.metric == study.metric.rawValue && !$0.isOptimistic && $0.estimate.isFinite
      }
    }
    if lines.count > 1 {
      blocks.append(
        .figure(
          .forest(
            lines.map { line in
              let estimate = line.reported
              return ForestRow(
                "\(line.pipeline), \(line.rows)", estimate.value, estimate.lower, estimate.upper)
            }, title: "All pipelines", measure: study.metric.title,
            reference: study.metric == .auc || study.metric == .concordance ? 0.5 : nil,
            method: "\(NumberText.level(level)) intervals: as in the table above")))
    }
    return HTMLReport.Section("Overview", blocks)
  }

  fileprivate func section(pipeline: Int, _ settings: ModelReportSettings) -> HTMLReport.Section {
    let grid = study.pipelines[pipeline]
    var parts: [HTMLReport.Section] = []
    let nested = cohort(.nested, pipeline: pipeline)
    for kind in [ScoredCohort.Kind.nested, .test, .external, .asPublished] {
      guard let cohort = cohort(kind, pipeline: pipeline) else { continue }
      let training = kind == .test || kind == .external ? nested : nil
      let blocks: [HTMLReport.Block]
      switch self.kind {
      case .binary:
        blocks = binaryBlocks(
          cohort, pipeline: pipeline, training: training, settings: settings)
      case .survival: blocks = survivalBlocks(cohort, training: training)
      case .continuous: blocks = continuousBlocks(cohort, pipeline: pipeline)
      }
      parts.append(HTMLReport.Section(kind.heading, warning(kind) + blocks))
    }
    let resampling = resamplingBlocks(pipeline: pipeline)
    if !resampling.isEmpty { parts.append(HTMLReport.Section("Resampling", resampling)) }
    let selection = selectionBlocks(pipeline: pipeline)
    if !selection.isEmpty { parts.append(HTMLReport.Section("Selection and grid", selection)) }
    return HTMLReport.Section(
      "Pipeline \(grid.name)",
      [
        .listing(title: "Steps and model", text: grid.texts.joined(separator: "\n")),
        .table(metricsTable(pipeline: pipeline)),
      ], subsections: parts)
  }

  private func warning(_ kind: ScoredCohort.Kind) -> [HTMLReport.Block] {
    kind == .asPublished
      ? [
        .warning(
          "Steps before the model were fitted to all training rows, test parts included. These"
            + " numbers are too good; they are here because papers print such ones.")
      ] : []
  }

  fileprivate func comparisons() -> [HTMLReport.Section] {
    guard study.pipelines.count > 1 else { return [] }
    let parts = [ScoredCohort.Kind.nested, .test, .external].compactMap {
      kind -> HTMLReport.Section? in
      let blocks = comparisonBlocks(kind)
      return blocks.isEmpty ? nil : HTMLReport.Section(kind.heading, blocks)
    }
    return parts.isEmpty
      ? [] : [HTMLReport.Section("Pipelines compared", [], subsections: parts)]
  }
}
