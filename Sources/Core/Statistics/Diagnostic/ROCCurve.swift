/// The points of a ROC curve. A row is called positive where its score is at least the cut-off;
/// cut-offs lie midway between neighbouring scores, with -inf and +inf at the ends.
package struct ROCCurve: Sendable {
  package struct Point: Sendable {
    package let cutOff: Double
    package let table: ConfusionTable
    /// Part of the positive rows at or above the cut-off.
    package var sensitivity: Double {
      Double(table.truePositives) / Double(table.truePositives + table.falseNegatives)
    }
    /// Part of the negative rows below the cut-off.
    package var specificity: Double {
      Double(table.trueNegatives) / Double(table.trueNegatives + table.falsePositives)
    }
  }

  /// From the highest cut-off (nobody positive) to the lowest (everybody).
  package let points: [Point]

  /// - Parameters:
  ///   - scores: finite, one per row.
  ///   - positives: which rows belong to the positive class; both classes must occur.
  package init(scores: [Double], positives: [Bool]) throws(StatisticsError) {
    try AreaUnderROC.check(scores, positives)
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    let positiveCount = positives.count { $0 }
    let negativeCount = positives.count - positiveCount
    var (hits, alarms) = (0, 0)
    var points: [Point] = []
    func add(_ cutOff: Double) {
      points.append(
        Point(
          cutOff: cutOff,
          table: ConfusionTable(
            truePositives: hits, falsePositives: alarms, trueNegatives: negativeCount - alarms,
            falseNegatives: positiveCount - hits)))
    }
    add(.infinity)
    for (k, row) in order.enumerated() {
      if positives[row] { hits += 1 } else { alarms += 1 }
      if k + 1 == order.count {
        add(-.infinity)
      } else if scores[order[k + 1]] < scores[row] {
        add(Self.middle(scores[order[k + 1]], scores[row]))
      }
    }
    self.points = points
  }

  /// A number above `low` and at most `high`.
  private static func middle(_ low: Double, _ high: Double) -> Double {
    let middle = low / 2 + high / 2
    return middle > low && middle <= high ? middle : high
  }

  /// All points with the largest sensitivity + specificity - 1 (Youden 1950), from the highest
  /// cut-off down. Compared in whole numbers, so that ties are exact.
  package var youdenPoints: [Point] {
    let scores = points.map { point in
      let table = point.table
      return table.truePositives * (table.trueNegatives + table.falsePositives)
        - table.falsePositives * (table.truePositives + table.falseNegatives)
    }
    let best = scores.max() ?? 0
    return points.indices.filter { scores[$0] == best }.map { points[$0] }
  }

  /// Of the points of Youden that with the highest cut-off, that is the highest specificity.
  package var youden: Point { youdenPoints[0] }

  /// The point with the least expected cost per row, prevalence (1 - sensitivity) falseNegative +
  /// (1 - prevalence) (1 - specificity) falsePositive (Metz 1978; `best.weights` of R's pROC); of
  /// several the one with the highest cut-off.
  ///
  /// - Parameters:
  ///   - falseNegative, falsePositive: cost of an error, >= 0, not both 0, in any unit.
  ///   - prevalence: where the cut-off is to be used, in 0...1; by default that of the rows.
  package func leastCostly(
    falseNegative: Double, falsePositive: Double, prevalence: Double? = nil
  ) throws(StatisticsError) -> (point: Point, cost: Double) {
    let table = points[0].table
    let own = Double(table.falseNegatives) / Double(table.count)
    let share = prevalence ?? own
    if !(falseNegative >= 0 && falsePositive >= 0 && falseNegative + falsePositive > 0)
      || !(falseNegative + falsePositive).isFinite
    {
      throw StatisticsError(
        "costs of errors must be at least 0, one of them above 0; they are \(falseNegative) and"
          + " \(falsePositive)")
    }
    if !(share >= 0 && share <= 1) {
      throw StatisticsError("a prevalence must be in 0...1; it is \(share)")
    }
    func cost(_ point: Point) -> Double {
      let (n, table) = (Double(point.table.count), point.table)
      // Of the own prevalence in counts, so that equal costs are equal numbers.
      if prevalence == nil {
        let sum =
          Double(table.falseNegatives) * falseNegative + Double(table.falsePositives)
          * falsePositive
        return sum / n
      }
      return share * (1 - point.sensitivity) * falseNegative
        + (1 - share) * (1 - point.specificity) * falsePositive
    }
    var best = (point: points[0], cost: cost(points[0]))
    for point in points.dropFirst() {
      let own = cost(point)
      if own < best.cost { best = (point, own) }
    }
    return best
  }

  /// The point with the highest sensitivity among those whose specificity is at least `minimum`;
  /// of several the one with the highest specificity.
  package func mostSensitive(specificityAtLeast minimum: Double) throws(StatisticsError) -> Point {
    if !(minimum >= 0 && minimum <= 1) {
      throw StatisticsError("the least specificity must be in 0...1; it is \(minimum)")
    }
    var best = points[0]
    for point in points
    where point.specificity >= minimum && point.table.truePositives > best.table.truePositives {
      best = point
    }
    return best
  }
}
