internal import Components
internal import Filters
internal import Foundation
internal import Imaging
internal import TestSupport
internal import Testing

/// Oracle: PyRadiomics 3.0.1 with scikit-image 0.26.0, Golden/lbp2d.csv
/// (scripts/oracles/filters_lbp2d.py).
@Suite struct LBP2DTests {
  /// One row of the golden file: the synthetic image of the script and the settings.
  struct Case: CustomStringConvertible, Sendable {
    let row: [String: String]

    subscript(key: String) -> String { row[key] ?? "" }
    var description: String {
      "\(self["pixelType"]) \(self["image"]) \(self["size"]) \(self["method"]) "
        + "\(self["radius"]) \(self["samples"]) \(self["dimension"])"
    }

    func numbers(_ key: String) -> [Double] {
      self[key].split(separator: " ").compactMap { Double($0) }
    }

    var volume: Volume {
      let lengths = numbers("size").map { Int($0) }
      let size = SIMD3(lengths[0], lengths[1], lengths[2])
      let type = PixelType(rawValue: self["pixelType"]) ?? .float64
      var values: [Double] = []
      for z in 0..<size.z {
        for y in 0..<size.y {
          for x in 0..<size.x { values.append(value(x, y, z, type)) }
        }
      }
      return Volume(grid: Grid(size: size, spacing: SIMD3(0.9, 1.1, 3)), values: values, as: type)
    }

    private func value(_ x: Int, _ y: Int, _ z: Int, _ type: PixelType) -> Double {
      var h = (x * 7919 + y * 104729 + z * 1_299_709 + x * y * 31 + y * z * 17) % 2039
      if self["image"] == "steps" { h = h % 5 + 100 }
      if self["image"] == "flat" { h = 7 }
      switch type {
      case .uint8: return Double(h % 256)
      case .float32: return Double(Float(Double(h - 1000) * 0.37))
      case .float64: return Double(h - 1000) * 0.1
      default: return Double(self["image"] == "hash" ? h - 1000 : h)
      }
    }

    func filter() throws -> LBP2DFilter {
      var parameters = LBP2DFilter.Parameters()
      parameters.radius = Double(self["radius"]) ?? 0
      parameters.samples = Int(self["samples"]) ?? 0
      parameters.method = try #require(LBP2DMethod(rawValue: self["method"]))
      parameters.force2Ddimension = Int(self["dimension"]) ?? 0
      return try LBP2DFilter(parameters)
    }
  }

  static let cases: [Case] = {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/lbp2d.csv")
    return ((try? GoldenTable(url))?.rows ?? []).map(Case.init)
  }()

  private func response(
    _ filter: LBP2DFilter, of image: Volume, box: IndexBox? = nil, mask: [UInt8]? = nil
  ) throws -> FilterImage {
    let box = box ?? IndexBox(lower: .zero, size: image.grid.size)
    let input = FilterInput(
      image: image, box: box, mask: mask ?? [UInt8](repeating: 1, count: box.voxelCount))
    var found: FilterImage?
    try filter.forEachResponse(of: input) {
      (name: String, result: Result<FilterImage, FilterError>) throws in
      #expect(name == "lbp-2D")
      found = try result.get()
    }
    return try #require(found)
  }

  private func failure(_ filter: LBP2DFilter, of image: Volume) -> String {
    do {
      _ = try response(filter, of: image)
      return ""
    } catch {
      return "\(error)"
    }
  }

  private func filter(_ method: LBP2DMethod, samples: Int = 8) throws -> LBP2DFilter {
    var parameters = LBP2DFilter.Parameters()
    parameters.method = method
    parameters.samples = samples
    return try LBP2DFilter(parameters)
  }

  @Test func goldenFileIsComplete() { #expect(Self.cases.count == 32) }

  /// Equal bits of all voxels.
  @Test(arguments: cases) func matchesPyRadiomics(_ expected: Case) throws {
    let image = try response(expected.filter(), of: expected.volume)
    #expect(image.pixelType.rawValue == expected["responseType"])
    #expect(Checksum.of(image.values) == UInt32(expected["crc"]))
    for (i, reference) in expected.numbers("values").enumerated() {
      let index = i == 7 ? image.values.count - 1 : image.values.count.advanced(by: -1) * i / 7
      #expect(image.values[index] == reference, "value \(i)")
    }
  }

  /// Oracle: the response in the whole image. A box inside the image gives the same bits.
  @Test(arguments: cases.filter { $0["size"] == "15 13 7" || $0["size"] == "9 14 8" })
  func boxHoldsTheSameValues(_ example: Case) throws {
    let box = IndexBox(lower: SIMD3(2, 3, 1), size: SIMD3(6, 9, 5))
    let image = example.volume
    let filter = try example.filter()
    let all = try response(filter, of: image)
    let some = try response(filter, of: image, box: box)
    let cut = Volume(grid: image.grid, values: all.values, as: .float64).values(in: box)
    #expect(some.values == cut)
  }

  /// Voxels beyond `reach` do not matter.
  @Test(arguments: [0, 1, 2]) func reachIsEnough(_ dimension: Int) throws {
    var parameters = LBP2DFilter.Parameters()
    parameters.radius = 1.7
    parameters.samples = 11
    parameters.force2Ddimension = dimension
    let filter = try LBP2DFilter(parameters)
    var expected = SIMD3(2, 2, 2)
    expected[2 - dimension] = 0
    let reach = try #require(filter.reach)
    #expect(reach == expected)
    let image = try #require(Self.cases.first).volume
    let box = IndexBox(lower: SIMD3(6, 5, 3), size: SIMD3(3, 3, 1))
    let kept = IndexBox(lower: box.lower &- reach, size: box.size &+ reach &+ reach)
    let whole = image.values(in: IndexBox(lower: .zero, size: image.grid.size))
    var values = [Double](repeating: 1e6, count: whole.count)
    let size = image.grid.size
    for z in kept.lower.z..<kept.upper.z {
      for y in kept.lower.y..<kept.upper.y {
        for x in kept.lower.x..<kept.upper.x {
          let i = (z * size.y + y) * size.x + x
          values[i] = whole[i]
        }
      }
    }
    let changed = Volume(grid: image.grid, values: values, as: image.pixelType)
    #expect(
      try response(filter, of: changed, box: box).values
        == response(filter, of: image, box: box).values)
  }

  @Test func varianceOfEqualSamplesIsRefused() throws {
    let image = Volume(
      grid: Grid(size: SIMD3(5, 6, 2)), values: [Double](repeating: 3, count: 60), as: .float32)
    // Four samples need no interpolation, which does not give 3 exactly. 3 x 4 pixels of each slice see no border.
    #expect(failure(try filter(.var, samples: 4), of: image).contains("not defined for 24 voxels"))
    var border = [UInt8](repeating: 0, count: 60)
    border[0] = 1
    let box = IndexBox(lower: .zero, size: image.grid.size)
    let values = try response(filter(.var, samples: 4), of: image, box: box, mask: border).values
    #expect(values[0] > 0 && values[12] == 0 && values.allSatisfy(\.isFinite))
  }

  @Test func valuesThatDoNotFitAreRefused() throws {
    let flat = [Double](repeating: 0, count: 30)
    let bytes = Volume(grid: Grid(size: SIMD3(5, 6, 1)), values: flat, as: .uint8)
    #expect(try response(filter(.default), of: bytes).values.allSatisfy { $0 == 255 })
    #expect(
      failure(try filter(.default, samples: 9), of: bytes)
        .contains("511.0 does not fit the image's type, uint8"))
  }

  @Test func badSettingsAreRefused() throws {
    #expect(throws: InvalidInput.self) { _ = try filter(.default, samples: 32) }
    #expect(throws: InvalidInput.self) { _ = try filter(.ror, samples: 32) }
    _ = try filter(.uniform, samples: 127)
    let settings = SettingValue.map(
      SettingMap([
        .init(key: "radius", value: .number(0)), .init(key: "samples", value: .integer(128)),
        .init(key: "method", value: .text("round")),
        .init(key: "force2Ddimension", value: .integer(3)),
        .init(key: "level", value: .integer(1)),
      ]))
    do throws(InvalidInput) {
      _ = try LBP2DFilter.decode(settings, at: "filters.lbp-2D")
      Issue.record("accepted")
    } catch {
      #expect(error.problems.count == 5)
      #expect(error.description.contains("default, ror, uniform, nri_uniform, var"))
    }
  }
}
