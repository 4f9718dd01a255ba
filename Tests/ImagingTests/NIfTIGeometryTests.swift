internal import Foundation
internal import Imaging
internal import NIfTIAdapter
internal import TestSupport
import Testing

/// Oracle: SimpleITK 2.5.7 on 96 random headers (scripts/oracles/imaging_headers.py): sform against
/// qform, flips, units, both byte orders. Tolerance: none, equal bits.
@Suite struct NIfTIGeometryTests {
  @Test func gridsEqualSimpleITK() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/nifti-headers.csv")
    let rows = try GoldenTable(url).rows
    #expect(rows.count == 96)
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("radcohort-header-\(UUID().uuidString).nii")
    defer { try? FileManager.default.removeItem(at: file) }
    for row in rows {
      try Data(bytes(row["header"] ?? "") + [UInt8](repeating: 0, count: 64)).write(to: file)
      guard row["spacing"] != "refused" else {
        #expect(throws: ImageFileError.self) { _ = try ImageFile.readHeader(file.path) }
        continue
      }
      let grid = try ImageFile.readHeader(file.path).grid
      #expect(grid.size == SIMD3(5, 4, 3))
      #expect([grid.spacing.x, grid.spacing.y, grid.spacing.z] == numbers(row["spacing"]))
      #expect([grid.origin.x, grid.origin.y, grid.origin.z] == numbers(row["origin"]))
      #expect(grid.direction == numbers(row["direction"]))
    }
  }

  /// V diag(1/s) U' undoes the matrix; tolerance 1e-12.
  @Test func inverseUndoesTheMatrix() {
    let matrix = [0.7, -0.2, 1.5, 0.1, 2.1, 0.3, -0.9, 0.4, 3.2]
    let inverse = SingularValues3(matrix).inverse
    for i in 0..<3 {
      for j in 0..<3 {
        var product = 0.0
        for k in 0..<3 { product += matrix[i * 3 + k] * inverse[k * 3 + j] }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-12)
      }
    }
  }

  private func numbers(_ text: String?) -> [Double] {
    (text ?? "").split(separator: " ").compactMap { Double($0) }
  }

  private func bytes(_ text: String) -> [UInt8] {
    let digits = text.utf8.map { $0 < 58 ? $0 - 48 : $0 - 87 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
