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

  /// Oracle: SimpleITK's DICOMOrient and Resample (scripts/oracles/overlay.py). Numbers of colours
  /// are equal; the field is computed in another order, 1e-12 relative.
  @Test func picturesAreThoseOfSimpleITK() throws {
    let lines = try Golden.lines("thumbnails.csv")
    #expect(lines.count == 7)
    for fields in lines {
      let setting = Self.make(fields[0])
      let region = try Self.region(setting.mask) { voxel in
        let share: SIMD3<Double> = (voxel - setting.centre) / setting.half
        return (share * share).sum() <= 1
      }
      let thumbnail = OverlayThumbnail(
        of: region, on: setting.mask, image: Self.volume(setting.image), named: "CT")
      let raster = thumbnail.raster()
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
      ).raster()
      func colour(_ x: Int, _ y: Int) -> UInt8 { picture.pixels[y * 128 + x] }
      #expect(colour(120, 20) == 65 && colour(8, 20) == 27, "\(direction)")
      #expect(colour(120, 120) == 2 && colour(8, 120) == 2, "\(direction)")
    }
  }

  @Test func firstOfEqualSlicesAndSmallestRegion() throws {
    let grid = Grid(size: SIMD3(20, 20, 9))
    let column = try Self.region(grid) { $0.x == 4 && $0.y == 5 && $0.z > 1 && $0.z < 7 }
    let volume = Volume(grid: grid, voxels: .float32([Float](repeating: 7, count: 3600)))
    let thumbnail = OverlayThumbnail(of: column, on: grid, image: volume, named: "T1")
    #expect(thumbnail.slice == 2 && thumbnail.field == 64)
    #expect(thumbnail.window.name == "one value")
    let raster = thumbnail.raster()
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
