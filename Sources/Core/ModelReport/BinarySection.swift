internal import Evaluation
internal import ModelStudy
package import Report
internal import Statistics
internal import Study

/// Names of the two classes in figures.
private let classNames = (negative: "negative", positive: "positive")

extension ModelResult {
  /// Figures and tables of one pipeline on rows of one kind, of a binary outcome.
  /// - Parameters:
  ///   - training: cross-validated rows, from which cut-offs are carried to held-out rows; nil where
  ///     these are the rows.
  ///   - specificity: least specificity of the constrained cut-off, in 0...1.
  package func binaryBlocks(
    _ cohort: ScoredCohort, pipeline: Int, training: ScoredCohort?, specificity: Double
  ) -> [HTMLReport.Block] {
    let area = reported(.auc, cohort, pipeline: pipeline)
    var blocks: [HTMLReport.Block] = [
      .drawn("ROC curve") { () throws(StatisticsError) in
        let repeats = try self.repeats(of: cohort, pipeline: pipeline, limit: Self.drawnRepeats)
        let curve: ROCFigureCurve
        if let area {
          curve = try ROCFigureCurve(name: cohort.name, repeats: repeats, area: area)
        } else {
          curve = try ROCFigureCurve(cohort.classes(), level: level)
        }
        return .roc(
          [curve], level: level,
          note: cohort.sourceOfRepeats
            + (cohort.repeatCount > repeats.count && cohort.repeatCount > 1
              ? " The first \(repeats.count) of \(cohort.repeatCount) repeats." : ""))
      },
      .drawn("Precision and recall") { () throws(StatisticsError) in
        try .precisionRecall([cohort.classes()], note: cohort.note)
      },
      .drawn("Scores by class") { () throws(StatisticsError) in
        try .scoreDistribution(cohort.classes(), classNames: classNames, note: cohort.note)
      },
    ]
    let rules = cutOffs(cohort, training, specificity: specificity)
    if let rule = rules.first(where: { !$0.isProbability }) {
      blocks.append(
        .drawn("Waterfall") { () throws(StatisticsError) in
          try .waterfall(
            cohort.classes(), cutOff: rule.cutOff, cutOffOrigin: rule.origin,
            classNames: classNames, note: cohort.note)
        })
    }
    if let rule = rules.first(where: { !$0.isOptimistic }) ?? rules.first {
      blocks.append(
        .drawn("Confusion table") { () throws(StatisticsError) in
          try .confusion(
            ConfusionTable(
              scores: rule.isProbability ? cohort.probabilities ?? [] : cohort.scores,
              positives: cohort.positives, cutOff: rule.cutOff),
            name: cohort.name, cutOff: "\(rule.title), \(rule.origin)", classNames: classNames,
            level: level, note: cohort.note)
        })
    }
    if let table = cutOffTable(cohort, rules) { blocks.append(.table(table)) }
    return blocks + probabilityBlocks(cohort)
  }

  /// More curves are a grey surface, and megabytes.
  private static let drawnRepeats = 30

  // MARK: Cut-offs

  private struct CutOff {
    var title: String
    /// Where the number comes from.
    var origin: String
    var cutOff: Double
    /// Looks at probabilities and not at scores.
    var isProbability = false
    /// Chosen on the rows it is applied to.
    var isOptimistic = false
  }

  private func cutOffs(
    _ cohort: ScoredCohort, _ training: ScoredCohort?, specificity: Double
  ) -> [CutOff] {
    var rules: [CutOff] = []
    if cohort.probabilities != nil {
      rules.append(
        CutOff(
          title: "Probability 0.5", origin: "fixed", cutOff: 0.5, isProbability: true))
    }
    let source = training ?? cohort
    guard
      let curve = try? ROCCurve(scores: source.scores, positives: source.positives)
    else { return rules }
    let origin = training == nil ? "chosen on the same rows" : "chosen on cross-validated rows"
    rules.append(
      CutOff(
        title: "Youden", origin: origin, cutOff: curve.youden.cutOff,
        isOptimistic: training == nil))
    if let point = try? curve.mostSensitive(specificityAtLeast: specificity) {
      rules.append(
        CutOff(
          title: "Most sensitive with specificity of at least"
            + " \(NumberText.percentage(specificity, places: 0))",
          origin: origin, cutOff: point.cutOff, isOptimistic: training == nil))
    }
    return rules.filter { $0.cutOff.isFinite }
  }

  private func cutOffTable(_ cohort: ScoredCohort, _ rules: [CutOff]) -> ReportTable? {
    var table = ReportTable(
      caption: "Classification by \(cohort.name), \(cohort.kind.title). Proportions with exact"
        + " (Clopper-Pearson) \(NumberText.level(level)) intervals, F1 exact as well, the other"
        + " measures with score intervals at the observed prevalence, over"
        + " \(study.aggregate == nil ? "rows" : "patients"). Lines in italics: the cut-off was"
        + " chosen on the rows it is applied to.",
      columns: [
        .init("Cut-off"), .init("Value", isNumeric: true),
        .init("Sensitivity", isNumeric: true), .init("Specificity", isNumeric: true),
        .init("PPV", isNumeric: true), .init("NPV", isNumeric: true),
        .init("Accuracy", isNumeric: true), .init("Balanced accuracy", isNumeric: true),
        .init("LR+", isNumeric: true), .init("LR−", isNumeric: true),
        .init("F1", isNumeric: true), .init("MCC", isNumeric: true),
        .init("κ", isNumeric: true),
      ])
    for rule in rules {
      let values = rule.isProbability ? cohort.probabilities ?? [] : cohort.scores
      guard
        let confusion = try? ConfusionTable(
          scores: values, positives: cohort.positives, cutOff: rule.cutOff)
      else { continue }
      func share(_ proportion: Proportion) -> String {
        cell(proportion.value, try? proportion.interval(.exact, level: level))
      }
      func measure(_ measure: TableMeasure) -> String {
        cell(confusion.value(of: measure), try? confusion.interval(of: measure, level: level))
      }
      table.append(
        [
          "\(rule.title) (\(rule.origin))", NumberText.significant(rule.cutOff),
          share(confusion.sensitivity), share(confusion.specificity),
          share(confusion.positivePredictiveValue), share(confusion.negativePredictiveValue),
          share(confusion.accuracy), measure(.balancedAccuracy),
          measure(.positiveLikelihoodRatio), measure(.negativeLikelihoodRatio),
          measure(.f1), measure(.matthews), measure(.kappa),
        ], isDoubtful: rule.isOptimistic)
    }
    return table.rows.isEmpty ? nil : table
  }

  // MARK: Probabilities

  private func probabilityBlocks(_ cohort: ScoredCohort) -> [HTMLReport.Block] {
    guard let probabilities = cohort.probabilities else {
      return [
        .paragraph(
          "\(cohort.name) gives scores and no probabilities: calibration and decision curves do"
            + " not apply.")
      ]
    }
    let positives = cohort.positives
    let calibration = try? LogisticCalibration(
      probabilities: probabilities, positives: positives, level: level)
    var blocks: [HTMLReport.Block] = [
      .drawn("Calibration") { () throws(StatisticsError) in
        try .calibration(
          ScoredClasses(name: cohort.name, scores: probabilities, positives: positives),
          bins: max(2, min(10, cohort.count / 10)),
          recalibration: calibration.flatMap { fit in
            fit.slope.flatMap { slope in
              fit.interceptBesideSlope.map { (intercept: $0.value, slope: slope.value) }
            }
          }, level: level, note: cohort.note)
      },
      .drawn("Decision curve") { () throws(StatisticsError) in
        try .decisionCurves(
          [ScoredClasses(name: cohort.name, scores: probabilities, positives: positives)],
          note: cohort.note)
      },
    ]
    if let table = calibrationTable(cohort, probabilities, calibration) {
      blocks.append(.table(table))
    }
    return blocks
  }

  private func calibrationTable(
    _ cohort: ScoredCohort, _ probabilities: [Double], _ calibration: LogisticCalibration?
  ) -> ReportTable? {
    var table = ReportTable(
      caption: "Calibration of \(cohort.name), \(cohort.kind.title)"
        + " (\(NumberText.level(level)) Wald intervals).",
      columns: [.init("Measure"), .init("Value", isNumeric: true), .init("Test")])
    if let fit = calibration {
      table.append([
        "Intercept (calibration in the large; ideal 0)",
        cell(fit.intercept.value, fit.intercept.interval),
        "likelihood ratio, \(NumberText.pValue(fit.interceptTest.p))",
      ])
      table.append([
        "Slope (ideal 1)", cell(fit.slope?.value, fit.slope?.interval),
        fit.slopeTest.map { "likelihood ratio, \(NumberText.pValue($0.p))" }
          ?? fit.slopeNote ?? "",
      ])
      table.append([
        "Observed to expected events", cell(fit.observedToExpected, nil), "",
      ])
    }
    if let bins = try? CalibrationBins(
      probabilities: probabilities, positives: cohort.positives, count: 10, level: level),
      let test = try? HosmerLemeshow(bins, rows: .new)
    {
      table.append([
        "Hosmer-Lemeshow, \(test.groupCount) groups",
        "χ² = \(NumberText.fixed(test.chiSquared)), df = \(test.degreesOfFreedom)",
        NumberText.pValue(test.p),
      ])
    }
    if let brier = try? BrierScore(probabilities: probabilities, positives: cohort.positives) {
      table.append([
        "Brier score", NumberText.fixed(brier.score, places: 3),
        "of the prevalence alone: \(NumberText.fixed(brier.reference, places: 3))",
      ])
    }
    return table.rows.isEmpty ? nil : table
  }
}
