/// One image, prepared for any number of VOIs in the order of PyRadiomics 3.0.1
/// (`featureextractor.loadImage` and `execute`): normalise, resample, check, resegment, check,
/// crop. The image is normalised and decomposed once.
package final class ImagePreparation: RegionPreparation {
  package let settings: PreparationSettings
  /// The image, normalised if the settings say so.
  package let image: Volume
  private let sampler: ImageSampler

  /// - Throws: where the image has to be normalised and is constant.
  package init(_ image: Volume, settings: PreparationSettings) throws(PreparationError) {
    self.settings = settings
    if let normalize = settings.normalize {
      self.image = try normalize.apply(to: image)
    } else {
      self.image = image
    }
    sampler = ImageSampler(
      self.image, interpolator: settings.resample?.interpolator ?? .bspline)
  }

  /// Prepares one VOI.
  ///
  /// - Parameters:
  ///   - original: the VOI's voxels on `maskGrid`.
  ///   - name: for messages, such as "label 1" or "peritumour of label 1".
  ///   - wholeBox: fills the values outside the mask as well; otherwise those of a resampled image
  ///     are 0 there.
  ///   - working: also gives the image that filters read.
  ///   - surroundings: mm around the VOI of the image that is given as well, cut at PyRadiomics'
  ///     grid; 0 gives none.
  package func region(
    of original: MaskRegion, on maskGrid: Grid, named name: String, checksGeometry: Bool,
    wholeBox: Bool, working: Bool, surroundings: Double
  ) throws(PreparationError) -> PreparedRegion {
    let placed = try place(original, maskGrid, checksGeometry)
    guard let region = placed.region else {
      throw PreparationError(
        .labelAbsent,
        "\(name) has \(original.count) voxels in the mask and none after resampling to "
          + "\(text(placed.grid.spacing)) mm")
    }
    try settings.region.check(region, "the VOI (\(name))")
    let resampled = working && placed.isInterpolated ? resampledImage(placed) : nil
    let values = self.values(
      on: placed, region.box, wholeBox ? nil : region.mask, from: resampled)
    var final = region
    if let resegment = settings.resegment {
      final = try resegment.apply(
        to: region, values: values, type: image.pixelType, name: name)
      try settings.region.check(final, "the resegmented VOI (\(name))")
    }
    let cropped = crop(values, from: region.box, to: final.box)
    let keepsShape = settings.resegment.map { !$0.shape } ?? false
    let shapeMask = keepsShape ? crop(region.mask, from: region.box, to: final.box) : final.mask
    func box(_ mask: [UInt8]) -> VoxelBox {
      VoxelBox(
        size: final.box.size, spacing: placed.grid.spacing, pixelType: image.pixelType,
        values: cropped, mask: mask)
    }
    let diagnostics = PreparationDiagnostics(
      imageSize: image.grid.size, imageSpacing: image.grid.spacing, maskSize: maskGrid.size,
      maskSpacing: maskGrid.spacing, originalVoxelCount: original.count,
      originalBoundingBox: original.box, workingSize: placed.grid.size,
      workingSpacing: placed.grid.spacing, voxelCount: region.count, boundingBox: region.box,
      resegmentedVoxelCount: settings.resegment == nil ? nil : final.count,
      resegmentedBoundingBox: settings.resegment == nil ? nil : final.box,
      isInterpolated: placed.isInterpolated, isMaskCorrected: placed.isMaskCorrected)
    return PreparedRegion(
      grid: placed.grid, box: box(final.mask), shapeBox: box(shapeMask), boxLower: final.box.lower,
      shapeLower: final.box.lower, diagnostics: diagnostics,
      working: working ? workingImage(placed, region.box, final, resampled) : nil,
      surroundings: surroundings > 0 ? self.surroundings(placed, final, surroundings) : nil)
  }

  private func surroundings(
    _ placed: Placed, _ final: MaskRegion, _ distance: Double
  ) -> WorkingImage {
    let box = final.box.padded(by: distance, on: placed.grid)
    return WorkingImage(
      image: Volume(
        grid: placed.grid.part(box), values: values(on: placed, box, nil, from: nil),
        as: image.pixelType),
      box: IndexBox(lower: final.box.lower &- box.lower, size: final.box.size), mask: final.mask)
  }

  /// What PyRadiomics hands to its filters: the padded resampled image; a padded crop with
  /// `preCrop`, or where the image has the wanted spacing already; otherwise the whole image.
  private func workingImage(
    _ placed: Placed, _ preCropped: IndexBox, _ final: MaskRegion, _ resampled: Volume?
  ) -> WorkingImage {
    if let resampled {
      return WorkingImage(image: resampled, box: final.box, mask: final.mask)
    }
    guard let padDistance = placed.padDistance else {
      return WorkingImage(image: image, box: final.box, mask: final.mask)
    }
    let crop = preCropped.padded(by: padDistance, within: image.grid.size)
    return WorkingImage(
      image: Volume(
        grid: image.grid.part(crop), values: image.values(in: crop), as: image.pixelType),
      box: IndexBox(lower: final.box.lower &- crop.lower, size: final.box.size),
      mask: final.mask)
  }

  /// A VOI on the grid on which it is computed.
  private struct Placed {
    var grid: Grid
    var region: MaskRegion?
    var isInterpolated = false
    var isMaskCorrected = false
    /// Voxels around the VOI that filters see; nil where they see the whole image.
    var padDistance: Int?
  }

  private func place(
    _ original: MaskRegion, _ maskGrid: Grid, _ checksGeometry: Bool
  ) throws(PreparationError) -> Placed {
    let isShared =
      checksGeometry
      ? try settings.geometry.accept(image: image.grid, mask: maskGrid) : image.grid == maskGrid
    guard let resample = settings.resample else {
      let pad = settings.region.preCrop ? settings.region.padDistance : nil
      if isShared { return Placed(grid: image.grid, region: original, padDistance: pad) }
      try checkInside(
        original.box, of: maskGrid, image: image.grid, byCentres: !checksGeometry)
      let region = original.resampled(from: maskGrid, onto: image.grid)
      return Placed(grid: image.grid, region: region, isMaskCorrected: true, padDistance: pad)
    }
    try checkInside(
      original.box, of: maskGrid, image: image.grid, byCentres: !checksGeometry)
    let spacing = resample.effectiveSpacing(mask: maskGrid, box: original.box)
    if resample.isNative(spacing, image: image.grid) {
      let region =
        image.grid == maskGrid ? original : original.resampled(from: maskGrid, onto: image.grid)
      return Placed(
        grid: image.grid, region: region, isMaskCorrected: !isShared,
        padDistance: resample.padDistance)
    }
    let grid = try resample.grid(mask: maskGrid, box: original.box, spacing: spacing)
    let region = original.resampled(from: maskGrid, onto: grid)
    return Placed(grid: grid, region: region, isInterpolated: true)
  }

  /// The whole of a VOI's resampled image.
  private func resampledImage(_ placed: Placed) -> Volume {
    let whole = IndexBox(lower: .zero, size: placed.grid.size)
    let values = sampler.values(onto: placed.grid, box: whole, where: nil)
    return Volume(grid: placed.grid, values: values, as: image.pixelType)
  }

  /// The values in a box of the VOI's grid.
  ///
  /// - Parameters:
  ///   - mask: nil, or where an interpolated image's values are wanted; they are 0 elsewhere.
  ///   - resampled: the interpolated image, if it is there already.
  private func values(
    on placed: Placed, _ box: IndexBox, _ mask: [UInt8]?, from resampled: Volume?
  ) -> [Double] {
    guard placed.isInterpolated else { return image.values(in: box) }
    guard let resampled else {
      return sampler.values(onto: placed.grid, box: box, where: mask)
    }
    var values = resampled.values(in: box)
    if let mask {
      for i in values.indices where mask[i] == 0 { values[i] = 0 }
    }
    return values
  }
}

extension Volume {
  /// The values in a box, x fastest.
  package func values(in box: IndexBox) -> [Double] {
    [Double](unsafeUninitializedCapacity: box.voxelCount) { buffer, count in
      count = box.voxelCount
      guard var target = buffer.baseAddress else { return }
      for z in box.lower.z..<box.upper.z {
        for y in box.lower.y..<box.upper.y {
          let start = (z * grid.size.y + y) * grid.size.x + box.lower.x
          voxels.copy(from: start, count: box.size.x, to: target)
          target += box.size.x
        }
      }
    }
  }
}
