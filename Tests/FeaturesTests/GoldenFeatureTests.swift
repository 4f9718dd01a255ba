import Catalog
import Components
import Features
import Foundation
import Imaging
import Testing

/// A file of this folder's `Golden`.
func goldenText(_ name: String) -> String? {
  let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden").appendingPathComponent(name)
  return try? String(contentsOf: url, encoding: .utf8)
}

/// One row of Golden/features.csv.
struct GoldenCase: CustomTestStringConvertible, Sendable {
  let name: String
  let box: VoxelBox
  let settings: [String: String]
  /// Column "family:feature" to value; nil where PyRadiomics raised an error.
  let values: [String: Double?]

  var testDescription: String { name }

  static let all: [GoldenCase] = {
    guard let text = goldenText("features.csv") else { return [] }
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    let header = fields(lines[0])
    return lines.dropFirst().map { GoldenCase(fields($0), header) }
  }()

  private static func fields(_ line: Substring) -> [String] {
    line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
  }

  private init(_ row: [String], _ header: [String]) {
    name = row[0]
    let size = row[1].split(separator: "x").map { Int($0)! }
    let spacing = row[2].split(separator: " ").map { Double($0)! }
    box = SyntheticBox.make(
      size: SIMD3(size[0], size[1], size[2]),
      spacing: SIMD3(spacing[0], spacing[1], spacing[2]), pixelType: PixelType(rawValue: row[3])!,
      image: row[4], mask: row[5])
    var settings: [String: String] = [:]
    for pair in row[6].split(separator: " ") {
      let parts = pair.split(separator: "=").map(String.init)
      settings[parts[0]] = parts[1]
    }
    self.settings = settings
    var values: [String: Double?] = [:]
    for (name, text) in zip(header.dropFirst(7), row.dropFirst(7)) {
      values[name] = .some(Double(text))
    }
    self.values = values
  }

  func region() throws -> Region {
    var discretisation = DiscretisationParameters()
    if let width = settings["binWidth"] { discretisation.binWidth = Double(width)! }
    if let count = settings["binCount"] { discretisation.binCount = Int(count)! }
    let neighbourhood = NeighbourhoodParameters(
      force2D: settings["force2D"] == "true",
      force2Ddimension: Int(settings["force2Ddimension"] ?? "0")!)
    return try Region(
      intensity: box, discretisation: discretisation, neighbourhood: neighbourhood)
  }

  /// The settings of one family, under our names.
  func parameters(of family: any FeatureFamily.Type) -> SettingValue {
    let names = [
      "glcm": ["distances", "weightingNorm", "symmetricalGLCM"], "glrlm": ["weightingNorm"],
      "gldm": ["distances", "gldm_a"], "ngtdm": ["distances"], "firstorder": ["voxelArrayShift"],
    ]
    var map = SettingMap()
    for name in names[family.id.name] ?? [] {
      guard let text = settings[name] else { continue }
      let ours = ["symmetricalGLCM": "symmetrical", "gldm_a": "alpha"][name] ?? name
      map.entries.append(.init(key: ours, value: Self.value(text)))
    }
    return .map(map)
  }

  private static func value(_ text: String) -> SettingValue {
    if text == "true" || text == "false" { return .flag(text == "true") }
    if text.hasPrefix("[") {
      let numbers = text.dropFirst().dropLast().split(separator: ",")
      return .list(numbers.map { .integer(Int($0)!) })
    }
    if let whole = Int(text) { return .integer(whole) }
    return .text(text)
  }
}

func decode<Family: FeatureFamily>(_ type: Family.Type, _ value: SettingValue) throws
  -> any FeatureFamily
{
  try Family.decode(value, at: type.id.name)
}

@Suite("Features against PyRadiomics 3.0.1")
struct GoldenFeatureTests {
  /// Oracle: PyRadiomics 3.0.1 (Golden/features.csv). Tolerance: 1e-9 relative or 1e-9 absolute;
  /// NaN must be NaN, an error an error.
  @Test("all features", arguments: GoldenCase.all)
  func values(_ golden: GoldenCase) throws {
    let region = try golden.region()
    for type in Catalog.families(of: .pyradiomics) {
      let family = try decode(type, golden.parameters(of: type))
      let names = type.columns.map { "\(type.id.name):\($0.name)" }
      let expected = names.map { golden.values[$0] ?? nil }
      let values: [Double]
      do {
        values = try family.values(of: region)
      } catch {
        #expect(expected.allSatisfy { $0 == nil }, "\(golden.name) \(type.id): \(error)")
        continue
      }
      for ((name, value), wanted) in zip(zip(names, values), expected) {
        guard let wanted else {
          Issue.record("\(golden.name) \(name): \(value), PyRadiomics raises an error")
          continue
        }
        #expect(
          Self.close(value, wanted, absolute: Self.absolute(golden.name, name)),
          "\(golden.name) \(name): \(value), PyRadiomics \(wanted)")
      }
    }
  }

  /// Root of a variance that is 0 but for the oracle's rounding (about 1e-16 of the others).
  private static func absolute(_ name: String, _ feature: String) -> Double {
    let degenerate = ["three", "two-diagonal", "two-apart", "two-apart-flat", "two-apart-weighted"]
    let lengths = [
      "shape:LeastAxisLength", "shape:MinorAxisLength", "shape:Flatness", "shape:Elongation",
    ]
    return degenerate.contains(name) && lengths.contains(feature) ? 1e-6 : 1e-9
  }

  private static func close(_ a: Double, _ b: Double, absolute: Double) -> Bool {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
    return abs(a - b) <= max(absolute, 1e-9 * abs(b))
  }

  @Test("the golden file has all cases")
  func count() { #expect(GoldenCase.all.count >= 70) }
}
