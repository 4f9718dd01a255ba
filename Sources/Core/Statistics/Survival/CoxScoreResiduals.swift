internal import Glibc

/// What each row adds to the derivative of the partial likelihood, without its weight. Therneau,
/// Grambsch & Fleming 1990; for Efron's ties Therneau & Grambsch 2000, section 4.
struct CoxScoreResiduals {
  /// Positions by scaled covariates, row-major.
  var values: [Double]

  init(_ sets: CoxRiskSets, _ beta: [Double]) {
    let p = sets.width
    let risk = sets.linear(beta).map { exp($0) }
    // Hazard and hazard times mean, summed from the latest time of a stratum down, in the order of
    // the walk; a row at risk in (entry, time] takes a difference.
    var times: [[Double]] = sets.strata.map { _ in [] }
    var sums: [[[Double]]] = sets.strata.map { _ in [[Double](repeating: 0, count: p + 1)] }
    var values = [Double](repeating: 0, count: sets.order.count * p)
    sets.walk(risk: risk, covariances: false) { step in
      let hazard = step.weight / step.denominator
      if step.index == 0 {
        times[step.stratum].append(sets.time[step.rows.lowerBound])
        sums[step.stratum].append(sums[step.stratum][sums[step.stratum].count - 1])
      }
      let last = sums[step.stratum].count - 1
      sums[step.stratum][last][p] += hazard
      for c in 0..<p { sums[step.stratum][last][c] += hazard * step.mean[c] }
      let deaths = step.rows.filter { sets.event[$0] }
      let share = sets.ties == .efron ? 1 / Double(deaths.count) : 1
      for row in deaths {
        // The part of the hazard that the tied event does not bear is given back.
        let back = share + step.fraction * risk[row] * hazard
        for c in 0..<p { values[row * p + c] += back * (sets.x[row * p + c] - step.mean[c]) }
      }
    }
    for s in sets.strata.indices {
      for row in sets.bounds[s]..<sets.bounds[s + 1] {
        let until = Self.reached(times[s]) { $0 > sets.time[row] }
        let from = Self.reached(times[s]) { $0 > sets.entryTime(row) }
        let (high, low) = (sums[s][from], sums[s][until])
        let hazard = high[p] - low[p]
        for c in 0..<p {
          let x = sets.x[row * p + c]
          values[row * p + c] -= risk[row] * (hazard * x - (high[c] - low[c]))
        }
      }
    }
    self.values = values
  }

  /// How many of the descending times satisfy a condition that holds for the first ones.
  private static func reached(_ times: [Double], _ isBefore: (Double) -> Bool) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(times[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
