internal import Glibc
internal import Numerics

/// Tests whether coefficients of a Cox model change with time: the score test of adding x g(t) to
/// the model. Grambsch & Therneau 1994, in the exact form of R's `survival::cox.zph` 3.x.
package struct ProportionalHazardsTest: Sendable {
  /// The function g of time.
  package enum TimeTransform: String, Sendable, CaseIterable {
    /// One minus the estimate of Kaplan & Meier just before the time, all strata together.
    case kaplanMeier
    case identity
    /// The mid-rank of the time among the times of all rows.
    case rank
  }

  /// Per column.
  package let columns: [ChiSquaredTest]
  package let global: ChiSquaredTest

  package init(_ model: CoxRegression, transform: TimeTransform = .kaplanMeier)
    throws(StatisticsError)
  {
    if !model.isConverged {
      throw StatisticsError("proportional hazards cannot be tested: the Cox model did not converge")
    }
    let sets = model.sets
    let g = try Self.transformed(sets, transform)
    let p = sets.width
    let order = 2 * p
    var score = [Double](repeating: 0, count: order)
    var information = [Double](repeating: 0, count: order * order)
    let risk = sets.linear(model.scaledBeta).map { exp($0) }
    sets.walk(risk: risk, covariances: true) { step in
      let own = g[step.rows.lowerBound]
      if step.index == 0 {
        for row in step.rows where sets.event[row] {
          for c in 0..<p { score[p + c] += own * sets.weights[row] * sets.x[row * p + c] }
        }
      }
      for c in 0..<p { score[p + c] -= own * step.weight * step.mean[c] }
      var k = 0
      for i in 0..<p {
        for j in 0...i {
          let v = step.weight * step.covariance[k]
          information[i * order + j] += v
          information[(p + i) * order + j] += own * v
          if i != j { information[(p + j) * order + i] += own * v }
          information[(p + i) * order + p + j] += own * own * v
          k += 1
        }
      }
    }
    var columns: [ChiSquaredTest] = []
    for c in 0..<p {
      columns.append(try Self.test(score, information, order, Array(0..<p) + [p + c]))
    }
    self.columns = columns
    global = try Self.test(score, information, order, Array(0..<order))
  }

  /// Of the chosen rows and columns; the first half of the score is 0 at the maximum.
  private static func test(
    _ score: [Double], _ information: [Double], _ order: Int, _ chosen: [Int]
  ) throws(StatisticsError) -> ChiSquaredTest {
    let block = chosen.flatMap { i in
      chosen.map { information[max(i, $0) * order + min(i, $0)] }
    }
    do {
      let factor = try CholeskyFactor(block, order: chosen.count)
      return ChiSquaredTest(
        factor.form(chosen.map { score[$0] }), degreesOfFreedom: chosen.count - order / 2)
    } catch {
      throw StatisticsError(
        "proportional hazards cannot be tested: there are too few event times for the columns")
    }
  }

  /// g of each position, less its mean over the events.
  private static func transformed(_ sets: CoxRiskSets, _ transform: TimeTransform)
    throws(StatisticsError) -> [Double]
  {
    var values: [Double]
    switch transform {
    case .identity: values = sets.time
    case .rank: values = MidRanks(sets.time).ranks
    case .kaplanMeier:
      let entry = sets.order.indices.map { sets.entryTime($0) }
      let data = try FollowUp(
        time: sets.time, event: sets.event, entry: entry[0].isFinite ? entry : nil)
      let steps = try KaplanMeier(data).steps
      values = sets.time.map { time in
        var (low, high) = (0, steps.count)
        while low < high {
          let middle = (low + high) / 2
          if steps[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? 0 : 1 - steps[low - 1].survival
      }
    }
    var (sum, count) = (0.0, 0.0)
    for i in values.indices where sets.event[i] {
      sum += values[i]
      count += 1
    }
    return values.map { $0 - sum / count }
  }
}
