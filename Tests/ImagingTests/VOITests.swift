internal import Components
internal import Foundation
internal import Imaging
internal import NIfTIAdapter
internal import TestSupport
internal import Testing

/// Oracle: scipy.ndimage 1.11.4 (scripts/oracles/imaging_vois.py); equal masks.
@Suite struct VOITests {
  static let cases = VOICase.rows("vois.csv")

  @Test func goldenFileIsComplete() {
    #expect(Self.cases.count == 141)
    #expect(Self.cases.contains { $0["count"] == "0" })
  }

  @Test(arguments: cases) func matchesSciPy(_ reference: VOICase) throws {
    let grid = VOIMask.grid(reference["grid"])
    let tumour = try #require(VOIMask.region(reference["mask"], on: grid))
    let excluded = reference["exclude"].isEmpty ? nil : VOIMask.region("half", on: grid)
    let image: Volume? =
      switch reference["image"] {
      case "same": VOIMask.image(grid)
      case "oblique": VOIMask.obliqueImage
      default: nil
      }
    func derived() throws(PreparationError) -> MaskRegion {
      try reference.parameters.derive(
        from: tumour, on: grid, excluded: excluded, image: image, named: "label 1")
    }
    if reference["count"] == "0" {
      #expect(throws: PreparationError.self) { _ = try derived() }
    } else {
      #expect(VOICase.fields(try derived()) == reference.expectedFields)
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "needs ../shared/data"))
  func matchesSciPyOnPatients() throws {
    let rows = VOICase.rows("vois-patients.csv")
    #expect(rows.count == 64)
    var tumour: (patient: String, labels: LabelVolume, region: MaskRegion)?
    for reference in rows {
      let folder = SharedData.patients.appendingPathComponent(reference["patient"]).path
      if tumour?.patient != reference["patient"] {
        let labels = try ImageFile.readLabels("\(folder)/CT_mask.nii.gz")
        tumour = (reference["patient"], labels, try labels.volumeOfInterest(1))
      }
      let (_, labels, region) = try #require(tumour)
      let parameters = reference.parameters
      let image =
        parameters.range.isEmpty ? nil : try ImageFile.readVolume("\(folder)/CT_image.nii.gz")
      let derived = Result { () throws(PreparationError) in
        try parameters.derive(from: region, on: labels.grid, image: image, named: "label 1")
      }
      switch derived {
      case .success(let mask):
        #expect(VOICase.fields(mask) == reference.expectedFields, "\(reference)")
      case .failure: #expect(reference["count"] == "0", "\(reference)")
      }
    }
  }
}

/// Properties that hold whatever the numbers.
@Suite struct VOIPropertyTests {
  private func derive(
    _ kind: VOIKind, _ distance: Double, from tumour: MaskRegion, on grid: Grid
  ) throws -> MaskRegion {
    var parameters = VOIParameters()
    parameters.kind = kind
    parameters.distance = distance
    return try parameters.derive(from: tumour, on: grid, named: "label 1")
  }

  /// 1 in the region, on the whole grid.
  private func spread(_ region: MaskRegion, on grid: Grid) -> [UInt8] {
    var whole = [UInt8](repeating: 0, count: grid.voxelCount)
    var i = 0
    for z in region.box.lower.z..<region.box.upper.z {
      for y in region.box.lower.y..<region.box.upper.y {
        for x in region.box.lower.x..<region.box.upper.x {
          whole[(z * grid.size.y + y) * grid.size.x + x] = region.mask[i]
          i += 1
        }
      }
    }
    return whole
  }

  @Test(arguments: VOIMask.names.dropLast(), ["thick", "cubes", "ties"])
  func ringAndTumourAreTheDilation(_ mask: String, _ gridName: String) throws {
    let grid = VOIMask.grid(gridName)
    let tumour = try #require(VOIMask.region(mask, on: grid))
    let inside = spread(tumour, on: grid)
    let ring = spread(try derive(.ring, 3, from: tumour, on: grid), on: grid)
    let dilation = spread(try derive(.dilation, 3, from: tumour, on: grid), on: grid)
    #expect(zip(inside, ring).allSatisfy { $0 + $1 <= 1 })
    #expect(zip(inside, ring).map { $0 + $1 } == dilation)
    // Opening the other way round: what was added is taken away again, and never more.
    let closed = spread(
      try derive(
        .erosion, 3, from: try derive(.dilation, 3, from: tumour, on: grid), on: grid), on: grid)
    #expect(zip(inside, closed).allSatisfy { $0 <= $1 })
  }

  @Test(arguments: ["thick", "cubes", "ties"])
  func erosionIsWhatTheRingOfTheOutsideLeaves(_ gridName: String) throws {
    let grid = VOIMask.grid(gridName)
    let tumour = try #require(VOIMask.region("ball", on: grid))
    let inside = spread(tumour, on: grid)
    let outside = try #require(
      MaskRegion(
        shrinking: inside.map { 1 - $0 }, in: IndexBox(lower: .zero, size: grid.size)))
    let eroded = spread(try derive(.erosion, 1, from: tumour, on: grid), on: grid)
    let ring = spread(try derive(.ring, 1, from: outside, on: grid), on: grid)
    #expect(zip(inside, ring).map { $0 - $1 } == eroded)
  }

  /// 0.3 mm in a file's float32 is a little more: ten such voxels are 3.00000012 mm.
  @Test func aMillionthDecidesNothing() throws {
    let spacing = Double(Float(0.3))
    let grid = Grid(size: SIMD3(41, 1, 1), spacing: SIMD3(spacing, 1, 1))
    let dot = MaskRegion(box: IndexBox(lower: SIMD3(20, 0, 0), size: .one), mask: [1])
    #expect(try derive(.ring, 3, from: dot, on: grid).count == 20)
    #expect(try derive(.ring, 2.9999, from: dot, on: grid).count == 18)
    let bar = MaskRegion(
      box: IndexBox(lower: SIMD3(10, 0, 0), size: SIMD3(21, 1, 1)),
      mask: [UInt8](repeating: 1, count: 21))
    #expect(try derive(.erosion, 3, from: bar, on: grid).count == 1)
  }

  @Test func theBorderOfTheImageIsNotOutside() throws {
    let grid = Grid(size: SIMD3(4, 5, 3))
    let all = MaskRegion(
      box: IndexBox(lower: .zero, size: grid.size), mask: [UInt8](repeating: 1, count: 60))
    #expect(try derive(.erosion, 100, from: all, on: grid).count == 60)
    #expect(try derive(.dilation, 100, from: all, on: grid).count == 60)
  }

  @Test func theFirstOfEqualSlicesIsTaken() throws {
    let grid = Grid(size: SIMD3(3, 1, 4))
    let mask: [UInt8] = [1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0]
    let tumour = try #require(
      MaskRegion(shrinking: mask, in: IndexBox(lower: .zero, size: grid.size)))
    let slice = try derive(.largestSlice, 0, from: tumour, on: grid)
    #expect(slice.box == IndexBox(lower: SIMD3(0, 0, 1), size: SIMD3(2, 1, 1)))
  }
}
