package import Features
internal import Foundation
package import Imaging
internal import NIfTIAdapter

/// The data sets of IBSI 1: the digital phantom and configurations A to E of the CT phantom, as the
/// reference manual's chapter 5 sets them up.
///
/// A, B: `neighbourhood` is left as it is; families take their 2D and 2.5D aggregations themselves.
package enum IBSIConfiguration: String, CaseIterable, Sendable, CustomStringConvertible {
  case phantom = "digital phantom"
  case a = "configuration A"
  case b = "configuration B"
  case c = "configuration C"
  case d = "configuration D"
  case e = "configuration E"

  package var description: String { rawValue }

  /// Whether image and reference values are there.
  package static var isPresent: Bool {
    FileManager.default.fileExists(atPath: reference.path)
      && FileManager.default.fileExists(atPath: data.path)
  }

  private static var reference: URL {
    SharedData.folder.appendingPathComponent("reference/ibsi1_reference.csv")
  }
  private static var data: URL { SharedData.folder.appendingPathComponent("data/ibsi") }

  package var settings: PreparationSettings {
    var settings = PreparationSettings()
    if self == .phantom || self == .a {
      settings.resample = nil
    } else {
      var resample = ResampleParameters()
      resample.spacing = self == .b ? [2, 2, 0] : [2, 2, 2]
      resample.interpolator = self == .e ? .bspline : .linear
      resample.maskInterpolator = .linear
      resample.rounding = .integer
      settings.resample = resample
    }
    var resegment = ResegmentParameters()
    switch self {
    case .phantom: return settings
    case .a, .b: resegment.range = [-500, 400]
    case .c: resegment.range = [-1000, 400]
    case .d: resegment.outliers = 3
    case .e:
      resegment.range = [-1000, 400]
      resegment.outliers = 3
    }
    settings.resegment = resegment
    return settings
  }

  package var discretisation: DiscretisationParameters {
    switch self {
    case .phantom: DiscretisationParameters(binWidth: 1, method: .none)
    case .a, .c: DiscretisationParameters(binWidth: 25)
    case .b, .d, .e: DiscretisationParameters(binWidth: 25, binCount: 32)
    }
  }

  package var histogramSettings: IntensityVolumeHistogram.Parameters {
    switch self {
    case .c: .init(binWidth: 2.5)
    case .e: .init(binCount: 1000)
    default: .init()
    }
  }

  /// The VOI with its surroundings; prepared anew each time (0.1 s to 0.5 s in release).
  package func prepared() throws -> PreparedRegion {
    let folder = Self.data.appendingPathComponent(
      self == .phantom ? "ibsi1_digital_phantom" : "ibsi1_pat1"
    ).path
    let image = try ImageFile.readVolume("\(folder)/image.nii.gz")
    let labels = try ImageFile.readLabels("\(folder)/mask.nii.gz")
    let rounded = image.pixelType.isInteger ? image : Self.rounded(image)
    return try Profile.ibsi.preparation(of: rounded, settings: settings).region(
      of: 1, in: labels, surroundings: LocalIntensity.reach)
  }

  /// What every family computes on.
  package func region() throws -> Region {
    let prepared = try prepared()
    return try Region(
      intensity: prepared.box, shape: prepared.shapeBox, shapeOffset: prepared.shapeOffset,
      discretisation: discretisation, levelRule: settings.levelRule(in: .ibsi),
      surroundings: prepared.surroundings)
  }

  /// The manual casts images to floating point and rounds them to the nearest whole number.
  private static func rounded(_ image: Volume) -> Volume {
    let values = image.values(in: IndexBox(lower: .zero, size: image.grid.size))
    return Volume(grid: image.grid, values: values.map { $0.rounded() }, as: .float64)
  }
}

/// A row of the table of reference values.
package struct IBSIReference: Sendable {
  /// Such as `Intensity histogram`.
  package let family: String
  /// Such as `TLU2`.
  package let code: String
  /// Such as `NK6P`; "" for most.
  package let subcode: String
  /// Such as `3D, averaged`; "" where the family has none.
  package let aggregation: String
  /// Such as `ih_entropy`.
  package let tag: String
  /// Three significant digits, or a whole number; nil where IBSI has not standardised the feature.
  package let value: Double?
  package let tolerance: Double
  /// One team's value with all digits, for orientation.
  package let unrounded: Double?

  /// Whether a value agrees after rounding to three significant digits, or as it is.
  package func agrees(_ computed: Double) -> Bool {
    guard let value else { return false }
    let slack = tolerance + 1e-9 * abs(value)
    let rounded = Double(String(format: "%.2e", computed)) ?? .nan
    return abs(rounded - value) <= slack || abs(computed - value) <= slack
  }
}

extension IBSIConfiguration {
  /// The rows of this data set, in the order of the manual.
  package func references() throws -> [IBSIReference] {
    try String(contentsOf: Self.reference, encoding: .utf8).split(separator: "\n").dropFirst()
      .map { Self.fields($0) }.filter { $0[0] == rawValue }
      .map {
        IBSIReference(
          family: $0[1], code: $0[4], subcode: $0[5], aggregation: $0[6], tag: $0[13],
          value: Double($0[8]), tolerance: Double($0[9]) ?? 0, unrounded: Double($0[16]))
      }
  }

  private static func fields(_ line: Substring) -> [String] {
    var fields = [""]
    var quoted = false
    for character in line where character != "\r" {
      switch character {
      case "\"": quoted.toggle()
      case "," where !quoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }
}
