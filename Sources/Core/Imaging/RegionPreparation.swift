/// An image that is prepared once for any number of VOIs, in the way of a profile.
package protocol RegionPreparation: AnyObject {
  var settings: PreparationSettings { get }
  /// The image before resampling, normalised if the settings say so.
  var image: Volume { get }

  /// Prepares one VOI.
  ///
  /// - Parameters:
  ///   - original: the VOI's voxels on `maskGrid`.
  ///   - name: for messages, such as "label 1" or "peritumour of label 1".
  ///   - checksGeometry: whether `settings.geometry` decides on a mask grid that is not the image's;
  ///     false for a region that was made from another image, which is put onto the grid.
  ///   - wholeBox: fills the values outside the mask as well; otherwise those of a resampled image
  ///     may be 0 there.
  ///   - working: also gives the image that filters read.
  ///   - surroundings: mm; > 0 also gives the image at least that far around the VOI, as far as
  ///     there is one.
  func region(
    of original: MaskRegion, on maskGrid: Grid, named name: String, checksGeometry: Bool,
    wholeBox: Bool, working: Bool, surroundings: Double
  ) throws(PreparationError) -> PreparedRegion
}

extension RegionPreparation {
  package func region(
    of original: MaskRegion, on maskGrid: Grid, named name: String, wholeBox: Bool = false,
    working: Bool = false
  ) throws(PreparationError) -> PreparedRegion {
    try region(
      of: original, on: maskGrid, named: name, checksGeometry: true, wholeBox: wholeBox,
      working: working, surroundings: 0)
  }

  /// Prepares the VOI that has a label in a mask.
  /// - Throws: also where the mask has no voxel of the label.
  package func region(
    of label: UInt32, in labels: LabelVolume, wholeBox: Bool = false, working: Bool = false,
    surroundings: Double = 0
  ) throws(PreparationError) -> PreparedRegion {
    try region(
      of: try labels.volumeOfInterest(label), on: labels.grid, named: "label \(label)",
      checksGeometry: true, wholeBox: wholeBox, working: working, surroundings: surroundings)
  }
}

extension Profile {
  /// The preparation of an image that gives this profile's numbers.
  /// - Throws: where the image cannot be normalised or resampled as the settings want it.
  package func preparation(
    of image: Volume, settings: PreparationSettings
  ) throws(PreparationError) -> any RegionPreparation {
    switch self {
    case .pyradiomics: try ImagePreparation(image, settings: settings)
    case .ibsi: try IBSIPreparation(image, settings: settings)
    }
  }
}

extension RegionParameters {
  /// PyRadiomics' `checkMask` behind the bounding box.
  func check(_ region: MaskRegion, _ name: String) throws(PreparationError) {
    var dimensions = 0
    for axis in 0..<3 where region.box.size[axis] > 1 { dimensions += 1 }
    if dimensions == 0 {
      throw PreparationError(
        .singleVoxel, "\(name) has one voxel; features need at least two dimensions")
    }
    if dimensions < minimumDimensions {
      throw PreparationError(
        .tooFewDimensions,
        "\(name) is wider than one voxel in \(dimensions) dimensions (box of "
          + "\(text(region.box.size)) voxels); minimumDimensions is "
          + "\(minimumDimensions)")
    }
    if minimumSize > 0 && region.count <= minimumSize {
      throw PreparationError(
        .tooSmall,
        "\(name) has \(region.count) voxels; more than minimumSize = "
          + "\(minimumSize) are needed")
    }
  }
}

extension IndexBox {
  /// The box with a margin of at least `distance` mm on all sides, cut at the grid.
  func padded(by distance: Double, on grid: Grid) -> IndexBox {
    var (low, high) = (lower, upper)
    for axis in 0..<3 {
      let margin = Int(min((distance / grid.spacing[axis]).rounded(.up), 1e6))
      low[axis] = max(low[axis] - margin, 0)
      high[axis] = min(high[axis] + margin, grid.size[axis])
    }
    return IndexBox(lower: low, size: high &- low)
  }
}

extension Grid {
  /// The part of the grid that is a box of it.
  package func part(_ box: IndexBox) -> Grid {
    Grid(
      size: box.size, spacing: spacing,
      origin: GridTransform(self).physicalPoint(ofIndex: box.lower), direction: direction)
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
