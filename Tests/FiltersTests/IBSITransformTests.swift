import Components
import Filters
import Foundation
import Imaging
import TestSupport
import Testing

/// Oracle: scipy.ndimage and numpy.fft, see scripts/oracles/filters_ibsi_transform.py.
@Suite struct IBSITransformGoldenTests {
  struct Golden: Sendable, CustomTestStringConvertible {
    let name: String
    let boundary: BoundaryCondition
    let values: [Double]
    var testDescription: String { "\(name) \(boundary.rawValue)" }
  }

  static let goldens: [Golden] = {
    let rows = (try? GoldenTable(WaveletLoGCase.golden("ibsi-transform.csv")))?.rows ?? []
    return rows.compactMap { row in
      guard let name = row["case"], let words = row["values"],
        let boundary = BoundaryCondition(rawValue: row["boundary"] ?? "")
      else { return nil }
      return Golden(
        name: name, boundary: boundary,
        values: words.split(separator: " ").compactMap { Double($0) })
    }
  }()

  private static let skew = SIMD3(0.9, 1.1, 1.7)
  private static let cases: [String: (TransformFilter, spacing: SIMD3<Double>)] = [
    "db2-LHL-1": (.wavelet("db2", "LHL", 1, nil), .one),
    "coif1-HHL-1-average": (.wavelet("coif1", "HHL", 1, .average), .one),
    "bior1.3-LLH-1-max": (.wavelet("bior1.3", "LLH", 1, .max), .one),
    "haar-HLH-3-max": (.wavelet("haar", "HLH", 3, .max), .one),
    "db2-HHH-2-min": (.wavelet("db2", "HHH", 2, .min), .one),
    "db2-LLH-2-average": (.wavelet("db2", "LLH", 2, .average), .one),
    "sym4-HL-1": (.wavelet("sym4", "HL", 1, nil), .one),
    "db2-LH-2-average": (.wavelet("db2", "LH", 2, .average), .one),
    "simoncelli-3D-1": (.band(3, 1), .one),
    "simoncelli-3D-2": (.band(3, 2), .one),
    "simoncelli-2D-2": (.band(2, 2), .one),
    "riesz-simoncelli-3D-1-1-0-0": (.band(3, 1, "1-0-0"), .one),
    "riesz-simoncelli-3D-2-0-2-1": (.band(3, 2, "0-2-1"), .one),
    "riesz-simoncelli-2D-1-1-1": (.band(2, 1, "1-1"), .one),
    "riesz-log-3D-1.2-0-1-0": (.rieszLog(3, 1.2, "0-1-0"), .one),
    "riesz-log-3D-0.8-2-0-2-skew": (.rieszLog(3, 0.8, "2-0-2"), skew),
    "riesz-log-2D-2-1-2-skew": (.rieszLog(2, 2, "1-2"), skew),
  ]
  private static let size = SIMD3(13, 11, 12)
  private static let places = [
    SIMD3(0, 0, 0), SIMD3(12, 10, 11), SIMD3(6, 5, 6), SIMD3(1, 9, 3), SIMD3(12, 0, 2),
    SIMD3(0, 10, 7), SIMD3(3, 0, 11), SIMD3(8, 2, 0),
  ]

  @Test func allCasesAreInTheFile() {
    #expect(
      Set(Self.goldens.map { $0.testDescription }).count
        == Self.cases.count * BoundaryCondition.allCases.count)
  }

  /// Tolerance: sums of products in Double in another order, and Fourier transforms.
  @Test(arguments: goldens) func equalsSciPy(_ golden: Golden) throws {
    let (filter, spacing) = try #require(Self.cases[golden.name])
    let image = IBSISpatialDirectTests.volume(Self.size, spacing: spacing)
    let response = try filter.with(golden.boundary).response(of: image)
    var values = Self.places.map { response[($0.z * Self.size.y + $0.y) * Self.size.x + $0.x] }
    values.append(response.reduce(0) { $0 + abs($1) } / Double(response.count))
    try #require(values.count == golden.values.count)
    for (found, expected) in zip(values, golden.values) {
      #expect(abs(found - expected) <= 1e-12 * max(abs(expected), 40))
    }
  }
}

@Suite struct IBSITransformPropertyTests {
  static let size = SIMD3(14, 14, 14)

  /// Order 0 is the filter alone; the convolution in space has another order of summation.
  @Test(arguments: BoundaryCondition.allCases)
  func rieszOrderZeroIsTheLaplacian(_ boundary: BoundaryCondition) throws {
    let image = IBSISpatialDirectTests.volume(SIMD3(13, 9, 6), spacing: SIMD3(0.8, 1, 1.5))
    let spectral = try TransformFilter.rieszLog(3, 1.1, "0-0-0", boundary).response(of: image)
    let spatial = try SpatialFilter.laplacian(1.1, 3, boundary).response(of: image)
    for (a, b) in zip(spectral, spatial) { #expect(abs(a - b) < 1e-12) }
  }

  /// A pattern whose axes are exchanged has the exchanged responses.
  @Test(arguments: [TransformFilter.band(3, 1, "2-1-0"), .rieszLog(3, 1.5, "2-1-0", .nearest)])
  func exchangedAxes(_ filter: TransformFilter) throws {
    let exchanged: TransformFilter =
      switch filter {
      case .rieszSimoncelli: .band(3, 1, "1-2-0")
      default: .rieszLog(3, 1.5, "1-2-0", .nearest)
      }
    let image = IBSISpatialDirectTests.volume(Self.size)
    let n = Self.size.x
    func transposed(_ values: [Double]) -> [Double] {
      values.indices.map { values[($0 / (n * n) * n + $0 % n) * n + $0 / n % n] }
    }
    let turned = Volume(
      grid: image.grid,
      values: transposed(image.values(in: IndexBox(lower: .zero, size: Self.size))), as: .float64)
    let (a, b) = try (filter.response(of: image), exchanged.response(of: turned))
    for (x, y) in zip(transposed(a), b) { #expect(abs(x - y) < 1e-12) }
  }

  /// All 24 rotations: a rotated pattern has the rotated response.
  @Test(arguments: [Pooling.average, .max]) func rotatedPattern(_ pooling: Pooling) throws {
    let filter = TransformFilter.wavelet("db2", "LLH", 2, pooling)
    let image = IBSISpatialDirectTests.volume(Self.size)
    let n = Self.size.x
    // A quarter turn about z: (x, y) comes from (y, n - 1 - x).
    func turned(_ values: [Double]) -> [Double] {
      values.indices.map { values[($0 / (n * n) * n + n - 1 - $0 % n) * n + $0 / n % n] }
    }
    let rotated = Volume(
      grid: image.grid,
      values: turned(image.values(in: IndexBox(lower: .zero, size: Self.size))), as: .float64)
    let (a, b) = try (filter.response(of: image), filter.response(of: rotated))
    for (x, y) in zip(turned(a), b) { #expect(abs(x - y) < 1e-11) }
  }

  /// A part of the box has the values that the whole has there; equal bits.
  @Test(arguments: [
    TransformFilter.wavelet("db2", "LLH", 2, .average), .wavelet("haar", "HH", 3, .max, .periodic),
    .band(3, 2, nil, .mirror), .band(2, 1, "1-1", .zero), .rieszLog(3, 1, "0-0-1", .nearest),
  ]) func windowDoesNotMatter(_ filter: TransformFilter) throws {
    let image = IBSISpatialDirectTests.volume(Self.size)
    let whole = try Volume(
      grid: image.grid, values: filter.response(of: image), as: .float64)
    for box in [
      IndexBox(lower: SIMD3(3, 0, 5), size: SIMD3(7, 4, 2)),
      IndexBox(lower: SIMD3(13, 13, 0), size: SIMD3(1, 1, 14)),
    ] {
      #expect(try filter.response(of: image, in: box) == whole.values(in: box))
    }
  }

  /// Constant images have no detail.
  @Test func constantImage() throws {
    let image = Volume(
      grid: Grid(size: Self.size, spacing: .one),
      values: [Double](repeating: 7, count: 14 * 14 * 14), as: .float64)
    for filter in [
      TransformFilter.wavelet("db3", "LLH", 1, .average), .band(3, 1), .band(2, 1, "0-1", .mirror),
      .rieszLog(3, 1, "1-0-0"),
    ] {
      for value in try filter.response(of: image) { #expect(abs(value) < 1e-11) }
    }
  }
}

/// Names of responses and refused settings.
@Suite struct IBSITransformSettingsTests {
  @Test func responseNames() throws {
    var wavelet = SeparableWaveletParameters()
    (wavelet.maps, wavelet.levels) = (["LLH", "HHH"], [1, 2])
    let filter = try SeparableWaveletFilter(wavelet)
    #expect(
      filter.responseNames == [
        "wavelet-separable-db3-LLH-1-rot3D-avg", "wavelet-separable-db3-HHH-1-rot3D-avg",
        "wavelet-separable-db3-LLH-2-rot3D-avg", "wavelet-separable-db3-HHH-2-rot3D-avg",
      ])
    #expect(filter.reach == SIMD3(9, 9, 9))
    (wavelet.maps, wavelet.levels, wavelet.dimension) = (["LH"], [1], 2)
    (wavelet.rotationInvariant, wavelet.wavelet) = (false, "Bior1.3")
    #expect(
      try SeparableWaveletFilter(wavelet).responseNames == ["wavelet-separable-bior1.3-LH-1"])
    var band = SimoncelliWaveletParameters()
    band.levels = [1, 3]
    #expect(
      try SimoncelliWaveletFilter(band).responseNames == [
        "wavelet-simoncelli-3D-B1", "wavelet-simoncelli-3D-B3",
      ])
    var riesz = RieszSimoncelliParameters()
    riesz.orders = ["1-0-0", "0-2-0"]
    #expect(
      try RieszSimoncelliFilter(riesz).responseNames == [
        "riesz-simoncelli-3D-B1-1-0-0", "riesz-simoncelli-3D-B1-0-2-0",
      ])
    var log = RieszLaplacianParameters()
    (log.orders, log.sigmas, log.dimension) = (["1-0"], [1.5, 3], 2)
    #expect(
      try RieszLaplacianFilter(log).responseNames == [
        "riesz-log-2D-sigma-1.5-1-0", "riesz-log-2D-sigma-3-1-0",
      ])
  }

  /// Every problem at once.
  @Test func refusedSettings() {
    var wavelet = SeparableWaveletParameters()
    (wavelet.wavelet, wavelet.maps, wavelet.levels) = ("dd3", ["LH", "LXH", "LLH", "LLH"], [0, 1])
    expect(["wavelet", "maps", "maps", "maps", "levels"], "did you mean") {
      try SeparableWaveletFilter(wavelet)
    }
    (wavelet.wavelet, wavelet.maps, wavelet.levels) = ("db3", [], [1])
    expect(["maps"], "1 to 16") { try SeparableWaveletFilter(wavelet) }
    var band = SimoncelliWaveletParameters()
    band.levels = [2, 2, 9]
    expect(["levels", "levels"], "9 is not in 1...8") { try SimoncelliWaveletFilter(band) }
    var riesz = RieszSimoncelliParameters()
    riesz.orders = ["1-0", "1-0-9", "4-4-1", "+1-0-0", "", "0-1-0", "0-1-0"]
    expect(Array(repeating: "orders", count: 6), "1-0-0") { try RieszSimoncelliFilter(riesz) }
    var log = RieszLaplacianParameters()
    (log.orders, log.sigmas) = ([], [.nan])
    expect(["orders", "sigmas"], "1 to 64") { try RieszLaplacianFilter(log) }
  }

  private func expect<Filter>(_ fields: [String], _ text: String, _ make: () throws -> Filter) {
    do {
      _ = try make()
      Issue.record("accepted")
    } catch {
      let problems = (error as? InvalidInput)?.problems ?? []
      #expect(problems.map { $0.location }.sorted() == fields.sorted())
      #expect("\(error)".contains(text), "\(error)")
    }
  }

  /// An image that does not allow a level gets a reason, and the other levels are computed.
  @Test func smallImages() throws {
    var wavelet = SeparableWaveletParameters()
    wavelet.levels = [1, 2]
    let image = IBSISpatialDirectTests.volume(SIMD3(12, 7, 12))
    try expectReasons(
      SeparableWaveletFilter(wavelet), image,
      [
        nil,
        "the filter of db3 at level 2 is 12 voxels long; the image has only 7 along y",
      ])
    var band = SimoncelliWaveletParameters()
    band.levels = [1, 2]
    try expectReasons(
      SimoncelliWaveletFilter(band), image,
      [
        nil,
        "the Simoncelli wavelet of level 2 has a period of 8 voxels; the image has only 7 along y",
      ])
    var log = RieszLaplacianParameters()
    log.sigmas = [20, 1]
    let found = try reasons(RieszLaplacianFilter(log), image)
    #expect(found.prefix(3).allSatisfy { $0?.contains("reaches 80 voxels") == true })
    #expect(found.suffix(3).allSatisfy { $0 == nil })
  }

  /// One slice: 2D filters work, 3D ones say why not.
  @Test func oneSlice() throws {
    let image = IBSISpatialDirectTests.volume(SIMD3(12, 13, 1))
    for filter in [
      TransformFilter.wavelet("db3", "LH", 1, .average), .band(2, 1, nil, .mirror),
      .band(2, 1, "1-0"), .rieszLog(2, 1, "0-2"),
    ] {
      #expect(try filter.response(of: image).allSatisfy { $0.isFinite })
    }
    #expect(throws: FilterError.self) {
      try TransformFilter.wavelet("db3", "LLH", 1, .average).response(of: image)
    }
    #expect(throws: FilterError.self) { try TransformFilter.band(3, 1).response(of: image) }
  }

  private func expectReasons(
    _ filter: some ImageFilter, _ image: Volume, _ expected: [String?]
  ) throws {
    #expect(try reasons(filter, image) == expected)
  }

  private func reasons(_ filter: some ImageFilter, _ image: Volume) throws -> [String?] {
    let box = IndexBox(lower: .zero, size: image.grid.size)
    let mask = [UInt8](repeating: 1, count: box.voxelCount)
    var found: [String?] = []
    filter.forEachResponse(of: FilterInput(image: image, box: box, mask: mask)) { _, result in
      switch result {
      case .success: found.append(nil)
      case .failure(let error): found.append(error.message)
      }
    }
    return found
  }
}
