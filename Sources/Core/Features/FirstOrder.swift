package import Components
package import Imaging
internal import Foundation
internal import Numerics

/// Statistics of the intensities and of their histogram. IBSI reference manual sections 3.3, 3.4.
///
/// Entropy and uniformity are of the discretised intensities; all others of the intensities
/// themselves.
package struct FirstOrder: FeatureFamily {
  /// | setting | default | meaning |
  /// |---|---|---|
  /// | `voxelArrayShift` | 0 | added to intensities in Energy, TotalEnergy and RootMeanSquared |
  package struct Parameters: ParameterSet {
    package var voxelArrayShift = 0.0

    package init() {}

    package static let fields: [Field<Self>] = [
      .number(
        "voxelArrayShift", \.voxelArrayShift,
        in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude,
        "Added to intensities in Energy, TotalEnergy and RootMeanSquared.")
    ]
  }

  package static let id: ComponentID = "firstorder"
  package static let summary = "Statistics of the intensities in the volume of interest."
  package static let scope = FeatureScope.perResponse
  package static let profiles: Set<Profile> = [.pyradiomics]
  package let parameters: Parameters

  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package static let columns: [FeatureDescriptor] = [
    .init("10Percentile", ibsi: "QG58", "10th percentile"),
    .init("90Percentile", ibsi: "8DWT", "90th percentile"),
    .init("Energy", ibsi: "N8CA", "sum (x + voxelArrayShift)^2"),
    .init("Entropy", ibsi: "TLU2", "-sum p log2 p over grey levels, bits"),
    .init("InterquartileRange", ibsi: "SALO", "75th minus 25th percentile"),
    .init("Kurtosis", ibsi: nil, "m4 / m2^2; not the excess over 3 that IBSI's IPH6 is"),
    .init("Maximum", ibsi: "84IY", "largest intensity"),
    .init("MeanAbsoluteDeviation", ibsi: "4FUA", "mean |x - mean|"),
    .init("Mean", ibsi: "Q4LE", "mean intensity"),
    .init("Median", ibsi: "Y12H", "median intensity"),
    .init("Minimum", ibsi: "1GSF", "smallest intensity"),
    .init("Range", ibsi: "2OJQ", "maximum minus minimum"),
    .init(
      "RobustMeanAbsoluteDeviation", ibsi: "1128",
      "mean |x - mean| of the intensities from the 10th to the 90th percentile"),
    .init("RootMeanSquared", ibsi: "5ZWQ", "root of the mean of (x + voxelArrayShift)^2"),
    .init("Skewness", ibsi: "KE2A", "m3 / m2^1.5"),
    .init("StandardDeviation", ibsi: nil, isDefault: false, "root of the variance"),
    .init("TotalEnergy", ibsi: nil, "Energy times the volume of a voxel, mm3"),
    .init("Uniformity", ibsi: "BJ5W", "sum p^2 over grey levels"),
    .init("Variance", ibsi: "ECT3", "mean (x - mean)^2"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let grey = try region.levels()
    let count = region.voxelCount
    var scratch = [Double](repeating: 0, count: count)
    let (percentiles, median) = region.intensities.withUnsafeBufferPointer { x in
      var order = OrderStatistics(x, minimum: region.minimum, maximum: region.maximum)
      return (order.percentiles([10, 25, 75, 90]), order.median())
    }
    let m = region.intensities.withUnsafeBufferPointer { x in
      scratch.withUnsafeMutableBufferPointer { scratch in
        Moments(
          x, scratch: scratch.baseAddress!, shift: parameters.voxelArrayShift,
          from: percentiles[0], to: percentiles[3])
      }
    }
    let p = grey.counts.map { Double($0) / Double(count) }
    let entropy = p.reduce(0) { $0 + LevelSizeMatrix.information($1) }
    let uniformity = p.reduce(0) { $0 + $1 * $1 }
    let spacing = region.spacing
    // A constant region has skewness and kurtosis 0.
    let m2 = m.variance == 0 ? 1 : m.variance
    let deviation = m.variance.squareRoot()
    return [
      percentiles[0], percentiles[3], m.energy, entropy, percentiles[2] - percentiles[1],
      m.fourth / (m2 * m2), region.maximum, m.absolute, m.mean, median, region.minimum,
      region.maximum - region.minimum, m.robust, (m.energy / Double(count)).squareRoot(),
      m.third / pow(m2, 1.5), deviation, m.energy * (spacing.x * spacing.y * spacing.z),
      uniformity, deviation * deviation,
    ]
  }
}

/// Moments in two passes, each summed pairwise (see `PairwiseSum`).
private struct Moments {
  var mean = 0.0
  var energy = 0.0
  var absolute = 0.0
  var variance = 0.0
  var third = 0.0
  var fourth = 0.0
  var robust = 0.0

  init(
    _ x: UnsafeBufferPointer<Double>, scratch: UnsafeMutablePointer<Double>, shift: Double,
    from low: Double, to high: Double
  ) {
    let values = x.baseAddress!
    let count = x.count
    let n = Double(count)
    mean = PairwiseSum.sum(values, count) / n
    let center = mean
    var i = 0
    while i < count {
      let v = values[i] + shift
      scratch[i] = v * v
      i &+= 1
    }
    energy = PairwiseSum.sum(scratch, count)
    i = 0
    while i < count {
      scratch[i] = abs(values[i] - center)
      i &+= 1
    }
    absolute = PairwiseSum.sum(scratch, count) / n
    i = 0
    while i < count {
      let d = values[i] - center
      scratch[i] = d * d
      i &+= 1
    }
    variance = PairwiseSum.sum(scratch, count) / n
    i = 0
    while i < count {
      let d = values[i] - center
      scratch[i] = d * d * d
      i &+= 1
    }
    third = PairwiseSum.sum(scratch, count) / n
    i = 0
    while i < count {
      let d = values[i] - center
      scratch[i] = (d * d) * (d * d)
      i &+= 1
    }
    fourth = PairwiseSum.sum(scratch, count) / n
    robust = Self.robustDeviation(values, count, scratch, low, high)
  }

  /// Mean absolute deviation of the values in `low`...`high`.
  private static func robustDeviation(
    _ values: UnsafePointer<Double>, _ count: Int, _ scratch: UnsafeMutablePointer<Double>,
    _ low: Double, _ high: Double
  ) -> Double {
    var kept = 0
    var i = 0
    while i < count {
      let v = values[i]
      scratch[kept] = v
      kept &+= v >= low && v <= high ? 1 : 0
      i &+= 1
    }
    if kept == 0 { return .nan }
    let mean = PairwiseSum.sum(scratch, kept) / Double(kept)
    i = 0
    while i < kept {
      scratch[i] = abs(scratch[i] - mean)
      i &+= 1
    }
    return PairwiseSum.sum(scratch, kept) / Double(kept)
  }
}
