package import Components
package import Imaging
internal import Foundation
internal import Numerics

/// Statistics of the grey levels and of their histogram (IBSI family ZVCW, reference manual
/// section 3.4).
///
/// The histogram has a bin for each level from 1 to the highest that occurs, empty ones included.
package struct IntensityHistogram: FeatureFamily {
  /// No settings.
  package struct Parameters: ParameterSet {
    package init() {}
    package static let fields: [Field<Self>] = []
  }

  package static let id: ComponentID = "ih"
  package static let summary = "IBSI statistics of the grey levels in the volume of interest."
  package static let scope = FeatureScope.perResponse
  package static let profiles: Set<Profile> = [.ibsi]
  package let parameters: Parameters

  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package static let columns: [FeatureDescriptor] = [
    .init("mean", ibsi: "X6K6", "mean level"),
    .init("var", ibsi: "CH89", "mean (level - mean)^2"),
    .init("skew", ibsi: "88K1", "m3 / m2^1.5; 0 for a flat region"),
    .init("kurt", ibsi: "C3I7", "m4 / m2^2 - 3; 0 for a flat region"),
    .init("median", ibsi: "WIFQ", "median level"),
    .init("min", ibsi: "1PR8", "lowest level"),
    .init("p10", ibsi: "GPMT", "10th percentile of the levels"),
    .init("p90", ibsi: "OZ0C", "90th percentile of the levels"),
    .init("max", ibsi: "3NCY", "highest level"),
    .init("mode", ibsi: "AMMC", "most frequent level; of several the one nearest to the mean"),
    .init("iqr", ibsi: "WR0O", "75th minus 25th percentile"),
    .init("range", ibsi: "5Z3W", "highest minus lowest level"),
    .init("mad", ibsi: "D2ZX", "mean |level - mean|"),
    .init(
      "rmad", ibsi: "WRZB",
      "mean |level - mean| of the levels from the 10th to the 90th percentile"),
    .init("medad", ibsi: "4RNL", "mean |level - median|"),
    .init("cov", ibsi: "CWYJ", "standard deviation over mean"),
    .init("qcod", ibsi: "SLWD", "(p75 - p25) / (p75 + p25)"),
    .init("entropy", ibsi: "TLU2", "-sum p log2 p, bits"),
    .init("uniformity", ibsi: "BJ5W", "sum p^2"),
    .init("max_grad", ibsi: "12CE", "largest gradient of the histogram, voxels per level"),
    .init("max_grad_g", ibsi: "8E6O", "lowest level with the largest gradient"),
    .init("min_grad", ibsi: "VQB3", "smallest gradient of the histogram, voxels per level"),
    .init("min_grad_g", ibsi: "RHQZ", "lowest level with the smallest gradient"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let grey = try region.levels()
    let levels = grey.levels.map { Double($0) }
    let s = DistributionStatistics(
      levels, minimum: Double(grey.present.first ?? 0), maximum: Double(grey.maximum))
    let p = grey.counts.map { Double($0) / Double(levels.count) }
    let entropy = p.reduce(0) { $0 + LevelSizeMatrix.information($1) }
    let uniformity = p.reduce(0) { $0 + $1 * $1 }
    let gradients = Gradients(grey)
    return [
      s.mean, s.variance, s.skewness, s.kurtosis, s.median, s.minimum, s.p10, s.p90, s.maximum,
      Double(Self.mode(grey, mean: s.mean)), s.p75 - s.p25, s.maximum - s.minimum,
      s.meanDeviation, s.robustDeviation, s.medianDeviation, s.variationCoefficient,
      s.dispersionCoefficient, entropy, uniformity, gradients.largest,
      Double(gradients.largestLevel), gradients.smallest, Double(gradients.smallestLevel),
    ]
  }

  /// Of several most frequent levels the one nearest to the mean, of two at one distance the lower.
  private static func mode(_ grey: GreyLevels, mean: Double) -> Int {
    let most = grey.counts.max() ?? 0
    var mode = 0
    var distance = Double.infinity
    for (level, count) in zip(grey.present, grey.counts) where count == most {
      let d = abs(Double(level) - mean)
      if d < distance { (mode, distance) = (level, d) }
    }
    return mode
  }
}

/// Extremes of the histogram's gradient: central differences, one-sided ones at both ends; 0 where
/// the histogram has one bin.
private struct Gradients {
  var largest = -Double.infinity
  var largestLevel = 0
  var smallest = Double.infinity
  var smallestLevel = 0

  init(_ grey: GreyLevels) {
    let last = grey.maximum
    var counts = [Int](repeating: 0, count: last + 1)
    for (level, count) in zip(grey.present, grey.counts) { counts[level] = count }
    for level in 1...max(last, 1) {
      let gradient: Double
      if last <= 1 {
        gradient = 0
      } else if level == 1 {
        gradient = Double(counts[2] - counts[1])
      } else if level == last {
        gradient = Double(counts[last] - counts[last - 1])
      } else {
        gradient = Double(counts[level + 1] - counts[level - 1]) / 2
      }
      if gradient > largest { (largest, largestLevel) = (gradient, level) }
      if gradient < smallest { (smallest, smallestLevel) = (gradient, level) }
    }
  }
}
