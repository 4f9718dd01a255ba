import Components
import Fusion
import Imaging
import Testing

@Suite struct FusionTests {
  private static func parameters(_ row: [String: String]) throws -> FusionParameters {
    var parameters = FusionParameters()
    parameters.of = ["CT", "PET"]
    parameters.method = try #require(FusionMethod(rawValue: row["method"] ?? ""))
    parameters.weight = Double(row["weight"] ?? "") ?? .nan
    parameters.normalise = try #require(FusionNormalisation(rawValue: row["normalise"] ?? ""))
    parameters.over = try #require(FusionStatistics(rawValue: row["over"] ?? ""))
    parameters.wavelet = row["wavelet"] ?? ""
    parameters.levels = Int(row["levels"] ?? "") ?? 0
    parameters.details = try #require(DetailRule(rawValue: row["details"] ?? ""))
    try parameters.check()
    return parameters
  }

  private static func images(_ size: SIMD3<Int>) -> (Volume, Volume) {
    let grid = Grid(size: size)
    return (
      FusionCase.image(grid, .int16, 7, 13, 29, 211),
      FusionCase.image(grid, .float32, 11, 5, 3, 97)
    )
  }

  /// Oracle: numpy 1.26 and PyWavelets 1.6 swtn, iswtn (Golden/fusion.csv). Tolerance: 1e-11
  /// relative (absolute below 1), because sums run in another order; for sums of all values 1e-11
  /// of the sum of magnitudes, times the largest weight.
  @Test(arguments: FusionCase.rows("fusion.csv"))
  func equalsNumPyAndPyWavelets(_ row: [String: String]) throws {
    let size = SIMD3<Int>(FusionCase.vector(row["size"]))
    let (first, second) = Self.images(size)
    let box = IndexBox(lower: SIMD3(1, 1, 1), size: SIMD3(3, 3, 3))
    let result = try Self.parameters(row).fuse(first, second, box: box)
    #expect(result.pixelType == .float64 && result.grid == first.grid)
    let (found, magnitude) = FusionCase.summary(result)
    let limits = [1e-11 * magnitude, 5e-10 * magnitude]
    for (k, (a, b)) in zip(found, FusionCase.expected(row)).enumerated() {
      let limit = k < 2 ? limits[k] : 1e-11 * max(1, abs(b))
      #expect(abs(a - b) <= limit, "\(row["name"] ?? "") \(k): \(a), oracle \(b)")
    }
  }

  /// An image fused with itself comes back: perfect reconstruction to rounding (values up to 140;
  /// 1e-9), for wavelets of all families, odd sizes and axes of one voxel.
  @Test(arguments: ["haar", "db7", "sym5", "coif2", "bior3.5", "rbio2.2"])
  func reconstructionIsPerfect(_ wavelet: String) throws {
    var parameters = FusionParameters()
    parameters.of = ["a", "b"]
    parameters.method = .wavelet
    parameters.normalise = .none
    parameters.wavelet = wavelet
    parameters.levels = 2
    let (image, _) = Self.images(SIMD3(7, 5, 1))
    let result = try parameters.fuse(image, image)
    let whole = IndexBox(lower: .zero, size: image.grid.size)
    for (a, b) in zip(result.values(in: whole), image.values(in: whole)) {
      #expect(abs(a - b) <= 1e-9, "\(wavelet): \(a), \(b)")
    }
  }

  @Test func sameBitsTwice() throws {
    var parameters = FusionParameters()
    parameters.of = ["a", "b"]
    parameters.method = .wavelet
    let (first, second) = Self.images(SIMD3(9, 8, 7))
    #expect(try parameters.fuse(first, second).voxels == parameters.fuse(first, second).voxels)
  }

  @Test func constantImagesCannotBeNormalised() throws {
    let grid = Grid(size: SIMD3(3, 3, 3))
    let (first, _) = Self.images(grid.size)
    let flat = Volume(grid: grid, values: [Double](repeating: 0.1, count: 27), as: .float64)
    var parameters = FusionParameters()
    parameters.of = ["CT", "PET"]
    for normalise in [FusionNormalisation.zscore, .minmax] {
      parameters.normalise = normalise
      #expect {
        try parameters.fuse(first, flat)
      } throws: {
        "\($0)".contains("PET") && "\($0)".contains("0.1")
      }
    }
    parameters.normalise = .none
    _ = try parameters.fuse(first, flat)
  }

  @Test func otherGridsAreRefused() {
    let (first, _) = Self.images(SIMD3(4, 4, 4))
    let (_, second) = Self.images(SIMD3(4, 4, 5))
    #expect {
      try FusionParameters().fuse(first, second)
    } throws: {
      "\($0)".contains("align")
    }
  }

  @Test func settingsAreChecked() {
    var parameters = FusionParameters()
    parameters.of = ["CT", "CT"]
    parameters.wavelet = "ciof1"
    #expect {
      try parameters.check()
    } throws: {
      ($0 as? InvalidInput)?.problems.count == 2 && "\($0)".contains("did you mean \"coif1\"?")
    }
  }
}
