internal import Components
internal import Evaluation
internal import Learning
internal import ModelStudy
package import Report
internal import ReportingLists
internal import Study

extension ModelResult {
  /// CLEAR, METRICS, RQS and TRIPOD+AI: what the result answers, and what is left to the author.
  /// - Parameter features: of the study, where they are known.
  package func listsSection(_ features: ReportedFeatures?) -> HTMLReport.Section {
    let evidence = evidence(features)
    return HTMLReport.Section(
      "Reporting lists",
      [
        .paragraph(
          "Items that the result answers are filled in from it; the others are the author's. The"
            + " words are ours: the published lists say what an item means.")
      ],
      subsections: ReportingList.all.map { list in
        let answers = list.answers(evidence)
        return HTMLReport.Section(
          list.name,
          [
            .paragraph(Self.summary(list.totals(answers), list)),
            .table(Self.table(answers, list)),
          ])
      })
  }

  private static func summary(_ totals: ReportingTotals, _ list: ReportingList) -> String {
    var parts = ["\(totals.yes) yes", "\(totals.partly) partly", "\(totals.no) no"]
    if totals.notApplicable > 0 { parts.append("\(totals.notApplicable) not applicable") }
    parts.append("\(totals.author) left to the author")
    var text = "\(parts.joined(separator: ", ")). Source: \(list.source)."
    if let score = totals.score {
      let unit = score.unit == .percent ? "%" : " points"
      func number(_ value: Double) -> String { NumberText.fixed(value, places: 1) }
      text =
        "Score from the answered items: \(number(score.known))\(unit); with the author's items it"
        + " lies between \(number(score.lowest)) and \(number(score.highest))\(unit). " + text
    }
    return text
  }

  private static func table(_ answers: [Answer], _ list: ReportingList) -> ReportTable {
    var table = ReportTable(
      caption: "Items of \(list.name)",
      columns: [
        .init("Item"), .init("Section"), .init("About"), .init("Answer"), .init("From the result"),
      ])
    for answer in answers {
      let (state, sentence): (String, String) =
        switch answer.state {
        case .known(let verdict, let sentence): (verdict.rawValue, sentence)
        case .notApplicable(let reason): ("not applicable", reason)
        case .author: ("author", "")
        }
      table.append(
        [answer.item.number, answer.item.section, answer.item.name, state, sentence],
        isDoubtful: answer.state == .author)
    }
    return table
  }

  // MARK: Evidence

  private func evidence(_ features: ReportedFeatures?) -> StudyEvidence {
    var evidence = StudyEvidence()
    evidence.software = ("RadCohort", version)
    evidence.hasStudyText = true
    evidence.seed = study.seed
    describeRows(&evidence, features)
    describePipelines(&evidence)
    describeEvaluation(&evidence)
    return evidence
  }

  private var version: String {
    document[path: "uns/provenance/run/libraries/radcohort"]?.text ?? ""
  }

  private func describeRows(_ evidence: inout StudyEvidence, _ features: ReportedFeatures?) {
    evidence.patients = Set(header.patients).count
    evidence.rows = header.rowCount
    evidence.testRows = rows(.test).count
    evidence.externalRows = rows(.external).count
    if !header.sites.isEmpty {
      evidence.sites = Set(header.sites).count
      evidence.externalSites = Set(rows(.external).map { header.sites[$0] }).count
    }
    evidence.rowsLeftOut =
      document[path: "uns/radcohort/notes"]?.texts.map { notes in
        notes.count { $0.contains(": outcome unknown") || $0.contains(": no partner in") }
      }
    switch header.outcome {
    case .binary(let classes):
      evidence.outcome = .binary
      evidence.events = classes.count { $0 == 1 }
    case .survival(_, let event, _):
      evidence.outcome = .survival
      evidence.events = event.count { $0 == 1 }
    case .continuous: evidence.outcome = .continuous
    }
    if let missing = document[path: "uns/radcohort/missing"]?.table {
      evidence.missingValues = Int((missing.numbers("rows") ?? []).reduce(0, +))
    }
    if let features {
      evidence.hasVolumeModel = kind != .continuous && features.volumeColumn != nil
      evidence.clinicalColumns = features.names.indices
        .filter { features.blocks[$0] == "clinical" }.map { features.names[$0] }
    }
    if let repeatability = study.repeatability {
      evidence.segmentations = repeatability.tables.count
      evidence.repeatability = repeatability.filter.encoded().flowText
    }
  }

  private func describePipelines(_ evidence: inout StudyEvidence) {
    var names: [String: [String]] = [:]
    func add(_ name: String, to kind: String) {
      if !names[kind, default: []].contains(name) { names[kind, default: []].append(name) }
    }
    for pipeline in study.pipelines {
      for step in pipeline.steps.joined() {
        let id = type(of: step.component).id.description
        switch step {
        // Columns by name and scores of other pipelines look at no outcome of these rows.
        case .selection(is any SelectionByName, _), .scores: break
        case .selection: add(id, to: "selection")
        case .balancing: add(id, to: "balancing")
        case .preparation(is ComBat): add(step.text, to: "harmonisation")
        case .preparation(is Imputation): add(step.text, to: "missing")
        case .preparation(is Scaling), .preparation(is LogShift): add(step.text, to: "scaling")
        case .preparation: break
        }
      }
      for model in pipeline.models { add(type(of: model).id.description, to: "models") }
    }
    evidence.selection = names["selection"] ?? []
    evidence.balancing = names["balancing"] ?? []
    evidence.scaling = names["scaling"] ?? []
    evidence.models = names["models"] ?? []
    evidence.harmonisation = names["harmonisation"]?.joined(separator: ", ") ?? ""
    evidence.missingPolicy = names["missing"]?.joined(separator: ", ") ?? ""
    let points = study.pipelines.map(\.pointCount)
    evidence.search = points.contains { $0 > 1 } ? "\(points.reduce(0, +)) grid points" : ""
    evidence.searchMetric = study.metric.title
    evidence.hasFinalModel = true
    evidence.hasImportance = true
  }

  private func describeEvaluation(_ evidence: inout StudyEvidence) {
    let validation = study.validation
    if let scheme = StudyEvidence.Validation.Scheme(rawValue: validation.scheme.rawValue) {
      evidence.validation = .init(
        scheme, folds: validation.folds, repeats: study.outerRepeats,
        innerFolds: plan.space.searched.isEmpty ? 0 : validation.innerFolds,
        isAsPublishedToo: validation.mode == .asPublished)
    }
    evidence.bootstraps = study.bootstrap?.count ?? 0
    evidence.permutations = study.permutation?.count ?? 0
    var performance: [StudyEvidence.Performance] = []
    for pipeline in study.pipelines.indices {
      for line in metrics(pipeline: pipeline) where !line.isOptimistic {
        let name = line.title
        let method = line.reported.method
        if let known = performance.firstIndex(where: { $0.metric == name }) {
          if performance[known].interval.isEmpty { performance[known].interval = method }
        } else {
          performance.append(.init(name, interval: method))
        }
      }
    }
    evidence.performance = performance
    let hasProbabilities = study.pipelines.indices.contains { pipeline in
      cohort(.nested, pipeline: pipeline)?.probabilities != nil
    }
    evidence.hasConfusionMatrix = kind == .binary
    evidence.hasCalibration = kind == .binary && hasProbabilities
    evidence.hasDecisionCurves = kind == .binary && hasProbabilities
    evidence.comparisonTests =
      study.pipelines.count > 1
      ? [
        kind == .binary
          ? "DeLong, paired" : kind == .survival ? "difference in Harrell's C" : "Wilcoxon"
      ]
      : []
    evidence.multipleTesting = study.pipelines.count > 1 ? "Holm" : ""
    if kind == .survival {
      evidence.cutOff = "median of the cross-validated training scores"
      evidence.isCutOffOptimised = false
    } else if kind == .binary {
      evidence.cutOff = "probability 0.5, Youden, constrained specificity"
      evidence.isCutOffOptimised = rows(.test).isEmpty && rows(.external).isEmpty
    }
  }
}
