extension Grid {
  /// Whether the voxel centres of two grids are the same points, to a thousandth of a voxel, as far
  /// as both reach.
  package func isOnLattice(of other: Grid) -> Bool {
    guard spacing == other.spacing, direction == other.direction else { return false }
    let shift = GridTransform(other).continuousIndex(ofPhysicalPoint: origin)
    return (0..<3).allSatisfy { abs(shift[$0] - shift[$0].rounded()) < 1e-3 }
  }
}

/// The maps between voxel indices and millimetres of a grid, with the roundings of ITK's
/// `ImageBase` (5.4): matrix = direction x spacing, and its inverse by singular values.
package struct GridTransform: Sendable {
  /// Row-major 3 x 3, mm per voxel.
  package let indexToPhysical: [Double]
  /// Row-major 3 x 3, voxels per mm.
  package let physicalToIndex: [Double]
  package let origin: SIMD3<Double>

  package init(_ grid: Grid) {
    var matrix = grid.direction
    for row in 0..<3 { for column in 0..<3 { matrix[row * 3 + column] *= grid.spacing[column] } }
    indexToPhysical = matrix
    physicalToIndex = SingularValues3(matrix).inverse
    origin = grid.origin
  }

  /// Millimetres (LPS) of a point given in voxels; the origin is added last.
  package func physicalPoint(ofContinuousIndex index: SIMD3<Double>) -> SIMD3<Double> {
    var point = SIMD3<Double>()
    for row in 0..<3 {
      var sum = 0.0
      for column in 0..<3 { sum += indexToPhysical[row * 3 + column] * index[column] }
      point[row] = sum + origin[row]
    }
    return point
  }

  /// Millimetres (LPS) of a voxel centre; the origin comes first, as in ITK for whole indices.
  package func physicalPoint(ofIndex index: SIMD3<Int>) -> SIMD3<Double> {
    var point = origin
    for row in 0..<3 {
      for column in 0..<3 {
        point[row] += indexToPhysical[row * 3 + column] * Double(index[column])
      }
    }
    return point
  }

  /// Voxels (continuous) of a point given in millimetres (LPS).
  package func continuousIndex(ofPhysicalPoint point: SIMD3<Double>) -> SIMD3<Double> {
    var index = SIMD3<Double>()
    let offset = point - origin
    for row in 0..<3 {
      var sum = 0.0
      for column in 0..<3 { sum += physicalToIndex[row * 3 + column] * offset[column] }
      index[row] = sum
    }
    return index
  }
}
