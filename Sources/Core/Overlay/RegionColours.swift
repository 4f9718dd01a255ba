/// Colours of regions on grey pictures.
package enum RegionColours {
  /// From dark blue by green to yellow: the order can be seen, by colour-blind readers as well
  /// (viridis of matplotlib, lighter at its dark end).
  private static let scale: [SIMD3<Double>] = [
    SIMD3(94, 60, 180), SIMD3(49, 104, 196), SIMD3(33, 160, 140), SIMD3(110, 206, 88),
    SIMD3(253, 231, 37),
  ]
  /// Share of the image in a coloured pixel.
  private static let imageShare = 0.35

  /// As many colours in the order of the regions, evenly from one end of the scale to the other.
  package static func colours(_ count: Int) -> [SIMD3<UInt8>] {
    (0..<count).map { index in
      let place = count > 1 ? Double(index * (scale.count - 1)) / Double(count - 1) : 0
      let first = min(Int(place), scale.count - 2)
      let share = place - Double(first)
      return rounded(scale[first] * (1 - share) + scale[first + 1] * share)
    }
  }

  /// Yellow on dark pictures, red on white ones.
  static func contour(on window: GreyWindow) -> SIMD3<UInt8> {
    window.isInverted ? SIMD3(214, 0, 50) : SIMD3(255, 208, 0)
  }

  static func grey(_ level: Int, of count: Int) -> SIMD3<UInt8> {
    rounded(SIMD3(repeating: Double(level) / Double(count - 1) * 255))
  }

  static func blend(_ colour: SIMD3<UInt8>, _ grey: SIMD3<UInt8>) -> SIMD3<UInt8> {
    rounded(SIMD3<Double>(colour) * (1 - imageShare) + SIMD3<Double>(grey) * imageShare)
  }

  private static func rounded(_ colour: SIMD3<Double>) -> SIMD3<UInt8> {
    SIMD3<UInt8>(colour.rounded(.toNearestOrAwayFromZero))
  }
}
