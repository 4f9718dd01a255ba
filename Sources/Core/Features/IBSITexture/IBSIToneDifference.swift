package import Components
package import Imaging

/// Features of the neighbourhood grey tone difference matrix (IBSI family IPET, reference manual
/// section 3.10; Amadasun & King 1989).
///
/// Voxels without a neighbour in the region do not count. Values are NaN where all voxels are such.
package struct IBSIToneDifference: FeatureFamily {
  /// | setting | default | range | meaning |
  /// |---|---|---|---|
  /// | `aggregations` | [3D] | | see `SliceAggregation` |
  /// | `distance` | 1 | 1...16 | neighbours are within this Chebyshev distance, voxels |
  package struct Parameters: ParameterSet {
    package var aggregations = ["3D"]
    package var distance = 1

    package init() {}

    package static let fields: [Field<Self>] = [
      .texts(
        "aggregations", \.aggregations,
        "How values of slices become one, any of: 2D, 2.5D, 3D. One set of columns each."),
      .integer(
        "distance", \.distance, in: 1...SliceNeighbours.maximumDistance,
        "Neighbours are the voxels within this Chebyshev distance, in voxels."),
    ]
  }

  package static let id: ComponentID = "ngt"
  package static let summary =
    "IBSI neighbourhood grey tone differences: levels against their surroundings."
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
    .init("coarseness", ibsi: "QCDE", "1 / sum p s; at most 1e6"),
    .init("contrast", ibsi: "65HE", "sum p p (i - j)^2 sum s / (N Ngp (Ngp - 1)); 0 for one level"),
    .init("busyness", ibsi: "NQ30", "sum p s / sum |i p(i) - j p(j)|; 0 where that is 0"),
    .init("complexity", ibsi: "HDEZ", "sum |i - j| (p s + p s) / (p + p) / N"),
    .init("strength", ibsi: "1X9X", "sum (p + p)(i - j)^2 / sum s; 0 where sum s is 0"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let neighbours = SliceNeighbours(distance: parameters.distance, alpha: 0)
    let levels = try region.levels().present
    var values: [Double] = []
    for aggregation in aggregations {
      let rows = try neighbours.sums(of: region, aggregation).compactMap { sums in
        Self.features(levels, sums.withNeighbours(levelCount: levels.count), sums.difference)
      }
      values += meanOfDirections(rows, columns: Self.features.count)
    }
    return values
  }

  /// - Parameters:
  ///   - levels: ascending.
  ///   - counts: n of each level, the voxels that have neighbours.
  ///   - differences: s of each level.
  /// - Returns: nil where no voxel has neighbours.
  private static func features(
    _ levels: [Int], _ counts: [Int], _ differences: [Double]
  ) -> [Double]? {
    let total = Double(counts.reduce(0, +))
    if total == 0 { return nil }
    let occurring = levels.indices.filter { counts[$0] > 0 }
    let i = occurring.map { Double(levels[$0]) }
    let p = occurring.map { Double(counts[$0]) / total }
    let s = occurring.map { differences[$0] }
    // Sums over ordered pairs of levels; every unordered pair is visited once.
    var (product, sum) = (0.0, 0.0)
    var (busyness, complexity, contrast, strength) = (0.0, 0.0, 0.0, 0.0)
    for a in i.indices {
      product += p[a] * s[a]
      sum += s[a]
      for b in (a + 1)..<max(i.count, a + 1) {
        let d = i[b] - i[a]
        let both = p[a] + p[b]
        busyness += 2 * abs(i[a] * p[a] - i[b] * p[b])
        complexity += 2 * (d * (p[a] * s[a] + p[b] * s[b]) / both)
        contrast += 2 * (p[a] * p[b] * (d * d))
        strength += 2 * (both * (d * d))
      }
    }
    let combinations = Double(i.count) * Double(i.count - 1)
    return [
      product * 1e6 > 1 ? 1 / product : 1e6,
      combinations == 0 ? 0 : contrast / combinations * (sum / total),
      busyness == 0 ? 0 : product / busyness, complexity / total, sum == 0 ? 0 : strength / sum,
    ]
  }
}
