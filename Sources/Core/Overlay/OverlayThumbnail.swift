package import Imaging

/// A VOI drawn on the axial slice of its image in which it is largest.
///
/// The picture is a square around the VOI's box, resampled to square pixels by linear interpolation;
/// the contour is one pixel wide, inside the VOI. Where the image ends, the page shows through.
package struct OverlayThumbnail: Sendable {
  /// Pixels along a side.
  package static let side = 128
  /// mm that a picture shows at least along a side.
  package static let leastField = 64.0
  /// mm between the VOI's box and the picture's edge, at least.
  package static let margin = 10.0

  package let plane: SlicePlane
  /// Index along the axis across the slices, on the grid of the mask.
  package let slice: Int
  /// mm along a side.
  package let field: Double
  package let window: GreyWindow
  /// Brightness of each pixel, 0 to 1, row by row from the top; NaN outside the image.
  private let brightness: [Double]
  private let isContour: [Bool]

  /// - Parameters:
  ///   - image: before it is prepared.
  ///   - name: of the image in the study, which says how it is shown.
  ///   - region: the VOI on `grid`, which may be another than the image's.
  package init(of region: MaskRegion, on grid: Grid, image: Volume, named name: String) {
    let plane = SlicePlane(grid.direction)
    let slice = plane.largestSlice(of: region)
    var centre = SIMD3<Double>()
    var field = Self.leastField
    for axis in [plane.right, plane.down] {
      centre[axis] = Double(region.box.lower[axis]) + Double(region.box.size[axis] - 1) / 2
      let extent = Double(region.box.size[axis]) * grid.spacing[axis]
      field = max(field, extent + 2 * Self.margin)
    }
    centre[plane.across] = Double(slice)
    let picture = plane.picture(of: grid, centre: centre, side: field, pixels: Self.side)
    let whole = IndexBox(lower: .zero, size: picture.size)
    let inside = Self.pixels(of: region.resampled(from: grid, onto: picture))
    let isShown = Self.pixels(of: image.grid, on: picture)
    let values = ImageSampler(image, interpolator: .linear, pixelType: .float64)
      .values(onto: picture, box: whole)
    let shown = values.indices.filter { isShown[$0] }.map { values[$0] }
    let modality = Modality(
      imageNamed: name, pixelType: image.pixelType, lowest: shown.min() ?? 0)
    let window = GreyWindow(
      modality, inside: values.indices.filter { inside[$0] && isShown[$0] }.map { values[$0] },
      shown: shown)
    self.plane = plane
    self.slice = slice
    self.field = field
    self.window = window
    brightness = values.indices.map { isShown[$0] ? window.brightness(values[$0]) : .nan }
    isContour = Self.contour(of: inside)
  }

  /// Which pixels of a picture are in a region.
  private static func pixels(of region: MaskRegion?) -> [Bool] {
    var pixels = [Bool](repeating: false, count: side * side)
    guard let region else { return pixels }
    IndexBox(lower: .zero, size: SIMD3(side, side, 1)).forEachRow(of: region.box) { row, source in
      for x in 0..<region.box.size.x { pixels[row &+ x] = region.mask[source &+ x] == 1 }
    }
    return pixels
  }

  /// Which pixels of a picture have their centres in an image, a millionth of a voxel from its edge.
  private static func pixels(of image: Grid, on picture: Grid) -> [Bool] {
    let (here, there) = (GridTransform(picture), GridTransform(image))
    return (0..<side * side).map { pixel in
      let point = here.physicalPoint(ofIndex: SIMD3(pixel % side, pixel / side, 0))
      let index = there.continuousIndex(ofPhysicalPoint: point)
      return (0..<3).allSatisfy {
        index[$0] > -0.5 + 1e-6 && index[$0] < Double(image.size[$0]) - 0.5 - 1e-6
      }
    }
  }

  /// The pixels of a set that have one of four neighbours outside it.
  private static func contour(of inside: [Bool]) -> [Bool] {
    func isInside(_ x: Int, _ y: Int) -> Bool {
      (0..<side).contains(x) && (0..<side).contains(y) && inside[y * side + x]
    }
    return inside.indices.map { pixel in
      let (x, y) = (pixel % side, pixel / side)
      return inside[pixel]
        && !(isInside(x - 1, y) && isInside(x + 1, y) && isInside(x, y - 1) && isInside(x, y + 1))
    }
  }

  /// The picture in colours: transparent, the contour's, then greys from black to white.
  /// - Parameter greyLevels: 2 ... 254.
  package func raster(greyLevels: Int = 64) -> IndexedRaster {
    precondition((2...254).contains(greyLevels), "grey levels must be in 2...254")
    let last = Double(greyLevels - 1)
    // Yellow on dark pictures, red on white ones.
    let colour = window.isInverted ? SIMD3<UInt8>(214, 0, 50) : SIMD3<UInt8>(255, 208, 0)
    let greys = (0..<greyLevels).map {
      SIMD3<UInt8>(repeating: UInt8((Double($0) / last * 255).rounded()))
    }
    let pixels = brightness.indices.map { pixel -> UInt8 in
      if isContour[pixel] { return 1 }
      if brightness[pixel].isNaN { return 0 }
      return 2 + UInt8((brightness[pixel] * last).rounded())
    }
    return IndexedRaster(
      width: Self.side, height: Self.side, pixels: pixels, palette: [.zero, colour] + greys,
      isFirstTransparent: true)
  }
}
