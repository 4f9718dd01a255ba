/// A VOI on which features are computed, and what was done to get there.
package struct PreparedRegion: Sendable {
  /// Image and mask in the bounding box of the (resegmented) mask.
  package let box: VoxelBox
  /// The same box with the mask that shape features use: before resegmentation, unless
  /// `resegment.shape` is set. PyRadiomics crops that mask, too, to the resegmented box.
  package let shapeBox: VoxelBox
  package let diagnostics: PreparationDiagnostics
  /// The image that filters read; nil where it was not asked for.
  package let working: WorkingImage?

  /// Whether intensity and shape features use the same mask.
  package var hasOneMask: Bool { box.mask == shapeBox.mask }
}

/// The image that filters read, and where the VOI is in it.
package struct WorkingImage: Sendable {
  package let image: Volume
  /// Bounding box of the VOI on the grid of `image`.
  package let box: IndexBox
  /// `box.voxelCount` values, x fastest: 1 inside the VOI, 0 outside.
  package let mask: [UInt8]
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
