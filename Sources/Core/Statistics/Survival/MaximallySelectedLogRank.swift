internal import Glibc
package import Numerics

/// The cut of a value that separates survival best, by the standardised log-rank score statistic,
/// with p-values that take the search into account. Lausen & Schumacher 1992; scores and candidate
/// cuts as in Hothorn & Lausen 2003 and R's `maxstat`.
///
/// A row has the score a = δ - Σ δ_j / (n - γ_j + 1) over the rows j with times up to its own, where
/// γ_j counts the rows with times up to that of j. The statistic of a cut with m rows at or below is
/// |Σ a - E| / √V over these rows, with the mean and the variance under permutation of the scores.
package struct MaximallySelectedLogRank: Sendable {
  package struct Candidate: Hashable, Sendable {
    /// Rows with values up to and including the cut are the lower group.
    package let cut: Double
    package let lowerCount: Int
    package let statistic: Double
  }

  package let candidates: [Candidate]
  /// The lowest of the cuts with the largest statistic.
  package let best: Candidate
  package var cut: Double { best.cut }
  package var statistic: Double { best.statistic }
  /// Whether the rows above the cut have the events earlier.
  package let isUpperRiskHigher: Bool
  package let minimumProportion: Double
  /// The log-rank test of the two groups as if the cut had been known; too optimistic.
  package let logRank: LogRank
  package var rawP: Double { logRank.test.p }
  /// The cut was searched in the rows on which its p-values are computed.
  package var isOptimised: Bool { true }
  private let walk: ScoreWalk

  /// - Parameters:
  ///   - data: right-censored, not left-truncated; at least one event.
  ///   - values: finite, one per row.
  ///   - minimumProportion: ε in (0, 0.5): the lower group has between ⌊n ε⌋, at least 1, and
  ///     ⌊n (1 - ε)⌋ rows.
  package init(_ data: FollowUp, values: [Double], minimumProportion: Double = 0.1)
    throws(StatisticsError)
  {
    try CutPointChecks.check(data, values, minimumProportion)
    let scores = Self.scores(data)
    let walk = try ScoreWalk(scores, values, minimumProportion)
    let (statistics, signs) = walk.statistics(walk.scores)
    candidates = walk.lowerCounts.indices.map {
      Candidate(
        cut: walk.values[walk.lowerCounts[$0] - 1], lowerCount: walk.lowerCounts[$0],
        statistic: statistics[$0])
    }
    let place = CutPointChecks.firstLargest(statistics)
    best = candidates[place]
    isUpperRiskHigher = signs[place] < 0
    self.minimumProportion = minimumProportion
    let cut = best.cut
    logRank = try LogRank(data, groups: values.map { $0 <= cut ? 0 : 1 })
    self.walk = walk
  }

  /// Lausen & Schumacher 1992, "Lau92" in maxstat: 4 φ(b) / b + φ(b) (b - 1/b) ln((1 - ε)² / ε²)
  /// for the statistic b, an approximation for small p; 1 for b < 1, cut at 0 and 1.
  package var correctedP: Double {
    Self.correctedP(statistic: statistic, minimumProportion: minimumProportion)
  }

  /// The share of random orders of the values in which the largest statistic is at least as large,
  /// the observed order counted as one of them: (1 + k) / (1 + count). Phipson & Smyth 2010.
  package func permutationP(count: Int, stream: inout RandomStream) throws(StatisticsError)
    -> Double
  {
    try CutPointChecks.permutations(count)
    var shuffled = walk.scores
    var reached = 0
    for _ in 0..<count {
      stream.shuffle(&shuffled)
      let largest = walk.statistics(shuffled).values.max() ?? 0
      if largest >= statistic * (1 - CutPointChecks.tolerance) { reached += 1 }
    }
    return Double(1 + reached) / Double(1 + count)
  }

  static func correctedP(statistic b: Double, minimumProportion: Double) -> Double {
    if b < 1 { return 1 }
    let density = exp(-b * b / 2) / (2 * Double.pi).squareRoot()
    let odds = (1 - minimumProportion) / minimumProportion
    return min(1, max(0, 4 * density / b + density * (b - 1 / b) * log(odds * odds)))
  }

  private static func scores(_ data: FollowUp) -> [Double] {
    let order = data.time.indices.sorted { (data.time[$0], $0) < (data.time[$1], $1) }
    var scores = [Double](repeating: 0, count: data.count)
    var hazard = 0.0
    var first = 0
    while first < order.count {
      var end = first
      while end < order.count && data.time[order[end]] == data.time[order[first]] { end += 1 }
      let share = 1 / Double(order.count - end + 1)
      for row in order[first..<end] where data.event[row] { hazard += share }
      for row in order[first..<end] { scores[row] = (data.event[row] ? 1 : 0) - hazard }
      first = end
    }
    return scores
  }
}

/// The sums of scores below every candidate cut.
private struct ScoreWalk: Sendable {
  /// By ascending value.
  let scores: [Double]
  let values: [Double]
  let lowerCounts: [Int]
  private let mean: Double
  /// Of the scores, with n - 1.
  private let variance: Double

  init(_ rowScores: [Double], _ rowValues: [Double], _ minimumProportion: Double)
    throws(StatisticsError)
  {
    let order = rowValues.indices.sorted { (rowValues[$0], $0) < (rowValues[$1], $1) }
    scores = order.map { rowScores[$0] }
    values = order.map { rowValues[$0] }
    let n = Double(order.count)
    let least = max(1, Int((n * minimumProportion).rounded(.down)))
    let most = Int((n * (1 - minimumProportion)).rounded(.down))
    var counts: [Int] = []
    for m in 1..<max(1, order.count) where m >= least && m <= most && values[m - 1] < values[m] {
      counts.append(m)
    }
    if counts.isEmpty {
      throw StatisticsError(
        "no value can be a cut that leaves \(least) to \(most) of the \(order.count) rows below it")
    }
    lowerCounts = counts
    let mean = scores.reduce(0, +) / n
    self.mean = mean
    var (squares, size) = (0.0, 0.0)
    for a in scores {
      squares += (a - mean) * (a - mean)
      size += a * a
    }
    variance = squares / (n - 1)
    if !(squares > 1e-12 * size) {
      throw StatisticsError("no cut can be searched: all rows have the same log-rank score")
    }
  }

  /// Statistics at the candidates, and the signs of their sums.
  func statistics(_ scores: [Double]) -> (values: [Double], signs: [Double]) {
    let n = Double(scores.count)
    var (results, signs): ([Double], [Double]) = ([], [])
    results.reserveCapacity(lowerCounts.count)
    signs.reserveCapacity(lowerCounts.count)
    var (sum, row) = (0.0, 0)
    for count in lowerCounts {
      while row < count {
        sum += scores[row]
        row += 1
      }
      let m = Double(count)
      let gap = sum - m * mean
      results.append(gap.magnitude / (m * (n - m) / n * variance).squareRoot())
      signs.append(gap < 0 ? -1 : 1)
    }
    return (results, signs)
  }
}

/// What all searches of cuts have in common.
enum CutPointChecks {
  /// Statistics this close, relative to their size, are equal but for rounding.
  static let tolerance = 1e-12

  static func check(_ data: FollowUp, _ values: [Double], _ minimumProportion: Double)
    throws(StatisticsError)
  {
    try CensoringDistribution.refuseEntries(data, "the search of a cut")
    try InputChecks.count(values.count, "values", equals: data.count)
    try InputChecks.finite(values, "values")
    if !(minimumProportion > 0 && minimumProportion < 0.5) {
      throw StatisticsError(
        "the minimum proportion of a group must be between 0 and 0.5; it is \(minimumProportion)")
    }
    if data.eventCount == 0 {
      throw StatisticsError("the search of a cut needs an event; there is none")
    }
  }

  static func permutations(_ count: Int) throws(StatisticsError) {
    if count < 1 { throw StatisticsError("a permutation p needs at least 1 permutation") }
  }

  /// The first place whose value no later one exceeds by more than rounding.
  static func firstLargest(_ values: [Double]) -> Int {
    var best = 0
    for k in values.indices where values[k] > values[best] * (1 + tolerance) { best = k }
    return best
  }
}
