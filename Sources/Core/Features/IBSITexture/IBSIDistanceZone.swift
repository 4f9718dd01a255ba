package import Components
package import Imaging

/// Features of the grey level distance zone matrix (IBSI family VMDZ, reference manual section 3.9;
/// Thibault et al. 2014).
///
/// Zones are those of the intensity mask; the distance of a zone is that of its voxel nearest to
/// the edge of the morphological mask, counted in voxel faces, 1 at the edge.
package struct IBSIDistanceZone: FeatureFamily {
  /// | setting | default | meaning |
  /// |---|---|---|
  /// | `aggregations` | [3D] | see `SliceAggregation`; distances of 2D, 2.5D are within slices |
  package struct Parameters: ParameterSet {
    package var aggregations = ["3D"]

    package init() {}

    package static let fields: [Field<Self>] = [
      .texts(
        "aggregations", \.aggregations,
        "How values of slices become one, any of: 2D, 2.5D, 3D. One set of columns each.")
    ]
  }

  package static let id: ComponentID = "dzm"
  package static let summary =
    "IBSI grey level distance zones: linked voxels of equal level and their depth in the region."
  package static let scope = FeatureScope.perResponse
  package static let profiles: Set<Profile> = [.ibsi]
  package static let columns = makeColumns(features, for: [SliceAggregation.volume])
  package let parameters: Parameters
  private let aggregations: [SliceAggregation]

  package init(_ parameters: Parameters) throws(InvalidInput) {
    aggregations = try SliceAggregation.decode(parameters.aggregations)
    self.parameters = parameters
  }

  package var columns: [FeatureDescriptor] { makeColumns(Self.features, for: aggregations) }

  static let features: [FeatureDescriptor] = [
    .init("sde", ibsi: "0GBI", "mean 1 / distance^2"),
    .init("lde", ibsi: "MB4I", "mean distance^2"),
    .init("lgze", ibsi: "S1RA", "mean 1 / level^2"),
    .init("hgze", ibsi: "K26C", "mean level^2"),
    .init("sdlge", ibsi: "RUVG", "mean 1 / (level^2 distance^2)"),
    .init("sdhge", ibsi: "DKNJ", "mean level^2 / distance^2"),
    .init("ldlge", ibsi: "A7WM", "mean distance^2 / level^2"),
    .init("ldhge", ibsi: "KLTH", "mean level^2 distance^2"),
    .init("glnu", ibsi: "VFT7", "sum over levels of squared counts / N"),
    .init("glnu_norm", ibsi: "7HP3", "sum over levels of squared counts / N^2"),
    .init("zdnu", ibsi: "V294", "sum over distances of squared counts / N"),
    .init("zdnu_norm", ibsi: "IATH", "sum over distances of squared counts / N^2"),
    .init("z_perc", ibsi: "VIWW", "zones / voxels"),
    .init("gl_var", ibsi: "QK93", "variance of the level of a zone"),
    .init("zd_var", ibsi: "7WT1", "variance of the distance of a zone, voxels^2"),
    .init("zd_entr", ibsi: "GBDU", "-sum p log2 p, bits"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let levels = try region.levels().present
    var values: [Double] = []
    var found: [Bool: (zones: LevelZones, distances: [Int])] = [:]
    for aggregation in aggregations {
      let inSlices = aggregation != .volume
      if found[inSlices] == nil {
        let zones = try LevelZones(region, inSlices: inSlices)
        found[inSlices] = (zones, Self.distances(of: zones, region, inSlices: inSlices))
      }
      guard let (zones, distances) = found[inSlices] else { continue }
      values += zones.features(
        aggregation, levels: levels, sizes: distances, featureCount: Self.features.count)
    }
    return values
  }

  /// The smallest distance of every zone.
  private static func distances(
    of zones: LevelZones, _ region: Region, inSlices: Bool
  ) -> [Int] {
    let edge = EdgeDistances(region.shapeMask, inSlices: inSlices)
    let offset = region.shapeOffset
    var distances = [Int](repeating: .max, count: zones.zones.count)
    var voxel = 0
    for span in region.mask.spans {
      let (y, z) = (Int(span.y) - offset.y, Int(span.z) - offset.z)
      for i in 0..<Int(span.count) {
        let zone = Int(zones.zoneOfVoxel[voxel])
        let distance = edge.distance(x: Int(span.x) + i - offset.x, y: y, z: z)
        if distance < distances[zone] { distances[zone] = distance }
        voxel += 1
      }
    }
    return distances
  }
}
