package import Learning
internal import Statistics

/// A number, or NaN with the reason why there is none.
package struct MetricValue: Sendable {
  package let value: Double
  /// Nil where the value is a number.
  package let reason: String?

  package init(_ value: Double) {
    self.value = value
    reason = value.isNaN ? "the value is not a number" : nil
  }

  package init(undefined reason: String) {
    value = .nan
    self.reason = reason
  }
}

/// How good predictions are. Values are those of `Statistics` where it has them.
package enum Metric: String, Hashable, Sendable, CaseIterable {
  /// Area under the ROC curve; equal scores count one half.
  case auc
  /// Area under the precision-recall curve without interpolation.
  case averagePrecision
  case accuracy
  /// Mean of sensitivity and specificity.
  case balancedAccuracy
  /// 2 TP / (2 TP + FP + FN).
  case f1
  /// Matthews 1975; 0 where all rows are called the same (Chicco & Jurman 2020).
  case mcc
  /// Mean squared distance of probabilities from classes.
  case brier
  /// Mean of -ln of the probability of the true class; probabilities are kept 2^-52 away from 0 and
  /// 1, as in scikit-learn.
  case logLoss
  /// Harrell's index; higher scores speak for earlier events.
  case concordance
  /// Rank correlation of scores and values.
  case spearman
  /// 1 - Σ (y - score)² / Σ (y - mean of y)², y of the same rows; scores are on the scale of y.
  case r2
  /// √ of the mean squared distance; scores are on the scale of the outcome.
  case rmse
  /// Mean absolute distance; scores are on the scale of the outcome.
  case mae

  /// As a reader knows it: "AUC".
  package var title: String {
    switch self {
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
    }
  }

  package var isHigherBetter: Bool {
    switch self {
    case .brier, .logLoss, .rmse, .mae: false
    default: true
    }
  }

  /// What it can be asked of.
  package var outcomes: Set<OutcomeKind> {
    switch self {
    case .concordance: [.survival]
    case .spearman, .r2, .rmse, .mae: [.continuous]
    default: [.binary]
    }
  }

  /// Whether it looks at probabilities and not at scores.
  package var needsProbabilities: Bool { self == .brier || self == .logLoss }

  /// Whether it calls rows positive or negative: those with a score of at least `cutOff`, or, where
  /// none is given, with a probability of at least 1/2.
  package var needsClasses: Bool {
    switch self {
    case .accuracy, .balancedAccuracy, .f1, .mcc: true
    default: false
    }
  }

  /// Whether values of a few rows are biased, so that the mean over small folds is as well (Forman &
  /// Scholz 2010, SIGKDD Explorations 12): what is said of new rows needs all rows of a repeat.
  package var isBiasedInSmallFolds: Bool {
    switch self {
    case .averagePrecision, .f1, .mcc, .r2: true
    default: false
    }
  }

  /// The metric of some rows.
  /// - Parameters:
  ///   - scores: one per row, in the direction of `Predictor.scores`.
  ///   - probabilities: of the positive class, one per row; nil where the model has none.
  ///   - cutOff: for metrics of classes, on the scale of the scores.
  /// - Returns: NaN with a reason where the rows do not define it: no rows, one class, no comparable
  ///   pair, a constant, no probabilities, a score that is not finite.
  package func value(
    _ outcome: Outcome, scores: [Double], probabilities: [Double]? = nil, cutOff: Double? = nil
  ) -> MetricValue {
    precondition(
      scores.count == outcome.count && probabilities?.count ?? scores.count == scores.count,
      "a metric needs one score per row")
    if scores.isEmpty { return MetricValue(undefined: "there are no rows") }
    guard outcomes.contains(outcome.kind) else {
      return MetricValue(undefined: "\(rawValue) is not defined for a \(outcome.kind) outcome")
    }
    if let row = scores.firstIndex(where: { !$0.isFinite }) {
      return MetricValue(undefined: "the score of row \(row + 1) is \(scores[row])")
    }
    switch outcome {
    case .binary(let classes):
      return binary(classes.map { $0 == 1 }, scores, probabilities, cutOff)
    case .continuous(let values):
      return continuous(values, scores)
    case .survival(let time, let event, let entry):
      return concordance(time, event, entry, scores)
    }
  }

  private func binary(
    _ positives: [Bool], _ scores: [Double], _ probabilities: [Double]?, _ cutOff: Double?
  ) -> MetricValue {
    if needsProbabilities {
      guard let probabilities else {
        return MetricValue(undefined: "the model has no probabilities")
      }
      return ofProbabilities(positives, probabilities)
    }
    if needsClasses {
      if let cutOff { return ofClasses(positives, scores, cutOff) }
      guard let probabilities else {
        return MetricValue(undefined: "neither probabilities nor a cut-off say who is positive")
      }
      return ofClasses(positives, probabilities, 0.5)
    }
    if self == .averagePrecision {
      return Self.value { () throws(StatisticsError) in
        try PrecisionRecall(scores: scores, positives: positives).averagePrecision
      }
    }
    let ranked = RankedRows(scores: scores, positives: positives)
    guard let area = ranked.area else { return Self.oneClass(positives) }
    return MetricValue(area)
  }

  private func ofProbabilities(_ positives: [Bool], _ probabilities: [Double]) -> MetricValue {
    if let row = probabilities.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      return MetricValue(undefined: "the probability of row \(row + 1) is \(probabilities[row])")
    }
    if self == .brier {
      return Self.value { () throws(StatisticsError) in
        try BrierScore(probabilities: probabilities, positives: positives).score
      }
    }
    return MetricValue(PredictionError.logLoss(probabilities, positives))
  }

  private func ofClasses(_ positives: [Bool], _ scores: [Double], _ cutOff: Double) -> MetricValue {
    let table: ConfusionTable
    do {
      table = try ConfusionTable(scores: scores, positives: positives, cutOff: cutOff)
    } catch {
      return MetricValue(undefined: error.message)
    }
    switch self {
    case .accuracy:
      return MetricValue(table.accuracy.value ?? .nan)
    case .balancedAccuracy:
      return table.balancedAccuracy.map { MetricValue($0) } ?? Self.oneClass(positives)
    case .f1:
      return table.f1.map { MetricValue($0) }
        ?? MetricValue(undefined: "no row is positive or called positive")
    default:
      let count = positives.count { $0 }
      if count == 0 || count == positives.count { return Self.oneClass(positives) }
      return MetricValue(table.matthews ?? 0)
    }
  }

  private func continuous(_ values: [Double], _ scores: [Double]) -> MetricValue {
    switch self {
    case .spearman:
      return Self.value { () throws(StatisticsError) in
        try Correlation(values, scores, kind: .spearman).coefficient
      }
    case .r2:
      guard let r2 = PredictionError.r2(values, scores) else {
        return MetricValue(undefined: "the outcome of \(values.count) rows is constant")
      }
      return MetricValue(r2)
    case .rmse:
      return MetricValue(PredictionError.meanSquare(values, scores).squareRoot())
    default:
      return MetricValue(PredictionError.meanAbsolute(values, scores))
    }
  }

  private func concordance(
    _ time: [Double], _ event: [UInt8], _ entry: [Double], _ scores: [Double]
  ) -> MetricValue {
    Self.value { () throws(StatisticsError) in
      let data = try FollowUp(
        time: time, event: event.map { $0 == 1 }, entry: entry.isEmpty ? nil : entry)
      return try Concordance(data, scores: scores).index
    }
  }

  private static func value(_ compute: () throws(StatisticsError) -> Double) -> MetricValue {
    do {
      return MetricValue(try compute())
    } catch {
      return MetricValue(undefined: error.message)
    }
  }

  private static func oneClass(_ positives: [Bool]) -> MetricValue {
    MetricValue(
      undefined: "the rows are of one class:"
        + " \(positives.count { $0 }) of \(positives.count) are positive")
  }
}
