internal import Glibc

/// The curve of precision against recall. Higher scores speak for the positive class; rows with
/// equal scores enter together.
package struct PrecisionRecall: Sendable {
  package struct Point: Hashable, Sendable {
    /// Rows with at least this score are called positive.
    package let cutOff: Double
    package let precision: Double
    package let recall: Double
  }

  /// From the highest score down.
  package let points: [Point]
  /// Σ (recall_k - recall_(k-1)) precision_k, without interpolation.
  package let averagePrecision: Double
  /// Area under the interpolation of Davis & Goadrich 2006, in which true and false positives grow
  /// linearly between neighbouring points, integrated exactly (Keilwagen, Grosse & Grau 2014).
  package let interpolatedArea: Double
  /// The part of positive rows: what uninformative scores reach.
  package let prevalence: Double

  /// - Parameters:
  ///   - scores: finite, one per row.
  ///   - positives: which rows belong to the positive class; at least one.
  package init(scores: [Double], positives: [Bool]) throws(StatisticsError) {
    try InputChecks.count(positives.count, "classes", equals: scores.count)
    try InputChecks.finite(scores, "scores")
    let total = positives.count { $0 }
    if total == 0 { throw StatisticsError("a precision-recall curve needs a positive row") }
    self.init(order: Self.order(scores), scores, positives)
  }

  /// Rows from the highest score down.
  static func order(_ scores: [Double]) -> [Int] {
    scores.indices.sorted { scores[$0] > scores[$1] }
  }

  /// - Parameter order: of these scores.
  init(order: [Int], _ scores: [Double], _ positives: [Bool]) {
    let total = positives.count { $0 }
    precondition(total > 0, "a precision-recall curve needs a positive row")
    var (hits, alarms, lastHits, lastAlarms) = (0, 0, 0, 0)
    var (sum, area) = (0.0, 0.0)
    var points: [Point] = []
    for (k, row) in order.enumerated() {
      if positives[row] { hits += 1 } else { alarms += 1 }
      if k + 1 < order.count && scores[order[k + 1]] == scores[row] { continue }
      let precision = Double(hits) / Double(hits + alarms)
      points.append(
        Point(cutOff: scores[row], precision: precision, recall: Double(hits) / Double(total)))
      sum += Double(hits - lastHits) * precision
      area += Self.area(lastHits, lastAlarms, hits, alarms)
      (lastHits, lastAlarms) = (hits, alarms)
    }
    self.points = points
    averagePrecision = sum / Double(total)
    interpolatedArea = area / Double(total)
    prevalence = Double(total) / Double(positives.count)
  }

  /// ∫ x / (x + false positives(x)) dx over the true positives x between two points.
  private static func area(_ hits: Int, _ alarms: Int, _ nextHits: Int, _ nextAlarms: Int)
    -> Double
  {
    if nextHits == hits { return 0 }
    let width = Double(nextHits - hits)
    let slope = Double(nextAlarms - alarms) / width
    let offset = Double(alarms) - slope * Double(hits)
    let growth = Double(nextHits + nextAlarms) / Double(max(1, hits + alarms))
    let bend = offset == 0 ? 0 : offset / ((1 + slope) * (1 + slope)) * log(growth)
    return width / (1 + slope) - bend
  }
}
