package import Learning
package import Statistics

/// The area under the ROC curve of rows (lesions) that come in clusters (patients), with its
/// variance. Obuchowski 1997, Biometrics 53. Equals DeLong's variance where every
/// cluster is one row.
package struct ClusteredArea: Sendable {
  package let area: Double
  package let clusterCount: Int
  /// DeLong's variance, as if rows were independent; nil with fewer than two rows in a class.
  package let naiveVariance: Double?
  private let positiveRows: Double
  private let negativeRows: Double
  private let positiveClusters: Double
  private let negativeClusters: Double
  /// Per cluster Σ over its positive rows of (part of negative rows beaten - area).
  private let positiveSums: [Double]
  /// Per cluster Σ over its negative rows of (part of positive rows that beat it - area).
  private let negativeSums: [Double]

  /// - Parameters:
  ///   - scores: finite, one per row.
  ///   - positives: which rows belong to the positive class; both classes must occur.
  ///   - groups: the cluster of each row.
  package init(scores: [Double], positives: [Bool], groups: [Int]) throws(LearningError) {
    precondition(groups.count == scores.count, "clusters are one per row")
    let plain: AreaUnderROC
    do {
      plain = try AreaUnderROC(scores: scores, positives: positives)
    } catch {
      throw LearningError(error)
    }
    area = plain.area
    naiveVariance = plain.variance
    var place: [Int: Int] = [:]
    var (high, low): ([Double], [Double]) = ([], [])
    var (hasHigh, hasLow): ([Bool], [Bool]) = ([], [])
    var (nextHigh, nextLow) = (0, 0)
    for row in scores.indices {
      let cluster = place[groups[row]] ?? high.count
      if cluster == high.count {
        place[groups[row]] = cluster
        high.append(0)
        low.append(0)
        hasHigh.append(false)
        hasLow.append(false)
      }
      if positives[row] {
        high[cluster] += plain.positiveComponents[nextHigh] - plain.area
        hasHigh[cluster] = true
        nextHigh += 1
      } else {
        low[cluster] += plain.negativeComponents[nextLow] - plain.area
        hasLow[cluster] = true
        nextLow += 1
      }
    }
    clusterCount = high.count
    (positiveSums, negativeSums) = (high, low)
    (positiveRows, negativeRows) = (Double(nextHigh), Double(nextLow))
    positiveClusters = Double(hasHigh.count { $0 })
    negativeClusters = Double(hasLow.count { $0 })
  }

  /// Nil with fewer than two clusters that hold a positive, or a negative, row, and where the cross
  /// terms of few clusters make the estimate negative.
  package var variance: Double? { covariance(self).flatMap(Self.nonNegative) }

  /// Rounding of 0 is 0; a negative variance is none.
  private static func nonNegative(_ variance: Double) -> Double? {
    variance < -1e-15 ? nil : max(0, variance)
  }

  package var standardError: Double? { variance?.squareRoot() }

  /// Covariance with the area of other scores for the same rows.
  package func covariance(_ other: ClusteredArea) -> Double? {
    precondition(
      clusterCount == other.clusterCount && positiveRows == other.positiveRows
        && negativeRows == other.negativeRows, "a covariance needs the same rows")
    guard min(positiveClusters, negativeClusters) > 1 else { return nil }
    let clusters = Double(clusterCount)
    var (high, low, cross) = (0.0, 0.0, 0.0)
    for i in positiveSums.indices {
      high += positiveSums[i] * other.positiveSums[i]
      low += negativeSums[i] * other.negativeSums[i]
      cross += positiveSums[i] * other.negativeSums[i] + other.positiveSums[i] * negativeSums[i]
    }
    return positiveClusters / (positiveClusters - 1) * high / (positiveRows * positiveRows)
      + negativeClusters / (negativeClusters - 1) * low / (negativeRows * negativeRows)
      + clusters / (clusters - 1) * cross / (positiveRows * negativeRows)
  }

  /// This area minus that of other scores for the same rows.
  package struct Difference: Sendable {
    package let value: Double
    package let standardError: Double
    /// Two-sided; nil where the standard error is 0.
    package let p: Double?
  }

  /// Nil where one of the three variances is missing.
  package func difference(_ other: ClusteredArea) -> Difference? {
    guard let own = variance, let others = other.variance, let both = covariance(other),
      let error = Self.nonNegative(own + others - 2 * both)?.squareRoot()
    else { return nil }
    let gap = area - other.area
    return Difference(
      value: gap, standardError: error, p: error > 0 ? Normal.twoSided(gap / error) : nil)
  }

  /// Wald's interval; nil where there is no variance or, on the logit scale, where the area is 0 or 1.
  package func interval(level: Double = 0.95, scale: AreaUnderROC.IntervalScale = .area)
    throws(LearningError) -> Interval?
  {
    try InputChecks.level(level)
    return standardError.flatMap {
      AreaUnderROC.interval(of: area, standardError: $0, level: level, scale: scale)
    }
  }
}
