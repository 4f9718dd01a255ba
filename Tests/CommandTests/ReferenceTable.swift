import Foundation
import Study

/// Feature values by patient and column, from a CSV file whose first column is the patient.
struct ReferenceTable {
  let columns: [String]
  let patients: [String]
  private var values: [String: [String: Double]] = [:]

  subscript(patient: String, column: String) -> Double {
    values[patient]?[column] ?? .nan
  }

  /// A line that starts with # in front of the header is left out; what is no number, too.
  init(_ text: String) throws {
    let start = text.hasPrefix("#") ? text.firstIndex(of: "\n") : nil
    let body = start.map { String(text[text.index(after: $0)...]) } ?? text
    let table = try CSVTable.parse(body, name: "table.csv")
    columns = Array(table.header.dropFirst())
    patients = table.rows.map { $0[0] }
    for row in table.rows {
      var named: [String: Double] = [:]
      for (column, text) in zip(columns, row.dropFirst()) { named[column] = Double(text) }
      values[row[0]] = named
    }
  }

  init(contentsOf url: URL) throws {
    try self.init(String(contentsOf: url, encoding: .utf8))
  }
}

/// How far computed values are from an oracle's.
struct Deviation: CustomStringConvertible {
  var count = 0
  /// Largest relative difference, and where it is.
  var worst = 0.0
  var place = ""
  var beyond: [String] = []

  /// Counts one value: within 1e-6 relative, or 1e-9 absolute near 0; NaN only where NaN is
  /// expected.
  mutating func add(_ found: Double, expected: Double, at place: String) {
    count += 1
    if found.isNaN && expected.isNaN { return }
    let difference = abs(found - expected)
    let relative = difference == 0 ? 0 : difference / abs(expected)
    if !(difference <= 1e-9 || relative <= 1e-6) {
      beyond.append("\(place): \(found), the oracle has \(expected)")
    }
    // Near 0 the absolute difference says more.
    let weight = min(relative, difference * 1e3)
    if weight > worst { (worst, self.place) = (weight, place) }
  }

  var description: String {
    "\(count) values, largest difference \(worst) (\(place)), \(beyond.count) beyond 1e-6"
  }
}

/// The real patients that stand beside a checkout.
enum RealPatients {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared")
  static let reference = folder.appendingPathComponent("reference")
  static let images = folder.appendingPathComponent("data/sts")
  static let exist = FileManager.default.fileExists(atPath: images.path)
  static let golden = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("Golden")

  static var names: [String] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: images.path)) ?? []
    return entries.filter { $0.hasPrefix("STS_") }.sorted()
  }

  /// A file such as `CT_image` of a patient.
  static func file(_ patient: String, _ name: String) -> String {
    images.appendingPathComponent(patient).appendingPathComponent(name + ".nii.gz").path
  }
}
