internal import Imaging

/// The neighbourhoods of NGTDM and NGLDM: all voxels of the region within a Chebyshev distance, in
/// three dimensions or within slices. IBSI manual sections 3.10 and 3.11.
struct SliceNeighbours {
  /// Of greater ones, a neighbourhood would have too many voxels for counters of 16 bits.
  static let maximumDistance = 16

  let distance: Int
  let alpha: Int

  /// One for each slice, or one for the region.
  func sums(
    of region: Region, _ aggregation: SliceAggregation
  ) throws(FeatureError) -> [NeighbourSums] {
    let grey = try region.levels()
    let volume = try region.volume(margin: distance)
    let offsets = NeighbourSteps.within(distance, inSlices: aggregation != .volume)
    let distances = Array(1...distance)
    return (aggregation == .slices ? region.mask.slices() : [region.mask]).map {
      NeighbourSums(
        volume, mask: $0, grey: grey, distances: distances, offsets: offsets, alpha: alpha)
    }
  }
}

extension NeighbourSums {
  /// How many voxels of each level have neighbours.
  func withNeighbours(levelCount: Int) -> [Int] {
    let columns = neighbourCount + 1
    return (0..<levelCount).map { position in
      dependence[position * columns..<(position + 1) * columns].reduce(0, +) - isolated[position]
    }
  }
}
