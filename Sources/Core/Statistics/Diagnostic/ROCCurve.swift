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
