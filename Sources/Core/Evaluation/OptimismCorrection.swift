package import Learning
internal import Numerics

/// Harrell's optimism bootstrap: Harrell, Lee & Mark 1996, Statistics in Medicine 15, section 7.
///
/// Optimism of a replicate: the metric of the pipeline fitted to a resample, on the resample, minus
/// that on all patients. Works the same for metrics of which lower values are better.
package struct OptimismCorrection: Sendable {
  package let apparent: Double
  /// Mean over the replicates.
  package let optimism: Double
  /// apparent - optimism.
  package let corrected: Double
  /// Standard error of the mean optimism from the number of replicates alone; nil below two.
  package let monteCarloError: Double?
  /// Replicates without a value, left out.
  package let undefinedCount: Int

  /// - Parameters:
  ///   - apparent: of the pipeline fitted to all patients, on them.
  ///   - optimism: one per replicate; NaN where a metric is undefined.
  package init(apparent: Double, optimism: [Double]) throws(LearningError) {
    let known = optimism.filter { !$0.isNaN }
    try InputChecks.finite([apparent], "the apparent value")
    try InputChecks.finite(known, "optimism per replicate")
    if known.isEmpty { throw LearningError("no replicate has an optimism") }
    let mean = SampleMoments.mean(known)
    self.apparent = apparent
    self.optimism = mean
    corrected = apparent - mean
    undefinedCount = optimism.count - known.count
    let moments = SampleMoments(known, around: mean)
    monteCarloError = known.count > 1 ? (moments.variance / moments.count).squareRoot() : nil
  }
}
