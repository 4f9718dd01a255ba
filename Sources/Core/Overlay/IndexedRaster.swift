/// A small picture whose pixels are numbers of colours.
package struct IndexedRaster: Hashable, Sendable {
  package let width: Int
  package let height: Int
  /// `width * height` places in `palette`, row by row from the top.
  package let pixels: [UInt8]
  /// Red, green and blue of each colour, 1 to 256 of them.
  package let palette: [SIMD3<UInt8>]
  /// Whether colour 0 lets the page show through.
  package let isFirstTransparent: Bool

  package init(
    width: Int, height: Int, pixels: [UInt8], palette: [SIMD3<UInt8>],
    isFirstTransparent: Bool = false
  ) {
    precondition(width > 0 && height > 0 && pixels.count == width * height, "one colour per pixel")
    precondition((1...256).contains(palette.count), "a palette has 1 to 256 colours")
    precondition(pixels.allSatisfy { Int($0) < palette.count }, "every pixel has a colour")
    self.width = width
    self.height = height
    self.pixels = pixels
    self.palette = palette
    self.isFirstTransparent = isFirstTransparent
  }
}
