package import Learning
package import Statistics

/// The area under the ROC curve from one cross-validation: mean of the folds' areas, with the
/// influence-curve variance of LeDell, Petersen & van der Laan 2015, Electronic Journal of
/// Statistics 9, section 5.
///
/// The influence of a row is (part of the other class of its fold that it beats - area of its
/// fold) / part of its class in all rows, ties counting one half (R's cvAUC counts ties in the
/// influence as lost). The variance is the mean over the folds of their mean squared influences,
/// divided by the number of rows. With groups, influences of a patient's rows are added before they
/// are squared; without repeated patients that is the same.
package struct CrossValidatedArea: Sendable {
  /// By ascending number of the fold.
  package let foldAreas: [Double]
  /// Mean of the folds' areas.
  package let mean: Double
  package let standardError: Double
  /// The area of all rows in one ranking, although scores of different fits need not be
  /// comparable: a pooled area, to be labelled so.
  package let pooled: Double

  /// - Parameters:
  ///   - scores: of the rows when they were test rows, each row once.
  ///   - positives: which rows belong to the positive class.
  ///   - folds: the fold of each row.
  ///   - groups: the patient of each row; nil: every row is one.
  /// - Throws: scores that are not finite, or a fold that holds one class.
  package init(scores: [Double], positives: [Bool], folds: [Int], groups: [Int]? = nil)
    throws(LearningError)
  {
    let count = scores.count
    precondition(
      positives.count == count && folds.count == count && groups?.count ?? count == count,
      "an area needs one value per row")
    try InputChecks.finite(scores, "scores")
    let positiveCount = positives.count { $0 }
    guard let pooled = RankedRows(scores: scores, positives: positives).area else {
      throw LearningError(
        "an area needs both classes; \(positiveCount) of \(count) rows are positive")
    }
    let parts = (
      positive: Double(positiveCount) / Double(count),
      negative: Double(count - positiveCount) / Double(count)
    )
    var areas: [Double] = []
    var spread = 0.0
    for fold in Set(folds).sorted() {
      let rows = folds.indices.filter { folds[$0] == fold }
      let area: AreaUnderROC
      do {
        area = try AreaUnderROC(
          scores: rows.map { scores[$0] }, positives: rows.map { positives[$0] })
      } catch {
        throw LearningError(
          "fold \(fold + 1) has no area: \(rows.count { positives[$0] }) of its \(rows.count) rows"
            + " are positive; use fewer folds, or the pooled area, labelled as such")
      }
      areas.append(area.area)
      let influence = Self.influence(area, rows.map { positives[$0] }, parts)
      spread +=
        Self.squares(influence, groups: rows.map { groups?[$0] ?? $0 }) / Double(rows.count)
    }
    foldAreas = areas
    mean = areas.reduce(0, +) / Double(areas.count)
    standardError = (spread / Double(areas.count) / Double(count)).squareRoot()
    self.pooled = pooled
  }

  private static func influence(
    _ area: AreaUnderROC, _ positives: [Bool], _ parts: (positive: Double, negative: Double)
  ) -> [Double] {
    var (high, low) = (0, 0)
    return positives.map { isPositive in
      if isPositive {
        high += 1
        return (area.positiveComponents[high - 1] - area.area) / parts.positive
      }
      low += 1
      return (area.negativeComponents[low - 1] - area.area) / parts.negative
    }
  }

  /// Σ over the groups of (Σ over their rows)², groups in the order of their first rows.
  private static func squares(_ influence: [Double], groups: [Int]) -> Double {
    var place: [Int: Int] = [:]
    var sums: [Double] = []
    for (value, group) in zip(influence, groups) {
      let index = place[group] ?? sums.count
      if index == sums.count {
        place[group] = index
        sums.append(0)
      }
      sums[index] += value
    }
    return sums.reduce(0) { $0 + $1 * $1 }
  }

  /// Wald's interval of the mean of the folds' areas, cut at 0 and 1.
  package func interval(level: Double = 0.95) throws(LearningError) -> Interval {
    try InputChecks.level(level)
    let reach = Normal.quantile((1 - level) / 2, .upper) * standardError
    return Interval(max(0, mean - reach), min(1, mean + reach))
  }
}
