internal import Imaging

/// Zones of linked voxels of equal grey level, 26-connected or, within slices, 8-connected. IBSI
/// manual section 3.8.
struct LevelZones {
  /// Position in `GreyLevels.present` and number of voxels, in the order of first voxels.
  let zones: [(position: Int, size: Int)]
  /// For every voxel of the region, the index of its zone.
  let zoneOfVoxel: [UInt32]
  /// Zones and number of voxels of each slice, or of the whole region.
  let parts: [(zones: Range<Int>, voxelCount: Int)]

  init(_ region: Region, inSlices: Bool) throws(FeatureError) {
    let mask = region.mask
    let found = ZoneCounts.withMembers(
      try region.compactLevels(), mask: mask,
      directions: NeighbourSteps.directions(inSlices: inSlices))
    (zones, zoneOfVoxel) = (found.zones, found.zoneOfVoxel)
    if !inSlices {
      parts = [(zones: 0..<zones.count, voxelCount: mask.voxelCount)]
      return
    }
    // The first voxel of a slice begins the first of its zones.
    let slices = mask.slices()
    var starts: [Int] = []
    var voxel = 0
    for slice in slices {
      starts.append(Int(zoneOfVoxel[voxel]))
      voxel += slice.voxelCount
    }
    starts.append(zones.count)
    parts = slices.indices.map {
      (zones: starts[$0]..<starts[$0 + 1], voxelCount: slices[$0].voxelCount)
    }
  }

  /// Features of the matrices of level by `sizes` (one per zone), aggregated.
  func features(
    _ aggregation: SliceAggregation, levels: [Int], sizes: [Int], featureCount: Int
  ) -> [Double] {
    let whole = (zones: 0..<zones.count, voxelCount: zoneOfVoxel.count)
    let rows = (aggregation == .slices ? parts : [whole]).compactMap { part in
      LevelSizeMatrix(
        levels: levels, pairs: part.zones.map { (zones[$0].position, sizes[$0]) }
      ).features(voxelCount: part.voxelCount)
    }
    return meanOfDirections(rows, columns: featureCount)
  }
}
