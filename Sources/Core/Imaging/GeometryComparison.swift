/// How two grids differ, in the terms of an error message.
struct GeometryComparison {
  let image: Grid
  let mask: Grid

  /// SimpleITK's test for "the same physical space": size equal; origin and spacing within
  /// 1e-6 x the image's x spacing; direction cosines within 1e-6.
  var differences: [String] {
    var found: [String] = []
    let tolerance = 1e-6 * abs(image.spacing.x)
    if image.size != mask.size {
      found.append("size: image \(text(image.size)), mask \(text(mask.size)) voxels")
    }
    let spacing = largest(image.spacing - mask.spacing)
    if spacing > tolerance {
      found.append(
        "spacing: image \(text(image.spacing)), mask \(text(mask.spacing)) mm, "
          + "differing by \(millimetres(spacing))")
    }
    let origin = largest(image.origin - mask.origin)
    if origin > tolerance {
      found.append(
        "origin: image \(text(image.origin)), mask \(text(mask.origin)) mm, "
          + "differing by \(millimetres(origin))")
    }
    var direction = 0.0
    for i in 0..<9 { direction = max(direction, abs(image.direction[i] - mask.direction[i])) }
    if direction > 1e-6 {
      found.append("direction cosines, by up to \(direction)")
    }
    return found
  }

  /// Largest distance between corresponding voxel centres of grids of equal size, mm. It is taken
  /// at one of the eight corners, because the difference of two affine maps is affine.
  var largestDisplacement: Double {
    let first = GridTransform(image)
    let second = GridTransform(mask)
    let last = image.size &- SIMD3(repeating: 1)
    var distance = 0.0
    for corner in 0..<8 {
      let index = SIMD3(
        corner & 1 == 0 ? 0 : last.x, corner & 2 == 0 ? 0 : last.y, corner & 4 == 0 ? 0 : last.z)
      let offset = first.physicalPoint(ofIndex: index) - second.physicalPoint(ofIndex: index)
      distance = max(distance, (offset * offset).sum().squareRoot())
    }
    return distance
  }

  private func largest(_ vector: SIMD3<Double>) -> Double {
    max(abs(vector.x), abs(vector.y), abs(vector.z))
  }
}

extension GeometryParameters {
  /// Applies the policy to the grids of an image and a mask.
  /// - Returns: true where the mask's voxels are the image's voxels, false where the mask has to be
  ///   resampled first.
  package func accept(image: Grid, mask: Grid) throws(PreparationError) -> Bool {
    let comparison = GeometryComparison(image: image, mask: mask)
    let differences = comparison.differences
    if differences.isEmpty { return true }
    let list = differences.joined(separator: "; ")
    switch policy {
    case .resampleMask: return false
    case .refuse:
      throw PreparationError(
        .geometryMismatch,
        "image and mask are on different grids (\(list)); set geometry.policy to "
          + "\"resample-mask\", or to \"tolerance\" with a distance in mm, to accept this")
    case .tolerance:
      guard image.size == mask.size else {
        throw PreparationError(
          .geometryMismatch,
          "image and mask are on different grids (\(list)); geometry.tolerance cannot accept "
            + "another size, \"resample-mask\" can")
      }
      let displacement = comparison.largestDisplacement
      guard displacement <= tolerance else {
        throw PreparationError(
          .geometryMismatch,
          "image and mask voxels are up to \(millimetres(displacement)) apart, "
            + "geometry.tolerance is \(millimetres(tolerance)) (\(list))")
      }
      return true
    }
  }
}

/// PyRadiomics' `_checkROI`: the bounding box of the VOI, voxel edges included, has to lie in the
/// image to within 0.001 voxels; with `byCentres` only the centres of its outer voxels, because a
/// region on a resampled grid may overhang the image by less than a voxel.
package func checkInside(
  _ box: IndexBox, of mask: Grid, image: Grid, byCentres: Bool = false
) throws(PreparationError) {
  let from = GridTransform(mask)
  let to = GridTransform(image)
  let half = SIMD3<Double>(repeating: 0.5)
  let edge = byCentres ? SIMD3<Double>.zero : half
  let lower = SIMD3<Double>(box.lower) - edge
  let upper = SIMD3<Double>(box.upper) - SIMD3(repeating: 1) + edge
  let a = to.continuousIndex(ofPhysicalPoint: from.physicalPoint(ofContinuousIndex: lower))
  let b = to.continuousIndex(ofPhysicalPoint: from.physicalPoint(ofContinuousIndex: upper))
  let low = pointwiseMin(a, b)
  let high = pointwiseMax(a, b)
  let end = SIMD3<Double>(image.size) - half
  let slack = 1e-3
  var outside: [String] = []
  for (axis, name) in ["x", "y", "z"].enumerated() {
    if low[axis] < -0.5 - slack {
      let distance = (-0.5 - low[axis]) * image.spacing[axis]
      outside.append("\(millimetres(distance)) before the first voxel along \(name)")
    }
    if high[axis] > end[axis] + slack {
      let distance = (high[axis] - end[axis]) * image.spacing[axis]
      outside.append("\(millimetres(distance)) beyond the last voxel along \(name)")
    }
  }
  if !outside.isEmpty {
    throw PreparationError(
      .outsideImage,
      "the VOI reaches out of the image: \(outside.joined(separator: ", ")) "
        + "(image of \(text(image.size)) voxels)")
  }
}
