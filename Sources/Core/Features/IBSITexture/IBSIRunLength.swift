package import Components
package import Imaging

/// Features of the grey level run length matrix (IBSI family TP0I, reference manual section 3.7;
/// Galloway 1975).
package struct IBSIRunLength: FeatureFamily {
  /// | setting | default | meaning |
  /// |---|---|---|
  /// | `aggregations` | [3D_mrg] | see `DirectionalAggregation` |
  package struct Parameters: ParameterSet {
    package var aggregations = ["3D_mrg"]

    package init() {}

    package static let fields: [Field<Self>] = [
      .texts(
        "aggregations", \.aggregations,
        "How values of slices and directions become one, any of: 2D_avg, 2D_mrg, 2.5D_dir,"
          + " 2.5D_mrg, 3D_avg, 3D_mrg. One set of columns each.")
    ]
  }

  package static let id: ComponentID = "rlm"
  package static let summary = "IBSI grey level run lengths: runs of equal grey level along lines."
  package static let scope = FeatureScope.perResponse
  package static let profiles: Set<Profile> = [.ibsi]
  package static let columns = makeColumns(
    features, for: [DirectionalAggregation.volumeMerged])
  package let parameters: Parameters
  private let aggregations: [DirectionalAggregation]

  package init(_ parameters: Parameters) throws(InvalidInput) {
    aggregations = try DirectionalAggregation.decode(parameters.aggregations)
    self.parameters = parameters
  }

  package var columns: [FeatureDescriptor] { makeColumns(Self.features, for: aggregations) }

  static let features: [FeatureDescriptor] = [
    .init("sre", ibsi: "22OV", "mean 1 / length^2"),
    .init("lre", ibsi: "W4KF", "mean length^2"),
    .init("lgre", ibsi: "V3SW", "mean 1 / level^2"),
    .init("hgre", ibsi: "G3QZ", "mean level^2"),
    .init("srlge", ibsi: "HTZT", "mean 1 / (level^2 length^2)"),
    .init("srhge", ibsi: "GD3A", "mean level^2 / length^2"),
    .init("lrlge", ibsi: "IVPO", "mean length^2 / level^2"),
    .init("lrhge", ibsi: "3KUM", "mean level^2 length^2"),
    .init("glnu", ibsi: "R5YN", "sum over levels of squared counts / N"),
    .init("glnu_norm", ibsi: "OVBL", "sum over levels of squared counts / N^2"),
    .init("rlnu", ibsi: "W92Y", "sum over lengths of squared counts / N"),
    .init("rlnu_norm", ibsi: "IC23", "sum over lengths of squared counts / N^2"),
    .init("r_perc", ibsi: "9ZK5", "runs / voxels of the merged matrices"),
    .init("gl_var", ibsi: "8CE5", "variance of the level of a run"),
    .init("rl_var", ibsi: "SXLW", "variance of the length of a run, voxels^2"),
    .init("rl_entr", ibsi: "HJ9O", "-sum p log2 p, bits"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let grey = try region.levels()
    let volume = try region.compactLevels()
    let n = grey.present.count
    let stride = max(region.size.x, region.size.y, region.size.z) + 1
    return DirectionalMatrices(
      aggregations: aggregations, featureCount: Self.features.count,
      sliceSteps: NeighbourSteps.directions(inSlices: true),
      volumeSteps: NeighbourSteps.directions(inSlices: false), weight: { _ in 1 },
      matrix: { part, step in
        let runs = RunLengthCounts(
          volume, mask: part, levelCount: n, direction: step, dropsLoneVoxels: false)
        var counts = [Double](repeating: 0, count: n * stride)
        for position in 0..<n {
          for length in 1..<runs.stride {
            counts[position * stride + length] =
              Double(runs.counts[position * runs.stride + length])
          }
        }
        return counts
      },
      features: {
        LevelSizeMatrix(levels: grey.present, counts: $0, stride: stride).features()
      }
    ).values(of: region.mask)
  }
}
