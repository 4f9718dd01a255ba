internal import Glibc

/// How events at the same time are handled.
package enum CoxTies: String, Sendable, CaseIterable {
  /// Efron 1977; the default of R's `coxph`.
  case efron
  /// Breslow 1974; what glmnet uses.
  case breslow
}

/// Rows of a Cox model in the order in which they enter the sums over risk sets: by stratum, then
/// from the latest time down. Covariates are centred on their means and divided by their mean
/// distances from them.
struct CoxRiskSets {
  let order: [Int]
  /// Row-major in this order.
  let x: [Double]
  let width: Int
  let centres: [Double]
  let scales: [Double]
  let weights: [Double]
  let time: [Double]
  let event: [Bool]
  /// The beginning of each stratum in this order, and the end of the last.
  let bounds: [Int]
  let strata: [Int]
  let ties: CoxTies
  private let entry: [Double]?
  /// Positions by stratum, then from the latest entry down.
  private let byEntry: [Int]

  init(
    _ data: FollowUp, _ columns: [[Double]], strata codes: [Int], weights rowWeights: [Double],
    ties: CoxTies
  ) {
    let order = data.time.indices.sorted {
      (codes[$0], -data.time[$0], $0) < (codes[$1], -data.time[$1], $1)
    }
    var (centres, scales): ([Double], [Double]) = ([], [])
    let total = rowWeights.reduce(0, +)
    for column in columns {
      var (sum, distance) = (0.0, 0.0)
      for i in column.indices { sum += rowWeights[i] * column[i] }
      let centre = sum / total
      for i in column.indices { distance += rowWeights[i] * (column[i] - centre).magnitude }
      centres.append(centre)
      scales.append(distance > 0 ? distance / total : 1)
    }
    var x: [Double] = []
    for row in order {
      for (c, column) in columns.enumerated() { x.append((column[row] - centres[c]) / scales[c]) }
    }
    var (bounds, strata): ([Int], [Int]) = ([], [])
    for (k, row) in order.enumerated() where k == 0 || codes[row] != codes[order[k - 1]] {
      bounds.append(k)
      strata.append(codes[row])
    }
    bounds.append(order.count)
    let entry = data.entry.map { entry in order.map { entry[$0] } }
    byEntry =
      entry.map { entry in
        order.indices.sorted {
          (codes[order[$0]], -entry[$0], $0) < (codes[order[$1]], -entry[$1], $1)
        }
      } ?? []
    (self.order, self.x, self.width, self.ties) = (order, x, columns.count, ties)
    (self.centres, self.scales, self.bounds, self.strata) = (centres, scales, bounds, strata)
    (self.entry, weights) = (entry, order.map { rowWeights[$0] })
    (time, event) = (order.map { data.time[$0] }, order.map { data.event[$0] })
  }

  /// One denominator of the partial likelihood: with Efron's ties an event time has as many as
  /// events, with Breslow's one.
  struct Step {
    let stratum: Int
    /// Positions of the rows that end at this time, the ones with an event among them.
    let rows: Range<Int>
    /// 0 for the first denominator of a time.
    let index: Int
    /// How much of the tied events is left out: index / events, or 0.
    let fraction: Double
    /// Of the events that share this denominator.
    let weight: Double
    /// Σ w e^η over the risk set, less the fraction of the tied events.
    let denominator: Double
    /// Of the covariates, weighted by risk.
    let mean: [Double]
    /// Their covariances, lower triangle row by row; empty unless asked for.
    let covariance: [Double]
  }

  /// When a position comes under observation; -inf where all do from the beginning.
  func entryTime(_ position: Int) -> Double { entry?[position] ?? -.infinity }

  /// η of each position.
  func linear(_ beta: [Double]) -> [Double] {
    (0..<order.count).map { i in
      var sum = 0.0
      for c in 0..<width { sum += x[i * width + c] * beta[c] }
      return sum
    }
  }

  /// Calls `visit` for every denominator, by stratum, from the latest time down.
  func walk(risk: [Double], covariances: Bool, visit: (Step) -> Void) {
    for s in strata.indices {
      var all = RiskSums(width, covariances)
      var (first, leaving, atRisk) = (bounds[s], bounds[s], 0)
      while first < bounds[s + 1] {
        var tied = RiskSums(width, covariances)
        var end = first
        var (deaths, weight) = (0, 0.0)
        while end < bounds[s + 1] && time[end] == time[first] {
          let factor = weights[end] * risk[end]
          all.add(x, end, factor)
          if event[end] {
            tied.add(x, end, factor)
            deaths += 1
            weight += weights[end]
          }
          end += 1
        }
        atRisk += end - first
        if let entry {
          while leaving < bounds[s + 1] && entry[byEntry[leaving]] >= time[first] {
            let row = byEntry[leaving]
            all.add(x, row, -weights[row] * risk[row])
            atRisk -= 1
            leaving += 1
            // Nobody is left: what remains in the sums is rounding.
            if atRisk == 0 { all = RiskSums(width, covariances) }
          }
        }
        let stepCount = ties == .efron ? deaths : min(1, deaths)
        for index in 0..<stepCount {
          let fraction = Double(index) / Double(deaths)
          let sums = all.without(fraction, tied)
          visit(
            Step(
              stratum: s, rows: first..<end, index: index, fraction: fraction,
              weight: weight / Double(stepCount), denominator: sums.total, mean: sums.mean,
              covariance: sums.covariance))
        }
        first = end
      }
    }
  }
}

/// Σ r, Σ r x and the lower triangle of Σ r x xᵀ.
private struct RiskSums {
  var total = 0.0
  var first: [Double]
  var second: [Double]

  init(_ width: Int, _ covariances: Bool) {
    first = [Double](repeating: 0, count: width)
    second = [Double](repeating: 0, count: covariances ? width * (width + 1) / 2 : 0)
  }

  mutating func add(_ x: [Double], _ row: Int, _ factor: Double) {
    total += factor
    let width = first.count
    let base = row * width
    for i in 0..<width { first[i] += factor * x[base + i] }
    if second.isEmpty { return }
    var k = 0
    for i in 0..<width {
      let scaled = factor * x[base + i]
      for j in 0...i {
        second[k] += scaled * x[base + j]
        k += 1
      }
    }
  }

  func without(_ fraction: Double, _ other: RiskSums) -> RiskSums {
    if fraction == 0 { return self }
    var result = self
    result.total -= fraction * other.total
    for i in first.indices { result.first[i] -= fraction * other.first[i] }
    for i in second.indices { result.second[i] -= fraction * other.second[i] }
    return result
  }

  var mean: [Double] { first.map { $0 / total } }

  var covariance: [Double] {
    if second.isEmpty { return [] }
    var result = second
    var k = 0
    for i in first.indices {
      for j in 0...i {
        result[k] = second[k] / total - first[i] / total * (first[j] / total)
        k += 1
      }
    }
    return result
  }
}
