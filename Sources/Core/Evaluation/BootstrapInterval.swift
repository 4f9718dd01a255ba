package import Learning
package import Statistics

package enum BootstrapIntervalKind: String, Hashable, Sendable, CaseIterable {
  /// Quantiles of the resampled values.
  case percentile
  /// The estimate doubled minus those quantiles.
  case basic
  /// Bias-corrected and accelerated: Efron 1987.
  case bca
}

/// An interval from resampled values, as R's `boot.ci` computes it: quantiles at (R + 1) alpha,
/// between order statistics interpolated on the normal scale (Davison & Hinkley 1997, eq. 5.8).
package struct BootstrapInterval: Sendable {
  package let kind: BootstrapIntervalKind
  package let level: Double
  /// Nil where there is none; then `note` says why.
  package let limits: Interval?
  /// Why there are no limits, or that they are the most extreme values, which more resamples cure.
  package let note: String?

  /// - Parameters:
  ///   - values: one per resample; NaN is left out.
  ///   - acceleration: for BCa.
  package init(
    _ kind: BootstrapIntervalKind, estimate: Double, values: [Double], acceleration: Double? = nil,
    level: Double = 0.95
  ) throws(LearningError) {
    try InputChecks.level(level)
    self.kind = kind
    self.level = level
    let sorted = values.filter { !$0.isNaN }.sorted()
    let tails = [(1 - level) / 2, (1 + level) / 2]
    if sorted.isEmpty {
      (limits, note) = (nil, "no resample defines the metric")
      return
    }
    switch kind {
    case .percentile:
      let low = Quantile(sorted, tails[0])
      let high = Quantile(sorted, tails[1])
      limits = Interval(low.value, high.value)
      note = Self.note(low, high)
    case .basic:
      let low = Quantile(sorted, tails[0])
      let high = Quantile(sorted, tails[1])
      limits = Interval(2 * estimate - high.value, 2 * estimate - low.value)
      note = Self.note(low, high)
    case .bca:
      guard let acceleration else {
        (limits, note) = (nil, "the jackknife over patients has no acceleration")
        return
      }
      let below = sorted.count { $0 < estimate }
      if below == 0 || below == sorted.count {
        let part = below == 0 ? "none" : "all"
        (limits, note) = (nil, "\(part) of the resampled values are below the estimate")
        return
      }
      let bias = Normal.quantile(Double(below) / Double(sorted.count))
      let shifts = tails.map { bias + Normal.quantile($0) }
      if shifts.contains(where: { !(acceleration * $0 < 1) }) {
        (limits, note) = (nil, "the acceleration of \(acceleration) is too large")
        return
      }
      let adjusted = shifts.map { Normal.lowerTail(at: bias + $0 / (1 - acceleration * $0)) }
      let low = Quantile(sorted, adjusted[0])
      let high = Quantile(sorted, adjusted[1])
      limits = Interval(low.value, high.value)
      note = Self.note(low, high)
    }
  }

  private static func note(_ low: Quantile, _ high: Quantile) -> String? {
    low.isExtreme || high.isExtreme ? "a limit is the most extreme resampled value" : nil
  }

  private struct Quantile {
    let value: Double
    let isExtreme: Bool

    init(_ sorted: [Double], _ probability: Double) {
      let rank = Double(sorted.count + 1) * probability
      isExtreme = !(rank > 1 && rank < Double(sorted.count))
      value = ResampledInterval.quantile(sorted, probability)
    }
  }
}
