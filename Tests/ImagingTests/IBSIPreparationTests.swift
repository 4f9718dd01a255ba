internal import Components
internal import Foundation
internal import Imaging
internal import TestSupport
internal import Testing

/// Oracle: the manual's formulas in rational numbers, and SciPy's cubic spline; see
/// scripts/oracles/ibsi_grid.py. Tolerance: 1e-10 of the values' range for interpolated values
/// (positions are multiples of 2^-36 voxels), nothing for rounded ones and for masks.
@Suite struct IBSIGridTests {
  struct Case: CustomStringConvertible {
    let row: [String: String]
    var description: String { self["case"] }

    subscript(key: String) -> String { row[key] ?? "" }
    func numbers(_ key: String) -> [Double] {
      self[key].split(separator: " ").compactMap { Double($0) }
    }
    func size(_ key: String) -> SIMD3<Int> {
      let n = numbers(key)
      return SIMD3(Int(n[0]), Int(n[1]), Int(n[2]))
    }

    static let all: [Case] = {
      let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden/ibsi_grid.csv")
      return ((try? GoldenTable(url))?.rows ?? []).map { Case(row: $0) }
    }()

    var image: Volume {
      let spacing = numbers("spacing")
      let grid = Grid(
        size: size("size"), spacing: SIMD3(spacing[0], spacing[1], spacing[2]),
        origin: SIMD3(-3, 20, 5))
      let values = (0..<grid.voxelCount).map { (n: Int) -> Double in
        let whole: Int = (11 * n + 7 * n * n) % 97 - 30
        return Double(whole)
      }
      return Volume(grid: grid, values: values, as: .int16)
    }

    func labels(on grid: Grid) -> LabelVolume { labels(on: grid, Int(numbers("reach")[0])) }

    func labels(on grid: Grid, _ reach: Int) -> LabelVolume {
      let size = grid.size
      let labels = (0..<grid.voxelCount).map { n -> UInt8 in
        let (x, y, z) = (n % size.x, n / size.x % size.y, n / (size.x * size.y))
        var distance: Int = abs(2 * x - size.x + 1)
        distance += abs(2 * y - size.y + 1)
        distance += abs(2 * z - size.z + 1)
        return distance <= reach ? 1 : 0
      }
      return LabelVolume(grid: grid, labels: labels)
    }

    var settings: PreparationSettings {
      var resample = ResampleParameters()
      resample.spacing = numbers("new")
      resample.interpolator = Interpolator(rawValue: self["interpolator"])!
      resample.rounding = IntensityRounding(rawValue: self["rounding"])!
      resample.maskInterpolator = MaskInterpolator(rawValue: self["maskInterpolator"])!
      var settings = PreparationSettings()
      settings.resample = resample
      return settings
    }
  }

  @Test("all cases are there") func count() { #expect(Case.all.count == 5) }

  @Test("grid, values and mask", arguments: Case.all)
  func grid(_ golden: Case) throws {
    let image = golden.image
    let prepared = try Profile.ibsi.preparation(of: image, settings: golden.settings).region(
      of: 1, in: golden.labels(on: image.grid), working: true)
    let whole = try #require(prepared.working).image
    #expect(whole.grid.size == golden.size("newSize"))
    let start = golden.numbers("start")
    for axis in 0..<3 {
      let expected = image.grid.origin[axis] + start[axis] * image.grid.spacing[axis]
      #expect(abs(whole.grid.origin[axis] - expected) < 1e-12)
    }
    let values = whole.values(in: IndexBox(lower: .zero, size: whole.grid.size))
    let tolerance = golden["rounding"] == "integer" ? 0 : 97e-10
    for (value, expected) in zip(values, golden.numbers("values")) {
      #expect(abs(value - expected) <= tolerance)
    }
    var mask = [UInt8](repeating: 0, count: values.count)
    let box = IndexBox(lower: prepared.shapeLower, size: prepared.shapeBox.size)
    for (i, inside) in prepared.shapeBox.mask.enumerated() {
      let (x, y, z) = (i % box.size.x, i / box.size.x % box.size.y, i / (box.size.x * box.size.y))
      let (size, p) = (whole.grid.size, box.lower &+ SIMD3(x, y, z))
      mask[(p.z * size.y + p.y) * size.x + p.x] = inside
    }
    #expect(mask.map { String($0) }.joined() == golden["mask"])
  }

  @Test("without the whole image the same values", arguments: Case.all)
  func parts(_ golden: Case) throws {
    let image = golden.image
    let labels = golden.labels(on: image.grid)
    let preparation = try Profile.ibsi.preparation(of: image, settings: golden.settings)
    let bare = try preparation.region(of: 1, in: labels)
    let near = try preparation.region(of: 1, in: labels, surroundings: 2.5)
    let full = try preparation.region(of: 1, in: labels, wholeBox: true, working: true)
    let inside = zip(bare.box.values, bare.box.mask).map { $0.1 == 1 ? $0.0 : 0 }
    let expected = zip(full.box.values, full.box.mask).map { $0.1 == 1 ? $0.0 : 0 }
    #expect(inside == expected && bare.box.mask == full.box.mask)
    #expect(bare.working == nil && bare.surroundings == nil)
    let around = try #require(near.surroundings)
    #expect(around.image.values(in: around.box) == full.box.values)
    let working = try #require(full.working)
    #expect(working.image.values(in: working.box) == full.box.values)
  }
}

/// Invariants of the preparation that need no oracle.
@Suite struct IBSIMaskTests {
  private let image = IBSIGridTests.Case.all[0].image
  private var labels: LabelVolume { IBSIGridTests.Case.all[0].labels(on: image.grid) }

  @Test("the morphological mask stays, the intensity mask narrows")
  func resegmentation() throws {
    var settings = PreparationSettings()
    var resegment = ResegmentParameters()
    resegment.range = [-10, 40]
    settings.resegment = resegment
    let prepared = try Profile.ibsi.preparation(of: image, settings: settings)
      .region(of: 1, in: labels)
    let original = try #require(labels.region(of: 1))
    #expect(prepared.shapeBox.mask == original.mask && prepared.shapeLower == original.box.lower)
    let values = image.values(in: original.box)
    let kept = zip(values, original.mask).filter { $0.1 == 1 && $0.0 >= -10 && $0.0 <= 40 }.count
    #expect(prepared.box.mask.reduce(0) { $0 + Int($1) } == kept)
    #expect(prepared.diagnostics.resegmentedVoxelCount == kept)
    #expect(prepared.diagnostics.voxelCount == original.count && !prepared.hasOneMask)
    #expect(prepared.shapeOffset == prepared.shapeLower &- prepared.boxLower)
    #expect(settings.levelRule(in: .ibsi) == .ibsi(IntensityRange(lower: -10, upper: 40)))
    #expect(settings.levelRule(in: .pyradiomics) == .pyradiomics)
  }

  @Test("outliers are measured from the whole VOI")
  func outliers() throws {
    var settings = PreparationSettings()
    var resegment = ResegmentParameters()
    resegment.range = [-20]
    resegment.outliers = 1
    settings.resegment = resegment
    let prepared = try Profile.ibsi.preparation(of: image, settings: settings)
      .region(of: 1, in: labels)
    let original = try #require(labels.region(of: 1))
    let x = zip(image.values(in: original.box), original.mask).filter { $0.1 == 1 }.map { $0.0 }
    let mean = x.reduce(0, +) / Double(x.count)
    let squares = x.map { (value: Double) -> Double in (value - mean) * (value - mean) }
    let sd = (squares.reduce(0, +) / Double(x.count)).squareRoot()
    let kept = x.filter { $0 >= max(-20, mean - sd) && $0 <= mean + sd }.count
    #expect(prepared.diagnostics.resegmentedVoxelCount == kept)
  }

  @Test("a mask on a shifted grid is interpolated from there")
  func shifted() throws {
    var settings = PreparationSettings()
    settings.geometry.policy = .resampleMask
    var resample = ResampleParameters()
    resample.spacing = [0, 0, 0]
    settings.resample = resample
    var grid = image.grid
    grid.origin += image.grid.spacing * SIMD3(0.25, -0.25, 0)
    let mask = IBSIGridTests.Case.all[0].labels(on: grid, 4)
    let prepared = try Profile.ibsi.preparation(of: image, settings: settings)
      .region(of: 1, in: mask)
    let size = image.grid.size
    let source = mask.region(of: 1)!
    func value(_ x: Int, _ y: Int, _ z: Int) -> Double {
      let p = SIMD3(min(max(x, 0), size.x - 1), min(max(y, 0), size.y - 1), z) &- source.box.lower
      guard all(p .>= 0), all(p .< source.box.size) else { return 0 }
      return Double(source.mask[(p.z * source.box.size.y + p.y) * source.box.size.x + p.x])
    }
    var count = 0
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x {
          let low = 0.25 * value(x - 1, y, z) + 0.75 * value(x, y, z)
          let high = 0.25 * value(x - 1, y + 1, z) + 0.75 * value(x, y + 1, z)
          if 0.75 * low + 0.25 * high >= 0.5 { count += 1 }
        }
      }
    }
    #expect(prepared.diagnostics.voxelCount == count && prepared.diagnostics.isMaskCorrected)
  }

  @Test("settings that a profile cannot obey are named")
  func problems() {
    var settings = PreparationSettings()
    var resample = ResampleParameters()
    resample.rounding = .integer
    resample.maskInterpolator = .linear
    settings.resample = resample
    var resegment = ResegmentParameters()
    resegment.outliers = 3
    settings.resegment = resegment
    settings.region.preCrop = true
    #expect(
      settings.problems(in: .pyradiomics).map { $0.location }
        == ["resample.rounding", "resample.maskInterpolator", "resegment.outliers"])
    #expect(settings.problems(in: .ibsi).map { $0.location } == ["region.preCrop"])
    let levels = DiscretisationParameters(binWidth: 1, method: .none)
    #expect(levels.problems(in: .pyradiomics).map { $0.location } == ["discretisation.method"])
    #expect(levels.problems(in: .ibsi).isEmpty)
  }
}

/// Oracle: the diagnostics of IBSI 1 for the CT phantom. Tolerance: the published one.
@Suite(.enabled(if: IBSIConfiguration.isPresent, "needs ../shared/reference and ../shared/data"))
struct IBSIPreparationTests {
  @Test("diagnostics", arguments: IBSIConfiguration.allCases.filter { $0 != .phantom })
  func diagnostics(_ configuration: IBSIConfiguration) throws {
    let prepared = try configuration.prepared()
    let d = prepared.diagnostics
    var known: [String: Double] = [:]
    func add(_ name: String, _ stage: String, _ size: SIMD3<Int>) {
      for (axis, letter) in ["x", "y", "z"].enumerated() {
        known["\(name)_\(letter)_\(stage)"] = Double(size[axis])
      }
    }
    add("img_dim", "init_img", d.imageSize)
    add("img_dim", "interp_img", d.workingSize)
    add("int_mask_dim", "init_roi", d.maskSize)
    add("int_mask_dim", "interp_roi", d.workingSize)
    add("int_mask_dim", "reseg_roi", d.workingSize)
    add("int_mask_bb_dim", "init_roi", d.originalBoundingBox.size)
    add("int_mask_bb_dim", "interp_roi", d.boundingBox.size)
    add("int_mask_bb_dim", "reseg_roi", prepared.box.size)
    for (axis, letter) in ["x", "y", "z"].enumerated() {
      known["vox_dim_\(letter)_init_img"] = d.imageSpacing[axis]
      known["vox_dim_\(letter)_interp_img"] = d.workingSpacing[axis]
    }
    known["int_mask_vox_count_init_roi"] = Double(d.originalVoxelCount)
    known["int_mask_vox_count_interp_roi"] = Double(d.voxelCount)
    known["int_mask_vox_count_reseg_roi"] = Double(d.resegmentedVoxelCount ?? d.voxelCount)
    addIntensities(prepared.shapeBox, "interp_roi", to: &known)
    addIntensities(prepared.box, "reseg_roi", to: &known)
    var compared = 0
    for reference in try configuration.references() {
      guard let value = known[reference.tag], let expected = reference.value else { continue }
      #expect(
        reference.agrees(value),
        "\(reference.tag): \(value), IBSI \(expected) +- \(reference.tolerance)")
      compared += 1
    }
    print("\(configuration): \(compared) diagnostics of IBSI compared")
    #expect(compared == 39)
  }

  private func addIntensities(_ box: VoxelBox, _ stage: String, to known: inout [String: Double]) {
    let inside = zip(box.values, box.mask).filter { $0.1 == 1 }.map { $0.0 }
    known["int_mask_mean_int_\(stage)"] = inside.reduce(0, +) / Double(inside.count)
    known["int_mask_min_int_\(stage)"] = inside.min()
    known["int_mask_max_int_\(stage)"] = inside.max()
  }
}
