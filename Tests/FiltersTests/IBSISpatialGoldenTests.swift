import Filters
import Foundation
import Imaging
import TestSupport
import Testing

/// Oracle: scipy.ndimage's direct convolution, see scripts/oracles/filters_ibsi_spatial.py.
@Suite struct IBSISpatialGoldenTests {
  struct Golden: Sendable, CustomTestStringConvertible {
    let name: String
    let boundary: BoundaryCondition
    let values: [Double]
    var testDescription: String { "\(name) \(boundary.rawValue)" }
  }

  static let goldens: [Golden] = {
    let rows = (try? GoldenTable(WaveletLoGCase.golden("ibsi-spatial.csv")))?.rows ?? []
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
  private static let cases: [String: (SpatialFilter, spacing: SIMD3<Double>)] = [
    "mean-3": (.mean(3, 3), .one),
    "mean-2D-5": (.mean(5, 2), .one),
    "mean-21": (.mean(21, 3), .one),
    "laplacian-1.2": (.laplacian(1.2, 3), .one),
    "laplacian-2.3-skew": (.laplacian(2.3, 3), skew),
    "laplacian-2D-1.5-skew": (.laplacian(1.5, 2), skew),
    "laws-E5L5S5": (.laws("E5L5S5", nil, energy: nil), .one),
    "laws-E5L3W5-max-4": (.laws("E5L3W5", .max, energy: 4), .one),
    "laws-R5E3S3-average": (.laws("R5E3S3", .average, energy: nil), .one),
    "laws-W5E3-min": (.laws("W5E3", .min, energy: nil), .one),
    "laws-S5L5-max-7": (.laws("S5L5", .max, energy: 7), .one),
    "gabor-2D-60": (.gabor(1.5, 3, 0.7, theta: 60, 2), .one),
    "gabor-3D-45-skew": (.gabor(1.3, 2.5, 1.5, delta: 45, 3), skew),
    "gabor-3D-72": (.gabor(1.0, 3.5, 2, delta: 72, 3), .one),
  ]
  private static let places = [
    SIMD3(0, 0, 0), SIMD3(8, 6, 4), SIMD3(4, 3, 2), SIMD3(1, 5, 3), SIMD3(8, 0, 2),
    SIMD3(0, 6, 1), SIMD3(3, 0, 4), SIMD3(6, 2, 0),
  ]

  @Test func allCasesAreInTheFile() {
    #expect(
      Set(Self.goldens.map { $0.testDescription }).count
        == Self.cases.count * BoundaryCondition.allCases.count)
  }

  /// Tolerance: sums of up to 10,000 products in Double, in another order or by Fourier transforms.
  @Test(arguments: goldens) func equalsSciPy(_ golden: Golden) throws {
    let (filter, spacing) = try #require(Self.cases[golden.name])
    let size = SIMD3(9, 7, 5)
    let image = IBSISpatialDirectTests.volume(size, spacing: spacing)
    let response = try filter.with(golden.boundary).response(of: image)
    var values = Self.places.map { response[($0.z * size.y + $0.y) * size.x + $0.x] }
    values.append(response.reduce(0) { $0 + abs($1) } / Double(response.count))
    try #require(values.count == golden.values.count)
    for (found, expected) in zip(values, golden.values) {
      #expect(abs(found - expected) <= 1e-12 * max(abs(expected), 10))
    }
  }
}
