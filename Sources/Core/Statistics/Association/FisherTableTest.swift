internal import Glibc

/// Fisher's exact test of a table of counts of any size: all tables with the same margins that are
/// at most as probable (Freeman & Halton 1951), by the network of Mehta & Patel 1983. For 2 by 2
/// tables `FisherExactTest` has the odds ratio as well.
package struct FisherTableTest: Sendable {
  package let p: Double
  /// Of the table itself, given its margins.
  package let probability: Double

  /// - Parameters:
  ///   - table: counts, row by row; empty rows and columns do not count, two of each must be left.
  ///   - effort: the largest number of steps; each takes about 0.1 µs.
  /// - Throws: also where the table is too large for the effort.
  package init(_ table: [[Int]], effort: Int = 50_000_000) throws(StatisticsError) {
    let width = table.first?.count ?? 0
    if table.contains(where: { $0.count != width || $0.contains { $0 < 0 } }) {
      throw StatisticsError("Fisher's test needs rows of equal length with counts of at least 0")
    }
    let rows = table.filter { $0.reduce(0, +) > 0 }
    let kept = (0..<width).filter { c in rows.contains { $0[c] > 0 } }
    if rows.count < 2 || kept.count < 2 {
      throw StatisticsError("Fisher's test needs two rows and two columns that are not empty")
    }
    let rowSums = rows.map { $0.reduce(0, +) }
    let columnSums = kept.map { c in rows.reduce(0) { $0 + $1[c] } }
    let logs = LogFactorials(upTo: rowSums.reduce(0, +))
    let observed = -rows.reduce(0.0) { sum, row in row.reduce(sum) { $0 + logs[$1] } }
    let isTall = rowSums.count > columnSums.count
    let network = FisherNetwork(
      levels: (isTall ? columnSums : rowSums),
      // Large columns first: they leave the fewest remainders.
      columns: (isTall ? rowSums : columnSums).sorted(by: >),
      // The tolerance of R's fisher.test.
      limit: observed + 1e-7, logs: logs, effort: effort)
    guard let mass = network.mass() else {
      throw StatisticsError(
        "Fisher's exact test of a \(rows.count) by \(kept.count) table of"
          + " \(rowSums.reduce(0, +)) rows takes more than \(effort) steps; use the chi-squared"
          + " test")
    }
    p = min(1, mass)
    probability = exp(observed - network.total)
  }
}

/// ln n!, by the sum of logarithms with compensation.
private struct LogFactorials {
  private var values = [0.0]

  init(upTo count: Int) {
    var (sum, rest) = (0.0, 0.0)
    for n in 1...max(1, count) {
      let term = log(Double(n)) - rest
      let next = sum + term
      rest = (next - sum) - term
      sum = next
      values.append(sum)
    }
  }

  subscript(_ n: Int) -> Double { values[n] }

  /// The least Σ ln x! of `parts` numbers with a sum.
  func least(_ sum: Int, parts: Int) -> Double {
    let (each, rest) = (sum / parts, sum % parts)
    return Double(rest) * values[each + 1] + Double(parts - rest) * values[each]
  }

  /// The largest Σ ln x! of numbers with a sum and largest values.
  /// - Parameter caps: descending.
  func most(_ sum: Int, caps: [Int]) -> Double {
    var (left, result) = (sum, 0.0)
    for cap in caps where left > 0 {
      result += values[min(left, cap)]
      left -= min(left, cap)
    }
    return result
  }
}

/// Tables column by column. A node is what the rows have left, in descending order; it holds the
/// values -Σ ln x! of the columns before it, equal ones once with their number.
private struct FisherNetwork {
  struct Node {
    let left: [Int]
    var past: [(value: Double, count: Double)]
  }

  let levels: [Int]
  let columns: [Int]
  let limit: Double
  let logs: LogFactorials
  let effort: Int

  /// ln of the sum of exp(-Σ ln x!) over all tables.
  var total: Double { logTotal(levels, from: 0) }

  private func logTotal(_ left: [Int], from column: Int) -> Double {
    var result = logs[left.reduce(0, +)]
    for count in left { result -= logs[count] }
    for count in columns[column...] { result -= logs[count] }
    return result
  }

  /// The probability of the tables up to the limit; nil where it takes too many steps.
  func mass() -> Double? {
    let whole = total
    var nodes = [Node(left: levels.sorted(by: >), past: [(0, 1)])]
    var (sum, steps) = (0.0, 0)
    for column in columns.indices {
      var next: [Node] = []
      var places: [[Int]: Int] = [:]
      for node in nodes {
        var open: [(value: Double, count: Double)] = []
        let (least, most) = bounds(node.left, from: column)
        let rest = logTotal(node.left, from: column)
        for past in node.past {
          if past.value - least <= limit {
            sum += past.count * exp(past.value + rest - whole)
          } else if past.value - most <= limit {
            open.append(past)
          }
        }
        if open.isEmpty { continue }
        var isWithin = true
        forEachSplit(of: columns[column], node.left) { left, value in
          steps += open.count
          if steps > effort { isWithin = false }
          if !isWithin { return }
          let key = left.sorted(by: >)
          let added = open.map { (value: $0.value - value, count: $0.count) }
          if let place = places[key] {
            next[place].past += added
          } else {
            places[key] = next.count
            next.append(Node(left: key, past: added))
          }
        }
        if !isWithin { return nil }
      }
      for place in next.indices { next[place].past = Self.merged(next[place].past) }
      nodes = next
    }
    for node in nodes {
      for past in node.past where past.value <= limit {
        sum += past.count * exp(past.value - whole)
      }
    }
    return sum
  }

  /// Of Σ ln x! over the tables that a node leaves possible: not above the least, not below the most.
  private func bounds(_ left: [Int], from column: Int) -> (least: Double, most: Double) {
    let rest = Array(columns[column...])
    let some = left.filter { $0 > 0 }
    let byColumns = rest.reduce(0) { $0 + logs.least($1, parts: max(1, some.count)) }
    let byRows = some.reduce(0) { $0 + logs.least($1, parts: rest.count) }
    let fullColumns = rest.reduce(0) { $0 + logs.most($1, caps: some) }
    let fullRows = some.reduce(0) { $0 + logs.most($1, caps: rest) }
    // Rounding must not decide about a table that equals the observed one.
    return (max(byColumns, byRows) - 1e-9, min(fullColumns, fullRows) + 1e-9)
  }

  /// Calls with what is left and Σ ln x! for every way to take a column from the rows.
  private func forEachSplit(
    of count: Int, _ left: [Int], _ body: (_ left: [Int], _ value: Double) -> Void
  ) {
    var room = [Int](repeating: 0, count: left.count + 1)
    for i in left.indices.reversed() { room[i] = room[i + 1] + left[i] }
    var rest = left
    func descend(_ row: Int, _ open: Int, _ value: Double) {
      if row == left.count {
        body(rest, value)
        return
      }
      let least = max(0, open - room[row + 1])
      let most = min(open, left[row])
      if least > most { return }
      for taken in least...most {
        rest[row] = left[row] - taken
        descend(row + 1, open - taken, value + logs[taken])
      }
      rest[row] = left[row]
    }
    descend(0, count, 0)
  }

  /// Values that differ by rounding only become one.
  private static func merged(_ past: [(value: Double, count: Double)]) -> [(
    value: Double, count: Double
  )] {
    let sorted = past.sorted { ($0.value, $0.count) < ($1.value, $1.count) }
    var result: [(value: Double, count: Double)] = []
    for item in sorted {
      if let last = result.last, item.value - last.value < 1e-11 * max(1, -item.value) {
        result[result.count - 1].count += item.count
      } else {
        result.append(item)
      }
    }
    return result
  }
}
