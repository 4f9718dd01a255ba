import Foundation
import Imaging
import Overlay
import Testing

@Suite struct OverlayThumbnailTests {
  private static let base = Grid(
    size: SIMD3(40, 30, 20), spacing: SIMD3(2, 2.5, 3), origin: SIMD3(-30, 12, 100))

  /// The rotation by 20 degrees about z after that by 15 degrees about x.
  private static let oblique: [Double] = {
    let (a, b) = (20 * Double.pi / 180, 15 * Double.pi / 180)
    return [
      cos(a), -sin(a) * cos(b), sin(a) * sin(b), sin(a), cos(a) * cos(b), -cos(a) * sin(b), 0,
      sin(b), cos(b),
    ]
  }()

  private struct Case {
    var image: Grid
    var mask: Grid
    var centre: SIMD3<Double>
    var half: SIMD3<Double>
  }

  private static func grid(_ direction: [Double]) -> Grid {
    var grid = base
    grid.direction = direction
    return grid
  }

  /// Slices four times as far apart as their voxels.
  private static func thick(_ direction: [Double]) -> Grid {
    Grid(
      size: SIMD3(48, 44, 11), spacing: SIMD3(1.5, 1.75, 6), origin: SIMD3(-40, 20, -15),
      direction: direction)
  }

  private static func make(_ name: String) -> Case {
    func one(_ grid: Grid, _ centre: SIMD3<Double>, _ half: SIMD3<Double>) -> Case {
      Case(image: grid, mask: grid, centre: centre, half: half)
    }
    switch name {
    case "plain": return one(base, SIMD3(18, 14, 9), SIMD3(6, 5, 4.3))
    case "flipped":
      return one(grid([-1, 0, 0, 0, -1, 0, 0, 0, -1]), SIMD3(10, 20, 12), SIMD3(5, 7, 3.7))
    case "sagittal":
      return one(grid([0, 0, 1, 1, 0, 0, 0, 1, 0]), SIMD3(20, 13, 8), SIMD3(8, 5, 5))
    case "oblique": return one(grid(oblique), SIMD3(20, 15, 10), SIMD3(9, 6, 4))
    case "edge": return one(base, SIMD3(2, 27, 5), SIMD3(5, 4, 3.2))
    case "two-grids":
      let mask = Grid(
        size: SIMD3(60, 50, 30), spacing: SIMD3(1.3, 1.1, 1.9), origin: SIMD3(-28, 15, 103),
        direction: oblique)
      return Case(image: base, mask: mask, centre: SIMD3(25, 20, 12), half: SIMD3(12, 14, 6))
    case "thick-coronal":
      return one(thick([1, 0, 0, 0, 0, 1, 0, 1, 0]), SIMD3(22, 20, 5), SIMD3(9, 11, 2.4))
    case "thick-sagittal-oblique":
      let turn = 12 * Double.pi / 180
      return one(
        thick([-sin(turn), 0, cos(turn), cos(turn), 0, sin(turn), 0, 1, 0]),
        SIMD3(22, 20, 5), SIMD3(9, 11, 2.4))
    default:
      let large = Grid(size: SIMD3(64, 64, 9), spacing: SIMD3(3, 3, 5))
      return one(large, SIMD3(33, 30, 4), SIMD3(24, 28, 3))
    }
  }

  private static func volume(_ grid: Grid) -> Volume {
    var values: [Int16] = []
    for z in 0..<grid.size.z {
      for y in 0..<grid.size.y {
        for x in 0..<grid.size.x {
          let sum: Int = x * 7 + y * 13 + z * 29 + x * y * 3
          values.append(Int16(sum % 97 * 5 - 240))
        }
      }
    }
    return Volume(grid: grid, voxels: .int16(values))
  }

  private static func region(
    _ grid: Grid, _ isInside: (SIMD3<Double>) -> Bool
  ) throws -> MaskRegion {
    var mask: [UInt8] = []
    for z in 0..<grid.size.z {
      for y in 0..<grid.size.y {
        for x in 0..<grid.size.x {
          mask.append(isInside(SIMD3(Double(x), Double(y), Double(z))) ? 1 : 0)
        }
      }
    }
    return try #require(
      MaskRegion(shrinking: mask, in: IndexBox(lower: .zero, size: grid.size)))
  }

  /// Oracle: SimpleITK's places of voxels and Resample (scripts/oracles/overlay.py). Numbers of
  /// colours are equal; the field is computed in another order, 1e-12 relative.
  @Test func picturesAreThoseOfSimpleITK() throws {
    let lines = try Golden.lines("thumbnails.csv")
    #expect(lines.count == 9)
    for fields in lines {
      let setting = Self.make(fields[0])
      let region = try Self.region(setting.mask) { voxel in
        let share: SIMD3<Double> = (voxel - setting.centre) / setting.half
        return (share * share).sum() <= 1
      }
      let thumbnail = OverlayThumbnail(
        of: region, on: setting.mask, image: Self.volume(setting.image), named: "CT")
      let raster = thumbnail.raster(hasLetters: false)
      let field = try #require(Double(fields[1]))
      #expect(abs(thumbnail.field / field - 1) < 1e-12, "\(fields[0])")
      #expect(raster.pixels.count { $0 == 1 } == Int(fields[2]), "\(fields[0]): contour")
      #expect(raster.pixels.count { $0 == 0 } == Int(fields[3]), "\(fields[0]): outside")
      let numbers = fields[4].split(separator: " ").compactMap { Int($0) }
      #expect(numbers.count == 180)
      for pick in stride(from: 0, to: numbers.count, by: 3) {
        let (x, y) = (numbers[pick], numbers[pick + 1])
        let pixel = raster.pixels[y * raster.width + x]
        #expect(Int(pixel) == numbers[pick + 2], "\(fields[0]) at \(x), \(y)")
      }
    }
  }

  @Test func rightIsLeftAndFrontIsOnTop() throws {
    // A bright half on the patient's left, a dark quarter at the back, whatever the axes do.
    for direction: [Double] in [
      [1, 0, 0, 0, 1, 0, 0, 0, 1], [-1, 0, 0, 0, -1, 0, 0, 0, 1], [0, 0, 1, 1, 0, 0, 0, 1, 0],
      [0, -1, 0, 0, 0, 1, -1, 0, 0],
    ] {
      let grid = Grid(size: SIMD3(60, 60, 60), spacing: SIMD3(2, 2, 2), direction: direction)
      let transform = GridTransform(grid)
      let middle = transform.physicalPoint(ofContinuousIndex: SIMD3(repeating: 29.5))
      var values: [Int16] = []
      for z in 0..<60 {
        for y in 0..<60 {
          for x in 0..<60 {
            let point = transform.physicalPoint(ofIndex: SIMD3(x, y, z)) - middle
            values.append(point.y > 10 ? -1000 : point.x > 0 ? 300 : 0)
          }
        }
      }
      let region = try Self.region(grid) { voxel in
        let offset: SIMD3<Double> = voxel - SIMD3(repeating: 29.5)
        return (offset * offset).sum() < 16
      }
      let picture = OverlayThumbnail(
        of: region, on: grid, image: Volume(grid: grid, voxels: .int16(values)), named: "CT"
      ).raster(hasLetters: false)
      func colour(_ x: Int, _ y: Int) -> UInt8 { picture.pixels[y * 128 + x] }
      #expect(colour(120, 20) == 65 && colour(8, 20) == 27, "\(direction)")
      #expect(colour(120, 120) == 2 && colour(8, 120) == 2, "\(direction)")
    }
  }

  /// A bright ball 18 mm to the left of the region, 11 mm in front of it and 14 mm above its middle,
  /// in grids that are turned out of the axes of the body: it is seen where it is in the patient.
  @Test(arguments: [AnatomicalPlane.axial, .coronal, .sagittal])
  func aLandmarkIsWhereItIsInThePatient(_ plane: AnatomicalPlane) throws {
    // Turned axial slices of cubes; thick slices that are nearly coronal, nearly sagittal.
    let (a, b) = (17 * Double.pi / 180, 9 * Double.pi / 180)
    let grid =
      switch plane {
      case .axial:
        Grid(
          size: SIMD3(80, 80, 80), origin: SIMD3(-55, -20, -40), direction: Self.oblique)
      case .coronal:
        Grid(
          size: SIMD3(90, 90, 40), spacing: SIMD3(1, 1, 2), origin: SIMD3(-50, -45, -30),
          direction: [cos(a), 0, -sin(a), sin(a), 0, cos(a), 0, 1, 0])
      case .sagittal:
        Grid(
          size: SIMD3(90, 90, 45), spacing: SIMD3(1, 1, 2), origin: SIMD3(-45, -50, -45),
          direction: [0, -sin(b), cos(b), 1, 0, 0, 0, cos(b), sin(b)])
      }
    let transform = GridTransform(grid)
    let middle = transform.physicalPoint(
      ofContinuousIndex: SIMD3(
        Double(grid.size.x), Double(grid.size.y), Double(grid.size.z)) / 2)
    var shift = SIMD3(18.0, -11, 14)
    shift[plane.across] = 0
    let landmark = middle + shift
    func distance(_ x: Int, _ y: Int, _ z: Int, _ point: SIMD3<Double>) -> Double {
      let offset: SIMD3<Double> = transform.physicalPoint(ofIndex: SIMD3(x, y, z)) - point
      return (offset * offset).sum().squareRoot()
    }
    var values: [Float] = []
    var mask: [UInt8] = []
    for z in 0..<grid.size.z {
      for y in 0..<grid.size.y {
        for x in 0..<grid.size.x {
          values.append(Float(max(0, 6 - distance(x, y, z, landmark))))
          mask.append(distance(x, y, z, middle) < 8 ? 1 : 0)
        }
      }
    }
    let region = try #require(
      MaskRegion(shrinking: mask, in: IndexBox(lower: .zero, size: grid.size)))
    let thumbnail = OverlayThumbnail(
      of: region, on: grid, image: Volume(grid: grid, voxels: .float32(values)), named: "T1")
    let expectedAngle = [AnatomicalPlane.axial: 24.8, .coronal: 17, .sagittal: 9]
    #expect(thumbnail.plane == plane)
    #expect(abs(thumbnail.obliquity - (expectedAngle[plane] ?? 0)) < 0.1)
    #expect(abs(thumbnail.level - middle[plane.across]) < 1.5)
    let picture = thumbnail.raster(hasLetters: false)
    let brightest = picture.pixels.max() ?? 0
    let spots = picture.pixels.indices.filter { picture.pixels[$0] == brightest }
    let place = spots.reduce(SIMD2<Double>()) {
      $0 + SIMD2(Double($1 % 128), Double($1 / 128)) / Double(spots.count)
    }
    let pixel = thumbnail.field / 128
    let right = (place.x - 63.5) * pixel
    let down = (place.y - 63.5) * pixel
    let expected =
      switch plane {
      case .axial: SIMD2(18.0, -11)
      case .coronal: SIMD2(18.0, -14)
      case .sagittal: SIMD2(-11.0, -14)
      }
    // The box of the region's voxels is known to half a voxel.
    #expect(abs(right - expected.x) < 0.75 && abs(down - expected.y) < 0.75, "\(right), \(down)")
  }

  /// Pixels by eye: the strokes of R begin two pixels from the left edge, 60 from the top.
  @Test func lettersStandAtTheEdges() throws {
    let grid = Grid(size: SIMD3(20, 20, 9))
    let region = try Self.region(grid) { $0.x == 4 && $0.y == 5 && $0.z == 3 }
    let volume = Volume(grid: grid, voxels: .float32([Float](repeating: 7, count: 3600)))
    let thumbnail = OverlayThumbnail(of: region, on: grid, image: volume, named: "T1")
    let (with, without) = (thumbnail.raster(), thumbnail.raster(hasLetters: false))
    let changed = with.pixels.indices.filter { with.pixels[$0] != without.pixels[$0] }
    #expect(changed.allSatisfy { min($0 % 128, 127 - $0 % 128, $0 / 128, 127 - $0 / 128) < 10 })
    let rows = (0..<7).map { y in
      String((0..<5).map { with.pixels[(60 + y) * 128 + 2 + $0] == 65 ? "#" as Character : "." })
    }
    #expect(rows == ["####.", "#...#", "#...#", "####.", "#.#..", "#..#.", "#...#"])
    #expect(with.pixels[60 * 128 + 1] == 2 && with.pixels[59 * 128 + 2] == 2)
    for plane in AnatomicalPlane.allCases {
      #expect(plane.right != plane.down && Set([plane.right, plane.down, plane.across]).count == 3)
    }
  }

  /// Two halves of a box and a third part that is missing, by hand.
  @Test func partsHaveColoursOfTheirOwn() throws {
    let grid = Grid(size: SIMD3(32, 32, 5), spacing: SIMD3(2, 2, 2))
    let left = try Self.region(grid) { $0.x >= 16 && $0.x < 20 && $0.y >= 12 && $0.y < 20 }
    let right = try Self.region(grid) { $0.x >= 12 && $0.x < 16 && $0.y >= 12 && $0.y < 20 }
    let volume = Volume(
      grid: grid, voxels: .float32((0..<5120).map { $0 % 32 < 16 ? 0 : 100 }))
    let thumbnail = try #require(
      OverlayThumbnail(of: [left, nil, right], on: grid, image: volume, named: "T1"))
    #expect(thumbnail.colourCount == 3 && thumbnail.shares == [0.5, 0, 0.5])
    let raster = thumbnail.raster(hasLetters: false)
    #expect(raster.palette.count == 2 + 64 + 3 * 16)
    // 64 mm, four pixels a voxel: 16 x 32 pixels each; linear interpolation between black and white
    // at the border. Right is dark, left is bright.
    let row = raster.pixels[64 * 128..<65 * 128]
    #expect(Array(row)[..<48].allSatisfy { $0 == 2 } && Array(row)[80...].allSatisfy { $0 == 65 })
    #expect(Array(row)[48..<62].allSatisfy { $0 == 66 + 32 })
    #expect(Array(row)[66..<80].allSatisfy { $0 == 66 + 15 })
    #expect(raster.pixels.count { $0 >= 66 && $0 < 82 } == 16 * 32)
    let colours = RegionColours.colours(3)
    #expect(colours == [SIMD3(94, 60, 180), SIMD3(33, 160, 140), SIMD3(253, 231, 37)])
    // 0.65 x colour + 0.35 x white.
    #expect(raster.palette[66 + 15] == SIMD3(150, 128, 206))
    #expect(Set(RegionColours.colours(64)).count == 64)
    #expect(OverlayThumbnail(of: [nil, nil], on: grid, image: volume, named: "T1") == nil)
    let few: [MaskRegion?] = [left] + [MaskRegion?](repeating: nil, count: 63)
    let many = try #require(
      OverlayThumbnail(of: few, on: grid, image: volume, named: "T1"))
    #expect(many.raster().palette.count == 2 + 64 + 2 * 64)
    #expect(many.raster(greyLevels: 4).palette.count == 2 + 4 + 2 * 64)
  }

  @Test func firstOfEqualSlicesAndSmallestRegion() throws {
    let grid = Grid(size: SIMD3(20, 20, 9))
    let column = try Self.region(grid) { $0.x == 4 && $0.y == 5 && $0.z > 1 && $0.z < 7 }
    let volume = Volume(grid: grid, voxels: .float32([Float](repeating: 7, count: 3600)))
    let thumbnail = OverlayThumbnail(of: column, on: grid, image: volume, named: "T1")
    #expect(thumbnail.level == 2 && thumbnail.field == 64 && thumbnail.plane == .axial)
    #expect(thumbnail.window.name == "one value")
    let raster = thumbnail.raster(hasLetters: false)
    // A voxel of 1 mm is two pixels of 0.5 mm wide; every pixel of it is contour.
    #expect(raster.pixels.count { $0 == 1 } == 4)
    // 20 mm of image in 64 mm of picture, the rest shows the page.
    #expect(raster.pixels.count { $0 == 0 } == 128 * 128 - 40 * 40)
    #expect(Set(raster.pixels) == [0, 1, 34])
  }

  @Test func windowsFollowTheModality() {
    let ct = Modality(imageNamed: "CT", pixelType: .int16, lowest: 0)
    #expect(GreyWindow(ct, inside: [-20, 40], shown: []) == .softTissue)
    #expect(GreyWindow(ct, inside: [-800, -700], shown: []) == .lung)
    let pet = Modality(imageNamed: "PET", pixelType: .float32, lowest: 0)
    #expect(GreyWindow(pet, inside: [4], shown: [0, 1, 12]) == .uptake)
    let counts = GreyWindow(pet, inside: [], shown: (0...1000).map { Double($0) * 20 })
    #expect(counts.isInverted && counts.upper == 19800)
    let names: [(String, PixelType, Double, Modality)] = [
      ("ceCT", .int16, 0, .ct), ("PETCT", .float32, 0, .other), ("FDG-PET", .float64, -3, .uptake),
      ("T1", .int16, 0, .other), ("image", .int16, -900, .ct), ("image", .float32, -900, .other),
    ]
    for (name, type, lowest, modality) in names {
      #expect(Modality(imageNamed: name, pixelType: type, lowest: lowest) == modality, "\(name)")
    }
    let other = GreyWindow(.other, inside: [], shown: (0...200).map { Double($0) })
    #expect(other.lower == 2 && other.upper == 198 && other.brightness(100) == 0.5)
    #expect(GreyWindow.uptake.brightness(0) == 1 && GreyWindow.uptake.brightness(99) == 0)
  }
}

enum Golden {
  /// Fields of the lines behind the comment and the header.
  static func lines(_ name: String) throws -> [[String]] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/\(name)")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst(2)
      .map { $0.split(separator: ",").map(String.init) }
  }
}
