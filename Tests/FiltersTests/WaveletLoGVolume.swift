import Filters
import Foundation
import Imaging
import TestSupport
import Testing

/// A volume of scripts/oracles/filters_wavelet_log.py, and the box in which it is filtered.
struct WaveletLoGCase: Sendable, CustomTestStringConvertible {
  let key: String
  let settings: [String]
  let rows: [[String: String]]
  let input: FilterInput

  var testDescription: String { key }

  /// All cases of a golden file, in its order; a case's responses are its rows.
  static func read(_ name: String) -> [WaveletLoGCase] {
    let rows = (try? GoldenTable(golden(name)))?.rows ?? []
    var groups: [(key: String, rows: [[String: String]])] = []
    for row in rows {
      let parts = ["size", "spacing", "pixelType", "lower", "boxSize", "settings"]
      let key = parts.map { row[$0] ?? "" }.joined(separator: " | ")
      if groups.last?.key == key {
        groups[groups.count - 1].rows.append(row)
      } else {
        groups.append((key, [row]))
      }
    }
    return groups.compactMap { WaveletLoGCase($0.key, $0.rows) }
  }

  static func golden(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)")
  }

  private init?(_ key: String, _ rows: [[String: String]]) {
    func vector<Scalar: LosslessStringConvertible>(_ name: String) -> SIMD3<Scalar>? {
      let words = (rows[0][name] ?? "").split(separator: " ").compactMap { Scalar(String($0)) }
      return words.count == 3 ? SIMD3(words) : nil
    }
    guard let size: SIMD3<Int> = vector("size"), let spacing: SIMD3<Double> = vector("spacing"),
      let lower: SIMD3<Int> = vector("lower"), let boxSize: SIMD3<Int> = vector("boxSize"),
      let type = PixelType(rawValue: rows[0]["pixelType"] ?? "")
    else { return nil }
    self.key = key
    self.rows = rows
    settings = (rows[0]["settings"] ?? "").split(separator: " ").map(String.init)
    let box = IndexBox(lower: lower, size: boxSize)
    input = FilterInput(
      image: Self.volume(size, spacing, type), box: box,
      mask: [UInt8](repeating: 1, count: box.voxelCount))
  }

  /// The formula of the script.
  static func volume(_ size: SIMD3<Int>, _ spacing: SIMD3<Double>, _ type: PixelType) -> Volume {
    var values: [Double] = []
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x {
          let i = (z * size.y + y) * size.x + x
          let noise = ((i * 2_654_435_761 % 0x1_0000_0000) >> 16) % 201
          var value = noise + (x * x + 3 * y * z + 7 * x * z + 2 * y * y) % 977 - 300
          if type == .uint8 { value = (value % 251 + 251) % 251 }
          values.append(type.isInteger ? Double(value) : Double(value) * 0.37)
        }
      }
    }
    return Volume(grid: Grid(size: size, spacing: spacing), values: values, as: type)
  }
}
