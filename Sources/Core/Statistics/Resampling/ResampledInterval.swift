/// A percentile interval from values of a statistic in given resamples, as R's `boot.ci` computes
/// it: quantiles at (R + 1) alpha, between order statistics interpolated on the normal scale
/// (Davison & Hinkley 1997, eq. 5.8).
package struct ResampledInterval: Hashable, Sendable {
  /// One per resample; NaN where the resample does not define the statistic.
  package let values: [Double]
  /// Nil where no resample defines the statistic.
  package let percentile: Interval?
  /// How many resamples do not define the statistic.
  package var undefinedCount: Int { values.count { $0.isNaN } }

  package init(_ values: [Double], level: Double) {
    self.values = values
    let sorted = values.filter { !$0.isNaN }.sorted()
    percentile =
      sorted.isEmpty
      ? nil
      : Interval(
        Self.quantile(sorted, (1 - level) / 2), Self.quantile(sorted, (1 + level) / 2))
  }

  /// - Parameters:
  ///   - sorted: ascending, at least one.
  ///   - probability: in 0...1; beyond the outermost order statistics it is one of them.
  package static func quantile(_ sorted: [Double], _ probability: Double) -> Double {
    let count = sorted.count
    let rank = Double(count + 1) * probability
    let k = Int(rank)
    if k <= 0 { return sorted[0] }
    if k >= count { return sorted[count - 1] }
    if Double(k) == rank { return sorted[k - 1] }
    let low = Normal.quantile(Double(k) / Double(count + 1))
    let high = Normal.quantile(Double(k + 1) / Double(count + 1))
    let part = (Normal.quantile(probability) - low) / (high - low)
    return sorted[k - 1] + part * (sorted[k] - sorted[k - 1])
  }

  /// - Throws: a resample without rows, or a row that there is not.
  static func check(_ resamples: [[Int]], rowCount: Int) throws(StatisticsError) {
    for (index, rows) in resamples.enumerated() {
      if rows.isEmpty { throw StatisticsError("resample \(index + 1) has no row") }
      if let row = rows.first(where: { $0 < 0 || $0 >= rowCount }) {
        throw StatisticsError(
          "resample \(index + 1) asks for row \(row); rows are 0...\(rowCount - 1)")
      }
    }
  }
}
