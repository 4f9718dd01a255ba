package import Components
package import Imaging

/// Features of the grey level size zone matrix (IBSI family 9SAK, reference manual section 3.8;
/// Thibault et al. 2014).
package struct IBSISizeZone: FeatureFamily {
  /// | setting | default | meaning |
  /// |---|---|---|
  /// | `aggregations` | [3D] | see `SliceAggregation`; 2D, 2.5D: 8-connected, 3D: 26-connected |
  package struct Parameters: ParameterSet {
    package var aggregations = ["3D"]

    package init() {}

    package static let fields: [Field<Self>] = [
      .texts(
        "aggregations", \.aggregations,
        "How values of slices become one, any of: 2D, 2.5D, 3D. One set of columns each.")
    ]
  }

  package static let id: ComponentID = "szm"
  package static let summary = "IBSI grey level size zones: linked voxels of equal grey level."
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
    .init("sze", ibsi: "5QRC", "mean 1 / size^2"),
    .init("lze", ibsi: "48P8", "mean size^2"),
    .init("lgze", ibsi: "XMSY", "mean 1 / level^2"),
    .init("hgze", ibsi: "5GN9", "mean level^2"),
    .init("szlge", ibsi: "5RAI", "mean 1 / (level^2 size^2)"),
    .init("szhge", ibsi: "HW1V", "mean level^2 / size^2"),
    .init("lzlge", ibsi: "YH51", "mean size^2 / level^2"),
    .init("lzhge", ibsi: "J17V", "mean level^2 size^2"),
    .init("glnu", ibsi: "JNSA", "sum over levels of squared counts / N"),
    .init("glnu_norm", ibsi: "Y1RO", "sum over levels of squared counts / N^2"),
    .init("zsnu", ibsi: "4JP3", "sum over sizes of squared counts / N"),
    .init("zsnu_norm", ibsi: "VB3A", "sum over sizes of squared counts / N^2"),
    .init("z_perc", ibsi: "P30P", "zones / voxels"),
    .init("gl_var", ibsi: "BYLV", "variance of the level of a zone"),
    .init("zs_var", ibsi: "3NSA", "variance of the size of a zone, voxels^2"),
    .init("zs_entr", ibsi: "GU8N", "-sum p log2 p, bits"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let levels = try region.levels().present
    var values: [Double] = []
    var found: [Bool: LevelZones] = [:]
    for aggregation in aggregations {
      let inSlices = aggregation != .volume
      if found[inSlices] == nil {
        found[inSlices] = try LevelZones(region, inSlices: inSlices)
      }
      guard let zones = found[inSlices] else { continue }
      values += zones.features(
        aggregation, levels: levels, sizes: zones.zones.map { $0.size },
        featureCount: Self.features.count)
    }
    return values
  }
}
