import Components
import Features
import Foundation
import Imaging
import TestSupport
import Testing

/// Oracle: the manual's formulas in plain NumPy; see scripts/oracles/ibsi_intensity.py. Tolerance:
/// 1e-11 relative, sums run in another order; absolute 1e-12 times the largest value near 0.
@Suite struct IBSIIntensityEdgeTests {
  struct Case: CustomStringConvertible {
    let row: [String: String]
    var description: String { "\(self["case"]) \(self["family"])" }

    subscript(key: String) -> String { row[key] ?? "" }
    func numbers(_ key: String) -> [Double] {
      self[key].split(separator: " ").compactMap { Double($0) }
    }

    static let all: [Case] = {
      let url = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden/ibsi_intensity.csv")
      return ((try? GoldenTable(url))?.rows ?? []).map { Case(row: $0) }
    }()

    var region: Region {
      get throws {
        let (n, s, f) = (numbers("size").map { Int($0) }, numbers("spacing"), numbers("values"))
        let size = SIMD3(n[0], n[1], n[2])
        let spacing = SIMD3(s[0], s[1], s[2])
        let count = size.x * size.y * size.z
        let (a, b, m) = (Int(f[0]), Int(f[1]), Int(f[2]))
        let values = (0..<count).map { (n: Int) -> Double in
          let whole: Int = (a * n + b * n * n) % m
          return Double(whole) * f[3] + f[4]
        }
        let mask = (0..<count).map { isInside($0, size, count) ? UInt8(1) : 0 }
        let limits = self["range"].split(separator: " ").map { Double($0) }
        let bins = DiscretisationParameters(
          binWidth: numbers("binWidth")[0], binCount: Int(numbers("binCount")[0]),
          method: DiscretisationMethod(rawValue: self["method"])!)
        let grid = Grid(size: size, spacing: spacing)
        return try Region(
          intensity: VoxelBox(
            size: size, spacing: spacing, pixelType: .float64, values: values, mask: mask),
          discretisation: bins,
          levelRule: .ibsi(IntensityRange(lower: limits[0], upper: limits[1])),
          surroundings: WorkingImage(
            image: Volume(grid: grid, voxels: .float64(values)),
            box: IndexBox(lower: .zero, size: size), mask: mask))
      }
    }

    private func isInside(_ n: Int, _ size: SIMD3<Int>, _ count: Int) -> Bool {
      let words = self["mask"].split(separator: " ")
      let (x, y, z) = (n % size.x, n / size.x % size.y, n / (size.x * size.y))
      switch words[0] {
      case "all": return true
      case "two": return n == 0 || n == count - 1
      case "inner":
        return x > 0 && x < size.x - 1 && y > 0 && y < size.y - 1 && z > 0 && z < size.z - 1
      default: return n % Int(words[1])! != 0
      }
    }

    func values() throws -> [Double] {
      let region = try self.region
      switch self["family"] {
      case "stat": return try IntensityStatistics(.init()).values(of: region)
      case "ih": return try IntensityHistogram(.init()).values(of: region)
      case "ivh":
        let ivh = numbers("ivh")
        return try IntensityVolumeHistogram(.init(binWidth: ivh[0], binCount: Int(ivh[1])))
          .values(of: region)
      default: return try LocalIntensity(.init()).values(of: region)
      }
    }
  }

  @Test("all cases are there") func count() { #expect(Case.all.count == 36) }

  @Test("small boxes", arguments: Case.all)
  func small(_ golden: Case) throws {
    let expected = golden.numbers("expected")
    let values = try golden.values()
    #expect(values.count == expected.count)
    let scale = expected.filter { $0.isFinite }.map { abs($0) }.max() ?? 0
    for (i, (value, wanted)) in zip(values, expected).enumerated() {
      let agrees =
        wanted.isNaN
        ? value.isNaN : abs(value - wanted) <= 1e-11 * abs(wanted) + 1e-12 * max(scale, 1)
      #expect(agrees, "column \(i): \(value), oracle \(wanted)")
    }
  }

  @Test("intensities that should be levels and are not are refused")
  func notLevels() throws {
    for values in [[1, 2.5], [0, 1], [1, 70_000], [-1, 3]] {
      let box = VoxelBox(
        size: SIMD3(2, 1, 1), spacing: .one, pixelType: .float64, values: values, mask: [1, 1])
      let region = try Region(
        intensity: box, discretisation: DiscretisationParameters(binWidth: 1, method: .none),
        levelRule: .ibsi(IntensityRange()))
      #expect(throws: FeatureError.self) { try region.levels() }
    }
  }

  @Test("both masks of a region know where the other is")
  func offset() throws {
    let values = (0..<27).map { Double($0) }
    func box(_ size: SIMD3<Int>, _ inside: Set<Int>) -> VoxelBox {
      let n = size.x * size.y * size.z
      return VoxelBox(
        size: size, spacing: .one, pixelType: .float64, values: Array(values[0..<n]),
        mask: (0..<n).map { inside.contains($0) ? 1 : 0 })
    }
    // The shape's box begins one voxel before the other in x; its first plane y = 0 is empty.
    let region = try Region(
      intensity: box(SIMD3(2, 2, 2), [3, 7]), shape: box(SIMD3(3, 3, 3), [4, 5, 8, 22]),
      shapeOffset: SIMD3(-1, 0, 0))
    #expect(region.mask.lower == SIMD3(1, 1, 0) && region.shapeMask.lower == SIMD3(1, 1, 0))
    #expect(region.shapeOffset == SIMD3(-1, 0, 0))
    let tight = try Region(intensity: box(SIMD3(2, 2, 2), [3, 7]))
    #expect(tight.shapeOffset == .zero)
  }

  @Test("without surroundings there is no peak; both kinds of bins at once are refused")
  func refusals() throws {
    let box = VoxelBox(
      size: SIMD3(2, 1, 1), spacing: .one, pixelType: .float64, values: [1, 2], mask: [1, 1])
    let peaks = try LocalIntensity(.init()).values(of: Region(intensity: box))
    #expect(peaks.count == 2 && peaks.allSatisfy { $0.isNaN })
    #expect(throws: InvalidInput.self) {
      try IntensityVolumeHistogram(.init(binWidth: 1, binCount: 5))
    }
  }
}

/// Oracle: the consensus values of IBSI 1. Tolerance: after rounding to three significant digits,
/// the published one.
@Suite(.enabled(if: IBSIConfiguration.isPresent, "needs ../shared/reference and ../shared/data"))
struct IBSIIntensityTests {
  @Test("intensity families", arguments: IBSIConfiguration.allCases)
  func families(_ configuration: IBSIConfiguration) throws {
    let region = try configuration.region()
    var compared = 0
    try check(IntensityStatistics(.init()), region, configuration, &compared)
    try check(IntensityHistogram(.init()), region, configuration, &compared)
    try check(
      IntensityVolumeHistogram(configuration.histogramSettings), region, configuration, &compared)
    try check(LocalIntensity(.init()), region, configuration, &compared)
    print("\(configuration): \(compared) intensity values of IBSI compared")
    #expect(compared == 49)
  }

  private func check(
    _ family: some FeatureFamily, _ region: Region, _ configuration: IBSIConfiguration,
    _ compared: inout Int
  ) throws {
    let id = type(of: family).id.name
    let references = try configuration.references().filter { $0.tag.hasPrefix(id + "_") }
    #expect(
      references.map { String($0.tag.dropFirst(id.count + 1)) } == family.columns.map { $0.name })
    let codes = references.map { $0.subcode.isEmpty ? $0.code : $0.subcode }
    #expect(codes == family.columns.map { $0.ibsi ?? "" })
    for (reference, value) in zip(references, try family.values(of: region)) {
      guard let expected = reference.value else { continue }
      #expect(
        reference.agrees(value),
        "\(reference.tag): \(value), IBSI \(expected) +- \(reference.tolerance)")
      compared += 1
    }
  }
}
