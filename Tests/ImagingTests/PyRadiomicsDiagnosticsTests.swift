import Foundation
import Imaging
import Testing

@Suite struct PyRadiomicsDiagnosticsTests {
  private static let golden: [[String]] = {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/diagnostics.csv")
    let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: "|", maxSplits: 2).map(String.init) }
  }()

  private static func grid(_ name: String) -> Grid {
    let size = SIMD3(11, 10, 7)
    switch name {
    case "int16":
      return Grid(size: size, spacing: SIMD3(0.9765625, 1.2, 3), origin: SIMD3(-12.5, 7.25, 101))
    case "float32":
      return Grid(
        size: size, spacing: SIMD3(0.1, 0.2, 0.7), origin: SIMD3(0.3, -0.1, 1e-7),
        direction: [0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, 1])
    default: return Grid(size: size)
    }
  }

  /// The image and mask of scripts/oracles/diagnostics.py.
  private static func images(_ name: String) -> (Volume, LabelVolume) {
    let grid = grid(name)
    var values: [Double] = []
    var labels: [UInt8] = []
    for z in 0..<7 {
      for y in 0..<10 {
        for x in 0..<11 {
          let whole = (7 * x + 13 * y + 29 * z + x * y * z) % 211 - (name == "uint8" ? 0 : 70)
          values.append(name == "float32" ? Double(whole) * 0.37 : Double(whole))
          let distance = (x - 4) * (x - 4) + (y - 5) * (y - 5) + (z - 2) * (z - 2)
          let isThree = distance <= 5 || (x, y, z) == (9, 9, 5) || (x, y, z) == (8, 8, 4)
          labels.append((x, y, z) == (0, 0, 0) ? 1 : isThree ? 3 : 0)
        }
      }
    }
    let type = PixelType(rawValue: name) ?? .int16
    return (
      Volume(grid: grid, values: values, as: type), LabelVolume(grid: grid, labels: labels)
    )
  }

  /// Oracle: PyRadiomics 3.0.1, the text of its CSV (Golden/diagnostics.csv); equal characters.
  @Test(arguments: ["int16", "float32", "uint8"])
  func textsEqualPyRadiomics(_ name: String) throws {
    let rows = Self.golden.filter { $0[0] == name }
    func text(_ key: String) -> String { rows.first { $0[1] == "diagnostics_" + key }?[2] ?? "" }
    let (image, labels) = Self.images(name)
    let region = try #require(labels.region(of: 3))
    let texts = DiagnosticTexts(
      versions: DiagnosticVersions(
        radiomics: text("Versions_PyRadiomics"), numerics: text("Versions_Numpy"),
        imaging: text("Versions_SimpleITK"), wavelets: text("Versions_PyWavelet"),
        language: text("Versions_Python")),
      settings: text("Configuration_Settings"),
      imageTypes: text("Configuration_EnabledImageTypes"),
      imageHash: text("Image-original_Hash"), maskHash: text("Mask-original_Hash"))
    let columns = PyRadiomicsDiagnostics.columns(
      image: image, region: region, maskGrid: labels.grid, texts: texts)
    #expect(columns.map { [name, $0.name, $0.text] } == rows)
    #expect(columns.count == 22 && PyRadiomicsDiagnostics.names == columns.map { $0.name })
  }
}
