package import Components
package import Imaging
internal import Numerics

/// Which part of the volume of interest has at least an intensity (IBSI family P88C, reference
/// manual section 3.5; El Naqa et al. 2009).
///
/// With g_k the k-th of n intensities and v_k the part of the voxels with at least g_k, the
/// intensity fraction is (g_k - g_1) / (g_n - g_1). V_x is v at the lowest intensity whose fraction
/// is at least x %, I_x the lowest intensity that at most x % of the volume have; where even g_n is
/// in more, the next intensity after it.
///
/// | settings | intensities g |
/// |---|---|
/// | none, whole-number intensities | all whole numbers from minimum to maximum |
/// | none, other intensities | as `binCount: 1000` |
/// | `binWidth` | centres of bins of that width from the minimum, in the image's unit |
/// | `binCount` | 1, 2, ... `binCount`: numbers of bins between the smallest and largest intensity |
///
/// Minimum and maximum are the bounds of an absolute resegmentation; a bound that is not set is the
/// extreme of the region. With `binWidth` w the intensity fraction runs from minimum + w / 2 to
/// maximum - w / 2, as in the manual. A region of one intensity has area 0 and no fractions: V_x is
/// NaN.
package struct IntensityVolumeHistogram: FeatureFamily {
  /// | setting | default | range | meaning |
  /// |---|---|---|---|
  /// | `binWidth` | 0 | >= 0 | width of a bin in the image's unit; 0 is off |
  /// | `binCount` | 0 | 0...65535 | number of bins; 0 is off; not together with `binWidth` |
  package struct Parameters: ParameterSet {
    package var binWidth = 0.0
    package var binCount = 0

    package init() {}

    package init(binWidth: Double = 0, binCount: Int = 0) {
      self.binWidth = binWidth
      self.binCount = binCount
    }

    package static let fields: [Field<Self>] = [
      .number(
        "binWidth", \.binWidth, in: 0...Double.greatestFiniteMagnitude,
        "Width of a bin of the histogram, in the unit of the image; 0 is off."),
      .integer(
        "binCount", \.binCount, in: 0...BinEdges.maximumLevel,
        "Number of bins of the histogram; 0 is off."),
    ]
  }

  package static let id: ComponentID = "ivh"
  package static let summary = "IBSI intensity-volume histogram of the volume of interest."
  package static let scope = FeatureScope.perResponse
  package static let profiles: Set<Profile> = [.ibsi]
  package let parameters: Parameters

  package init(_ parameters: Parameters) throws(InvalidInput) {
    if parameters.binWidth > 0 && parameters.binCount > 0 {
      throw InvalidInput(
        "binCount",
        "\(parameters.binCount) is given together with binWidth \(parameters.binWidth); only one "
          + "of them can be > 0")
    }
    self.parameters = parameters
  }

  package static let columns: [FeatureDescriptor] = [
    .init("v10", ibsi: "NK6P", "part of the volume with an intensity fraction of at least 10 %"),
    .init("v90", ibsi: "4279", "part of the volume with an intensity fraction of at least 90 %"),
    .init("i10", ibsi: "PWN1", "lowest intensity of at most 10 % of the volume"),
    .init("i90", ibsi: "BOHI", "lowest intensity of at most 90 % of the volume"),
    .init("diff_v10_v90", ibsi: "WITY", "v10 - v90"),
    .init("diff_i10_i90", ibsi: "JXJA", "i10 - i90"),
    .init(
      "auc", ibsi: "9CMM", isDefault: false,
      "area under volume over intensity fraction by trapezia; not standardised by IBSI"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let axis = try axis(of: region)
    let sorted = region.intensities.map { axis.level($0) }.sorted()
    let v10 = Self.volume(sorted, tenths: 1, axis.extent)
    let v90 = Self.volume(sorted, tenths: 9, axis.extent)
    let i10 = axis.intensity(Self.level(sorted, tenths: 1))
    let i90 = axis.intensity(Self.level(sorted, tenths: 9))
    return [v10, v90, i10, i90, v10 - v90, i10 - i90, Self.area(sorted, axis.extent)]
  }

  /// Area under v over the fraction: v_1 ... v_n add up to the mean level, and v_1 is 1.
  private static func area(_ sorted: [Double], _ extent: Double) -> Double {
    let steps = extent.rounded(.down)
    guard steps >= 1 else { return 0 }
    let total = PairwiseSum.sum(sorted.map { min($0, steps + 1) })
    let last = sorted.count - sorted.partitioningIndex { $0 >= steps + 1 }
    let n = Double(sorted.count)
    return (total / n - (1 + Double(last) / n) / 2) / extent
  }

  /// Part of the levels whose fraction (k - 1) / extent is at least `tenths` / 10.
  private static func volume(_ sorted: [Double], tenths: Int, _ extent: Double) -> Double {
    guard extent > 0 else { return .nan }
    let bound = Double(tenths) / 10
    let below = sorted.partitioningIndex { ($0 - 1) / extent >= bound }
    return Double(sorted.count - below) / Double(sorted.count)
  }

  /// The lowest level that at most `tenths` / 10 of the voxels have.
  private static func level(_ sorted: [Double], tenths: Int) -> Double {
    let allowed = sorted.count * tenths / 10
    return sorted[sorted.count - 1 - allowed] + 1
  }

  private func axis(of region: Region) throws(FeatureError) -> HistogramAxis {
    var bounds = IntensityRange()
    if case .ibsi(let known) = region.levelRule { bounds = known }
    let low = bounds.lower ?? region.minimum
    let high = bounds.upper ?? region.maximum
    if parameters.binWidth > 0 {
      let width = parameters.binWidth
      let extent = (high - low) / width - 1
      guard extent < 0x1p52 else {
        throw FeatureError(
          "ivh.binWidth \(width) is too small for intensities from \(low) to \(high)")
      }
      return HistogramAxis(kind: .size(low: low, width: width), extent: extent)
    }
    let isWhole =
      abs(low) < 0x1p52 && abs(high) < 0x1p52
      && region.intensities.allSatisfy { $0 == $0.rounded(.down) }
    if parameters.binCount == 0 && isWhole {
      let first = low.rounded(.up)
      return HistogramAxis(kind: .whole(first), extent: high.rounded(.down) - first)
    }
    let count = parameters.binCount > 0 ? parameters.binCount : 1000
    let range = region.maximum - region.minimum
    return HistogramAxis(
      kind: .number(low: region.minimum, range: range, count: Double(count)),
      extent: range > 0 ? Double(count - 1) : 0)
  }
}

/// The intensities of the histogram as levels, which are whole numbers from 1 on.
private struct HistogramAxis {
  enum Kind {
    case whole(Double)
    case size(low: Double, width: Double)
    case number(low: Double, range: Double, count: Double)
  }

  let kind: Kind
  /// Levels from the first to the last intensity: that of the last minus 1.
  let extent: Double

  func level(_ value: Double) -> Double {
    switch kind {
    case .whole(let first): return max(value - first + 1, 1)
    case .size(let low, let width): return max(((value - low) / width).rounded(.down) + 1, 1)
    case .number(let low, let range, let count):
      let offset = value - low
      return offset < range ? min((count * offset / range).rounded(.down) + 1, count) : count
    }
  }

  func intensity(_ level: Double) -> Double {
    switch kind {
    case .whole(let first): first + level - 1
    case .size(let low, let width): low + (level - 0.5) * width
    case .number: level
    }
  }
}

extension [Double] {
  /// First index of a sorted array from which on `isBehind` is true.
  fileprivate func partitioningIndex(_ isBehind: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
