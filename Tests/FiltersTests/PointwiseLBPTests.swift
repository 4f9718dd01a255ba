internal import Components
internal import Filters
internal import Foundation
internal import Imaging
internal import TestSupport
internal import Testing

/// Oracle: PyRadiomics 3.0.1, Golden/pointwise-lbp.csv (scripts/oracles/filters_pointwise_lbp.py).
@Suite struct PointwiseLBPTests {
  /// One row of the golden file: the synthetic image of the script and one response.
  struct Case: CustomStringConvertible, Sendable {
    let row: [String: String]

    subscript(key: String) -> String { row[key] ?? "" }
    var description: String { "\(self["pixelType"]) \(self["size"]) \(self["response"])" }

    func numbers(_ key: String) -> [Double] {
      self[key].split(separator: " ").compactMap { Double($0) }
    }

    /// Last-bit differences of NumPy's log, exp and acos (vector code of the processor) go into these;
    /// all other responses are equal to the last bit.
    var isExact: Bool {
      switch self["response"] {
      case "square", "squareroot", "gradient", "lbp-3D-m1": true
      case "lbp-3D-k": self["pixelType"] != "float64"
      default: false
      }
    }

    var input: FilterInput {
      let lengths = numbers("size").map { Int($0) }
      let size = SIMD3(lengths[0], lengths[1], lengths[2])
      let spacing = numbers("spacing")
      let type = PixelType(rawValue: self["pixelType"]) ?? .float64
      var values: [Double] = []
      var mask: [UInt8] = []
      for z in 0..<size.z {
        for y in 0..<size.y {
          for x in 0..<size.x {
            let sum = x * 7919 + y * 104729 + z * 1_299_709 + x * y * 31 + y * z * 17
            let h = sum % 2039
            switch type {
            case .uint8: values.append(Double(h % 256))
            case .int16: values.append(Double(h - 1000))
            case .float32: values.append(Double(Float(Double(h - 1000) * 0.37)))
            default: values.append(Double(h - 1000) * 0.1)
            }
            mask.append(isInside(SIMD3(x, y, z), size) ? 1 : 0)
          }
        }
      }
      let grid = Grid(size: size, spacing: SIMD3(spacing[0], spacing[1], spacing[2]))
      return FilterInput(
        image: Volume(grid: grid, values: values, as: type),
        box: IndexBox(lower: .zero, size: size), mask: mask)
    }

    private func isInside(_ voxel: SIMD3<Int>, _ size: SIMD3<Int>) -> Bool {
      if self["mask"] == "all" { return voxel != .zero }
      let d = voxel &- size / 2
      return d.x * d.x * 4 + d.y * d.y * 5 + d.z * d.z * 9 <= size.min() * size.min()
    }

    func filter() throws -> any ImageFilter {
      switch self["response"] {
      case "square": return try SquareFilter(.init())
      case "squareroot": return try SquareRootFilter(.init())
      case "logarithm": return try LogarithmFilter(.init())
      case "exponential": return try ExponentialFilter(.init())
      case "gradient":
        var parameters = GradientFilter.Parameters()
        parameters.useSpacing = self["settings"] != "noSpacing"
        return try GradientFilter(parameters)
      default:
        var parameters = LBP3DFilter.Parameters()
        let settings = numbers("settings")
        if settings.count == 3 {
          parameters.levels = Int(settings[0])
          parameters.radius = settings[1]
          parameters.subdivision = Int(settings[2])
        }
        return try LBP3DFilter(parameters)
      }
    }
  }

  static let cases: [Case] = {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/pointwise-lbp.csv")
    return ((try? GoldenTable(url))?.rows ?? []).map(Case.init)
  }()

  private func response(
    _ filter: any ImageFilter, _ name: String, of input: FilterInput
  ) throws -> FilterImage {
    var found: FilterImage?
    var names: [String] = []
    try filter.forEachResponse(of: input) {
      (label: String, result: Result<FilterImage, FilterError>) throws in
      names.append(label)
      if label == name { found = try result.get() }
    }
    #expect(names == filter.responseNames)
    return try #require(found)
  }

  @Test func goldenFileIsComplete() { #expect(Self.cases.count == 74) }

  /// Bit for bit where `isExact`, else within 1e-13 of the response's largest magnitude.
  @Test(arguments: cases) func matchesPyRadiomics(_ expected: Case) throws {
    let input = expected.input
    let image = try response(expected.filter(), expected["response"], of: input)
    #expect(image.pixelType.rawValue == expected["responseType"])
    let values = zip(image.values, input.mask).filter { $0.1 == 1 }.map(\.0)
    #expect(values.count == Int(expected["count"]))
    if expected.isExact { #expect(Checksum.of(values) == UInt32(expected["crc"])) }
    let oracle = expected.numbers("values")
    let limit = 1e-13 * (values.map { abs($0) }.max() ?? 0)
    for (i, reference) in oracle.enumerated() {
      let value = values[
        i == 15 ? values.count - 1 : Int(Double(i) * (Double(values.count - 1) / 15))]
      #expect(abs(value - reference) <= limit, "value \(i): \(value), oracle \(reference)")
    }
  }

  /// Oracle: the response in the whole image. A box inside the image gives the same bits.
  @Test(arguments: ["square", "logarithm", "gradient", "lbp-3D-m2", "lbp-3D-k"])
  func boxHoldsTheSameValues(_ name: String) throws {
    let example = try #require(Self.cases.first { $0["response"] == name })
    let whole = example.input
    let box = IndexBox(lower: SIMD3(3, 2, 4), size: SIMD3(9, 8, 5))
    let volume = Volume(grid: whole.image.grid, values: whole.mask.map(Double.init), as: .uint8)
    let part = FilterInput(
      image: whole.image, box: box, mask: volume.values(in: box).map { UInt8($0) })
    let all = try response(example.filter(), name, of: whole)
    let some = try response(example.filter(), name, of: part)
    let cut = Volume(grid: whole.image.grid, values: all.values, as: .float64).values(in: box)
    for i in part.mask.indices where part.mask[i] == 1 || !name.hasPrefix("lbp") {
      #expect(some.values[i].bitPattern == cut[i].bitPattern)
    }
  }

  /// An image without contrast: a reason, or a constant, never NaN.
  @Test func constantImages() throws {
    let grid = Grid(size: SIMD3(4, 5, 3))
    let mask = [UInt8](repeating: 1, count: 60)
    let box = IndexBox(lower: .zero, size: grid.size)
    for constant in [0.0, 1, -3] {
      let values = [Double](repeating: constant, count: 60)
      let input = FilterInput(
        image: Volume(grid: grid, values: values, as: .float32), box: box, mask: mask)
      let filters: [any ImageFilter] = [
        try SquareFilter(.init()), try SquareRootFilter(.init()), try LogarithmFilter(.init()),
        try ExponentialFilter(.init()), try GradientFilter(.init()), try LBP3DFilter(.init()),
      ]
      for filter in filters {
        filter.forEachResponse(of: input) { (_: String, result: Result<FilterImage, FilterError>) in
          switch result {
          case .success(let image):
            let finite = image.values.filter { $0.isFinite }.count
            #expect(finite == 60)
          case .failure(let error): #expect(!error.message.isEmpty)
          }
        }
      }
    }
  }
}
