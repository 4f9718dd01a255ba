internal import Glibc
internal import Numerics

/// Shift and variance of a site for every column, shrunk towards what the columns have in common
/// (Johnson 2007, section 3).
struct ComBatEmpiricalBayes {
  let prior: ComBatPrior
  let meanOnly: Bool

  struct Estimates {
    /// gamma*, one per column.
    var shifts: [Double]
    /// delta*^2, one per column.
    var variances: [Double]
  }

  /// - Parameters:
  ///   - columns: standardised, over all rows.
  ///   - rows: of the site.
  func estimates(_ columns: [[Double]], of rows: [Int]) -> Estimates {
    let values = columns.map { column in rows.map { column[$0] } }
    let shifts = values.map { ColumnSummary.mean($0) }
    let variances: [Double] =
      meanOnly
      ? [Double](repeating: 1, count: values.count)
      : zip(values, shifts).map {
        ColumnSummary.sumOfSquares($0, mean: $1) / Double(rows.count - 1)
      }
    switch prior {
    case .none: return Estimates(shifts: shifts, variances: variances)
    case .parametric:
      return meanOnly
        ? shiftsOnly(shifts)
        : iterate(rowCount: Double(rows.count), shifts, variances)
    case .nonparametric: return integrate(values, shifts, variances)
    }
  }

  private static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = ColumnSummary.mean(values)
    return (mean, ColumnSummary.sumOfSquares(values, mean: mean) / Double(values.count - 1))
  }

  /// Posterior means where the variance is taken as 1 and, as in sva, each site counts as one row.
  private func shiftsOnly(_ shifts: [Double]) -> Estimates {
    let (mean, spread) = Self.moments(shifts)
    return Estimates(
      shifts: shifts.map { (spread * $0 + mean) / (spread + 1) },
      variances: shifts.map { _ in 1 })
  }

  /// Alternates the posterior means of shift and variance. sva's rule ends it: the largest change
  /// relative to the signed old value, over all columns, is at most 1e-4.
  private func iterate(rowCount n: Double, _ shifts: [Double], _ variances: [Double]) -> Estimates {
    let (shiftMean, shiftSpread) = Self.moments(shifts)
    let (m, s2) = Self.moments(variances)
    // Inverse gamma prior by moments, a = (2 s2 + m^2) / s2, b = (m s2 + m^3) / s2; numerator and
    // denominator of the posterior mean are multiplied by s2, so that s2 = 0 gives m.
    let (a, b) = ((n / 2 - 1) * s2 + 2 * s2 + m * m, m * s2 + m * m * m)
    var (gamma, delta) = (shifts, variances)
    var change = Double.infinity
    var round = 0
    while change > 1e-4 && round < 10_000 {
      change = 0
      for j in shifts.indices {
        let newGamma =
          (shiftSpread * n * shifts[j] + delta[j] * shiftMean) / (shiftSpread * n + delta[j])
        let sum = (n - 1) * variances[j] + n * (shifts[j] - newGamma) * (shifts[j] - newGamma)
        let newDelta = (0.5 * sum * s2 + b) / a
        if gamma[j] != 0 { change = max(change, abs(newGamma - gamma[j]) / gamma[j]) }
        change = max(change, abs(newDelta - delta[j]) / delta[j])
        (gamma[j], delta[j]) = (newGamma, newDelta)
      }
      round += 1
    }
    return Estimates(shifts: gamma, variances: delta)
  }

  /// Means over the other columns' estimates, weighted by the likelihood of this column's rows;
  /// likelihoods are relative to the largest, so that many rows do not underflow.
  private func integrate(_ values: [[Double]], _ shifts: [Double], _ variances: [Double])
    -> Estimates
  {
    let n = Double(values.first?.count ?? 0)
    let halfLogs = variances.map { 0.5 * n * log($0) }
    let own = zip(values, shifts).map { ColumnSummary.sumOfSquares($0, mean: $1) }
    var result = Estimates(shifts: shifts, variances: variances)
    var logs = [Double](repeating: 0, count: shifts.count)
    for j in shifts.indices {
      var largest = -Double.infinity
      for k in shifts.indices where k != j {
        let distance = shifts[j] - shifts[k]
        logs[k] = -halfLogs[k] - (own[j] + n * distance * distance) / (2 * variances[k])
        largest = max(largest, logs[k])
      }
      var (total, shift, variance) = (0.0, 0.0, 0.0)
      for k in shifts.indices where k != j {
        let likelihood = exp(logs[k] - largest)
        total += likelihood
        shift += shifts[k] * likelihood
        variance += variances[k] * likelihood
      }
      result.shifts[j] = shift / total
      result.variances[j] = variance / total
    }
    return result
  }
}
