package import Learning

/// The .632+ bootstrap estimate of an area under the ROC curve. Sahiner, Chan & Hadjiiski 2008,
/// Medical Physics 35, eq. 6 to 9: the no-information area is 1/2, areas out of bag count as at
/// least 1/2, and every replicate has its own weight.
package struct AreaPlus632: Sendable {
  package let apparent: Double
  package let value: Double
  /// The .632 estimate: 0.368 · apparent + 0.632 · mean out of bag.
  package let plain632: Double
  /// Mean over the replicates, not floored.
  package let outOfBag: Double
  /// Relative overfitting rates in 0...1, one per replicate that counts.
  package let relativeOverfitting: [Double]
  /// Replicates without an area out of bag (one class), left out.
  package let undefinedCount: Int

  /// - Parameters:
  ///   - apparent: of the pipeline fitted to all patients, on them.
  ///   - outOfBag: per replicate the area of the pipeline fitted to the resample, on the patients
  ///     that were not drawn; NaN where they are of one class.
  package init(apparent: Double, outOfBag: [Double]) throws(LearningError) {
    let areas = outOfBag.filter { !$0.isNaN }
    try InputChecks.finite([apparent], "the apparent area")
    try InputChecks.finite(areas, "areas out of bag")
    if areas.isEmpty { throw LearningError("no replicate has an area out of bag") }
    self.apparent = apparent
    undefinedCount = outOfBag.count - areas.count
    let rates = areas.map { Self.rate(apparent, $0) }
    var sum = 0.0
    for (area, rate) in zip(areas, rates) {
      let weight = 0.632 / (1 - 0.368 * rate)
      sum += (1 - weight) * apparent + weight * max(0.5, area)
    }
    value = sum / Double(areas.count)
    relativeOverfitting = rates
    let mean = areas.reduce(0, +) / Double(areas.count)
    self.outOfBag = mean
    plain632 = 0.368 * apparent + 0.632 * mean
  }

  private static func rate(_ apparent: Double, _ area: Double) -> Double {
    if area <= 0.5 { return 1 }
    return apparent > area ? (apparent - area) / (apparent - 0.5) : 0
  }
}
