internal import Report
internal import Statistics

/// A number from which on rows are called positive, and how it was come by.
struct CutOff {
  var title: String
  /// Where the number comes from.
  var origin: String
  /// May be infinite: nobody, or everybody, is called positive.
  var value: Double
  /// Looks at probabilities and not at scores.
  var isProbability = false
  /// Chosen on the rows it is applied to.
  var isOptimistic = false

  /// The fixed one, and those that are chosen on the training rows, or on these where there are none.
  static func all(
    _ cohort: ScoredCohort, training: ScoredCohort?, _ settings: ModelReportSettings
  ) -> [CutOff] {
    var cutOffs: [CutOff] = []
    if cohort.probabilities != nil {
      cutOffs.append(
        CutOff(title: "Probability 0.5", origin: "fixed", value: 0.5, isProbability: true))
    }
    let source = training ?? cohort
    guard
      let curve = try? ROCCurve(scores: source.scores, positives: source.positives)
    else { return cutOffs }
    let origin = training == nil ? "chosen on the same rows" : "chosen on cross-validated rows"
    func add(_ title: String, _ point: ROCCurve.Point?) {
      guard let point else { return }
      cutOffs.append(
        CutOff(
          title: title, origin: origin, value: point.cutOff, isOptimistic: training == nil))
    }
    add("Youden", curve.youden)
    let ratio = settings.costRatio
    add(
      "Least cost, a missed positive costs "
        + (ratio == 1
          ? "as much as a false alarm" : "\(NumberText.exact(ratio)) false alarms"),
      try? curve.leastCostly(falseNegative: settings.costRatio, falsePositive: 1).point)
    add(
      "Most sensitive with specificity of at least"
        + " \(NumberText.percentage(settings.specificity, places: 0))",
      try? curve.mostSensitive(specificityAtLeast: settings.specificity))
    return cutOffs
  }

  func table(of cohort: ScoredCohort) throws(StatisticsError) -> ConfusionTable {
    try ConfusionTable(
      scores: isProbability ? cohort.probabilities ?? [] : cohort.scores,
      positives: cohort.positives, cutOff: value)
  }
}

extension ModelResult {
  /// Every measure of a classification with its interval, one line per cut-off.
  func cutOffTable(_ cohort: ScoredCohort, _ cutOffs: [CutOff]) -> ReportTable? {
    let measures: [(String, TableMeasure)] = [
      ("Balanced accuracy", .balancedAccuracy), ("LR+", .positiveLikelihoodRatio),
      ("LR−", .negativeLikelihoodRatio), ("F1", .f1), ("MCC", .matthews), ("κ", .kappa),
    ]
    let shares: [(String, KeyPath<ConfusionTable, Proportion> & Sendable)] = [
      ("Sensitivity", \.sensitivity), ("Specificity", \.specificity),
      ("PPV", \.positivePredictiveValue), ("NPV", \.negativePredictiveValue),
      ("Accuracy", \.accuracy),
    ]
    var table = ReportTable(
      caption: "Classification by \(cohort.name), \(cohort.kind.title): \(counted(cohort))."
        + " Proportions with exact (Clopper-Pearson) \(NumberText.level(level)) intervals, F1 exact"
        + " as well, the other measures with score intervals at the observed prevalence. The least"
        + " cost is sought at the prevalence of the rows it was chosen on. Lines in italics: the"
        + " cut-off was chosen on the rows it is applied to.",
      columns: [.init("Cut-off"), .init("Value", isNumeric: true)]
        + (shares.map(\.0) + measures.map(\.0)).map { .init($0, isNumeric: true) })
    for cutOff in cutOffs {
      guard let confusion = try? cutOff.table(of: cohort) else { continue }
      let proportions = shares.map { confusion[keyPath: $0.1] }
      table.append(
        [ReportCell("\(cutOff.title) (\(cutOff.origin))"), .significant(cutOff.value)]
          + proportions.map { share in
            let limits = try? share.interval(.exact, level: level)
            return ReportCell(
              cell(share.value, limits).text,
              [
                ("", share.value ?? .nan), ("lower", limits?.lower ?? .nan),
                ("upper", limits?.upper ?? .nan), ("rows", Double(share.successes)),
                ("of", Double(share.trials)),
              ])
          }
          + measures.map { measure in
            cell(
              confusion.value(of: measure.1),
              try? confusion.interval(of: measure.1, level: level))
          }, isDoubtful: cutOff.isOptimistic)
    }
    return table.isEmpty ? nil : table
  }
}
