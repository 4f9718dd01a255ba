/// The goodness-of-fit test of Hosmer & Lemeshow 1980 over groups of predicted probability, see
/// `CalibrationBins` for the groups and ties.
package struct HosmerLemeshow: Sendable {
  package enum Rows: String, Hashable, Sendable, CaseIterable {
    /// The rows that fitted the model: g - 2 degrees of freedom.
    case fitted
    /// Rows that the model has not seen: g.
    case new
  }

  /// Of the groups that hold rows.
  package let groupCount: Int
  /// Infinite where a group of probability 0 or 1 holds a row of the other class.
  package let chiSquared: Double
  package let degreesOfFreedom: Int
  package let p: Double

  /// - Throws: where no degree of freedom is left.
  package init(_ groups: CalibrationBins, rows: Rows) throws(StatisticsError) {
    groupCount = groups.bins.count
    degreesOfFreedom = rows == .fitted ? groupCount - 2 : groupCount
    if degreesOfFreedom < 1 {
      throw StatisticsError(
        "a Hosmer-Lemeshow test on the rows that fitted needs three groups of probability; there"
          + " are \(groupCount)")
    }
    var sum = 0.0
    for bin in groups.bins {
      let positive = Double(bin.observed.successes)
      let negative = Double(bin.observed.trials - bin.observed.successes)
      sum += Self.share(positive, bin.expected) + Self.share(negative, bin.expectedNegative)
    }
    chiSquared = sum
    p =
      sum.isFinite
      ? ChiSquared(degreesOfFreedom: Double(degreesOfFreedom)).upperTail(at: sum) : 0
  }

  private static func share(_ observed: Double, _ expected: Double) -> Double {
    if expected == 0 { return observed == 0 ? 0 : .infinity }
    return (observed - expected) * (observed - expected) / expected
  }
}
