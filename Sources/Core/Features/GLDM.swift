package import Components
package import Imaging

/// Grey-level dependence matrix. Sun & Wee 1983; IBSI manual section 3.11 (NGLDM).
package struct GLDM: FeatureFamily {
  /// | setting | default | meaning |
  /// |---|---|---|
  /// | `distances` | [1] | neighbours, in voxels (infinity norm) |
  /// | `alpha` | 0 | a neighbour depends if levels differ by at most this |
  package struct Parameters: ParameterSet {
    package var distances = [1]
    package var alpha = 0

    package init() {}

    package static let fields: [Field<Self>] = [
      .integers(
        "distances", \.distances, in: 1...maximumDistance, count: 1...maximumDistance,
        "Distances of neighbours, in voxels (largest component)."),
      .integer(
        "alpha", \.alpha, in: 0...65_535,
        "Largest difference of grey levels at which a neighbour is dependent."),
    ]
  }

  package static let id: ComponentID = "gldm"
  package static let summary = "Grey-level dependence: how many neighbours are alike."
  package static let scope = FeatureScope.perResponse
  package static let profiles: Set<Profile> = [.pyradiomics]
  package let parameters: Parameters

  package init(_ parameters: Parameters) throws(InvalidInput) {
    try checkDistances(parameters.distances)
    self.parameters = parameters
  }

  package static let columns: [FeatureDescriptor] = [
    .init("DependenceEntropy", ibsi: "FCBV", "-sum p log2 p, bits"),
    .init("DependenceNonUniformity", ibsi: "Z87G", "sum over sizes of squared counts / N"),
    .init("DependenceNonUniformityNormalized", ibsi: "OKJI", "the same / N^2"),
    .init("DependenceVariance", ibsi: "DNX2", "variance of the dependence"),
    .init("GrayLevelNonUniformity", ibsi: "FP8K", "sum over levels of squared counts / N"),
    .init("GrayLevelVariance", ibsi: "1PFV", "variance of the level"),
    .init("HighGrayLevelEmphasis", ibsi: "OAE7", "mean i^2"),
    .init("LargeDependenceEmphasis", ibsi: "IMOQ", "mean j^2"),
    .init("LargeDependenceHighGrayLevelEmphasis", ibsi: "9QMG", "mean i^2 j^2"),
    .init("LargeDependenceLowGrayLevelEmphasis", ibsi: "NBZI", "mean j^2 / i^2"),
    .init("LowGrayLevelEmphasis", ibsi: "TL9H", "mean 1 / i^2"),
    .init("SmallDependenceEmphasis", ibsi: "SODN", "mean 1 / j^2"),
    .init("SmallDependenceHighGrayLevelEmphasis", ibsi: "JA6D", "mean i^2 / j^2"),
    .init("SmallDependenceLowGrayLevelEmphasis", ibsi: "EQ3F", "mean 1 / (i^2 j^2)"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let sums = try region.neighbourSums(distances: parameters.distances, alpha: parameters.alpha)
    let grey = try region.levels()
    var matrix = LevelSizeMatrix(levels: grey.present)
    let columns = sums.neighbourCount + 1
    for position in grey.present.indices {
      for alike in 0..<columns where sums.dependence[position * columns + alike] > 0 {
        // The voxel itself counts.
        matrix.append(
          position: position, size: alike + 1,
          count: Double(sums.dependence[position * columns + alike]))
      }
    }
    guard let s = matrix.statistics() else {
      return [Double](repeating: .nan, count: Self.columns.count)
    }
    return [
      s.entropy, s.sizeNonUniformity, s.sizeNonUniformityNormalised, s.sizeVariance,
      s.levelNonUniformity, s.levelVariance, s.high, s.large, s.largeHigh, s.largeLow, s.low,
      s.small, s.smallHigh, s.smallLow,
    ]
  }
}
