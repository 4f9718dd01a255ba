internal import Foundation
internal import Imaging
internal import TestSupport

/// The synthetic masks and grids of scripts/oracles/imaging_vois.py.
enum VOIMask {
  static let names = [
    "ball", "border", "far", "shell", "slab", "line", "dot", "ragged", "two", "all-but-one",
  ]

  static func grid(_ name: String) -> Grid {
    switch name {
    case "thick": Grid(size: SIMD3(24, 21, 13), spacing: SIMD3(0.9, 1.1, 3.27))
    case "cubes": Grid(size: SIMD3(17, 19, 15))
    default: Grid(size: SIMD3(20, 14, 11), spacing: SIMD3(0.3, 0.3, 0.9))
    }
  }

  static func hash(_ x: Int, _ y: Int, _ z: Int) -> Int {
    (x * 7919 + y * 104729 + z * 1_299_709 + x * y * 31 + y * z * 17) % 2039
  }

  /// 1 in the mask, x fastest.
  static func voxels(_ name: String, _ size: SIMD3<Int>) -> [UInt8] {
    let c = size / 2
    func isInside(_ x: Int, _ y: Int, _ z: Int) -> Bool {
      let d = (x - c.x) * (x - c.x) * 4 + (y - c.y) * (y - c.y) * 5 + (z - c.z) * (z - c.z) * 9
      let isBall = d <= size.min() * size.min()
      switch name {
      case "ball": return isBall
      case "border": return x < 5 && y < 6 && z < 3
      case "far": return x >= size.x - 4 && y >= size.y - 5 && z >= size.z - 3
      case "shell": return isBall && d > 40
      case "slab": return z == c.z && (x + 2 * y) % 5 != 0
      case "line": return z == c.z && y == c.y && (3..<9).contains(x)
      case "dot": return SIMD3(x, y, z) == c
      case "ragged": return hash(x, y, z) % 7 == 0 && x > 2 && y > 1
      case "two":
        return x < 4 && y < 4 && z < 4 || x > size.x - 6 && y > size.y - 5 && z > 5
      case "all-but-one": return x > 0 || y > 0 || z > 0
      default: return x >= c.x
      }
    }
    var mask: [UInt8] = []
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x { mask.append(isInside(x, y, z) ? 1 : 0) }
      }
    }
    return mask
  }

  static func region(_ name: String, on grid: Grid) -> MaskRegion? {
    MaskRegion(
      shrinking: voxels(name, grid.size), in: IndexBox(lower: .zero, size: grid.size))
  }

  /// Whole numbers, -1000 ... 1038.
  static func image(_ grid: Grid) -> Volume {
    var values: [Double] = []
    for z in 0..<grid.size.z {
      for y in 0..<grid.size.y {
        for x in 0..<grid.size.x { values.append(Double(hash(x, y, z) - 1000)) }
      }
    }
    return Volume(grid: grid, values: values, as: .int16)
  }

  /// The image whose grid is turned against that of the mask.
  static var obliqueImage: Volume {
    let length = (0.81 + 0.01 + 0.04 + 0.09).squareRoot()
    let (a, b, c, d) = (0.9 / length, 0.1 / length, -0.2 / length, 0.3 / length)
    return image(
      Grid(
        size: SIMD3(19, 17, 12), spacing: SIMD3(1.3, 1.2, 2.9), origin: SIMD3(1.1, 0.4, -2.3),
        direction: [
          a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c),
          2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b),
          2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c,
        ]))
  }
}

/// One row of Golden/vois.csv or Golden/vois-patients.csv.
struct VOICase: CustomStringConvertible, Sendable {
  let row: [String: String]

  subscript(key: String) -> String { row[key] ?? "" }
  var description: String {
    ["patient", "grid", "mask", "kind", "distance", "gap", "margin", "exclude", "image", "range"]
      .map { self[$0] }.filter { !$0.isEmpty }.joined(separator: " ")
  }

  static func rows(_ file: String) -> [VOICase] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(file)")
    return ((try? GoldenTable(url))?.rows ?? []).map { VOICase(row: $0) }
  }

  var parameters: VOIParameters {
    var parameters = VOIParameters()
    parameters.kind = VOIKind(rawValue: self["kind"]) ?? .tumour
    parameters.distance = Double(self["distance"]) ?? 0
    parameters.gap = Double(self["gap"]) ?? 0
    parameters.margin = Double(self["margin"]) ?? 0
    parameters.exclude = self["exclude"]
    parameters.range = self["range"].split(separator: " ").compactMap { Double($0) }
    return parameters
  }

  /// The fields that the script writes of a region.
  static func fields(_ region: MaskRegion) -> [String] {
    func text(_ v: SIMD3<Int>) -> String { "\(v.x) \(v.y) \(v.z)" }
    return [
      text(region.box.lower), text(region.box.size), "\(region.count)",
      "\(Checksum.of(region.mask))",
    ]
  }

  var expectedFields: [String] { ["lower", "size", "count", "crc"].map { self[$0] } }
}
