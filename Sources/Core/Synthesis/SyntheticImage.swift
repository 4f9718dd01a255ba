package import Imaging

/// Voxels on a grid, x fastest, made from a seed.
package struct SyntheticImage<Voxel: Sendable>: Sendable {
  package var grid: Grid
  /// `grid.voxelCount` elements.
  package var voxels: [Voxel]

  package init(grid: Grid, voxels: [Voxel]) {
    precondition(voxels.count == grid.voxelCount, "a voxel for every place of the grid")
    self.grid = grid
    self.voxels = voxels
  }
}

/// One synthetic patient: a CT, a PET on its own coarser grid, and a mask on each.
package struct SyntheticPatient: Sendable {
  package var record: SyntheticRecord
  /// Hounsfield units.
  package var ct: SyntheticImage<Int16>
  /// 0 outside, else the lesion's label.
  package var ctMask: SyntheticImage<UInt8>
  /// Standardised uptake values, >= 0.
  package var pet: SyntheticImage<Float>
  /// 0 outside, else the lesion's label.
  package var petMask: SyntheticImage<UInt8>
}
