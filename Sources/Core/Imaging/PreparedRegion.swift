/// A VOI on which features are computed, and what was done to get there.
package struct PreparedRegion: Sendable {
  /// The grid on which `boxLower` and `shapeLower` count.
  package let grid: Grid
  /// Image and mask in the bounding box of the (resegmented) mask.
  package let box: VoxelBox
  /// The mask that shape features use. Profile `pyradiomics`: in the same box as `box`, before
  /// resegmentation, unless `resegment.shape` is set; PyRadiomics crops that mask, too, to the
  /// resegmented box. Profile `ibsi`: the morphological mask in a bounding box of its own.
  package let shapeBox: VoxelBox
  /// First voxel of `box`.
  package let boxLower: SIMD3<Int>
  /// First voxel of `shapeBox`.
  package let shapeLower: SIMD3<Int>
  package let diagnostics: PreparationDiagnostics
  /// The image that filters read; nil where it was not asked for.
  package let working: WorkingImage?
  /// The image around the VOI, for features that look beyond it; nil where it was not asked for.
  package let surroundings: WorkingImage?

  package init(
    grid: Grid, box: VoxelBox, shapeBox: VoxelBox, boxLower: SIMD3<Int>, shapeLower: SIMD3<Int>,
    diagnostics: PreparationDiagnostics, working: WorkingImage?, surroundings: WorkingImage?
  ) {
    self.grid = grid
    self.box = box
    self.shapeBox = shapeBox
    self.boxLower = boxLower
    self.shapeLower = shapeLower
    self.diagnostics = diagnostics
    self.working = working
    self.surroundings = surroundings
  }

  /// Whether intensity and shape features use the same mask.
  package var hasOneMask: Bool { boxLower == shapeLower && box.mask == shapeBox.mask }
  /// Where `box` is on `grid`, in voxels and as a grid of its own.
  package var indexBox: IndexBox { IndexBox(lower: boxLower, size: box.size) }
  package var boxGrid: Grid { grid.part(indexBox) }
  /// First voxel of `shapeBox`, counted from that of `box`.
  package var shapeOffset: SIMD3<Int> { shapeLower &- boxLower }
}

/// The image that filters read, and where the VOI is in it.
package struct WorkingImage: Sendable {
  package let image: Volume
  /// Bounding box of the VOI on the grid of `image`.
  package let box: IndexBox
  /// `box.voxelCount` values, x fastest: 1 inside the VOI, 0 outside.
  package let mask: [UInt8]

  package init(image: Volume, box: IndexBox, mask: [UInt8]) {
    precondition(mask.count == box.voxelCount)
    self.image = image
    self.box = box
    self.mask = mask
  }
}

/// What PyRadiomics' `diagnostics_` columns say, as far as it costs nothing.
package struct PreparationDiagnostics: Hashable, Sendable {
  package var imageSize: SIMD3<Int>
  /// mm.
  package var imageSpacing: SIMD3<Double>
  package var maskSize: SIMD3<Int>
  /// mm.
  package var maskSpacing: SIMD3<Double>
  /// Of the label in the mask as it was read.
  package var originalVoxelCount: Int
  package var originalBoundingBox: IndexBox
  /// Size of the (padded) resampled image; the image's size without resampling.
  package var workingSize: SIMD3<Int>
  /// mm; the image's spacing without resampling.
  package var workingSpacing: SIMD3<Double>
  /// After resampling, before resegmentation.
  package var voxelCount: Int
  /// On the grid of `workingSize`, before resegmentation.
  package var boundingBox: IndexBox
  /// nil without resegmentation.
  package var resegmentedVoxelCount: Int?
  package var resegmentedBoundingBox: IndexBox?
  /// Whether the image was interpolated.
  package var isInterpolated: Bool
  /// Whether the mask was moved to the image's grid by `resample-mask`.
  package var isMaskCorrected: Bool
}
