import Foundation
import Imaging
import NIfTIAdapter
import Study
import TestSupport
import Testing

/// A small cohort with CT, PET on a coarser grid, masks and anatomy, made by whole-number formulas:
/// quick enough for many studies of regions.
///
/// Columns: patient_id, ct, pet, mask, anatomy (x > 4 mm), all (everything), split (the third
/// patient is for testing), weight, dose.
final class RegionTrial {
  let folder: TestFolder
  static let ctGrid = centred(SIMD3(24, 24, 12), SIMD3(2, 2, 3))
  static let petGrid = centred(SIMD3(14, 14, 12), SIMD3(4, 4, 3))
  static let header = "patient_id,ct,pet,mask,anatomy,all,split,weight,dose"

  var result: String { folder.path + "/results.h5" }

  init(patients: Int = 2) throws {
    folder = try TestFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/images", withIntermediateDirectories: false)
    for patient in 1...patients { try write(patient) }
    try cohort((1...patients).map { Self.line($0) })
  }

  static func centred(_ size: SIMD3<Int>, _ spacing: SIMD3<Double>) -> Grid {
    let extent = SIMD3(Double(size.x - 1), Double(size.y - 1), Double(size.z - 1)) * spacing
    return Grid(size: size, spacing: spacing, origin: extent * -0.5)
  }

  static func line(_ p: Int) -> String {
    let files = ["ct", "pet", "mask", "anatomy", "all"].map { "images/p\(p)_\($0).nii.gz" }
    return (["p\(p)"] + files + [p == 3 ? "test" : "train", "\(60 + p)", "\(200 + p)"])
      .joined(separator: ",")
  }

  func cohort(_ lines: [String], header: String = header) throws {
    try folder.write(([header] + lines).joined(separator: "\n") + "\n", to: "cohort.csv")
  }

  func path(_ patient: Int, _ kind: String) -> String {
    "\(folder.path)/images/p\(patient)_\(kind).nii.gz"
  }

  private func write(_ p: Int) throws {
    let radius = 7 + 0.7 * Double(p)
    func isTumour(_ at: SIMD3<Double>) -> Bool { (at * at).sum() < radius * radius }
    let ct = Self.values(Self.ctGrid) { i, at in
      let texture = (i.x * 37 + i.y * 11 + i.z * (5 + p) + i.x * i.y * i.z * p) % 97
      return Int16(texture * 3 - 60 + (isTumour(at) ? 80 : 0) + (at.x > 0 ? 70 : 0))
    }
    let pet = Self.values(Self.petGrid) { i, at in
      let texture = Float((i.x * 7 + i.y * 5 + i.z * (3 + p) + i.x * i.y) % 13) * 0.25
      return texture + (isTumour(at) ? 5 + 0.0625 * Float(i.y) : 0)
    }
    try ImageFile.writeVolume(
      Volume(grid: Self.ctGrid, voxels: .int16(ct)), to: path(p, "ct"))
    try ImageFile.writeVolume(
      Volume(grid: Self.petGrid, voxels: .float32(pet)), to: path(p, "pet"))
    try labels(path(p, "mask")) { _, at in isTumour(at) ? 1 : 0 }
    try labels(path(p, "anatomy")) { _, at in at.x > 4 ? 1 : 0 }
    try labels(path(p, "all")) { _, _ in 1 }
  }

  /// Writes a mask on the grid of the CT; `label` is given voxel index and place, mm.
  func labels(_ path: String, _ label: (SIMD3<Int>, SIMD3<Double>) -> UInt8) throws {
    try ImageFile.writeLabels(
      LabelVolume(grid: Self.ctGrid, labels: Self.values(Self.ctGrid, label)), to: path)
  }

  private static func values<Value>(
    _ grid: Grid, _ value: (SIMD3<Int>, SIMD3<Double>) -> Value
  ) -> [Value] {
    var values: [Value] = []
    for z in 0..<grid.size.z {
      for y in 0..<grid.size.y {
        for x in 0..<grid.size.x {
          let index = SIMD3(Double(x), Double(y), Double(z))
          values.append(value(SIMD3(x, y, z), grid.origin + index * grid.spacing))
        }
      }
    }
    return values
  }

  /// Writes a study of this cohort; without its `cohort:` line.
  @discardableResult
  func study(_ text: String, named name: String = "study") throws -> String {
    try folder.write("cohort: cohort.csv\noutput: results.h5\n" + text, to: "\(name).yml")
    return "\(folder.path)/\(name).yml"
  }

  /// Runs a study to an output of its own.
  /// - Parameter status: the exit status that is expected.
  func run(
    _ text: String, to output: String = "results", status: Int32 = 0,
    location: SourceLocation = #_sourceLocation
  ) throws -> RegionTable {
    let ending = try Program.run(
      ["run", try study(text, named: output), "--output", "\(folder.path)/\(output).h5"])
    try #require(ending.status == status, "\(ending.errors)", sourceLocation: location)
    return try table(output, errors: ending.errors)
  }

  func table(_ output: String, errors: String = "") throws -> RegionTable {
    let export = try Program.run(["export", "\(folder.path)/\(output).h5"])
    try #require(export.status == 0, "\(export.errors)")
    return try RegionTable(export.output, errors: errors)
  }
}

/// An exported result: the texts of rows and columns.
struct RegionTable {
  let columns: [String]
  let rows: [[String]]
  /// What the run said.
  let errors: String

  init(_ csv: String, errors: String) throws {
    let table = try CSVTable.parse(csv, name: "export.csv")
    columns = table.header
    rows = table.rows
    self.errors = errors
  }

  subscript(row: Int, column: String) -> String {
    columns.firstIndex(of: column).map { rows[row][$0] } ?? "no column \(column)"
  }

  /// Names of the feature columns, those that begin with a prefix and an image type.
  func features(_ prefix: String = "") -> [String] {
    columns.filter { name in
      guard name.hasPrefix(prefix) else { return false }
      let parts = name.dropFirst(prefix.count).split(separator: "_")
      return parts.count >= 3
        && ["original", "wavelet", "log-", "square", "logarithm", "exponential", "gradient", "lbp"]
          .contains { parts[0].hasPrefix($0) }
    }
  }

  /// Values by column name behind a prefix, as texts that stand for all bits of a number.
  func values(_ row: Int, _ prefix: String = "") -> [String: String] {
    var values: [String: String] = [:]
    for name in features(prefix) { values[String(name.dropFirst(prefix.count))] = self[row, name] }
    return values
  }
}
