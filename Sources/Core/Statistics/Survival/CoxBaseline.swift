internal import Glibc

/// The cumulative baseline hazard of a fitted Cox model in one stratum, by the same treatment of
/// ties as the fit: Breslow 1972, Efron 1977.
package struct CoxBaseline: Sendable {
  package let stratum: Int
  /// Event times, ascending.
  package let times: [Double]
  /// For covariates at their means, up to and including each time.
  package let cumulativeHazards: [Double]

  /// Survival at a time for a row with linear predictor (x - mean) β.
  package func survival(at time: Double, linearPredictor: Double) -> Double {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? 1 : exp(-cumulativeHazards[low - 1] * exp(linearPredictor))
  }
}

extension CoxRegression {
  /// One per stratum, in ascending order of their codes; empty curves where a stratum has no event.
  package var baselines: [CoxBaseline] {
    var times: [[Double]] = sets.strata.map { _ in [] }
    var hazards: [[Double]] = sets.strata.map { _ in [] }
    let risk = sets.linear(scaledBeta).map { exp($0) }
    sets.walk(risk: risk, covariances: false) { step in
      if step.index == 0 {
        times[step.stratum].append(sets.time[step.rows.lowerBound])
        hazards[step.stratum].append(0)
      }
      hazards[step.stratum][hazards[step.stratum].count - 1] += step.weight / step.denominator
    }
    return sets.strata.indices.map { s in
      var sum = 0.0
      return CoxBaseline(
        stratum: sets.strata[s], times: times[s].reversed(),
        cumulativeHazards: hazards[s].reversed().map {
          sum += $0
          return sum
        })
    }
  }
}
