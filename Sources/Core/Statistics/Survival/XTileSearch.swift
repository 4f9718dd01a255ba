package import Numerics

/// The X-tile search: the one or two cuts of a value whose two or three groups have the largest
/// log-rank χ², over all divisions. Camp, Dolled-Filhart & Rimm 2004.
///
/// The cuts are optimised: `logRank.test.p` is that of groups known beforehand and too small. What
/// corrects it is `correctedP` (one cut), `permutationP`, or a cut from other rows, see
/// `CrossValidatedCut`.
package struct XTileSearch: Sendable {
  package struct Division: Hashable, Sendable {
    /// One or two, ascending. A row belongs to the group of the number of cuts below its value; a
    /// value equal to a cut is not above it.
    package let cuts: [Double]
    package let chiSquared: Double
  }

  package let best: Division
  package var cuts: [Double] { best.cuts }
  /// How many divisions were tried.
  package let divisionCount: Int
  package let minimumProportion: Double
  /// The test of the groups as if the cuts had been known.
  package let logRank: LogRank
  package var rawP: Double { logRank.test.p }
  /// The cuts were searched in the rows on which their p-values are computed.
  package var isOptimised: Bool { true }
  private let grid: DivisionGrid

  /// - Parameters:
  ///   - data: right-censored, not left-truncated; at least one event.
  ///   - values: finite, one per row.
  ///   - cutCount: 1 or 2.
  ///   - minimumProportion: ε in (0, 0.5): every group has at least n ε rows.
  package init(
    _ data: FollowUp, values: [Double], cutCount: Int = 1, minimumProportion: Double = 0.1
  ) throws(StatisticsError) {
    try CutPointChecks.check(data, values, minimumProportion)
    if cutCount != 1 && cutCount != 2 {
      throw StatisticsError("X-tile searches 1 or 2 cuts, not \(cutCount)")
    }
    let grid = DivisionGrid(data, values, cutCount: cutCount, minimumProportion)
    let found = grid.search(grid.rows)
    guard let division = found.best else {
      throw StatisticsError(
        "no division into \(cutCount + 1) groups of at least \(grid.least) rows has a log-rank"
          + " test; there are \(data.count) rows")
    }
    divisionCount = found.count
    self.minimumProportion = minimumProportion
    let cuts = division.counts.map { grid.values[$0 - 1] }
    best = Division(cuts: cuts, chiSquared: division.chiSquared)
    self.grid = grid
    logRank = try LogRank(data, groups: Self.groups(values, cuts: cuts))
  }

  /// 0, 1, ... by the number of cuts below each value.
  package static func groups(_ values: [Double], cuts: [Double]) -> [Int] {
    values.map { value in cuts.count { $0 < value } }
  }

  /// For one cut the approximation of Miller & Siegmund 1982, which Camp et al. use and which for
  /// symmetric proportions is that of Lausen & Schumacher 1992, at √χ²; nil for two cuts.
  package var correctedP: Double? {
    cuts.count == 1
      ? MaximallySelectedLogRank.correctedP(
        statistic: best.chiSquared.squareRoot(), minimumProportion: minimumProportion) : nil
  }

  /// The share of random orders of the values in which the largest χ² is at least as large, the
  /// observed order counted as one of them: (1 + k) / (1 + count).
  package func permutationP(count: Int, stream: inout RandomStream) throws(StatisticsError)
    -> Double
  {
    try CutPointChecks.permutations(count)
    var shuffled = grid.rows
    var reached = 0
    for _ in 0..<count {
      stream.shuffle(&shuffled)
      let largest = grid.search(shuffled).best?.chiSquared ?? 0
      if largest >= best.chiSquared * (1 - CutPointChecks.tolerance) { reached += 1 }
    }
    return Double(1 + reached) / Double(1 + count)
  }
}

/// All divisions of rows in the order of their values. With c(t) = d (n - d) / (n² (n - 1)) at the
/// event times, the covariance of observed less expected events of two groups is the sum of
/// c n n_g over their common rows less c n_g n_h, and n_g n_h counts the pairs of rows at risk: a
/// pair adds the sum of c up to the earlier of its times. So all divisions take O(n²).
private struct DivisionGrid: Sendable {
  /// Rows of the data by ascending value.
  let rows: [Int]
  let values: [Double]
  let least: Int
  private let cutCount: Int
  /// Per row: events less expected ones, Σ c n and Σ c up to its time.
  private let residual: [Double]
  private let single: [Double]
  private let pair: [Double]
  /// Per row the place of its time among all.
  private let place: [Int]
  /// Numbers of rows below which the value changes.
  private let steps: [Int]

  struct Found {
    let counts: [Int]
    let chiSquared: Double
  }

  init(_ data: FollowUp, _ rowValues: [Double], cutCount: Int, _ minimumProportion: Double) {
    rows = rowValues.indices.sorted { (rowValues[$0], $0) < (rowValues[$1], $1) }
    let values = rows.map { rowValues[$0] }
    self.values = values
    self.cutCount = cutCount
    let wanted = Double(rows.count) * minimumProportion
    least = max(1, Int((wanted - 1e-9).rounded(.up)))
    let table = RiskTable(data, rows: Array(0..<data.count))
    var place = [Int](repeating: 0, count: data.count)
    let order = data.time.indices.sorted { data.time[$0] < data.time[$1] }
    var k = 0
    for row in order {
      while table.times[k] < data.time[row] { k += 1 }
      place[row] = k
    }
    var (hazard, first, second) = (0.0, 0.0, 0.0)
    var (hazards, singles, pairs): ([Double], [Double], [Double]) = ([], [], [])
    for i in table.times.indices {
      let (n, d) = (Double(table.atRisk[i]), Double(table.events[i]))
      hazard += d / n
      let c = n > 1 ? d * (n - d) / (n * n * (n - 1)) : 0
      first += c * n
      second += c
      hazards.append(hazard)
      singles.append(first)
      pairs.append(second)
    }
    residual = data.event.indices.map { (data.event[$0] ? 1 : 0) - hazards[place[$0]] }
    (single, pair) = (place.map { singles[$0] }, place.map { pairs[$0] })
    self.place = place
    steps = (0..<rows.count).filter { $0 > 0 && values[$0 - 1] < values[$0] }
  }

  /// - Parameter rows: which row stands at which place of the ascending values.
  func search(_ rows: [Int]) -> (best: Found?, count: Int) {
    let n = rows.count
    let upper = cutCount == 2 ? upperSums(rows) : []
    // W[j]: Σ of c up to the earlier time over the rows of the lower group and the row at place j.
    var shared = [Double](repeating: 0, count: n)
    var lower = Sums()
    var (best, count): (Found?, Int) = (nil, 0)
    var done = 0
    for m in steps where m >= least && n - m >= least * cutCount {
      while done < m {
        let row = rows[done]
        lower.within += 2 * shared[done] + pair[row]
        add(row, rows, to: &shared)
        lower.residual += residual[row]
        lower.single += single[row]
        done += 1
      }
      if cutCount == 1 {
        let variance = lower.single - lower.within
        count += 1
        if variance > 1e-12 * lower.single {
          keep(Found(counts: [m], chiSquared: lower.residual * lower.residual / variance), &best)
        }
        continue
      }
      // Σ of W over the rows above the second cut, from the last place down.
      var (cross, place) = (0.0, n)
      for k in steps.reversed() where k >= m + least && n - k >= least {
        while place > k {
          place -= 1
          cross += shared[place]
        }
        count += 1
        if let form = Self.form(lower, upper[k], cross) {
          keep(Found(counts: [m, k], chiSquared: form), &best)
        }
      }
    }
    return (best, count)
  }

  private func keep(_ found: Found, _ best: inout Found?) {
    let isLarger =
      best.map { found.chiSquared > $0.chiSquared * (1 + CutPointChecks.tolerance) } ?? true
    if isLarger { best = found }
  }

  private func add(_ row: Int, _ rows: [Int], to shared: inout [Double]) {
    let (own, limit) = (pair[row], place[row])
    pair.withUnsafeBufferPointer { pair in
      place.withUnsafeBufferPointer { place in
        rows.withUnsafeBufferPointer { rows in
          shared.withUnsafeMutableBufferPointer { shared in
            var j = 0
            while j < rows.count {
              let other = rows[j]
              shared[j] += place[other] < limit ? pair[other] : own
              j &+= 1
            }
          }
        }
      }
    }
  }

  /// χ² of the outer two of three groups; nil where their covariance is singular.
  private static func form(_ lower: Sums, _ upper: Sums, _ cross: Double) -> Double? {
    let (a, c) = (lower.single - lower.within, upper.single - upper.within)
    let determinant = a * c - cross * cross
    if !(determinant > 1e-12 * lower.single * upper.single) { return nil }
    let (u, v) = (lower.residual, upper.residual)
    return (c * u * u + 2 * cross * u * v + a * v * v) / determinant
  }

  /// Per place the sums of the rows from there on.
  private func upperSums(_ rows: [Int]) -> [Sums] {
    var result = [Sums](repeating: Sums(), count: rows.count)
    var shared = [Double](repeating: 0, count: rows.count)
    var sums = Sums()
    for k in rows.indices.reversed() {
      let row = rows[k]
      sums.within += 2 * shared[k] + pair[row]
      add(row, rows, to: &shared)
      sums.residual += residual[row]
      sums.single += single[row]
      result[k] = sums
    }
    return result
  }

  /// Sums over one group: of the residuals, of Σ c n, and of Σ c over its pairs of rows.
  struct Sums {
    var residual = 0.0
    var single = 0.0
    var within = 0.0
  }
}
