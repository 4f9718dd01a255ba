import Components
import Fusion
import Imaging
import Testing

@Suite struct AlignmentTests {
  private static func grid(_ row: [String: String], _ prefix: String) -> Grid {
    func value(_ name: String) -> String? {
      row[prefix.isEmpty ? name : prefix + name.prefix(1).uppercased() + name.dropFirst()]
    }
    return Grid(
      size: SIMD3<Int>(FusionCase.vector(value("size"))),
      spacing: FusionCase.vector(value("spacing")), origin: FusionCase.vector(value("origin")),
      direction: FusionCase.numbers(value("direction")))
  }

  /// Oracle: SimpleITK 2.5 Resample (Golden/alignment.csv). The values are equal; sums are
  /// compared to 1e-12 of the sum of magnitudes, because their order differs.
  @Test(arguments: FusionCase.rows("alignment.csv"))
  func equalsSimpleITK(_ row: [String: String]) throws {
    let type = try #require(PixelType(rawValue: row["type"] ?? ""))
    let image = FusionCase.image(Self.grid(row, ""), type, 7, 13, 29, 211)
    var parameters = AlignParameters()
    parameters.interpolator = try #require(Interpolator(rawValue: row["interpolator"] ?? ""))
    parameters.outside = Double(row["outside"] ?? "") ?? 0
    let target = Self.grid(row, "target")
    let result = try parameters.align(image, onto: target)
    #expect(result.grid == target && result.pixelType == type)
    let (found, magnitude) = FusionCase.summary(result)
    for (k, (a, b)) in zip(found, FusionCase.expected(row)).enumerated() {
      let limit = k == 0 ? 1e-12 * magnitude : k == 1 ? 5e-11 * magnitude : 0
      #expect(abs(a - b) <= limit, "\(row["name"] ?? "") \(k): \(a), SimpleITK \(b)")
    }
  }

  @Test func goldenFilesAreRead() {
    #expect(FusionCase.rows("alignment.csv").count == 7)
    #expect(FusionCase.rows("fusion.csv").count == 12)
  }

  @Test func sameGridIsLeftAlone() throws {
    let image = FusionCase.image(Grid(size: SIMD3(4, 5, 6)), .int16, 7, 13, 29, 211)
    let result = try AlignParameters().align(image, onto: image.grid)
    #expect(result.voxels == image.voxels)
  }

  @Test func disjointImagesAreRefused() {
    let image = FusionCase.image(Grid(size: SIMD3(4, 4, 4)), .int16, 7, 13, 29, 211)
    let far = Grid(size: SIMD3(4, 4, 4), origin: SIMD3(100, 0, 0))
    #expect {
      try AlignParameters().align(image, onto: far)
    } throws: {
      "\($0)".contains("do not overlap at all") && "\($0)".contains("(100.0, 0.0, 0.0)")
    }
  }

  @Test func overlapIsMeasured() throws {
    let image = Grid(size: SIMD3(10, 10, 10))
    let target = Grid(size: SIMD3(10, 10, 10), origin: SIMD3(6, 0, 0))
    let box = IndexBox(lower: .zero, size: SIMD3(8, 4, 4))
    // Voxels at 6, 7, 8, 9 mm of 6...13 mm.
    #expect(AlignParameters.overlap(of: image, on: target, box: box) == 0.5)
    var parameters = AlignParameters()
    try parameters.checkOverlap(of: image, on: target, box: box, named: "label 1")
    parameters.minimumOverlap = 0.51
    #expect(throws: FusionError.self) {
      try parameters.checkOverlap(of: image, on: target, box: box, named: "label 1")
    }
    parameters.minimumOverlap = 0
    let outside = IndexBox(lower: SIMD3(5, 0, 0), size: SIMD3(2, 2, 2))
    #expect {
      try parameters.checkOverlap(of: image, on: target, box: outside, named: "label 1")
    } throws: {
      "\($0)".contains("label 1") && "\($0)".contains("do not overlap at all")
    }
  }

  @Test func targetIsNeeded() {
    #expect(throws: InvalidInput.self) { try AlignParameters().check() }
  }
}
