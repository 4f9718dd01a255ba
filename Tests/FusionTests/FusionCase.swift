import Foundation
import Imaging
import TestSupport

/// Rows of the golden files and the images of scripts/oracles/fusion.py.
enum FusionCase {
  static func rows(_ name: String) -> [[String: String]] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden").appendingPathComponent(name)
    return (try? GoldenTable(url).rows) ?? []
  }

  static func numbers(_ text: String?) -> [Double] {
    (text ?? "").split(separator: " ").compactMap { Double($0) }
  }

  static func vector(_ text: String?) -> SIMD3<Double> {
    let values = numbers(text)
    return SIMD3(values[0], values[1], values[2])
  }

  static func image(_ grid: Grid, _ type: PixelType, _ a: Int, _ b: Int, _ c: Int, _ m: Int)
    -> Volume
  {
    var values: [Double] = []
    for z in 0..<grid.size.z {
      for y in 0..<grid.size.y {
        for x in 0..<grid.size.x {
          let whole = Double((a * x + b * y + c * z + x * y * z) % m - m / 3)
          values.append(type.isInteger ? whole : whole * 0.37)
        }
      }
    }
    return Volume(grid: grid, values: values, as: type)
  }

  /// Sum, sum weighted by (7 n mod 101) - 50, five values; and the sum of magnitudes.
  static func summary(_ volume: Volume) -> (numbers: [Double], magnitude: Double) {
    let values = volume.values(in: IndexBox(lower: .zero, size: volume.grid.size))
    var (sum, weighted, magnitude) = (0.0, 0.0, 0.0)
    for (n, value) in values.enumerated() {
      sum += value
      weighted += value * (Double(7 * n % 101) - 50)
      magnitude += abs(value)
    }
    let picked = (0..<5).map { values[$0 * (values.count - 1) / 4] }
    return ([sum, weighted] + picked, magnitude)
  }

  static func expected(_ row: [String: String]) -> [Double] {
    ["sum", "weighted", "v0", "v1", "v2", "v3", "v4"].map { Double(row[$0] ?? "") ?? .nan }
  }
}
