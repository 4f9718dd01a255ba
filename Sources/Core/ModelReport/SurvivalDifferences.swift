package import Statistics

/// What two scores of the same rows say of survival beside Harrell's C: Uno's C, and the area at the
/// median time of events. Empty for left-truncated rows, of which neither is defined.
package func survivalDifferences(
  _ data: FollowUp, _ first: [Double], _ second: [Double], level: Double
) throws(StatisticsError) -> [ModelDifference] {
  if data.entry != nil { return [] }
  var differences = [
    try concordanceDifference(
      data.uno.title, data.uno.weighting, data, first, second, level: level)
  ]
  if let time = data.eventTime(share: 0.5),
    let area = try? TimeDependentArea(data, scores: first, time: time),
    let other = try? TimeDependentArea(data, scores: second, time: time)
  {
    differences.append(
      difference(
        "AUC at \(ScoredSurvival.text(time: time))", area.area, other.area,
        area.difference(other), level, "influence functions, paired; p is too small below n = 100"))
  }
  return differences
}

package func concordanceDifference(
  _ measure: String, _ weighting: Concordance.Weighting, _ data: FollowUp, _ first: [Double],
  _ second: [Double], level: Double
) throws(StatisticsError) -> ModelDifference {
  let own = try Concordance(data, scores: first, weighting: weighting)
  let other = try Concordance(data, scores: second, weighting: weighting)
  return difference(
    measure, own.index, other.index, own.difference(other), level,
    "infinitesimal jackknife, paired")
}

private func difference(
  _ measure: String, _ first: Double, _ second: Double,
  _ test: (standardError: Double, test: NormalTest)?, _ level: Double, _ method: String
) -> ModelDifference {
  let reach = test.map { Normal.quantile((1 - level) / 2, .upper) * $0.standardError }
  return ModelDifference(
    measure: measure, first: first, second: second, difference: first - second,
    interval: reach.map { Interval(first - second - $0, first - second + $0) }, p: test?.test.p,
    method: method)
}

extension FollowUp {
  /// Up to the third quartile of the times of events: beyond, a few rows would have most of the weight.
  var uno: (title: String, weighting: Concordance.Weighting) {
    let limit = eventTime(share: 0.75)
    let title = limit.map { "Uno's C to \(ScoredSurvival.text(time: $0))" } ?? "Uno's C"
    return (title, .uno(limit: limit))
  }
}
