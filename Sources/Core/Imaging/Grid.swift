/// Where the voxels of an image are: size, spacing, origin and direction, in ITK's conventions.
package struct Grid: Hashable, Sendable {
  /// Number of voxels along (x, y, z); x runs fastest in memory.
  package var size: SIMD3<Int>
  /// Distance between voxel centres, mm, (x, y, z); > 0.
  package var spacing: SIMD3<Double>
  /// Centre of voxel (0, 0, 0), mm, LPS (patient left, posterior, superior).
  package var origin: SIMD3<Double>
  /// Unit vectors of the axes as columns, LPS; row-major 3 x 3, orthonormal.
  package var direction: [Double]

  package static let identityDirection: [Double] = [1, 0, 0, 0, 1, 0, 0, 0, 1]

  package init(
    size: SIMD3<Int>, spacing: SIMD3<Double> = .one, origin: SIMD3<Double> = .zero,
    direction: [Double] = Grid.identityDirection
  ) {
    precondition(direction.count == 9, "a direction is a 3 x 3 matrix")
    self.size = size
    self.spacing = spacing
    self.origin = origin
    self.direction = direction
  }

  package var voxelCount: Int { size.x * size.y * size.z }
  /// Volume of one voxel, mm3.
  package var voxelVolume: Double { spacing.x * spacing.y * spacing.z }
}
