package import Components
package import Imaging

/// Grey-level size zone matrix. Thibault et al. 2009; IBSI manual section 3.8.
package struct GLSZM: FeatureFamily {
  package struct Parameters: ParameterSet {
    package init() {}
    package static let fields: [Field<Self>] = []
  }

  package static let id: ComponentID = "glszm"
  package static let summary = "Grey-level size zones: connected zones of equal grey level."
  package static let scope = FeatureScope.perResponse
  package static let profiles: Set<Profile> = [.pyradiomics]
  package let parameters: Parameters

  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package static let columns: [FeatureDescriptor] = [
    .init("GrayLevelNonUniformity", ibsi: "JNSA", "sum over levels of squared counts / N"),
    .init("GrayLevelNonUniformityNormalized", ibsi: "Y1RO", "the same / N^2"),
    .init("GrayLevelVariance", ibsi: "BYLV", "variance of the level of a zone"),
    .init("HighGrayLevelZoneEmphasis", ibsi: "5GN9", "mean i^2"),
    .init("LargeAreaEmphasis", ibsi: "48P8", "mean j^2"),
    .init("LargeAreaHighGrayLevelEmphasis", ibsi: "J17V", "mean i^2 j^2"),
    .init("LargeAreaLowGrayLevelEmphasis", ibsi: "YH51", "mean j^2 / i^2"),
    .init("LowGrayLevelZoneEmphasis", ibsi: "XMSY", "mean 1 / i^2"),
    .init("SizeZoneNonUniformity", ibsi: "4JP3", "sum over sizes of squared counts / N"),
    .init("SizeZoneNonUniformityNormalized", ibsi: "VB3A", "the same / N^2"),
    .init("SmallAreaEmphasis", ibsi: "5QRC", "mean 1 / j^2"),
    .init("SmallAreaHighGrayLevelEmphasis", ibsi: "HW1V", "mean i^2 / j^2"),
    .init("SmallAreaLowGrayLevelEmphasis", ibsi: "5RAI", "mean 1 / (i^2 j^2)"),
    .init("ZoneEntropy", ibsi: "GU8N", "-sum p log2 p, bits"),
    .init("ZonePercentage", ibsi: "P30P", "zones / voxels"),
    .init("ZoneVariance", ibsi: "3NSA", "variance of the size of a zone, voxels^2"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let directions = region.neighbourhood.directions(distances: [1], size: region.size)
    if directions.isEmpty { throw noNeighbours(region, [1]) }
    let grey = try region.levels()
    let zones = ZoneCounts(
      try region.compactLevels(), mask: region.mask, directions: directions
    ).zones
    let matrix = Self.matrix(grey, zones)
    guard let s = matrix.statistics() else {
      return [Double](repeating: .nan, count: Self.columns.count)
    }
    return [
      s.levelNonUniformity, s.levelNonUniformityNormalised, s.levelVariance, s.high, s.large,
      s.largeHigh, s.largeLow, s.low, s.sizeNonUniformity, s.sizeNonUniformityNormalised, s.small,
      s.smallHigh, s.smallLow, s.entropy, s.total / s.weighted, s.sizeVariance,
    ]
  }

  /// Counts small zones in a table and sorts the few large ones.
  private static func matrix(
    _ grey: GreyLevels, _ zones: [(position: Int, size: Int)]
  ) -> LevelSizeMatrix {
    let dense = 64
    var table = [Double](repeating: 0, count: grey.present.count * dense)
    var large: [(position: Int, size: Int)] = []
    for zone in zones {
      if zone.size < dense {
        table[zone.position * dense + zone.size] += 1
      } else {
        large.append(zone)
      }
    }
    var matrix = LevelSizeMatrix(levels: grey.present)
    for position in grey.present.indices {
      for size in 1..<dense where table[position * dense + size] > 0 {
        matrix.append(position: position, size: size, count: table[position * dense + size])
      }
    }
    large.sort { ($0.position, $0.size) < ($1.position, $1.size) }
    var first = 0
    for i in large.indices where i + 1 == large.count || large[i + 1] != large[first] {
      matrix.append(
        position: large[first].position, size: large[first].size, count: Double(i + 1 - first))
      first = i + 1
    }
    return matrix
  }
}
