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
    /// Of the covariates, weighted by risk; valid during the visit only.
    let mean: UnsafePointer<Double>
    /// Their covariances, lower triangle row by row, if asked for; valid during the visit only.
    let covariance: UnsafePointer<Double>
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
  ///
  /// - Parameter risk: e^η of each position.
  func walk(risk: [Double], covariances: Bool, visit: (Step) -> Void) {
    let size = RiskSums.size(width, covariances)
    x.withUnsafeBufferPointer { x in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * size) { memory in
        guard let rows = x.baseAddress, let base = memory.baseAddress else { return }
        memory.initialize(repeating: 0)
        let sums = (0..<3).map {
          RiskSums(values: base + $0 * size, width: width, size: size, rows: rows)
        }
        for s in strata.indices {
          walk(stratum: s, risk, all: sums[0], tied: sums[1], moments: sums[2], visit)
        }
      }
    }
  }

  private func walk(
    stratum s: Int, _ risk: [Double], all: RiskSums, tied: RiskSums, moments: RiskSums,
    _ visit: (Step) -> Void
  ) {
    all.clear()
    var (first, leaving, atRisk) = (bounds[s], bounds[s], 0)
    while first < bounds[s + 1] {
      tied.clear()
      var end = first
      var (deaths, weight) = (0, 0.0)
      while end < bounds[s + 1] && time[end] == time[first] {
        let factor = weights[end] * risk[end]
        all.add(end, factor)
        if event[end] {
          tied.add(end, factor)
          deaths += 1
          weight += weights[end]
        }
        end += 1
      }
      atRisk += end - first
      if let entry {
        while leaving < bounds[s + 1] && entry[byEntry[leaving]] >= time[first] {
          let row = byEntry[leaving]
          all.add(row, -weights[row] * risk[row])
          atRisk -= 1
          leaving += 1
          // Nobody is left: what remains in the sums is rounding.
          if atRisk == 0 { all.clear() }
        }
      }
      let stepCount = ties == .efron ? deaths : min(1, deaths)
      for index in 0..<stepCount {
        let fraction = Double(index) / Double(deaths)
        moments.setMoments(all, fraction, tied)
        visit(
          Step(
            stratum: s, rows: first..<end, index: index, fraction: fraction,
            weight: weight / Double(stepCount), denominator: moments.values[0],
            mean: UnsafePointer(moments.values + 1),
            covariance: UnsafePointer(moments.values + 1 + width)))
      }
      first = end
    }
  }
}

/// Σ r, Σ r x and the lower triangle of Σ r x xᵀ, one after the other.
private struct RiskSums {
  let values: UnsafeMutablePointer<Double>
  let width: Int
  let size: Int
  /// Covariates, row-major.
  let rows: UnsafePointer<Double>

  static func size(_ width: Int, _ covariances: Bool) -> Int {
    1 + width + (covariances ? width * (width + 1) / 2 : 0)
  }

  func clear() {
    var k = 0
    while k < size {
      values[k] = 0
      k &+= 1
    }
  }

  func add(_ row: Int, _ factor: Double) {
    let x = rows + row &* width
    values[0] += factor
    var i = 0
    while i < width {
      values[1 &+ i] += factor * x[i]
      i &+= 1
    }
    if size == 1 &+ width { return }
    var k = 1 &+ width
    i = 0
    while i < width {
      let scaled = factor * x[i]
      var j = 0
      while j <= i {
        values[k] += scaled * x[j]
        k &+= 1
        j &+= 1
      }
      i &+= 1
    }
  }

  /// Total, means and covariances of `all` less a fraction of `tied`.
  func setMoments(_ all: RiskSums, _ fraction: Double, _ tied: RiskSums) {
    var k = 0
    while k < size {
      values[k] = all.values[k] - fraction * tied.values[k]
      k &+= 1
    }
    let total = values[0]
    k = 1
    while k < size {
      values[k] /= total
      k &+= 1
    }
    if size == 1 &+ width { return }
    k = 1 &+ width
    var i = 0
    while i < width {
      var j = 0
      while j <= i {
        values[k] -= values[1 &+ i] * values[1 &+ j]
        k &+= 1
        j &+= 1
      }
      i &+= 1
    }
  }
}
