package import Components
package import Imaging
internal import Foundation
internal import Numerics

/// Statistics of the intensities themselves (IBSI family UHIW, reference manual section 3.3).
///
/// A flat region has skewness and excess kurtosis 0, as the manual says; where a mean or a sum of
/// quartiles that is divided by is 0, the value is NaN.
package struct IntensityStatistics: FeatureFamily {
  /// No settings.
  package struct Parameters: ParameterSet {
    package init() {}
    package static let fields: [Field<Self>] = []
  }

  package static let id: ComponentID = "stat"
  package static let summary = "IBSI statistics of the intensities in the volume of interest."
  package static let scope = FeatureScope.perResponse
  package static let profiles: Set<Profile> = [.ibsi]
  package let parameters: Parameters

  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package static let columns: [FeatureDescriptor] = [
    .init("mean", ibsi: "Q4LE", "mean intensity"),
    .init("var", ibsi: "ECT3", "mean (x - mean)^2"),
    .init("skew", ibsi: "KE2A", "m3 / m2^1.5; 0 for a flat region"),
    .init("kurt", ibsi: "IPH6", "m4 / m2^2 - 3; 0 for a flat region"),
    .init("median", ibsi: "Y12H", "median intensity"),
    .init("min", ibsi: "1GSF", "smallest intensity"),
    .init("p10", ibsi: "QG58", "10th percentile"),
    .init("p90", ibsi: "8DWT", "90th percentile"),
    .init("max", ibsi: "84IY", "largest intensity"),
    .init("iqr", ibsi: "SALO", "75th minus 25th percentile"),
    .init("range", ibsi: "2OJQ", "maximum minus minimum"),
    .init("mad", ibsi: "4FUA", "mean |x - mean|"),
    .init(
      "rmad", ibsi: "1128",
      "mean |x - mean| of the intensities from the 10th to the 90th percentile"),
    .init("medad", ibsi: "N72L", "mean |x - median|"),
    .init("cov", ibsi: "7TET", "standard deviation over mean"),
    .init("qcod", ibsi: "9S40", "(p75 - p25) / (p75 + p25)"),
    .init("energy", ibsi: "N8CA", "sum of x^2"),
    .init("rms", ibsi: "5ZWQ", "root of the mean of x^2"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let s = DistributionStatistics(
      region.intensities, minimum: region.minimum, maximum: region.maximum)
    let energy = PairwiseSum.sum(region.intensities.map { $0 * $0 })
    return [
      s.mean, s.variance, s.skewness, s.kurtosis, s.median, s.minimum, s.p10, s.p90, s.maximum,
      s.p75 - s.p25, s.maximum - s.minimum, s.meanDeviation, s.robustDeviation, s.medianDeviation,
      s.variationCoefficient, s.dispersionCoefficient, energy,
      (energy / Double(region.voxelCount)).squareRoot(),
    ]
  }
}

/// What the statistics of intensities and those of grey levels have in common, in two passes, each
/// sum pairwise (see `PairwiseSum`).
struct DistributionStatistics {
  let minimum: Double
  let maximum: Double
  let mean: Double
  /// Divisor n.
  let variance: Double
  /// 0 where the variance is.
  let skewness: Double
  /// Excess over 3; 0 where the variance is 0.
  let kurtosis: Double
  let median: Double
  let p10: Double
  let p25: Double
  let p75: Double
  let p90: Double
  let meanDeviation: Double
  let robustDeviation: Double
  let medianDeviation: Double

  /// - Parameter values: finite, at least one.
  init(_ values: [Double], minimum: Double, maximum: Double) {
    let n = Double(values.count)
    self.minimum = minimum
    self.maximum = maximum
    let (percentiles, middle) = values.withUnsafeBufferPointer { x in
      var order = OrderStatistics(x, minimum: minimum, maximum: maximum)
      return (order.percentiles([10, 25, 75, 90]), order.median())
    }
    (p10, p25, p75, p90) = (percentiles[0], percentiles[1], percentiles[2], percentiles[3])
    median = middle
    // The mean of equal numbers is that number, whatever the rounding of their sum.
    let mean = minimum == maximum ? minimum : PairwiseSum.sum(values) / n
    self.mean = mean
    func average(_ term: (Double) -> Double) -> Double { PairwiseSum.sum(values.map(term)) / n }
    let m2 = average { ($0 - mean) * ($0 - mean) }
    let m3 = average { ($0 - mean) * ($0 - mean) * ($0 - mean) }
    let m4 = average { (($0 - mean) * ($0 - mean)) * (($0 - mean) * ($0 - mean)) }
    variance = m2
    skewness = m2 == 0 ? 0 : m3 / pow(m2, 1.5)
    kurtosis = m2 == 0 ? 0 : m4 / (m2 * m2) - 3
    meanDeviation = average { abs($0 - mean) }
    medianDeviation = average { abs($0 - middle) }
    let (low, high) = (percentiles[0], percentiles[3])
    let kept = values.filter { $0 >= low && $0 <= high }
    let keptCount = Double(kept.count)
    let keptMean = low == high ? low : PairwiseSum.sum(kept) / keptCount
    robustDeviation =
      kept.isEmpty ? .nan : PairwiseSum.sum(kept.map { abs($0 - keptMean) }) / keptCount
  }

  /// Standard deviation over mean; NaN where the mean is 0.
  var variationCoefficient: Double { mean == 0 ? .nan : variance.squareRoot() / mean }
  /// NaN where the quartiles add up to 0.
  var dispersionCoefficient: Double { p75 + p25 == 0 ? .nan : (p75 - p25) / (p75 + p25) }
}
