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

/// How a mask comes onto the new grid.
package enum MaskInterpolator: String, Hashable, Sendable, CaseIterable {
  /// As the profile does it: nearest in `pyradiomics`, linear in `ibsi`.
  case auto
  /// The mask as an image of 0 and 1, linearly interpolated; inside where the result is >= 0.5.
  case linear
  case nearest
}

/// What happens to intensities after interpolation.
package enum IntensityRounding: String, Hashable, Sendable, CaseIterable {
  case none
  /// To the nearest whole number, for images such as CT whose unit has no fractions.
  case integer
}

/// `resample:` of a study file.
package struct ResampleParameters: ParameterSet {
  /// mm, (x, y, z); 0 keeps the mask's spacing along that axis (profile `ibsi`: the image's).
  package var spacing: [Double] = [1, 1, 1]
  package var interpolator = Interpolator.bspline
  package var maskInterpolator = MaskInterpolator.auto
  /// Profile `ibsi` only.
  package var rounding = IntensityRounding.none
  /// Voxels of the new grid around the VOI's box; profile `pyradiomics` only.
  package var padDistance = 5

  package init() {}

  package static let fields: [Field<ResampleParameters>] = [
    .numbers(
      "spacing", \.spacing, in: 0...1000, count: 3...3,
      "new distance of voxel centres along x, y, z, mm; 0 keeps the mask's (profile ibsi: the "
        + "image's)"),
    .choice("interpolator", \.interpolator, "interpolation of the image"),
    .choice(
      "maskInterpolator", \.maskInterpolator,
      "interpolation of the mask: auto is nearest in profile pyradiomics and linear, inside from "
        + "0.5 on, in profile ibsi"),
    .choice(
      "rounding", \.rounding,
      "intensities after interpolation are kept (none) or rounded to whole numbers (integer); "
        + "profile ibsi only"),
    .integer(
      "padDistance", \.padDistance, in: 0...1000,
      "voxels of the new grid around the VOI; moves its grid by nothing, filters read them; "
        + "without effect in profile ibsi, whose filters read the whole image"),
  ]
}

/// What the thresholds of a resegmentation mean.
package enum ResegmentMode: String, Hashable, Sendable, CaseIterable {
  case absolute, relative, sigma
}

/// `resegment:` of a study file.
package struct ResegmentParameters: ParameterSet {
  /// Lower and upper threshold, or only the lower; none keeps everything, or, in profile
  /// `pyradiomics`, what is at least 0.
  package var range: [Double] = []
  package var mode = ResegmentMode.absolute
  /// Standard deviations around the mean; 0 is off. Profile `ibsi` only.
  package var outliers = 0.0
  /// Shape features, too, use the resegmented mask.
  package var shape = false

  package init() {}

  package static let fields: [Field<ResegmentParameters>] = [
    .numbers(
      "range", \.range,
      in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, count: 0...2,
      "keep voxels >= the lower and, where two are given, <= the upper threshold; without a range "
        + "profile pyradiomics keeps those >= 0, profile ibsi all"),
    .choice(
      "mode", \.mode,
      "thresholds are image values (absolute), fractions of the VOI's maximum (relative) or "
        + "standard deviations from its mean (sigma)"),
    .number(
      "outliers", \.outliers, in: 0...Double.greatestFiniteMagnitude,
      "keep voxels within so many standard deviations of the VOI's mean; 0 is off; profile ibsi "
        + "only"),
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

extension PreparationSettings {
  /// Settings that the profile cannot obey; the locations are paths such as `resample.rounding`.
  package func problems(in profile: Profile) -> [Problem] {
    var problems: [Problem] = []
    switch profile {
    case .pyradiomics:
      if let resample, resample.rounding != .none {
        problems.append(
          Problem(
            "resample.rounding",
            "\(resample.rounding.rawValue) needs profile ibsi; PyRadiomics keeps intensities as "
              + "the interpolation gives them"))
      }
      if let resample, resample.maskInterpolator == .linear {
        problems.append(
          Problem(
            "resample.maskInterpolator",
            "linear needs profile ibsi; PyRadiomics takes the nearest voxel of the mask"))
      }
      if let resegment, resegment.outliers > 0 {
        problems.append(
          Problem(
            "resegment.outliers",
            "\(resegment.outliers) needs profile ibsi; PyRadiomics narrows masks by `range` only, "
              + "with mode sigma in standard deviations"))
      }
    case .ibsi:
      if region.preCrop {
        problems.append(
          Problem(
            "region.preCrop", "true needs profile pyradiomics; IBSI filters read the whole image"))
      }
    }
    return problems
  }

  /// How the grey levels of the original image are made in a profile; responses of filters have no
  /// resegmentation range, see `Profile.responseLevelRule`.
  package func levelRule(in profile: Profile) -> LevelRule {
    switch profile {
    case .pyradiomics: .pyradiomics
    case .ibsi: .ibsi(resegment?.absoluteRange ?? IntensityRange())
    }
  }
}

extension Profile {
  /// How the grey levels of a filter's response are made: fixed-size bins of IBSI begin at its
  /// minimum in the VOI.
  package var responseLevelRule: LevelRule {
    switch self {
    case .pyradiomics: .pyradiomics
    case .ibsi: .ibsi(IntensityRange())
    }
  }
}

extension DiscretisationParameters {
  /// Settings that the profile cannot obey.
  package func problems(in profile: Profile) -> [Problem] {
    if profile == .pyradiomics && method == .none {
      return [
        Problem(
          "discretisation.method",
          "none needs profile ibsi; PyRadiomics always puts intensities into bins")
      ]
    }
    return []
  }
}
