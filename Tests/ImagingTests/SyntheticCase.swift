internal import Foundation
internal import Imaging

/// One row of Golden/preparation.csv: the synthetic image and mask of scripts/oracles/imaging.py
/// and the settings.
struct SyntheticCase: CustomStringConvertible {
  let row: [String: String]

  var description: String { self["name"] }

  subscript(key: String) -> String { row[key] ?? "" }

  func numbers(_ key: String) -> [Double] {
    self[key].split(separator: " ").compactMap { Double($0) }
  }

  private func vector(_ key: String) -> SIMD3<Double> {
    let values = numbers(key)
    return SIMD3(values[0], values[1], values[2])
  }

  func size(_ key: String) -> SIMD3<Int> { SIMD3<Int>(vector(key)) }

  var image: Volume {
    let size = size("size")
    let type = PixelType(rawValue: self["pixelType"]) ?? .int16
    var values: [Double] = []
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x {
          let h = Self.hash(x, y, z)
          switch type {
          case .uint8: values.append(Double(h % 256))
          case .float32: values.append(Double(Float(Double(h - 1000) * 0.37)))
          case .float64: values.append(Double(h - 1000) * 0.1)
          default: values.append(Double(h - 1000))
          }
        }
      }
    }
    let grid = Grid(
      size: size, spacing: vector("spacing"), origin: vector("origin"),
      direction: numbers("direction"))
    return Volume(grid: grid, values: values, as: type)
  }

  var labels: LabelVolume {
    let size = size("maskSize")
    var labels: [UInt8] = []
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x { labels.append(label(x, y, z, size)) }
      }
    }
    let grid = Grid(
      size: size, spacing: vector("maskSpacing"), origin: vector("maskOrigin"),
      direction: numbers("direction"))
    return LabelVolume(grid: grid, labels: labels)
  }

  private static func hash(_ x: Int, _ y: Int, _ z: Int) -> Int {
    (x * 7919 + y * 104729 + z * 1_299_709 + x * y * 31 + y * z * 17) % 2039
  }

  private func label(_ x: Int, _ y: Int, _ z: Int, _ size: SIMD3<Int>) -> UInt8 {
    let c = SIMD3(size.x / 2, size.y / 2, size.z / 2)
    let distance =
      (x - c.x) * (x - c.x) * 4 + (y - c.y) * (y - c.y) * 5 + (z - c.z) * (z - c.z) * 9
    let isBall = distance <= size.min() * size.min()
    let isInside =
      switch self["mask"] {
      case "ball", "two": isBall
      case "border": x < 5 && y < 6 && z < 3
      case "far": x >= size.x - 4 && y >= size.y - 5 && z >= size.z - 3
      case "flat": isBall && z == c.z
      case "ragged": Self.hash(x, y, z) % 7 == 0 && x > 2 && y > 1
      case "line": z == c.z && y == c.y && (3..<9).contains(x)
      case "dot": SIMD3(x, y, z) == c
      default: false
      }
    return isInside ? (self["mask"] == "two" && x > c.x ? 2 : 1) : 0
  }

  var settings: PreparationSettings {
    var settings = PreparationSettings()
    settings.geometry.policy = GeometryPolicy(rawValue: self["policy"]) ?? .refuse
    settings.region.preCrop = !self["preCrop"].isEmpty
    if !self["resample"].isEmpty {
      var resample = ResampleParameters()
      resample.spacing = numbers("resample")
      resample.interpolator = Interpolator(rawValue: self["interpolator"]) ?? .bspline
      resample.padDistance = Int(self["padDistance"]) ?? 5
      settings.resample = resample
    }
    if !self["range"].isEmpty {
      var resegment = ResegmentParameters()
      resegment.range = numbers("range")
      resegment.mode = ResegmentMode(rawValue: self["mode"]) ?? .absolute
      resegment.shape = !self["shape"].isEmpty
      settings.resegment = resegment
    }
    if !self["scale"].isEmpty {
      var normalize = NormalizeParameters()
      normalize.scale = Double(self["scale"]) ?? 1
      normalize.removeOutliers = Double(self["outliers"]) ?? 0
      settings.normalize = normalize
    }
    return settings
  }

  func prepared() throws -> PreparedRegion {
    try ImagePreparation(image, settings: settings)
      .region(of: UInt32(self["label"]) ?? 1, in: labels)
  }
}
