internal import Foundation
internal import Imaging
internal import TestSupport
import Testing

private let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("Golden")

/// Oracle: PyRadiomics 3.0.1 with SimpleITK 2.5.7 (scripts/oracles/imaging.py).
@Suite struct PreparationTests {
  static let cases: [SyntheticCase] = {
    let url = golden.appendingPathComponent("preparation.csv")
    return ((try? GoldenTable(url))?.rows ?? []).map { SyntheticCase(row: $0) }
  }()

  @Test func goldenFileIsThere() {
    #expect(Self.cases.count > 60)
  }

  /// Tolerance: none, equal bits of all masked values and of both masks; normalised images: sum
  /// within 1e-10 relative (the last bits of ITK's mean depend on its threads).
  @Test(arguments: cases.filter { $0["resultType"] != "refused" })
  func preparedRegionEqualsPyRadiomics(_ reference: SyntheticCase) throws {
    let region = try reference.prepared()
    #expect(region.box.pixelType.rawValue == reference["resultType"])
    #expect(region.box.size == reference.size("boxSize"))
    let spacing = reference.numbers("boxSpacing")
    #expect(region.box.spacing == SIMD3(spacing[0], spacing[1], spacing[2]))
    #expect(Checksum.of(region.box.mask) == UInt32(reference["maskCRC"]))
    #expect(Checksum.of(region.shapeBox.mask) == UInt32(reference["shapeCRC"]))
    let masked = maskedValues(region.box)
    #expect(masked.count == Int(reference["count"]))
    if reference["scale"].isEmpty {
      #expect(Checksum.of(masked) == UInt32(reference["valuesCRC"]))
    } else {
      let sum = masked.reduce(0, +)
      let expected = reference.numbers("sum")[0]
      #expect(abs(sum - expected) <= 1e-10 * abs(expected))
    }
  }

  @Test(arguments: [
    ("label-absent", PreparationError.Kind.labelAbsent), ("empty", .emptyMask),
    ("dot", .singleVoxel), ("line", .tooFewDimensions), ("geometry", .geometryMismatch),
    ("outside", .outsideImage), ("nothing-left", .resegmentation),
  ])
  func whatPyRadiomicsRefusesIsRefused(_ name: String, _ kind: PreparationError.Kind) throws {
    let reference = try #require(Self.cases.first { $0["name"] == name })
    #expect(reference["resultType"] == "refused")
    do {
      _ = try reference.prepared()
      Issue.record("accepted")
    } catch let error as PreparationError {
      #expect(error.kind == kind)
    }
  }

  /// A box that is filled whole has the same values inside the mask.
  @Test func wholeBoxKeepsTheMaskedValues() throws {
    let reference = try #require(Self.cases.first { $0["name"] == "bspline-int16-1mm" })
    let preparation = try ImagePreparation(reference.image, settings: reference.settings)
    let sparse = try preparation.region(of: 1, in: reference.labels)
    let whole = try preparation.region(of: 1, in: reference.labels, wholeBox: true)
    #expect(maskedValues(sparse.box) == maskedValues(whole.box))
    #expect(whole.box.values.count { $0 != 0 } > sparse.box.values.count { $0 != 0 })
  }

  /// Coefficients that were kept for one VOI, and widened for a second, give the bits of new ones.
  @Test func severalRegionsShareOneImage() throws {
    let near = try #require(Self.cases.first { $0["name"] == "bspline-inplane" })
    let preparation = try ImagePreparation(near.image, settings: near.settings)
    var corner = [UInt8](repeating: 0, count: near.labels.grid.voxelCount)
    for i in [0, 1, 2, 20, 21, 360, 361, 381] { corner[i] = 1 }
    let other = LabelVolume(grid: near.labels.grid, labels: corner)
    let first = try preparation.region(of: 2, in: near.labels)
    let second = try preparation.region(of: 1, in: other)
    let third = try preparation.region(of: 2, in: near.labels)
    let fresh = try ImagePreparation(near.image, settings: near.settings).region(of: 1, in: other)
    #expect(first.box.values == third.box.values)
    #expect(second.box.values == fresh.box.values)
  }

  @Test func toleranceAcceptsAShiftedMask() throws {
    let reference = try #require(Self.cases.first { $0["name"] == "geometry" })
    var settings = reference.settings
    settings.geometry.policy = .tolerance
    settings.geometry.tolerance = 0.5
    let region = try ImagePreparation(reference.image, settings: settings)
      .region(of: 1, in: reference.labels)
    #expect(region.diagnostics.voxelCount == region.diagnostics.originalVoxelCount)
    settings.geometry.tolerance = 0.4
    #expect(throws: PreparationError.self) {
      _ = try ImagePreparation(reference.image, settings: settings)
        .region(of: 1, in: reference.labels)
    }
  }

  @Test func messagesSayByHowMuch() throws {
    let reference = try #require(Self.cases.first { $0["name"] == "geometry" })
    do {
      _ = try reference.prepared()
    } catch let error as PreparationError {
      #expect(error.message.contains("0.437616 mm"))
      #expect(error.message.contains("origin"))
    }
    let absent = try #require(Self.cases.first { $0["name"] == "label-absent" })
    do {
      _ = try absent.prepared()
    } catch let error as PreparationError {
      #expect(error.message.contains("1 (1273 voxels)"))
    }
  }
}

/// Oracle: PyRadiomics 3.0.1 on the 16 shared patients; equal bits.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared/data"))
struct PatientPreparationTests {
  static let rows: [PatientCase] = {
    let url = golden.appendingPathComponent("patients.csv")
    return ((try? GoldenTable(url))?.rows ?? []).map { PatientCase(row: $0) }
  }()

  @Test(arguments: rows)
  func preparedRegionEqualsPyRadiomics(_ reference: PatientCase) throws {
    let region = try reference.prepared()
    let masked = maskedValues(region.box)
    #expect(masked.count == Int(reference["count"]))
    #expect(Checksum.of(region.box.mask) == UInt32(reference["maskCRC"]))
    #expect(Checksum.of(masked) == UInt32(reference["valuesCRC"]))
  }
}

func maskedValues(_ box: VoxelBox) -> [Double] {
  var values: [Double] = []
  for (value, mask) in zip(box.values, box.mask) where mask == 1 { values.append(value) }
  return values
}
