extension ResampleParameters {
  /// The spacing that is meant for a VOI: 0 means the mask's; along an axis on which the VOI has
  /// one slice, the mask's spacing stays.
  func effectiveSpacing(mask: Grid, box: IndexBox) -> SIMD3<Double> {
    var result = SIMD3<Double>()
    for axis in 0..<3 {
      let wanted = spacing[axis] == 0 ? mask.spacing[axis] : spacing[axis]
      result[axis] = box.size[axis] == 1 ? mask.spacing[axis] : wanted
    }
    return result
  }

  /// `numpy.allclose`: no interpolation where the image has the new spacing already.
  func isNative(_ spacing: SIMD3<Double>, image: Grid) -> Bool {
    for axis in 0..<3
    where abs(image.spacing[axis] - spacing[axis]) > 1e-8 + 1e-5 * abs(spacing[axis]) {
      return false
    }
    return true
  }

  /// PyRadiomics' resampling grid: aligned to the corner (not the centre) of the mask's first
  /// voxel, cut to the VOI with `padDistance` voxels around it and to the mask's extent.
  ///
  /// - Parameters:
  ///   - box: bounding box of the VOI on the mask's grid.
  ///   - spacing: the result of `effectiveSpacing`.
  func grid(
    mask: Grid, box: IndexBox, spacing new: SIMD3<Double>
  ) throws(PreparationError) -> Grid {
    var size = SIMD3<Int>()
    var originIndex = SIMD3<Double>()
    for axis in 0..<3 {
      let old = mask.spacing[axis]
      let ratio = old / new[axis]
      let pad = Double(padDistance)
      let first = Double(box.lower[axis])
      let extent = Double(box.size[axis])
      let lower = max(((first - 0.5) * ratio - pad).rounded(.down), 0)
      let last = (Double(mask.size[axis]) * ratio).rounded(.up) - 1
      let upper = min(((first + extent - 0.5) * ratio + pad).rounded(.up), last)
      let count = upper - lower + 1
      guard count >= 1, count < 1e6 else {
        throw PreparationError(
          .tooLarge,
          "resampling from \(millimetres(old)) to \(millimetres(new[axis])) would give \(count) "
            + "voxels along axis \(axis); allowed are 1 to 999999")
      }
      size[axis] = Int(count)
      originIndex[axis] = 0.5 * (new[axis] - old) / old + lower / ratio
    }
    let (plane, first) = size.x.multipliedReportingOverflow(by: size.y)
    let (voxels, second) = plane.multipliedReportingOverflow(by: size.z)
    guard !first, !second, voxels <= 1 << 28 else {
      throw PreparationError(
        .tooLarge,
        "resampling to \(text(new)) mm would give \(text(size)) voxels; allowed are 2^28")
    }
    return Grid(
      size: size, spacing: new,
      origin: GridTransform(mask).physicalPoint(ofContinuousIndex: originIndex),
      direction: mask.direction)
  }
}
