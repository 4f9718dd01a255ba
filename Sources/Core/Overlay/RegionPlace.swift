internal import Imaging

/// Where a region is in the patient, along the axes of the body (LPS), mm.
struct RegionPlace {
  /// Of the box around the region's voxels; across the plane: where the region is largest.
  let centre: SIMD3<Double>
  /// Of the box.
  let extent: SIMD3<Double>

  /// The region is largest in the slab, as thick as a voxel reaches across the plane, that has the
  /// most voxel centres; of several the first from the right, the front or the feet. The first slab
  /// has the first voxel in its middle, so those of a grid along the axes of the body are its
  /// slices; the plane in the middle of a slab meets every voxel with its centre in the slab.
  init(_ region: MaskRegion, on grid: Grid, across axis: Int) {
    let transform = GridTransform(grid)
    var reach = SIMD3<Double>()
    for row in 0..<3 {
      for column in 0..<3 { reach[row] += transform.indexToPhysical[row * 3 + column].magnitude }
    }
    var lower = SIMD3<Double>(repeating: .infinity)
    var upper = SIMD3<Double>(repeating: -.infinity)
    Self.forEachVoxel(region, transform) { point in
      lower = pointwiseMin(lower, point)
      upper = pointwiseMax(upper, point)
    }
    let (first, thickness) = (lower[axis], reach[axis])
    func slab(_ place: Double) -> Int { Int(((place - first) / thickness + 0.5).rounded(.down)) }
    var counts = [Int](repeating: 0, count: slab(upper[axis]) + 1)
    Self.forEachVoxel(region, transform) { counts[slab($0[axis])] += 1 }
    let largest = counts.indices.reduce(0) { counts[$1] > counts[$0] ? $1 : $0 }
    var centre = (lower + upper) / 2
    centre[axis] = first + Double(largest) * thickness
    self.centre = centre
    extent = upper - lower + reach
  }

  /// Hands out the centres of a region's voxels.
  private static func forEachVoxel(
    _ region: MaskRegion, _ transform: GridTransform, _ body: (SIMD3<Double>) -> Void
  ) {
    var offset = 0
    for z in region.box.lower.z..<region.box.upper.z {
      for y in region.box.lower.y..<region.box.upper.y {
        for x in region.box.lower.x..<region.box.upper.x {
          if region.mask[offset] == 1 { body(transform.physicalPoint(ofIndex: SIMD3(x, y, z))) }
          offset &+= 1
        }
      }
    }
  }
}
