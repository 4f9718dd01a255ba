package import Components

/// What happens when image and mask lie on different grids.
package enum GeometryPolicy: String, Hashable, Sendable, CaseIterable {
  case refuse, tolerance
  case resampleMask = "resample-mask"
}

/// `geometry:` of a study file.
package struct GeometryParameters: ParameterSet {
  package var policy = GeometryPolicy.refuse
  /// mm; used by the policy `tolerance`.
  package var tolerance = 0.0

  package init() {}

  package static let fields: [Field<GeometryParameters>] = [
    .choice(
      "policy", \.policy,
      "what to do when image and mask grids differ: refuse; tolerance (accept up to a distance); "
        + "resample-mask (nearest neighbour onto the image grid, PyRadiomics' correctMask)"),
    .number(
      "tolerance", \.tolerance, in: 0...1000,
      "largest accepted distance between corresponding voxel centres, mm; with policy tolerance"),
  ]
}

/// `normalize:` of a study file; PyRadiomics' normalize, normalizeScale and removeOutliers.
package struct NormalizeParameters: ParameterSet {
  package var scale = 1.0
  /// Standard deviations; 0 is off.
  package var removeOutliers = 0.0

  package init() {}

  package static let fields: [Field<NormalizeParameters>] = [
    .number(
      "scale", \.scale, in: 0...Double.greatestFiniteMagnitude, exclusiveLower: true,
      "factor after (x - mean) / SD of the whole image"),
    .number(
      "removeOutliers", \.removeOutliers, in: 0...Double.greatestFiniteMagnitude,
      "values beyond so many SD are set to that many SD; 0 is off"),
  ]
}

/// `resample:` of a study file.
package struct ResampleParameters: ParameterSet {
  /// mm, (x, y, z); 0 keeps the mask's spacing along that axis.
  package var spacing: [Double] = [1, 1, 1]
  package var interpolator = Interpolator.bspline
  /// Voxels of the new grid around the VOI's box.
  package var padDistance = 5

  package init() {}

  package static let fields: [Field<ResampleParameters>] = [
    .numbers(
      "spacing", \.spacing, in: 0...1000, count: 3...3,
      "new distance of voxel centres along x, y, z, mm; 0 keeps the mask's"),
    .choice("interpolator", \.interpolator, "interpolation of the image; masks use nearest"),
    .integer(
      "padDistance", \.padDistance, in: 0...1000,
      "voxels of the new grid around the VOI; moves its grid by nothing, filters read them"),
  ]
}

/// What the thresholds of a resegmentation mean.
package enum ResegmentMode: String, Hashable, Sendable, CaseIterable {
  case absolute, relative, sigma
}

/// `resegment:` of a study file.
package struct ResegmentParameters: ParameterSet {
  package var range: [Double] = [0]
  package var mode = ResegmentMode.absolute
  /// Shape features, too, use the resegmented mask.
  package var shape = false

  package init() {}

  package static let fields: [Field<ResegmentParameters>] = [
    .numbers(
      "range", \.range,
      in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, count: 1...2,
      "keep voxels >= the lower and, where two are given, <= the upper threshold"),
    .choice(
      "mode", \.mode,
      "thresholds are image values (absolute), fractions of the VOI's maximum (relative) or "
        + "standard deviations from its mean (sigma)"),
    .flag("shape", \.shape, "shape features use the resegmented mask as well"),
  ]
}

/// `region:` of a study file: which VOIs are accepted.
package struct RegionParameters: ParameterSet {
  package var minimumDimensions = 2
  /// Voxels; VOIs of so many or fewer are refused (PyRadiomics' `<=`). 0 is off.
  package var minimumSize = 0
  package var preCrop = false
  /// Voxels kept around the VOI by `preCrop`.
  package var padDistance = 5

  package init() {}

  package static let fields: [Field<RegionParameters>] = [
    .integer(
      "minimumDimensions", \.minimumDimensions, in: 1...3,
      "dimensions in which the VOI must be wider than one voxel"),
    .integer(
      "minimumSize", \.minimumSize, in: 0...Int.max,
      "VOIs of so many voxels or fewer are refused; 0 is off"),
    .flag("preCrop", \.preCrop, "cut image and mask before filtering; changes filters only"),
    .integer(
      "padDistance", \.padDistance, in: 0...1000, "voxels around the VOI that preCrop keeps"),
  ]
}

/// Everything that happens between the files and the features of one image.
package struct PreparationSettings: Hashable, Sendable {
  package var geometry = GeometryParameters()
  package var normalize: NormalizeParameters?
  package var resample: ResampleParameters?
  package var resegment: ResegmentParameters?
  package var region = RegionParameters()

  package init() {}
}
