internal import Glibc

/// How the p-value of a rank test is found.
package enum RankTestMethod: Sendable {
  /// As R does by default: exact below 50 values (per group) without ties or zeros, else normal.
  case automatic
  /// By counting; with ties the distribution of sums of the mid-ranks under permutation, whose
  /// two-sided p-value counts sums at least as far from their mean (Streitberg & Röhmel 1986).
  case exact
  /// With the variance corrected for ties.
  case normal(continuity: Bool)
}

/// The test of Mann & Whitney 1947, Wilcoxon's rank sum; two-sided.
package struct MannWhitneyTest: Sendable {
  /// Pairs in which the first group's value is larger, ties one half.
  package let u: Double
  package let p: Double
  package let isExact: Bool
  /// Nil for the exact test.
  package let z: Double?

  package init(_ a: [Double], _ b: [Double], method: RankTestMethod = .automatic)
    throws(StatisticsError)
  {
    if a.isEmpty || b.isEmpty { throw StatisticsError("Mann and Whitney's test needs two groups") }
    try InputChecks.finite(a, "the first group")
    try InputChecks.finite(b, "the second group")
    let ranks = MidRanks(a + b)
    let (m, n) = (Double(a.count), Double(b.count))
    u = ranks.ranks[..<a.count].reduce(0, +) - m * (m + 1) / 2
    let total = m + n
    if !(ranks.tieSum < total * total * total - total) {
      throw StatisticsError("Mann and Whitney's test needs values that differ; all are equal")
    }
    let small = a.count < 50 && b.count < 50
    let choice = method.resolved(isSmall: small, hasTies: ranks.tieSum > 0)
    isExact = choice == nil
    guard let continuity = choice else {
      z = nil
      if ranks.tieSum == 0 {
        p = Self.exact(u, a.count, b.count)
      } else {
        let few = min(a.count, b.count)
        let sum = few == a.count ? u + m * (m + 1) / 2 : m * n - u + n * (n + 1) / 2
        p = RankPermutations.rankSum(ranks.ranks, count: few, observed: sum)
      }
      return
    }
    let variance = m * n / 12 * (total + 1 - ranks.tieSum / (total * (total - 1)))
    let test = NormalTest(corrected(u - m * n / 2, continuity) / variance.squareRoot())
    (z, p) = (test.z, test.p)
  }

  /// Twice the smaller tail of the number of arrangements with each u.
  private static func exact(_ u: Double, _ m: Int, _ n: Int) -> Double {
    // Coefficients of the Gaussian binomial, one factor (1 - q^(n + i)) / (1 - q^i) at a time.
    let top = m * n
    var counts = [Double](repeating: 0, count: top + 1)
    counts[0] = 1
    for i in 1...m {
      for k in stride(from: top, through: n + i, by: -1) { counts[k] -= counts[k - n - i] }
      for k in stride(from: i, through: top, by: 1) { counts[k] += counts[k - i] }
    }
    let least = Int(min(u, Double(top) - u))
    let below = counts[0...least].reduce(0, +)
    return min(1, 2 * below / counts.reduce(0, +))
  }
}

/// Wilcoxon's signed-rank test of differences, 1945; two-sided. Zeros are left out.
package struct SignedRankTest: Sendable {
  /// Sum of the ranks of the positive differences.
  package let v: Double
  package let p: Double
  package let isExact: Bool
  /// Nil for the exact test.
  package let z: Double?

  package init(_ differences: [Double], method: RankTestMethod = .automatic)
    throws(StatisticsError)
  {
    try InputChecks.finite(differences, "differences")
    let used = differences.filter { $0 != 0 }
    if used.isEmpty { throw StatisticsError("a signed-rank test needs a difference that is not 0") }
    let ranks = MidRanks(used.map(\.magnitude))
    v = used.indices.reduce(0) { $0 + (used[$1] > 0 ? ranks.ranks[$1] : 0) }
    let isTied = ranks.tieSum > 0 || used.count < differences.count
    let choice = method.resolved(isSmall: differences.count < 50, hasTies: isTied)
    isExact = choice == nil
    let n = Double(used.count)
    guard let continuity = choice else {
      z = nil
      p =
        ranks.tieSum == 0
        ? Self.exact(v, used.count) : RankPermutations.signedRank(ranks.ranks, observed: v)
      return
    }
    let variance = n * (n + 1) * (2 * n + 1) / 24 - ranks.tieSum / 48
    let test = NormalTest(corrected(v - n * (n + 1) / 4, continuity) / variance.squareRoot())
    (z, p) = (test.z, test.p)
  }

  private static func exact(_ v: Double, _ n: Int) -> Double {
    let top = n * (n + 1) / 2
    var counts = [Double](repeating: 0, count: top + 1)
    counts[0] = 1
    for i in 1...n {
      for k in stride(from: top, through: i, by: -1) { counts[k] += counts[k - i] }
    }
    let least = Int(min(v, Double(top) - v))
    return min(1, 2 * counts[0...least].reduce(0, +) / counts.reduce(0, +))
  }
}

/// The test of Kruskal & Wallis 1952, corrected for ties.
package struct KruskalWallisTest: Sendable {
  package let test: ChiSquaredTest

  /// - Parameter groups: at least two, none empty.
  package init(_ groups: [[Double]]) throws(StatisticsError) {
    if groups.count < 2 || groups.contains(where: \.isEmpty) {
      throw StatisticsError("Kruskal and Wallis' test needs two groups, none of them empty")
    }
    let all = Array(groups.joined())
    try InputChecks.finite(all, "values")
    let ranks = MidRanks(all)
    let n = Double(all.count)
    var (sum, first) = (0.0, 0)
    for group in groups {
      // Distances from the mean rank: no cancellation.
      let own = ranks.ranks[first..<first + group.count].reduce(0) { $0 + ($1 - (n + 1) / 2) }
      sum += own * own / Double(group.count)
      first += group.count
    }
    let whole = n * n * n - n
    if !(ranks.tieSum < whole) {
      throw StatisticsError("Kruskal and Wallis' test needs values that differ; all are equal")
    }
    test = ChiSquaredTest(
      12 / (n * (n + 1)) * sum / (1 - ranks.tieSum / whole), degreesOfFreedom: groups.count - 1)
  }
}

extension RankTestMethod {
  /// Nil: exact; otherwise whether to correct for continuity.
  fileprivate func resolved(isSmall: Bool, hasTies: Bool) -> Bool? {
    switch self {
    case .automatic: isSmall && !hasTies ? nil : .some(true)
    case .normal(let continuity): .some(continuity)
    case .exact: nil
    }
  }
}

/// One half nearer to 0.
private func corrected(_ distance: Double, _ continuity: Bool) -> Double {
  guard continuity, distance != 0 else { return distance }
  return distance - (distance > 0 ? 0.5 : -0.5)
}
