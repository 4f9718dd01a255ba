package import Imaging
internal import Numerics

/// What kind of numbers an image holds, for showing it.
package enum Modality: String, Hashable, Sendable, CaseIterable {
  /// Hounsfield units.
  case ct
  /// Standardised uptake.
  case uptake
  case other

  /// - Parameters:
  ///   - name: of the image in the study: "CT", "PET", "ceCT", "T1".
  ///   - pixelType: as the image was read.
  ///   - lowest: of the values that are shown: whole numbers below -50 are taken for Hounsfield units.
  package init(imageNamed name: String, pixelType: PixelType, lowest: Double) {
    let name = name.uppercased()
    let isCT = name.hasPrefix("CT") || name.hasSuffix("CT")
    let isPET = name.contains("PET") || ["PT", "SUV"].contains(name)
    self =
      switch (isCT, isPET) {
      case (true, false): .ct
      case (false, true): .uptake
      case (true, true): .other
      case (false, false): pixelType.isInteger && lowest < -50 ? .ct : .other
      }
  }
}

/// The intensities that are shown between black and white.
package struct GreyWindow: Hashable, Sendable {
  /// "soft tissue window", "lung window", "SUV 0 to 10", "1st to 99th percentile".
  package var name: String
  package var lower: Double
  package var upper: Double
  /// Whether high intensities are dark, as nuclear medicine shows them.
  package var isInverted = false

  /// Level 40, width 400 HU.
  package static let softTissue = GreyWindow(name: "soft tissue window", lower: -160, upper: 240)
  /// Level -600, width 1500 HU.
  package static let lung = GreyWindow(name: "lung window", lower: -1350, upper: 150)
  package static let uptake = GreyWindow(name: "SUV 0 to 10", lower: 0, upper: 10, isInverted: true)

  /// A VOI of CT whose mean is below this, HU, is shown in the lung window.
  private static let airyMean = -300.0
  /// A 99th percentile above this is none of standardised uptake.
  private static let greatestUptake = 100.0

  /// - Parameters:
  ///   - inside: values of the VOI's pixels.
  ///   - shown: values of all pixels of the picture that lie in the image.
  package init(_ modality: Modality, inside: [Double], shown: [Double]) {
    switch modality {
    case .ct:
      let mean = PairwiseSum.sum(inside) / Double(max(1, inside.count))
      self = mean < Self.airyMean ? .lung : .softTissue
    case .uptake:
      let range = Self.percentiles(of: shown)
      self = range.upper > Self.greatestUptake ? range : .uptake
      isInverted = true
    case .other: self = Self.percentiles(of: shown)
    }
  }

  private init(name: String, lower: Double, upper: Double, isInverted: Bool = false) {
    self.name = name
    self.lower = lower
    self.upper = upper
    self.isInverted = isInverted
  }

  private static func percentiles(of values: [Double]) -> GreyWindow {
    let name = "1st to 99th percentile"
    guard let lowest = values.min(), let highest = values.max() else {
      return GreyWindow(name: name, lower: 0, upper: 1)
    }
    let limits = values.withUnsafeBufferPointer { values in
      var statistics = OrderStatistics(values, minimum: lowest, maximum: highest)
      return statistics.percentiles([1, 99])
    }
    if limits[1] > limits[0] { return GreyWindow(name: name, lower: limits[0], upper: limits[1]) }
    if highest > lowest { return GreyWindow(name: "whole range", lower: lowest, upper: highest) }
    // One value everywhere: the middle grey.
    return GreyWindow(name: "one value", lower: lowest - 0.5, upper: lowest + 0.5)
  }

  /// 0 (black) to 1 (white).
  package func brightness(_ value: Double) -> Double {
    let share = max(0, min(1, (value - lower) / (upper - lower)))
    return isInverted ? 1 - share : share
  }
}
