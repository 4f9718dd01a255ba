import Features
import Filters
import Foundation
import Imaging
import Testing

/// Oracle: the consensus response maps of IBSI 2, phase 1 (CC0), every voxel. IBSI's tolerance is
/// 1 % of a map's range.
///
/// The maps of wavelets are met to the rounding of float32, but for 8.a.1, which is the mean of
/// seven teams, two of whom had another grid of frequencies. The Riesz maps are such means too.
@Suite(.enabled(if: IBSISpatialData.isPresent, "needs ../shared"))
struct IBSITransformPhantomTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let id: String
    let phantom: String
    let filter: TransformFilter
    /// Largest deviation, as a fraction of IBSI's tolerance.
    let limit: Double
    var testDescription: String { id }

    init(_ id: String, _ phantom: String, _ filter: TransformFilter, _ limit: Double) {
      (self.id, self.phantom, self.filter, self.limit) = (id, phantom, filter, limit)
    }
  }

  static let cases: [Case] = [
    Case("5.a.1", "impulse", .wavelet("db2", "LHL", 1, nil, .zero), 2e-5),
    Case("5.a.2", "impulse", .wavelet("db2", "LHL", 1, .average, .zero), 2e-5),
    Case("6.a.1", "sphere", .wavelet("coif1", "HHL", 1, nil, .periodic), 2e-5),
    Case("6.a.2", "sphere", .wavelet("coif1", "HHL", 1, .average, .periodic), 2e-5),
    Case("7.a.1", "checkerboard", .wavelet("haar", "LLL", 2, .average), 2e-5),
    Case("7.a.2", "checkerboard", .wavelet("haar", "HHH", 2, .average), 2e-5),
    Case("8.a.1", "checkerboard", .band(3, 1), 0.4),
    Case("8.a.2", "checkerboard", .band(3, 2), 2e-5),
    Case("8.a.3", "checkerboard", .band(3, 3), 2e-5),
    Case("9.a", "impulse", .rieszLog(3, 3, "1-0-0", .zero), 0.01),
    Case("9.b.1", "sphere", .rieszLog(3, 3, "0-2-0", .zero), 0.07),
    Case("10.b.1", "pattern_1", .band(3, 1, "0-2-0", .nearest), 0.15),
  ]

  @Test(arguments: cases) func everyVoxel(_ test: Case) throws {
    let row = try #require(
      IBSISpatialData.rows("ibsi2_phase1_filters.csv").first { $0["id"] == test.id })
    #expect(row["phantom"] == test.phantom)
    let image = try IBSISpatialData.image("ibsi/ibsi2_phantoms/\(test.phantom).nii.gz")
    let name = test.id.split(separator: ".").joined(separator: "_")
    let map = try IBSISpatialData.image("ibsi/ibsi2_response_maps/\(name)-ValidCRM.nii.gz")
    let reference = map.values(in: IndexBox(lower: .zero, size: map.grid.size))
    let tolerance = try 0.01 * (#require(reference.max()) - #require(reference.min()))
    // The table's tolerance is of the same range, of the unrounded map; 5.a.2 has none there.
    let published = try #require(Double(row["tolerance_abs"] ?? ""))
    #expect(published == 0 || abs(published - tolerance) <= 1e-3 * tolerance)
    let worst = try zip(test.filter.response(of: image), reference).reduce(0) {
      max($0, abs($1.0 - $1.1))
    }
    print("IBSI 2 \(test.id): worst voxel at \(worst / tolerance) of the tolerance")
    #expect(worst <= test.limit * tolerance)
  }

  /// 9.b.2 and 10.b.2 are steered, and 10.a has no consensus map.
  @Test func allMapsOfTheTableAreHere() throws {
    let rows = try IBSISpatialData.rows("ibsi2_phase1_filters.csv")
    let ids = rows.filter { $0["reference_map"] != "" }.compactMap { $0["id"] }
    #expect(
      ids.filter { "56789".contains($0.prefix(1)) || $0.hasPrefix("10") }
        == Self.cases.map { $0.id })
  }
}

/// Oracle: IBSI 2 phase 2, consensus values on the CT phantom; published tolerances.
@Suite(.enabled(if: IBSISpatialData.isPresent, "needs ../shared"))
struct IBSITransformPhase2Tests {
  /// Filter 6 to 9 of configuration A (2D, native voxels) and B (3D, 1 mm). The boundary is mirror;
  /// teams that did not pad before a Fourier transform, which is periodic, are in the consensus too.
  private static let filters: [String: TransformFilter] = [
    "6.A": .wavelet("db3", "LH", 1, .average), "6.B": .wavelet("db3", "LLH", 1, .average),
    "7.A": .wavelet("db3", "HH", 2, .average), "7.B": .wavelet("db3", "HHH", 2, .average),
    "8.A": .band(2, 1), "8.B": .band(3, 1), "9.A": .band(2, 2), "9.B": .band(3, 2),
  ]

  @Test(arguments: ["A", "B"]) func statisticsOfResponses(_ configuration: String) throws {
    let patient = try IBSISpatialPatient(
      image: "ibsi/ibsi1_pat1/image.nii.gz", mask: "ibsi/ibsi1_pat1/mask.nii.gz",
      spacing: configuration == "B" ? 1 : nil, wholeNumbers: true, range: [-1000, 400])
    var compared = 0
    for number in 6...9 {
      compared += try compare("\(number).\(configuration)", .mirror, patient)
    }
    compared += try compare("8.\(configuration)", .periodic, patient)
    // One statistic of 8.B has no consensus.
    #expect(compared == (configuration == "A" ? 90 : 88))
  }

  /// - Returns: how many statistics have a reference.
  private func compare(
    _ id: String, _ boundary: BoundaryCondition, _ patient: IBSISpatialPatient
  ) throws -> Int {
    let filter = try #require(Self.filters[id]).with(boundary)
    let found = try statistics(of: filter.responses(of: patient.input)[0].values, patient.input)
    var (compared, worst) = (0, (0.0, ""))
    for row in try IBSISpatialData.rows("ibsi2_reference.csv") where row["filter_id"] == id {
      let tag = row["tag"] ?? ""
      guard let value = Double(row["value"] ?? ""), let tolerance = Double(row["tolerance"] ?? "")
      else { continue }
      compared += 1
      let computed = try #require(found[tag])
      // Published values have three significant digits.
      let rounded = Double(String(format: "%.2e", computed)) ?? .nan
      let distance = min(abs(rounded - value), abs(computed - value))
      #expect(
        distance <= tolerance + 1e-9 * abs(value),
        "\(id) \(boundary) \(tag): \(computed), IBSI: \(value) +- \(tolerance)")
      let share = distance / max(tolerance, 1e-9 * abs(value))
      if share > worst.0 { worst = (share, tag) }
    }
    print("IBSI 2 \(id) \(boundary): worst statistic \(worst.1) at \(worst.0) of the tolerance")
    return compared
  }

  /// By IBSI's tags, such as `stat_mean`.
  private func statistics(of values: [Double], _ input: FilterInput) throws -> [String: Double] {
    let box = VoxelBox(
      size: input.box.size, spacing: input.spacing, pixelType: .float64, values: values,
      mask: input.mask)
    let family = try IntensityStatistics(IntensityStatistics.Parameters())
    let columns = IntensityStatistics.columns.map { "stat_\($0.name)" }
    return Dictionary(
      uniqueKeysWithValues: zip(columns, try family.values(of: Region(intensity: box))))
  }
}
