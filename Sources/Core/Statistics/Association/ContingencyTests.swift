internal import Glibc

/// Pearson's chi-squared test of independence in a table of counts.
package struct IndependenceTest: Sendable {
  package let test: ChiSquaredTest
  /// Row by row.
  package let expected: [[Double]]

  /// - Parameters:
  ///   - table: counts, row by row; every row and column needs a count, at least two of each.
  ///   - continuity: Yates' correction, for 2 by 2 tables only.
  package init(_ table: [[Int]], continuity: Bool = true) throws(StatisticsError) {
    let width = table.first?.count ?? 0
    let rows = table.map { $0.reduce(0, +) }
    let columns = (0..<width).map { c in table.reduce(0) { $0 + ($1.count > c ? $1[c] : 0) } }
    if table.count < 2 || width < 2 || table.contains(where: { $0.count != width })
      || table.contains(where: { $0.contains { $0 < 0 } }) || rows.contains(0)
      || columns.contains(0)
    {
      throw StatisticsError(
        "a chi-squared test needs a table of counts >= 0 with at least two rows and two columns,"
          + " none of them empty")
    }
    let total = Double(rows.reduce(0, +))
    expected = rows.map { row in columns.map { Double(row) * Double($0) / total } }
    var gap = 0.0
    if continuity && table.count == 2 && width == 2 {
      gap = min(0.5, (Double(table[0][0]) - expected[0][0]).magnitude)
    }
    var sum = 0.0
    for (counts, means) in zip(table, expected) {
      for (count, mean) in zip(counts, means) {
        let distance = (Double(count) - mean).magnitude - gap
        sum += distance * distance / mean
      }
    }
    test = ChiSquaredTest(sum, degreesOfFreedom: (table.count - 1) * (width - 1))
  }
}

/// Fisher's exact test of a 2 by 2 table; two-sided: all tables that are at most as probable.
package struct FisherExactTest: Sendable {
  package let p: Double
  /// The conditional maximum likelihood estimate; 0 or infinite where the first count is at its end
  /// of the range.
  package let oddsRatio: Double
  /// Exact, from the conditional distribution.
  package let interval: Interval

  /// - Parameters:
  ///   - a, b, c, d: counts of the first and the second row.
  ///   - level: of the interval.
  package init(_ a: Int, _ b: Int, _ c: Int, _ d: Int, level: Double = 0.95)
    throws(StatisticsError)
  {
    try InputChecks.level(level)
    if min(a, b, c, d) < 0 { throw StatisticsError("counts must be at least 0") }
    let low = max(0, a + c - (c + d))
    let high = min(a + b, a + c)
    if low == high {
      throw StatisticsError("Fisher's test needs two rows and two columns, none of them empty")
    }
    let conditional = NoncentralHypergeometric(rowOne: a + b, rowTwo: c + d, columnOne: a + c)
    let masses = conditional.masses(logOdds: 0)
    let limit = masses[a - low] * (1 + 1e-7)
    p = min(1, masses.reduce(0) { $0 + ($1 <= limit ? $1 : 0) })
    let tail = (1 - level) / 2
    oddsRatio =
      a == low
      ? 0 : a == high ? .infinity : exp(conditional.solve { $0.mean - Double(a) })
    interval = Interval(
      a == low ? 0 : exp(conditional.solve { $0.upper(a) - tail }),
      a == high ? .infinity : exp(conditional.solve { tail - $0.lower(a) }))
  }
}

/// The first count of a 2 by 2 table with given margins and odds ratio.
private struct NoncentralHypergeometric {
  let low: Int
  /// Logarithms of the masses at odds 1, up to a constant.
  let logs: [Double]

  init(rowOne: Int, rowTwo: Int, columnOne: Int) {
    low = max(0, columnOne - rowTwo)
    var logs = [0.0]
    for k in low..<min(rowOne, columnOne) {
      // Ratio of neighbouring masses: (m - k)(t - k) / ((k + 1)(n - t + k + 1)).
      let up = Double(rowOne - k) * Double(columnOne - k)
      let down = Double(k + 1) * Double(rowTwo - columnOne + k + 1)
      logs.append(logs[logs.count - 1] + log(up / down))
    }
    self.logs = logs
  }

  func masses(logOdds: Double) -> [Double] {
    let shifted = logs.indices.map { logs[$0] + Double($0) * logOdds }
    let largest = shifted.max() ?? 0
    let raw = shifted.map { exp($0 - largest) }
    let total = raw.reduce(0, +)
    return raw.map { $0 / total }
  }

  struct Values {
    let low: Int
    let masses: [Double]
    var mean: Double {
      masses.indices.reduce(0) { $0 + Double(low + $1) * masses[$1] }
    }
    func upper(_ k: Int) -> Double { masses[(k - low)...].reduce(0, +) }
    func lower(_ k: Int) -> Double { masses[...(k - low)].reduce(0, +) }
  }

  /// The logarithm of the odds at which a rising function is 0, by bisection to the last bit.
  func solve(_ rising: (Values) -> Double) -> Double {
    var (below, above) = (-1.0, 1.0)
    func value(_ logOdds: Double) -> Double {
      rising(Values(low: low, masses: masses(logOdds: logOdds)))
    }
    while value(below) > 0 && below > -1e4 { below *= 2 }
    while value(above) < 0 && above < 1e4 { above *= 2 }
    while true {
      let middle = below + (above - below) / 2
      if middle <= below || middle >= above { return middle }
      if value(middle) < 0 { below = middle } else { above = middle }
    }
  }
}

/// McNemar's test of the discordant pairs, 1947.
package struct McNemarTest: Sendable {
  /// Nil where no pair is discordant.
  package let test: ChiSquaredTest?
  /// Of the binomial distribution, two-sided; 1 where no pair is discordant.
  package let exactP: Double

  /// - Parameters:
  ///   - b, c: pairs that changed in either direction.
  ///   - continuity: Edwards' correction.
  package init(_ b: Int, _ c: Int, continuity: Bool = true) throws(StatisticsError) {
    if min(b, c) < 0 { throw StatisticsError("counts must be at least 0") }
    let gap = max(0, Double(abs(b - c)) - (continuity ? 1 : 0))
    test = b + c == 0 ? nil : ChiSquaredTest(gap * gap / Double(b + c), degreesOfFreedom: 1)
    exactP = min(1, 2 * Binomial(trials: b + c, probability: 0.5).lowerTail(at: min(b, c)))
  }
}
