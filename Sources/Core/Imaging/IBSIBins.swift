package import Components

/// The bounds of an absolute resegmentation, in the image's unit; nil where there is none.
package struct IntensityRange: Hashable, Sendable {
  package var lower: Double?
  package var upper: Double?

  package init(lower: Double? = nil, upper: Double? = nil) {
    self.lower = lower
    self.upper = upper
  }
}

/// Grey levels as the reference manual of IBSI 1 makes them (section 2.7, intensity
/// discretisation), in Double.
///
/// Fixed bin size (Q3RU): `floor((x - lowest) / width) + 1`, where `lowest` is the lower bound of
/// the resegmentation range, or else the region's minimum; values below it get level 1. Fixed bin
/// number (K15C): `floor(count (x - minimum) / (maximum - minimum)) + 1`, the maximum being in the
/// last bin; so are all voxels of a flat region. None: the values themselves.
package struct IBSIBins: LevelBins, Hashable {
  private enum Kind: Hashable {
    case size(lowest: Double, width: Double)
    case number(minimum: Double, extent: Double, count: Int)
    case none
  }

  private let kind: Kind
  package let highest: Int

  /// - Parameters:
  ///   - minimum, maximum: finite extremes of the region's intensities.
  ///   - range: of the resegmentation; its lower bound is where fixed-size bins begin.
  /// - Throws: when the region would have more than 65,535 grey levels.
  package init(
    minimum: Double, maximum: Double, range: IntensityRange, parameters: DiscretisationParameters
  ) throws(InvalidInput) {
    let limit = Double(BinEdges.maximumLevel)
    if parameters.method == .none {
      kind = .none
      highest = Int(Swift.min(Swift.max(maximum, 0), limit))
    } else if parameters.binCount > 0 {
      kind = .number(
        minimum: minimum, extent: maximum - minimum, count: parameters.binCount)
      highest = parameters.binCount
    } else {
      let lowest = range.lower ?? minimum
      let count = ((maximum - lowest) / parameters.binWidth).rounded(.down) + 1
      guard count <= limit else {
        throw InvalidInput(
          "binWidth",
          "\(parameters.binWidth) gives \(count) grey levels for intensities from \(lowest) to "
            + "\(maximum); at most \(BinEdges.maximumLevel) are possible")
      }
      kind = .size(lowest: lowest, width: parameters.binWidth)
      highest = Int(Swift.max(count, 1))
    }
  }

  package func fill(
    _ levels: UnsafeMutablePointer<UInt16>, from values: UnsafeBufferPointer<Double>
  ) -> Bool {
    var i = 0
    switch kind {
    case .size(let lowest, let width):
      while i < values.count {
        let level = ((values[i] - lowest) / width).rounded(.down) + 1
        levels[i] = UInt16(level < 1 ? 1 : level)
        i &+= 1
      }
    case .number(let minimum, let extent, let count):
      let number = Double(count)
      while i < values.count {
        let offset = values[i] - minimum
        let level = (number * offset / extent).rounded(.down) + 1
        levels[i] = offset < extent && level < number ? UInt16(level) : UInt16(count)
        i &+= 1
      }
    case .none:
      while i < values.count {
        let value = values[i]
        guard value >= 1, value <= 65_535, value == value.rounded(.down) else { return false }
        levels[i] = UInt16(value)
        i &+= 1
      }
    }
    return true
  }
}
