package import Foundation

/// A golden CSV: comment lines, a header, rows without quotes.
package struct GoldenTable {
  package let rows: [[String: String]]

  package init(_ url: URL) throws {
    let lines = try String(contentsOf: url, encoding: .utf8)
      .split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    guard let header = lines.first else {
      rows = []
      return
    }
    rows = lines.dropFirst().map { fields in
      Dictionary(zip(header, fields)) { first, _ in first }
    }
  }
}

/// The folder of data shared between checkouts, beside the repository.
package enum SharedData {
  package static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared")

  package static var patients: URL { folder.appendingPathComponent("data/sts") }

  package static var isPresent: Bool {
    FileManager.default.fileExists(atPath: patients.path)
  }
}
