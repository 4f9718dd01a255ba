internal import Glibc

/// The area under the ROC curve with its variance. Higher scores speak for the positive class; the
/// direction is never chosen from the data. Equal scores count one half.
///
/// DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44, eq. 3 to 5, by the ranks of Sun & Xu 2014,
/// IEEE Signal Processing Letters 21: O(n log n).
package struct AreaUnderROC: Sendable {
  package let area: Double
  /// Per positive row, in the order of the rows: the part of the negative rows with lower scores.
  package let positiveComponents: [Double]
  /// Per negative row: the part of the positive rows with higher scores.
  package let negativeComponents: [Double]
  /// The test of Mann & Whitney against an area of 1/2, with the variance under that hypothesis
  /// corrected for ties, without correction for continuity; nil where all scores are equal.
  package let mannWhitney: NormalTest?

  /// - Parameters:
  ///   - scores: finite, one per row.
  ///   - positives: which rows belong to the positive class; both classes must occur.
  package init(scores: [Double], positives: [Bool]) throws(StatisticsError) {
    try Self.check(scores, positives)
    let high = positives.indices.filter { positives[$0] }.map { scores[$0] }
    let low = positives.indices.filter { !positives[$0] }.map { scores[$0] }
    let (m, n) = (Double(high.count), Double(low.count))
    let all = MidRanks(high + low)
    let ownHigh = MidRanks(high).ranks
    let ownLow = MidRanks(low).ranks
    positiveComponents = ownHigh.indices.map { (all.ranks[$0] - ownHigh[$0]) / n }
    negativeComponents = ownLow.indices.map {
      1 - (all.ranks[high.count + $0] - ownLow[$0]) / m
    }
    // Halves of whole numbers: exact.
    let wins = all.ranks[..<high.count].reduce(0, +) - m * (m + 1) / 2
    area = wins / (m * n)
    let total = m + n
    let variance = m * n / 12 * (total + 1 - all.tieSum / (total * (total - 1)))
    mannWhitney =
      all.tieSum == total * total * total - total
      ? nil : NormalTest((wins - m * n / 2) / variance.squareRoot())
  }

  static func check(_ scores: [Double], _ positives: [Bool]) throws(StatisticsError) {
    try InputChecks.count(positives.count, "classes", equals: scores.count)
    try InputChecks.finite(scores, "scores")
    let positiveCount = positives.count { $0 }
    if positiveCount == 0 || positiveCount == positives.count {
      throw StatisticsError(
        "a ROC curve needs both classes; \(positiveCount) of \(positives.count) rows are positive")
    }
  }

  /// DeLong's variance; nil with fewer than two rows in a class.
  package var variance: Double? { covariance(self) }

  package var standardError: Double? { variance?.squareRoot() }

  /// DeLong's covariance with the area of other scores for the same rows.
  package func covariance(_ other: AreaUnderROC) -> Double? {
    let (m, n) = (positiveComponents.count, negativeComponents.count)
    precondition(
      m == other.positiveComponents.count && n == other.negativeComponents.count,
      "a covariance needs the same rows")
    guard m > 1 && n > 1 else { return nil }
    return Self.covariance(positiveComponents, other.positiveComponents) / Double(m)
      + Self.covariance(negativeComponents, other.negativeComponents) / Double(n)
  }

  /// DeLong's variance of this area minus that of other scores for the same rows.
  func varianceOfDifference(_ other: AreaUnderROC) -> Double? {
    let (m, n) = (positiveComponents.count, negativeComponents.count)
    guard m > 1 && n > 1 else { return nil }
    let high = zip(positiveComponents, other.positiveComponents).map { $0 - $1 }
    let low = zip(negativeComponents, other.negativeComponents).map { $0 - $1 }
    return Self.covariance(high, high) / Double(m) + Self.covariance(low, low) / Double(n)
  }

  private static func covariance(_ a: [Double], _ b: [Double]) -> Double {
    let count = Double(a.count)
    let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
    var sum = 0.0
    for i in a.indices { sum += (a[i] - meanA) * (b[i] - meanB) }
    return sum / (count - 1)
  }

  /// On which scale the interval of an area is symmetric.
  package enum IntervalScale: Sendable {
    /// area ± z · standard error, cut at 0 and 1.
    case area
    /// The same for ln(area / (1 - area)).
    case logit
  }

  /// Wald's interval from DeLong's variance; nil where there is no variance or, on the logit scale,
  /// where the area is 0 or 1. Of a perfect separation the variance is 0 and the interval a point.
  package func interval(level: Double = 0.95, scale: IntervalScale = .area)
    throws(StatisticsError) -> Interval?
  {
    try InputChecks.level(level)
    return standardError.flatMap {
      Self.interval(of: area, standardError: $0, level: level, scale: scale)
    }
  }

  /// Wald's interval of an area with any standard error; nil on the logit scale where the area is 0
  /// or 1.
  /// - Parameter level: above 0 and below 1.
  package static func interval(
    of area: Double, standardError: Double, level: Double, scale: IntervalScale
  ) -> Interval? {
    let reach = Normal.factor(level: level) * standardError
    switch scale {
    case .area:
      return Interval(max(0, area - reach), min(1, area + reach))
    case .logit:
      guard area > 0 && area < 1 else { return nil }
      let centre = log(area / (1 - area))
      let half = reach / (area * (1 - area))
      return Interval(1 / (1 + exp(half - centre)), 1 / (1 + exp(-half - centre)))
    }
  }

  /// The test of DeLong against an area of 1/2; nil where the variance is 0 or missing.
  package var deLong: NormalTest? {
    guard let error = standardError, error > 0 else { return nil }
    return NormalTest((area - 0.5) / error)
  }
}
