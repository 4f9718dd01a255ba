package import Components
package import Imaging

/// Features of the neighbouring grey level dependence matrix (IBSI family REK0, reference manual
/// section 3.11; Sun & Wee 1983).
///
/// The dependence of a voxel is the number of voxels of its neighbourhood, itself included, whose
/// levels differ from its own by at most alpha; all voxels of the region count.
package struct IBSILevelDependence: FeatureFamily {
  /// | setting | default | range | meaning |
  /// |---|---|---|---|
  /// | `aggregations` | [3D] | | see `SliceAggregation` |
  /// | `distance` | 1 | 1...16 | neighbours are within this Chebyshev distance, voxels |
  /// | `alpha` | 0 | 0...65535 | coarseness: largest difference of dependent levels |
  package struct Parameters: ParameterSet {
    package var aggregations = ["3D"]
    package var distance = 1
    package var alpha = 0

    package init() {}

    package static let fields: [Field<Self>] = [
      .texts(
        "aggregations", \.aggregations,
        "How values of slices become one, any of: 2D, 2.5D, 3D. One set of columns each."),
      .integer(
        "distance", \.distance, in: 1...SliceNeighbours.maximumDistance,
        "Neighbours are the voxels within this Chebyshev distance, in voxels."),
      .integer(
        "alpha", \.alpha, in: 0...65_535,
        "Coarseness: largest difference of grey levels at which a neighbour is dependent."),
    ]
  }

  package static let id: ComponentID = "ngl"
  package static let summary =
    "IBSI neighbouring grey level dependence: how many neighbours are alike."
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
    .init("lde", ibsi: "SODN", "mean 1 / dependence^2"),
    .init("hde", ibsi: "IMOQ", "mean dependence^2"),
    .init("lgce", ibsi: "TL9H", "mean 1 / level^2"),
    .init("hgce", ibsi: "OAE7", "mean level^2"),
    .init("ldlge", ibsi: "EQ3F", "mean 1 / (level^2 dependence^2)"),
    .init("ldhge", ibsi: "JA6D", "mean level^2 / dependence^2"),
    .init("hdlge", ibsi: "NBZI", "mean dependence^2 / level^2"),
    .init("hdhge", ibsi: "9QMG", "mean level^2 dependence^2"),
    .init("glnu", ibsi: "FP8K", "sum over levels of squared counts / N"),
    .init("glnu_norm", ibsi: "5SPA", "sum over levels of squared counts / N^2"),
    .init("dcnu", ibsi: "Z87G", "sum over dependences of squared counts / N"),
    .init("dcnu_norm", ibsi: "OKJI", "sum over dependences of squared counts / N^2"),
    .init("dc_perc", ibsi: "6XV8", "neighbourhoods / voxels, always 1"),
    .init("gl_var", ibsi: "1PFV", "variance of the level"),
    .init("dc_var", ibsi: "DNX2", "variance of the dependence, voxels^2"),
    .init("dc_entr", ibsi: "FCBV", "-sum p log2 p, bits"),
    .init("dc_energy", ibsi: "CAS9", "sum p^2"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let neighbours = SliceNeighbours(distance: parameters.distance, alpha: parameters.alpha)
    let levels = try region.levels().present
    var values: [Double] = []
    for aggregation in aggregations {
      let rows = try neighbours.sums(of: region, aggregation).compactMap { sums in
        Self.features(levels, sums)
      }
      values += meanOfDirections(rows, columns: Self.features.count)
    }
    return values
  }

  private static func features(_ levels: [Int], _ sums: NeighbourSums) -> [Double]? {
    var matrix = LevelSizeMatrix(levels: levels)
    let columns = sums.neighbourCount + 1
    var voxels = 0
    for position in levels.indices {
      for alike in 0..<columns where sums.dependence[position * columns + alike] > 0 {
        let count = sums.dependence[position * columns + alike]
        matrix.append(position: position, size: alike + 1, count: Double(count))
        voxels += count
      }
    }
    guard let shared = matrix.features(voxelCount: voxels) else { return nil }
    return shared + [matrix.energy]
  }
}
