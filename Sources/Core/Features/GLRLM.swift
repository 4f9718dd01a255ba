package import Components
package import Imaging

/// Grey-level run length matrix. Galloway 1975; IBSI manual section 3.7.
package struct GLRLM: FeatureFamily {
  /// | setting | default | meaning |
  /// |---|---|---|
  /// | `weightingNorm` | none | see `WeightingNorm`; weights are lengths in mm |
  package struct Parameters: ParameterSet {
    package var weightingNorm = WeightingNorm.none

    package init() {}

    package static let fields: [Field<Self>] = [
      .choice(
        "weightingNorm", \.weightingNorm,
        "none: mean of the features of all directions; otherwise one matrix, the directions"
          + " weighted by their length in this norm, or by 1 (no_weighting).")
    ]
  }

  package static let id: ComponentID = "glrlm"
  package static let summary = "Grey-level run lengths: runs of equal grey level along lines."
  package static let scope = FeatureScope.perResponse
  package static let profiles: Set<Profile> = [.pyradiomics]
  package let parameters: Parameters

  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package static let columns: [FeatureDescriptor] = [
    .init("GrayLevelNonUniformity", ibsi: "R5YN", "sum over levels of squared counts / N"),
    .init("GrayLevelNonUniformityNormalized", ibsi: "OVBL", "the same / N^2"),
    .init("GrayLevelVariance", ibsi: "8CE5", "variance of the level of a run"),
    .init("HighGrayLevelRunEmphasis", ibsi: "G3QZ", "mean i^2"),
    .init("LongRunEmphasis", ibsi: "W4KF", "mean j^2"),
    .init("LongRunHighGrayLevelEmphasis", ibsi: "3KUM", "mean i^2 j^2"),
    .init("LongRunLowGrayLevelEmphasis", ibsi: "IVPO", "mean j^2 / i^2"),
    .init("LowGrayLevelRunEmphasis", ibsi: "V3SW", "mean 1 / i^2"),
    .init("RunEntropy", ibsi: "HJ9O", "-sum p log2 p, bits"),
    .init("RunLengthNonUniformity", ibsi: "W92Y", "sum over lengths of squared counts / N"),
    .init("RunLengthNonUniformityNormalized", ibsi: "IC23", "the same / N^2"),
    .init("RunPercentage", ibsi: "9ZK5", "runs / voxels"),
    .init("RunVariance", ibsi: "SXLW", "variance of the length of a run, voxels^2"),
    .init("ShortRunEmphasis", ibsi: "22OV", "mean 1 / j^2"),
    .init("ShortRunHighGrayLevelEmphasis", ibsi: "GD3A", "mean i^2 / j^2"),
    .init("ShortRunLowGrayLevelEmphasis", ibsi: "HTZT", "mean 1 / (i^2 j^2)"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let directions = region.neighbourhood.directions(distances: [1], size: region.size)
    if directions.isEmpty { throw noNeighbours(region, [1]) }
    let grey = try region.levels()
    let volume = try region.compactLevels()
    let n = grey.present.count
    var rows: [[Double]] = []
    let longest = max(region.size.x, region.size.y, region.size.z) + 1
    var sum = [Double](
      repeating: 0, count: parameters.weightingNorm == .none ? 0 : n * longest)
    for direction in directions {
      let runs = RunLengthCounts(
        volume, mask: region.mask, levelCount: n, direction: direction)
      if parameters.weightingNorm == .none {
        let matrix = Self.matrix(grey, runs.counts, runs.stride) { Double($0) }
        if let row = Self.features(matrix) { rows.append(row) }
      } else {
        let weight = parameters.weightingNorm.length(direction, spacing: region.spacing)
        for position in 0..<n {
          for length in 1..<runs.stride {
            sum[position * longest + length] +=
              Double(runs.counts[position * runs.stride + length]) * weight
          }
        }
      }
    }
    if parameters.weightingNorm != .none,
      let row = Self.features(Self.matrix(grey, sum, longest) { $0 })
    {
      rows.append(row)
    }
    var result = meanOfDirections(rows, columns: Self.columns.count)
    if rows.isEmpty && (directions.count == 1 || parameters.weightingNorm != .none) {
      // One matrix without runs: PyRadiomics sums these two over no run lengths at all.
      for name in ["RunEntropy", "RunVariance"] {
        if let column = Self.columns.firstIndex(where: { $0.name == name }) { result[column] = 0 }
      }
    }
    return result
  }

  private static func matrix<Count>(
    _ grey: GreyLevels, _ counts: [Count], _ stride: Int, _ number: (Count) -> Double
  ) -> LevelSizeMatrix {
    var matrix = LevelSizeMatrix(levels: grey.present)
    for position in grey.present.indices {
      for length in 1..<stride {
        let count = number(counts[position * stride + length])
        if count > 0 { matrix.append(position: position, size: length, count: count) }
      }
    }
    return matrix
  }

  private static func features(_ matrix: LevelSizeMatrix) -> [Double]? {
    guard let s = matrix.statistics() else { return nil }
    return [
      s.levelNonUniformity, s.levelNonUniformityNormalised, s.levelVariance, s.high, s.large,
      s.largeHigh, s.largeLow, s.low, s.entropy, s.sizeNonUniformity,
      s.sizeNonUniformityNormalised, s.total / s.weighted, s.sizeVariance, s.small, s.smallHigh,
      s.smallLow,
    ]
  }
}
