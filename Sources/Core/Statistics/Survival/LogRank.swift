internal import Numerics

/// The log-rank test of equal survival in groups. Mantel 1966; with strata the observed, expected
/// and variances are summed over them. As R's `survival::survdiff`.
package struct LogRank: Sendable {
  /// Per group.
  package let counts: [Int]
  package let observed: [Int]
  package let expected: [Double]
  /// Of observed minus expected, groups by groups, row-major.
  package let variance: [Double]
  /// Degrees of freedom: groups with an expected event, less one.
  package let test: ChiSquaredTest

  /// - Parameters:
  ///   - data: right-censored or left-truncated.
  ///   - groups: the group of each row, 0, 1, ...; numbers that do not occur are empty groups.
  ///   - strata: of each row; one stratum by default.
  package init(_ data: FollowUp, groups: [Int], strata: [Int]? = nil) throws(StatisticsError) {
    try InputChecks.count(groups.count, "groups", equals: data.count)
    if let strata { try InputChecks.count(strata.count, "strata", equals: data.count) }
    guard let last = groups.max(), groups.allSatisfy({ $0 >= 0 }), last < data.count else {
      throw StatisticsError("groups must be numbered 0, 1, ... below the number of rows")
    }
    let k = last + 1
    var sums = Sums(k)
    let codes = strata ?? [Int](repeating: 0, count: data.count)
    for stratum in Set(codes).sorted() {
      sums.add(data, groups, rows: data.time.indices.filter { codes[$0] == stratum })
    }
    counts = (0..<k).map { group in groups.count { $0 == group } }
    (observed, expected, variance) = (sums.observed, sums.expected, sums.variance)
    let used = (0..<k).filter { sums.expected[$0] > 0 }
    if used.count < 2 {
      test = ChiSquaredTest(0, degreesOfFreedom: 0)
      return
    }
    let free = used.dropFirst()
    let gaps = free.map { Double(sums.observed[$0]) - sums.expected[$0] }
    let block = free.flatMap { i in free.map { sums.variance[i * k + $0] } }
    do {
      let factor = try CholeskyFactor(block, order: free.count)
      test = ChiSquaredTest(factor.form(gaps), degreesOfFreedom: free.count)
    } catch {
      throw StatisticsError(
        "the log-rank test is not defined: no event happened while two of the groups were at risk")
    }
  }

  private struct Sums {
    let k: Int
    var observed: [Int]
    var expected: [Double]
    var variance: [Double]

    init(_ k: Int) {
      self.k = k
      observed = [Int](repeating: 0, count: k)
      expected = [Double](repeating: 0, count: k)
      variance = [Double](repeating: 0, count: k * k)
    }

    mutating func add(_ data: FollowUp, _ groups: [Int], rows: [Int]) {
      let byTime = rows.sorted { data.time[$0] < data.time[$1] }
      let byEntry = rows.sorted { (data.entry?[$0] ?? -1) < (data.entry?[$1] ?? -1) }
      var atRisk = [Int](repeating: 0, count: k)
      var entered = 0
      var first = 0
      while first < byTime.count {
        let t = data.time[byTime[first]]
        while entered < byEntry.count, data.entry.map({ $0[byEntry[entered]] < t }) ?? true {
          atRisk[groups[byEntry[entered]]] += 1
          entered += 1
        }
        var end = first
        var deaths = 0
        while end < byTime.count && data.time[byTime[end]] == t {
          if data.event[byTime[end]] {
            deaths += 1
            observed[groups[byTime[end]]] += 1
          }
          end += 1
        }
        if deaths > 0 { add(deaths, atRisk) }
        for row in byTime[first..<end] { atRisk[groups[row]] -= 1 }
        first = end
      }
    }

    /// One time: expected d n_i / n, covariance of the hypergeometric distribution.
    private mutating func add(_ deaths: Int, _ atRisk: [Int]) {
      let n = Double(atRisk.reduce(0, +))
      let d = Double(deaths)
      let factor = n > 1 ? d * (n - d) / (n * n * (n - 1)) : 0
      for i in 0..<k {
        let own = Double(atRisk[i])
        expected[i] += d * own / n
        for j in 0..<k {
          variance[i * k + j] += factor * own * ((i == j ? n : 0) - Double(atRisk[j]))
        }
      }
    }
  }
}
