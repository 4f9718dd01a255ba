package import Imaging

/// Regions drawn on the plane of their image in which they are largest together.
///
/// The plane is a true one of the body whatever the grids' axes are. The picture is a square around
/// the regions' box, resampled to square pixels: the image by linear interpolation, the regions by
/// the nearest voxel. One region has a contour, one pixel wide, inside it; several that do not
/// overlap are filled, each in a colour of its own. Where the image ends, the page shows through.
package struct OverlayThumbnail: Sendable {
  /// Pixels along a side.
  package static let side = 128
  /// mm that a picture shows at least along a side.
  package static let leastField = 64.0
  /// mm between the regions' box and the picture's edge, at least.
  package static let margin = 10.0

  package let plane: AnatomicalPlane
  /// Of the plane across itself, mm (LPS).
  package let level: Double
  /// mm along a side.
  package let field: Double
  package let window: GreyWindow
  /// Of the image's grid, degrees.
  package let obliquity: Double
  /// How many regions were asked for; 0 where one is shown by its contour.
  package let colourCount: Int
  /// Brightness of each pixel, 0 to 1, row by row from the top; NaN outside the image.
  private let brightness: [Double]
  /// Of each pixel, its region, counted from 1, or 0.
  private let marks: [UInt8]

  /// One region by its contour.
  /// - Parameters:
  ///   - image: before it is prepared.
  ///   - name: of the image in the study, which says how it is shown.
  ///   - region: on `grid`, which may be another than the image's.
  package init(of region: MaskRegion, on grid: Grid, image: Volume, named name: String) {
    self.init([region], union: region, on: grid, image, name, isFilled: false)
  }

  /// Several regions by their colours.
  /// - Parameter regions: at most 64 that do not overlap; nil where one is missing, though it keeps
  ///   its colour.
  /// - Returns: nil where all are missing.
  package init?(of regions: [MaskRegion?], on grid: Grid, image: Volume, named name: String) {
    let present = regions.compactMap { $0 }
    guard let first = present.first else { return nil }
    let union = present.dropFirst().reduce(first) { $0.union($1) }
    self.init(regions, union: union, on: grid, image, name, isFilled: true)
  }

  private init(
    _ regions: [MaskRegion?], union: MaskRegion, on grid: Grid, _ image: Volume, _ name: String,
    isFilled: Bool
  ) {
    precondition(regions.count <= 64, "at most 64 colours")
    plane = AnatomicalPlane(ofSlicesOf: image.grid)
    let place = RegionPlace(union, on: grid, across: plane.across)
    let extent = max(place.extent[plane.right], place.extent[plane.down])
    field = max(Self.leastField, extent + 2 * Self.margin)
    level = place.centre[plane.across]
    let picture = plane.picture(centre: place.centre, side: field, pixels: Self.side)
    var marks = [UInt8](repeating: 0, count: Self.side * Self.side)
    for (index, region) in regions.enumerated() {
      guard let region = region?.resampled(from: grid, onto: picture) else { continue }
      IndexBox(lower: .zero, size: picture.size).forEachRow(of: region.box) { row, source in
        for x in 0..<region.box.size.x where region.mask[source &+ x] == 1 {
          marks[row &+ x] = UInt8(index + 1)
        }
      }
    }
    let isShown = Self.pixels(of: image.grid, on: picture)
    let values = ImageSampler(image, interpolator: .linear, pixelType: .float64)
      .values(onto: picture, box: IndexBox(lower: .zero, size: picture.size))
    let shown = values.indices.filter { isShown[$0] }.map { values[$0] }
    let modality = Modality(
      imageNamed: name, pixelType: image.pixelType, lowest: shown.min() ?? 0)
    let window = GreyWindow(
      modality, inside: values.indices.filter { marks[$0] > 0 && isShown[$0] }.map { values[$0] },
      shown: shown)
    self.window = window
    obliquity = image.grid.obliquity
    brightness = values.indices.map { isShown[$0] ? window.brightness(values[$0]) : .nan }
    self.marks = isFilled ? marks : Self.contour(of: marks)
    colourCount = isFilled ? regions.count : 0
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

  /// The marks that have one of four neighbours without one.
  private static func contour(of marks: [UInt8]) -> [UInt8] {
    func isMarked(_ x: Int, _ y: Int) -> Bool {
      (0..<side).contains(x) && (0..<side).contains(y) && marks[y * side + x] > 0
    }
    return marks.indices.map { pixel in
      let (x, y) = (pixel % side, pixel / side)
      let isInner =
        isMarked(x - 1, y) && isMarked(x + 1, y) && isMarked(x, y - 1) && isMarked(x, y + 1)
      return isInner ? 0 : marks[pixel]
    }
  }

  /// Share of each region in the pixels that belong to one; empty for a contour.
  package var shares: [Double] {
    let all = marks.count { $0 > 0 }
    return (0..<colourCount).map { index in
      Double(marks.count { Int($0) == index + 1 }) / Double(max(1, all))
    }
  }

  /// The picture in colours: transparent, the contour's, greys from black to white, then every
  /// region's colour from dark to bright.
  /// - Parameters:
  ///   - greyLevels: 4 ... 64.
  ///   - hasLetters: whether it says where right, left, front, back, head and feet are.
  package func raster(greyLevels: Int = 64, hasLetters: Bool = true) -> IndexedRaster {
    precondition((4...64).contains(greyLevels), "grey levels must be in 4...64")
    let colours = RegionColours.colours(colourCount)
    let shades = colours.isEmpty ? 0 : max(2, min(greyLevels / 4, 190 / colours.count))
    func level(_ brightness: Double, of count: Int) -> UInt8 {
      UInt8((brightness * Double(count - 1)).rounded())
    }
    var pixels = marks.indices.map { pixel -> UInt8 in
      let (mark, brightness) = (marks[pixel], brightness[pixel])
      if mark > 0, colours.isEmpty { return 1 }
      // Where a region reaches beyond the image it has its colour on the page.
      if mark > 0 {
        let first = 2 + greyLevels + (Int(mark) - 1) * shades
        return UInt8(first) + level(brightness.isNaN ? 0.5 : brightness, of: shades)
      }
      return brightness.isNaN ? 0 : 2 + level(brightness, of: greyLevels)
    }
    if hasLetters {
      let letters = OrientationLetters.pixels(of: plane, side: Self.side)
      for pixel in letters.rim { pixels[pixel] = 2 }
      for pixel in letters.strokes { pixels[pixel] = UInt8(1 + greyLevels) }
    }
    return IndexedRaster(
      width: Self.side, height: Self.side, pixels: pixels,
      palette: [.zero, RegionColours.contour(on: window)]
        + (0..<greyLevels).map { RegionColours.grey($0, of: greyLevels) }
        + colours.flatMap { colour in
          (0..<shades).map { RegionColours.blend(colour, RegionColours.grey($0, of: shades)) }
        },
      isFirstTransparent: true)
  }
}
