/// The mean squared distance of predicted survival at a time t from survival, with rows censored up
/// to t replaced by weights: rows with an event up to t count 1 / G(T-), rows beyond t 1 / G(t), with
/// the Kaplan-Meier estimate G of staying uncensored. Graf et al. 1999; Gerds & Schumacher 2006.
package struct SurvivalBrierScore: Hashable, Sendable {
  package let time: Double
  package let score: Double
  /// The score of the Kaplan-Meier estimate given to everybody.
  package let reference: Double
  /// 1 - score / reference; nil where the reference is 0.
  package var scaled: Double? { reference == 0 ? nil : 1 - score / reference }

  /// - Parameters:
  ///   - data: right-censored, not left-truncated.
  ///   - survival: predicted probability of surviving beyond `time`, in 0...1, one per row.
  ///   - time: a row must outlast it, or no row be censored up to it.
  package init(_ data: FollowUp, survival: [Double], time: Double) throws(StatisticsError) {
    try CensoringDistribution.refuseEntries(data, "the Brier score of survival")
    try InputChecks.count(survival.count, "survival probabilities", equals: data.count)
    if let row = survival.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw StatisticsError(
        "survival probabilities must be in 0...1; row \(row + 1) is \(survival[row])")
    }
    let censoring = CensoringDistribution(data)
    let beyond = censoring.probability(at: time)
    if beyond == 0 {
      throw StatisticsError(
        "the Brier score at time \(time) is not defined: the last rows are censored up to it")
    }
    let common = try KaplanMeier(data).survival(at: time)
    var (sum, reference) = (0.0, 0.0)
    for i in survival.indices {
      let weight: Double
      let outcome: Double
      if data.time[i] > time {
        (weight, outcome) = (1 / beyond, 1)
      } else if data.event[i] {
        (weight, outcome) = (1 / censoring.probability(justBefore: data.time[i]), 0)
      } else {
        continue
      }
      sum += weight * (outcome - survival[i]) * (outcome - survival[i])
      reference += weight * (outcome - common) * (outcome - common)
    }
    self.time = time
    score = sum / Double(data.count)
    self.reference = reference / Double(data.count)
  }

  /// The mean of the scores over time between the first and the last, by the trapezoidal rule.
  ///
  /// - Parameter scores: at least two, with ascending times.
  package static func integrated(_ scores: [SurvivalBrierScore])
    throws(StatisticsError) -> (score: Double, reference: Double)
  {
    guard scores.count >= 2, let first = scores.first, let last = scores.last,
      zip(scores, scores.dropFirst()).allSatisfy({ $0.time < $1.time })
    else {
      throw StatisticsError("an integrated Brier score needs at least two ascending times")
    }
    var (sum, reference) = (0.0, 0.0)
    for (a, b) in zip(scores, scores.dropFirst()) {
      sum += (b.time - a.time) * (a.score + b.score) / 2
      reference += (b.time - a.time) * (a.reference + b.reference) / 2
    }
    let span = last.time - first.time
    return (sum / span, reference / span)
  }
}
