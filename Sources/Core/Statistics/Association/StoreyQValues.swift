/// False discovery rates that use the part of true hypotheses: Storey 2002; Storey, Taylor &
/// Siegmund 2004. As R's `qvalue` with `pfdr = FALSE`.
package struct StoreyQValues: Sendable {
  /// How the part of true hypotheses is estimated.
  package enum NullShare: Hashable, Sendable {
    /// #{p >= λ} / (m (1 - λ)) at one λ in 0..<1.
    case at(Double)
    /// At that of λ = 0.05, 0.10, ..., 0.95 with the least estimated squared error (Storey, Taylor &
    /// Siegmund 2004, section 6, in the closed form of `pi0est(pi0.method = "bootstrap")`).
    case leastError
  }

  /// Estimated part of true hypotheses, at most 1.
  package let nullShare: Double
  /// In the order of the p-values; nil where there is no p-value.
  package let q: [Double?]

  /// - Parameters:
  ///   - p: in 0...1; nil for hypotheses that could not be tested, which do not count.
  ///   - nullShare: at few hypotheses use `.at(0.5)` or `PValueAdjustment`.
  /// - Throws: where no p-value lies above λ: then the part of true hypotheses would be 0.
  package init(_ p: [Double?], nullShare: NullShare = .leastError) throws(StatisticsError) {
    let known = p.compactMap { $0 }
    let adjusted = try PValueAdjustment.benjaminiHochberg.adjusted(p)
    if known.isEmpty { throw StatisticsError("q-values need a p-value; there is none") }
    let share = try Self.estimate(known, nullShare)
    if !(share > 0) {
      throw StatisticsError(
        "q-values need p-values near 1 to estimate the part of true hypotheses; of \(known.count)"
          + " none is large enough. Benjamini and Hochberg's adjustment takes it as 1")
    }
    self.nullShare = share
    q = adjusted.map { $0.map { share * $0 } }
  }

  private static func estimate(_ p: [Double], _ method: NullShare) throws(StatisticsError)
    -> Double
  {
    let m = Double(p.count)
    switch method {
    case .at(let lambda):
      if !(lambda >= 0 && lambda < 1) {
        throw StatisticsError("λ must be at least 0 and below 1; it is \(lambda)")
      }
      return min(1, Double(p.count { $0 >= lambda }) / (m * (1 - lambda)))
    case .leastError:
      let lambdas = (1...19).map { Double($0) * 0.05 }
      let counts = lambdas.map { lambda in Double(p.count { $0 >= lambda }) }
      let shares = zip(counts, lambdas).map { $0 / (m * (1 - $1)) }
      let sorted = shares.sorted()
      // The 0.1 quantile of type 7.
      let low = sorted[1] + 0.8 * (sorted[2] - sorted[1])
      var best = (error: Double.infinity, share: 1.0)
      for k in lambdas.indices {
        let rest = 1 - lambdas[k]
        let variance = counts[k] / (m * m * rest * rest) * (1 - counts[k] / m)
        let error = variance + (shares[k] - low) * (shares[k] - low)
        if error < best.error || (error == best.error && shares[k] < best.share) {
          best = (error, shares[k])
        }
      }
      return min(1, best.share)
    }
  }
}
