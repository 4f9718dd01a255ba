import Catalog
import Components
import Features
import Foundation
import Imaging
import Testing

/// The IBSI 1 digital phantom (Image Biomarker Standardisation Initiative reference manual,
/// appendix A; CC BY 4.0): 5 x 4 x 4 voxels of 2 mm.
enum DigitalPhantom {
  static let values: [Double] = [
    1, 4, 4, 1, 1, 1, 4, 6, 1, 1, 4, 1, 6, 4, 1, 4, 4, 6, 4, 1,
    1, 4, 4, 1, 1, 1, 1, 6, 1, 1, 1, 1, 3, 1, 1, 4, 4, 6, 1, 1,
    1, 4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 9, 1, 1, 1, 1, 6, 1, 1,
    1, 4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 6, 1, 1,
  ]
  static let outside: Set<Int> = [30, 43, 44, 52, 63, 64]

  static var region: Region {
    get throws {
      let box = VoxelBox(
        size: SIMD3(5, 4, 4), spacing: SIMD3(2, 2, 2), pixelType: .float64, values: values,
        mask: values.indices.map { outside.contains($0) ? 0 : 1 })
      return try Region(intensity: box, discretisation: DiscretisationParameters(binWidth: 1))
    }
  }

  /// Published values beside the package; they are not part of the project.
  static let reference = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/reference/ibsi1_reference.csv")

  static var isPresent: Bool { FileManager.default.fileExists(atPath: reference.path) }

  struct Reference {
    let code: String
    let aggregation: String
    let value: Double
    let tolerance: Double
  }

  static func references() throws -> [Reference] {
    try String(contentsOf: reference, encoding: .utf8).split(separator: "\n").dropFirst()
      .map { fields($0) }.filter { $0[0] == "digital phantom" && $0[5].isEmpty }
      .compactMap { row in
        guard let value = Double(row[8]) else { return nil }
        return Reference(
          code: row[4], aggregation: row[6], value: value, tolerance: Double(row[9]) ?? 0)
      }
  }

  private static func fields(_ line: Substring) -> [String] {
    var fields = [""]
    var quoted = false
    for character in line {
      switch character {
      case "\"": quoted.toggle()
      case "," where !quoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }
}

/// Oracle: the consensus values of IBSI 1 for the digital phantom. Tolerance: after rounding to
/// three significant digits, the published one.
@Suite("IBSI digital phantom")
struct DigitalPhantomTests {
  @Test(
    "every feature that has an IBSI code", .enabled(if: DigitalPhantom.isPresent),
    arguments: ["3D, averaged", "3D, merged"])
  func codes(_ aggregation: String) throws {
    let references = try DigitalPhantom.references()
    let region = try DigitalPhantom.region
    let merged: SettingValue = .map(
      SettingMap([.init(key: "weightingNorm", value: .text("no_weighting"))]))
    var compared = 0
    for type in Catalog.families(of: .pyradiomics) {
      let directional = ["glcm", "glrlm"].contains(type.id.name)
      let family = try decode(
        type, directional && aggregation == "3D, merged" ? merged : .null)
      let values = try family.values(of: region)
      for (column, value) in zip(type.columns, values) {
        guard let code = column.ibsi else { continue }
        let matching = references.filter {
          $0.code == code
            && ($0.aggregation == (directional ? aggregation : "3D")
              || $0.aggregation.isEmpty)
        }
        let reference = try #require(matching.first, "\(type.id) \(column.name) \(code)")
        #expect(matching.count == 1)
        let rounded = Self.threeDigits(value)
        #expect(
          abs(rounded - reference.value) <= reference.tolerance + 1e-9 * abs(reference.value),
          "\(type.id) \(column.name): \(value), IBSI \(reference.value)")
        compared += 1
      }
    }
    #expect(compared == 101)
  }

  private static func threeDigits(_ value: Double) -> Double {
    Double(String(format: "%.2e", value)) ?? .nan
  }

  /// The same 80 voxels without the published table: some of its values.
  @Test("some published values")
  func typed() throws {
    let region = try DigitalPhantom.region
    let first = try FirstOrder(.init()).values(of: region)
    let mean = try #require(FirstOrder.columns.firstIndex { $0.name == "Mean" })
    #expect(Self.threeDigits(first[mean]) == 2.15)
    let shape = try Shape(.init()).values(of: region)
    let area = try #require(Shape.columns.firstIndex { $0.name == "SurfaceArea" })
    #expect(Self.threeDigits(shape[area]) == 388)
    let tone = try NGTDM(.init()).values(of: region)
    #expect(Self.threeDigits(tone[1]) == 0.0296)
  }
}
