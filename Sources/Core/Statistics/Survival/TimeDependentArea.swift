/// The cumulative/dynamic area under the ROC curve at a time t: the probability that a row with the
/// event up to and including t has a higher score than a row that is event-free beyond t; equal
/// scores count one half. Cases are weighted by 1 / G(T-) with the Kaplan-Meier estimate G of
/// staying uncensored; rows censored up to t count in G only.
///
/// Blanche, Dartigues & Jacqmin-Gadda 2013; the variance is that of the influence function, with
/// what the estimate of G adds (their section 4, without competing events), as in the R packages
/// timeROC and riskRegression. timeROC counts cases before t only.
package struct TimeDependentArea: Sendable {
  package let time: Double
  package let area: Double
  package let caseCount: Int
  package let controlCount: Int
  /// Rows censored up to and including the time.
  package let censoredCount: Int
  /// Per row; their mean is 0.
  package let influence: [Double]

  /// The standard deviation of the influences over √n.
  package var standardError: Double { Self.error(influence) }

  /// - Parameters:
  ///   - data: right-censored, not left-truncated.
  ///   - scores: finite, one per row; higher scores speak for earlier events.
  ///   - time: at least one event must have happened up to it, and one row must outlast it.
  package init(_ data: FollowUp, scores: [Double], time: Double) throws(StatisticsError) {
    try CensoringDistribution.refuseEntries(data, "the time-dependent area")
    try InputChecks.count(scores.count, "scores", equals: data.count)
    try InputChecks.finite(scores, "scores")
    let isCase = data.time.indices.map { data.event[$0] && data.time[$0] <= time }
    let isControl = data.time.map { $0 > time }
    caseCount = isCase.count { $0 }
    controlCount = isControl.count { $0 }
    censoredCount = data.count - caseCount - controlCount
    if caseCount == 0 || controlCount == 0 {
      throw StatisticsError(
        "the area at time \(time) needs an event up to it and a row that outlasts it; there are"
          + " \(caseCount) and \(controlCount)")
    }
    let censoring = CensoringDistribution(data)
    let weights = data.time.indices.map { i in
      isCase[i] ? 1 / censoring.probability(justBefore: data.time[i]) : 0
    }
    let shares = RankShares(scores, weights: weights, isControl: isControl)
    let n = Double(data.count)
    var (won, total) = (0.0, 0.0)
    for i in weights.indices where isCase[i] {
      won += weights[i] * shares.below[i]
      total += weights[i]
    }
    let area = won / total
    // Mean weight of a case, and share of controls.
    let (incidence, remaining) = (total / n, Double(controlCount) / n)
    let gains = weights.indices.map { weights[$0] * (shares.below[$0] - area) }
    let passed = Self.censoringShare(data, gains, censoring)
    influence = weights.indices.map { i in
      let own = isControl[i] ? (shares.above[i] - area) / remaining : gains[i] / incidence
      return own + passed[i] / incidence
    }
    (self.time, self.area) = (time, area)
  }

  /// Wald's interval. The logit scale covers better in small samples, but has none where the standard
  /// error is 0, as that of a perfect ranking is, or where the area is 0 or 1.
  package func interval(level: Double = 0.95, scale: AreaUnderROC.IntervalScale = .area)
    throws(StatisticsError) -> Interval?
  {
    try InputChecks.level(level)
    let error = standardError
    if scale == .logit && error == 0 { return nil }
    return AreaUnderROC.interval(of: area, standardError: error, level: level, scale: scale)
  }

  /// The test of equal areas of two scores for the same rows, or of one score at two times; nil
  /// where the influences agree in all rows.
  package func difference(_ other: TimeDependentArea) -> (standardError: Double, test: NormalTest)?
  {
    precondition(influence.count == other.influence.count, "a comparison needs the same rows")
    let error = Self.error(zip(influence, other.influence).map { $0 - $1 })
    return error == 0 ? nil : (error, NormalTest((area - other.area) / error))
  }

  private static func error(_ influence: [Double]) -> Double {
    let n = Double(influence.count)
    return (influence.reduce(0) { $0 + $1 * $1 } / (n * (n - 1))).squareRoot()
  }

  /// What every row adds through G: the mean over cases of their gain times the integral up to T-
  /// of the row's censoring martingale over the share of rows at risk.
  private static func censoringShare(
    _ data: FollowUp, _ gains: [Double], _ censoring: CensoringDistribution
  ) -> [Double] {
    let places = data.time.map { censoring.reached($0) - 1 }
    // later[j]: gains of the rows that end after time j.
    var later = [Double](repeating: 0, count: censoring.times.count)
    for i in gains.indices { later[places[i]] += gains[i] }
    var sum = 0.0
    for j in later.indices.reversed() {
      let own = later[j]
      later[j] = sum
      sum += own
    }
    // expected[j]: over the times before time j.
    var expected = [0.0]
    for j in later.indices {
      let n = Double(censoring.atRisk[j])
      let step = n == 0 ? 0 : Double(censoring.censored[j]) / n * later[j] / n
      expected.append(expected[j] + step)
    }
    return places.indices.map { i in
      let j = places[i]
      if data.event[i] { return -expected[j] }
      return later[j] / Double(censoring.atRisk[j]) - expected[j + 1]
    }
  }
}

/// For cases the share of controls with a lower score, for controls the weighted share of cases with
/// a higher one; equal scores count one half.
private struct RankShares {
  var below: [Double]
  var above: [Double]

  init(_ scores: [Double], weights: [Double], isControl: [Bool]) {
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    let total = order.reduce(0) { $0 + weights[$1] }
    let controls = Double(isControl.count { $0 })
    var (below, above) = (scores.map { _ in 0.0 }, scores.map { _ in 0.0 })
    var (passedWeight, passedControls) = (0.0, 0.0)
    var first = 0
    while first < order.count {
      var (end, weight, count) = (first, 0.0, 0.0)
      while end < order.count && scores[order[end]] == scores[order[first]] {
        weight += weights[order[end]]
        if isControl[order[end]] { count += 1 }
        end += 1
      }
      for row in order[first..<end] {
        below[row] = (passedControls + count / 2) / controls
        above[row] = (total - passedWeight - weight / 2) / total
      }
      passedWeight += weight
      passedControls += count
      first = end
    }
    (self.below, self.above) = (below, above)
  }
}
