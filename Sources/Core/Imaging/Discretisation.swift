package import Components

/// Whether intensities have to be put into bins.
package enum DiscretisationMethod: String, Hashable, Sendable, CaseIterable {
  /// Bins of `binWidth` or, where it is not 0, `binCount`.
  case bins
  /// The intensities are grey levels already: whole numbers >= 1. Profile `ibsi` only.
  case none
}

/// How intensities become grey levels.
///
/// | setting | default | range | meaning |
/// |---|---|---|---|
/// | `binWidth` | 25 | > 0 | width of a bin in the image's unit |
/// | `binCount` | 0 | 0...65535 | a fixed number of bins between minimum and maximum; 0 is off |
/// | `method` | bins | bins, none | none: intensities are levels (profile `ibsi`) |
///
/// Where the first bin begins is a matter of the profile, see `LevelRule`.
package struct DiscretisationParameters: ParameterSet {
  package var binWidth = 25.0
  package var binCount = 0
  package var method = DiscretisationMethod.bins

  package init() {}

  package init(binWidth: Double, binCount: Int = 0, method: DiscretisationMethod = .bins) {
    self.binWidth = binWidth
    self.binCount = binCount
    self.method = method
  }

  package static let fields: [Field<Self>] = [
    .number(
      "binWidth", \.binWidth, in: 0...Double.greatestFiniteMagnitude, exclusiveLower: true,
      "Width of a grey-level bin, in the unit of the image; edges are multiples of it, or with "
        + "profile ibsi start at the lower resegmentation threshold or else the minimum."),
    .integer(
      "binCount", \.binCount, in: 0...BinEdges.maximumLevel,
      "Fixed number of bins between minimum and maximum; 0 uses binWidth."),
    .choice(
      "method", \.method,
      "bins, or none: intensities are grey levels already (profile ibsi only)"),
  ]
}

/// Bins that give every intensity of a region a grey level.
package protocol LevelBins: Sendable {
  /// No level is higher.
  var highest: Int { get }
  /// Writes the level (1-based) of every value.
  /// - Returns: false where a value has none; what is written then means nothing.
  func fill(
    _ levels: UnsafeMutablePointer<UInt16>, from values: UnsafeBufferPointer<Double>
  ) -> Bool
}

/// Which bins the settings mean.
package enum LevelRule: Hashable, Sendable {
  /// `BinEdges`.
  case pyradiomics
  /// `IBSIBins`, with the range of an absolute resegmentation.
  case ibsi(IntensityRange)

  package func bins(
    minimum: Double, maximum: Double, pixelType: PixelType, parameters: DiscretisationParameters
  ) throws(InvalidInput) -> any LevelBins {
    switch self {
    case .pyradiomics:
      try BinEdges(
        minimum: minimum, maximum: maximum, pixelType: pixelType, parameters: parameters)
    case .ibsi(let range):
      try IBSIBins(minimum: minimum, maximum: maximum, range: range, parameters: parameters)
    }
  }
}

/// The lower edges of the grey-level bins of one region, as PyRadiomics 3.0.1 makes them with
/// numpy 1.26 (`imageoperations.getBinEdges`): a value's level is the number of edges <= value.
///
/// Fixed width: edges are `low + i * ((low + width) - low)` from the multiple of the width at or
/// below the minimum, in Double. Fixed count: equidistant from minimum to maximum in Double, then
/// rounded to Float for float32 images; 1 is added to the last in the same type, so that the
/// maximum falls in the last bin.
package struct BinEdges: LevelBins, Hashable {
  /// Levels are stored in 16 bits.
  package static let maximumLevel = 65_535

  /// Ascending.
  package let edges: [Double]
  package var highest: Int { edges.count }

  /// - Parameters:
  ///   - minimum, maximum: finite extremes of the region's intensities.
  ///   - pixelType: the type of the image; float32 edges are float32 numbers.
  /// - Throws: when the region would have more than 65,535 grey levels.
  package init(
    minimum: Double, maximum: Double, pixelType: PixelType,
    parameters: DiscretisationParameters
  ) throws(InvalidInput) {
    if parameters.binCount > 0 {
      edges = Self.fixedCount(
        parameters.binCount, from: minimum, to: maximum, single: pixelType == .float32)
    } else {
      edges = try Self.fixedWidth(parameters.binWidth, from: minimum, to: maximum)
    }
  }

  private static func fixedWidth(_ width: Double, from minimum: Double, to maximum: Double)
    throws(InvalidInput) -> [Double]
  {
    var remainder = minimum.truncatingRemainder(dividingBy: width)
    if remainder < 0 { remainder += width }
    let low = minimum - remainder
    let length = ((maximum + 2 * width - low) / width).rounded(.up)
    guard length <= Double(maximumLevel) + 1 else {
      throw InvalidInput(
        "binWidth",
        "\(width) gives \(length) grey levels for intensities from \(minimum) to \(maximum); "
          + "at most \(maximumLevel) are possible")
    }
    let count = Int(length)
    if count <= 1 { return [low - 0.5, low + 0.5] }
    let step = (low + width) - low
    var edges = [low, low + width]
    edges.reserveCapacity(count)
    for i in 2..<max(count, 2) { edges.append(low + Double(i) * step) }
    return edges
  }

  private static func fixedCount(
    _ count: Int, from minimum: Double, to maximum: Double, single: Bool
  ) -> [Double] {
    let (first, last) =
      minimum == maximum ? (minimum - 0.5, maximum + 0.5) : (minimum, maximum)
    let step = (last - first) / Double(count)
    var edges = (0..<count).map { Double($0) * step + first }
    edges.append(last)
    if single {
      edges = edges.map { Double(Float($0)) }
      edges[count] = Double(Float(edges[count]) + 1)
    } else {
      edges[count] += 1
    }
    return edges
  }

  /// Writes the level (1-based) of every value: the number of edges that are <= the value.
  package func assign(
    _ values: UnsafeBufferPointer<Double>, to levels: UnsafeMutablePointer<UInt16>
  ) {
    let last = edges.count - 1
    let low = edges[0]
    // The guess is within one bin of the truth; the comparisons below decide.
    let scale = last > 1 ? 1 / (edges[1] - low) : 1
    edges.withUnsafeBufferPointer { buffer in
      let e = buffer.baseAddress!
      let limit = Double(last)
      var i = 0
      while i < values.count {
        let value = values[i]
        let guess = Swift.min(Swift.max((value - low) * scale, 0), limit)
        var k = Int(guess.isNaN ? 0 : guess)
        while k < last && e[k + 1] <= value { k &+= 1 }
        while k >= 0 && e[k] > value { k &-= 1 }
        levels[i] = UInt16(truncatingIfNeeded: k &+ 1)
        i &+= 1
      }
    }
  }

  package func fill(
    _ levels: UnsafeMutablePointer<UInt16>, from values: UnsafeBufferPointer<Double>
  ) -> Bool {
    assign(values, to: levels)
    return true
  }
}
