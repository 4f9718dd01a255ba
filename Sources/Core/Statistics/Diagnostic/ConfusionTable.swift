internal import Glibc

/// Rows by predicted and true class, and what follows from the four counts. A measure is nil where
/// its denominator is 0.
package struct ConfusionTable: Hashable, Sendable {
  package let truePositives: Int
  package let falsePositives: Int
  package let trueNegatives: Int
  package let falseNegatives: Int

  package init(truePositives: Int, falsePositives: Int, trueNegatives: Int, falseNegatives: Int) {
    precondition(
      min(truePositives, falsePositives, trueNegatives, falseNegatives) >= 0, "counts are >= 0")
    self.truePositives = truePositives
    self.falsePositives = falsePositives
    self.trueNegatives = trueNegatives
    self.falseNegatives = falseNegatives
  }

  /// - Parameters:
  ///   - scores: one per row, not NaN.
  ///   - positives: which rows belong to the positive class.
  ///   - cutOff: rows with at least this score are called positive.
  package init(scores: [Double], positives: [Bool], cutOff: Double) throws(StatisticsError) {
    try InputChecks.count(positives.count, "classes", equals: scores.count)
    try InputChecks.finite(scores, "scores")
    if cutOff.isNaN { throw StatisticsError("a cut-off must be a number; it is \(cutOff)") }
    var counts = [0, 0, 0, 0]
    for i in scores.indices {
      counts[(positives[i] ? 2 : 0) + (scores[i] >= cutOff ? 1 : 0)] += 1
    }
    self.init(
      truePositives: counts[3], falsePositives: counts[1], trueNegatives: counts[0],
      falseNegatives: counts[2])
  }

  package var count: Int { truePositives + falsePositives + trueNegatives + falseNegatives }

  package var sensitivity: Proportion {
    Proportion(truePositives, of: truePositives + falseNegatives)
  }
  package var specificity: Proportion {
    Proportion(trueNegatives, of: trueNegatives + falsePositives)
  }
  package var positivePredictiveValue: Proportion {
    Proportion(truePositives, of: truePositives + falsePositives)
  }
  package var negativePredictiveValue: Proportion {
    Proportion(trueNegatives, of: trueNegatives + falseNegatives)
  }
  package var accuracy: Proportion { Proportion(truePositives + trueNegatives, of: count) }

  /// Sensitivity / (1 - specificity); infinite where there are true but no false positives.
  package var positiveLikelihoodRatio: Double? {
    let alarms = Proportion(falsePositives, of: falsePositives + trueNegatives)
    guard let a = sensitivity.value, let b = alarms.value else { return nil }
    return truePositives == 0 && falsePositives == 0 ? nil : a / b
  }

  /// (1 - sensitivity) / specificity; infinite where there are false but no true negatives.
  package var negativeLikelihoodRatio: Double? {
    let misses = Proportion(falseNegatives, of: truePositives + falseNegatives)
    guard let a = misses.value, let b = specificity.value else { return nil }
    return falseNegatives == 0 && trueNegatives == 0 ? nil : a / b
  }

  /// Mean of sensitivity and specificity.
  package var balancedAccuracy: Double? {
    guard let a = sensitivity.value, let b = specificity.value else { return nil }
    return (a + b) / 2
  }

  /// 2 TP / (2 TP + FP + FN).
  package var f1: Double? {
    let below = 2 * truePositives + falsePositives + falseNegatives
    return below == 0 ? nil : Double(2 * truePositives) / Double(below)
  }

  /// Matthews 1975: the correlation of prediction and truth.
  package var matthews: Double? {
    let (a, b) = (Double(truePositives), Double(falsePositives))
    let (c, d) = (Double(falseNegatives), Double(trueNegatives))
    let below = ((a + b) * (a + c)).squareRoot() * ((d + b) * (d + c)).squareRoot()
    return below == 0 ? nil : (a * d - b * c) / below
  }

  /// Cohen 1960: agreement beyond chance, (p_o - p_e) / (1 - p_e).
  package var kappa: Double? {
    let (a, b) = (Double(truePositives), Double(falsePositives))
    let (c, d) = (Double(falseNegatives), Double(trueNegatives))
    let below = (a + b) * (b + d) + (a + c) * (c + d)
    return below == 0 ? nil : 2 * (a * d - b * c) / below
  }
}
