/// One image, prepared for any number of VOIs in the order of the reference manual of IBSI 1
/// (chapter 2): interpolate image and mask, round, re-segment the intensity mask, crop.
///
/// The morphological mask is the interpolated one; re-segmentation narrows the intensity mask only
/// (unless `resegment.shape` is set), so that the two masks have boxes of their own. Filters read
/// the whole interpolated image, which is computed once, when first asked for.
package final class IBSIPreparation: RegionPreparation {
  package let settings: PreparationSettings
  /// The image before interpolation, normalised if the settings say so.
  package let image: Volume
  private let target: IBSIGrid
  /// nil where the image stays as it is.
  private let interpolator: Interpolator?
  private let rounds: Bool
  /// Type of the intensities after interpolation and rounding.
  private let pixelType: PixelType
  private var sampler: ImageSampler?
  private var whole: Volume?

  /// - Throws: where the image has to be normalised and is constant, or the new grid is too large.
  package init(_ image: Volume, settings: PreparationSettings) throws(PreparationError) {
    self.settings = settings
    if let normalize = settings.normalize {
      self.image = try normalize.apply(to: image)
    } else {
      self.image = image
    }
    let type = self.image.pixelType
    guard let resample = settings.resample else {
      target = IBSIGrid(image: image.grid)
      (interpolator, rounds, pixelType) = (nil, false, type)
      return
    }
    target = try IBSIGrid(image: image.grid, resample: resample)
    rounds = resample.rounding == .integer && !(target.isNative && type.isInteger)
    interpolator = target.isNative && !rounds ? nil : resample.interpolator
    if interpolator == nil {
      pixelType = type
    } else {
      // Whole numbers of 16 bits stay whole; splines may leave the range of the type.
      pixelType = rounds && type.isInteger && type.byteCount <= 2 ? .int32 : .float64
    }
  }

  package func region(
    of original: MaskRegion, on maskGrid: Grid, named name: String, checksGeometry: Bool,
    wholeBox: Bool, working: Bool, surroundings: Double
  ) throws(PreparationError) -> PreparedRegion {
    let (morphological, isShared) = try place(original, maskGrid, checksGeometry)
    guard let region = morphological else {
      throw PreparationError(
        .labelAbsent,
        "\(name) has \(original.count) voxels in the mask and none after interpolation to "
          + "\(text(target.grid.spacing)) mm")
    }
    try settings.region.check(region, "the VOI (\(name))")
    if working { fillWhole() }
    let sampled = region.box.padded(by: surroundings, on: target.grid)
    let isWhole = wholeBox || surroundings > 0
    let around = values(in: sampled, where: isWhole ? nil : region.mask)
    let values = crop(around, from: sampled, to: region.box)
    var final = region
    if let resegment = settings.resegment {
      final = try resegment.applyIBSI(to: region, values: values, name: name)
      try settings.region.check(final, "the resegmented VOI (\(name))")
    }
    let shape = settings.resegment?.shape == true ? final : region
    var workingImage: WorkingImage?
    if working, let whole {
      workingImage = WorkingImage(image: whole, box: final.box, mask: final.mask)
    }
    var nearby = workingImage
    if nearby == nil && surroundings > 0 {
      nearby = WorkingImage(
        image: Volume(grid: target.grid.part(sampled), values: around, as: pixelType),
        box: IndexBox(lower: final.box.lower &- sampled.lower, size: final.box.size),
        mask: final.mask)
    }
    return PreparedRegion(
      grid: target.grid, box: box(final, values, region.box),
      shapeBox: box(shape, values, region.box), boxLower: final.box.lower,
      shapeLower: shape.box.lower,
      diagnostics: diagnostics(original, maskGrid, region, final, isShared),
      working: workingImage, surroundings: surroundings > 0 ? nearby : nil)
  }

  private func box(_ region: MaskRegion, _ values: [Double], _ outer: IndexBox) -> VoxelBox {
    VoxelBox(
      size: region.box.size, spacing: target.grid.spacing, pixelType: pixelType,
      values: crop(values, from: outer, to: region.box), mask: region.mask)
  }

  /// The VOI on the working grid, and whether the mask's voxels are the image's.
  private func place(
    _ original: MaskRegion, _ maskGrid: Grid, _ checksGeometry: Bool
  ) throws(PreparationError) -> (MaskRegion?, isShared: Bool) {
    let isShared =
      checksGeometry
      ? try settings.geometry.accept(image: image.grid, mask: maskGrid) : image.grid == maskGrid
    if isShared && target.isNative { return (original, isShared) }
    if !isShared {
      try checkInside(
        original.box, of: maskGrid, image: image.grid, byCentres: !checksGeometry)
    }
    let grid = isShared ? image.grid : maskGrid
    let placement = MaskPlacement(of: target, onto: grid, isShared: isShared)
    let isLinear = settings.resample?.maskInterpolator != .nearest
    return (original.interpolated(placement, isLinear: isLinear), isShared)
  }

  /// Values of the working grid's image; with `mask`, others may be 0.
  private func values(in box: IndexBox, where mask: [UInt8]?) -> [Double] {
    if let whole { return whole.values(in: box) }
    guard let interpolator else { return image.values(in: box) }
    var values: [Double]
    if interpolator == .bspline {
      let sampler =
        self.sampler ?? ImageSampler(image, interpolator: .bspline, pixelType: .float64)
      self.sampler = sampler
      values = sampler.values(onto: target.grid, box: box, where: mask)
    } else {
      values = target.values(of: image, in: box, isLinear: interpolator == .linear, where: mask)
    }
    if rounds { for i in values.indices { values[i] = Self.nearestWhole(values[i]) } }
    return values
  }

  /// The nearest whole number, halves to the even one. What is within 2^-20 of a half counts as a
  /// half, so that the noise of the interpolation does not decide.
  private static func nearestWhole(_ value: Double) -> Double {
    let doubled = (2 * value).rounded()
    let isHalf = abs(2 * value - doubled) <= 0x1p-19
    return (isHalf ? doubled / 2 : value).rounded(.toNearestOrEven) + 0
  }

  private func fillWhole() {
    if whole != nil { return }
    guard interpolator != nil else {
      whole = image
      return
    }
    let box = IndexBox(lower: .zero, size: target.grid.size)
    whole = Volume(grid: target.grid, values: values(in: box, where: nil), as: pixelType)
    sampler = nil
  }

  private func diagnostics(
    _ original: MaskRegion, _ maskGrid: Grid, _ region: MaskRegion, _ final: MaskRegion,
    _ isShared: Bool
  ) -> PreparationDiagnostics {
    let isNarrowed = settings.resegment != nil
    return PreparationDiagnostics(
      imageSize: image.grid.size, imageSpacing: image.grid.spacing, maskSize: maskGrid.size,
      maskSpacing: maskGrid.spacing, originalVoxelCount: original.count,
      originalBoundingBox: original.box, workingSize: target.grid.size,
      workingSpacing: target.grid.spacing, voxelCount: region.count, boundingBox: region.box,
      resegmentedVoxelCount: isNarrowed ? final.count : nil,
      resegmentedBoundingBox: isNarrowed ? final.box : nil,
      isInterpolated: interpolator != nil, isMaskCorrected: !isShared)
  }
}
