/// One image, prepared for any number of VOIs in the order of PyRadiomics 3.0.1
/// (`featureextractor.loadImage` and `execute`): normalise, resample, check, resegment, check,
/// crop. The image is normalised and decomposed once.
package final class ImagePreparation {
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

  /// Prepares the VOI that has a label in a mask.
  /// - Throws: also where the mask has no voxel of the label.
  package func region(
    of label: UInt32, in labels: LabelVolume, wholeBox: Bool = false, working: Bool = false
  ) throws(PreparationError) -> PreparedRegion {
    try region(
      of: try labels.volumeOfInterest(label), on: labels.grid, named: "label \(label)",
      wholeBox: wholeBox, working: working)
  }

  /// Prepares one VOI.
  ///
  /// - Parameters:
  ///   - original: the VOI's voxels on `maskGrid`.
  ///   - name: for messages, such as "label 1" or "peritumour of label 1".
  ///   - wholeBox: fills the values outside the mask as well; otherwise those of a resampled image
  ///     are 0 there.
  ///   - working: also gives the image that filters read.
  package func region(
    of original: MaskRegion, on maskGrid: Grid, named name: String, wholeBox: Bool = false,
    working: Bool = false
  ) throws(PreparationError) -> PreparedRegion {
    let placed = try place(original, maskGrid)
    guard let region = placed.region else {
      throw PreparationError(
        .labelAbsent,
        "\(name) has \(original.count) voxels in the mask and none after resampling to "
          + "\(text(placed.grid.spacing)) mm")
    }
    try check(region, "the VOI (\(name))")
    let values = self.values(on: placed, region.box, wholeBox ? nil : region.mask)
    var final = region
    if let resegment = settings.resegment {
      final = try resegment.apply(
        to: region, values: values, type: image.pixelType, name: name)
      try check(final, "the resegmented VOI (\(name))")
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
      box: box(final.mask), shapeBox: box(shapeMask), diagnostics: diagnostics,
      working: working ? workingImage(placed, region.box, final) : nil)
  }

  /// What PyRadiomics hands to its filters: the padded resampled image; a padded crop with
  /// `preCrop`, or where the image has the wanted spacing already; otherwise the whole image.
  private func workingImage(
    _ placed: Placed, _ preCropped: IndexBox, _ final: MaskRegion
  ) -> WorkingImage {
    let whole = IndexBox(lower: .zero, size: placed.grid.size)
    if placed.isInterpolated {
      let values = sampler.values(onto: placed.grid, box: whole, where: nil)
      let resampled = Volume(grid: placed.grid, values: values, as: image.pixelType)
      return WorkingImage(image: resampled, box: final.box, mask: final.mask)
    }
    guard let padDistance = placed.padDistance else {
      return WorkingImage(image: image, box: final.box, mask: final.mask)
    }
    let crop = preCropped.padded(by: padDistance, within: image.grid.size)
    var grid = image.grid
    grid.size = crop.size
    return WorkingImage(
      image: Volume(grid: grid, values: image.values(in: crop), as: image.pixelType),
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
    _ original: MaskRegion, _ maskGrid: Grid
  ) throws(PreparationError) -> Placed {
    let isShared = try settings.geometry.accept(image: image.grid, mask: maskGrid)
    guard let resample = settings.resample else {
      let pad = settings.region.preCrop ? settings.region.padDistance : nil
      if isShared { return Placed(grid: image.grid, region: original, padDistance: pad) }
      try checkInside(original.box, of: maskGrid, image: image.grid)
      let region = original.resampled(from: maskGrid, onto: image.grid)
      return Placed(grid: image.grid, region: region, isMaskCorrected: true, padDistance: pad)
    }
    try checkInside(original.box, of: maskGrid, image: image.grid)
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

  private func values(on placed: Placed, _ box: IndexBox, _ mask: [UInt8]?) -> [Double] {
    placed.isInterpolated
      ? sampler.values(onto: placed.grid, box: box, where: mask) : image.values(in: box)
  }

  /// PyRadiomics' `checkMask` behind the bounding box.
  private func check(_ region: MaskRegion, _ name: String) throws(PreparationError) {
    var dimensions = 0
    for axis in 0..<3 where region.box.size[axis] > 1 { dimensions += 1 }
    let parameters = settings.region
    if dimensions == 0 {
      throw PreparationError(
        .singleVoxel, "\(name) has one voxel; features need at least two dimensions")
    }
    if dimensions < parameters.minimumDimensions {
      throw PreparationError(
        .tooFewDimensions,
        "\(name) is wider than one voxel in \(dimensions) dimensions (box of "
          + "\(text(region.box.size)) voxels); minimumDimensions is "
          + "\(parameters.minimumDimensions)")
    }
    if parameters.minimumSize > 0 && region.count <= parameters.minimumSize {
      throw PreparationError(
        .tooSmall,
        "\(name) has \(region.count) voxels; more than minimumSize = "
          + "\(parameters.minimumSize) are needed")
    }
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

extension LabelVolume {
  /// The voxels of a label.
  /// - Throws: where there are none; the message lists the labels that there are.
  package func volumeOfInterest(_ label: UInt32) throws(PreparationError) -> MaskRegion {
    if let region = region(of: label) { return region }
    let counts = counts()
    if counts.isEmpty {
      throw PreparationError(.emptyMask, "the mask is empty: all of its voxels are 0")
    }
    let shown = counts.prefix(20).map { "\($0.label) (\($0.count) voxels)" }
    let more = counts.count > 20 ? " and \(counts.count - 20) more" : ""
    throw PreparationError(
      .labelAbsent,
      "label \(label) is not in the mask; it has \(shown.joined(separator: ", "))\(more)")
  }
}
