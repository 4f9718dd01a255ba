import Foundation
import Learning
import Testing

/// Real tables that oracles have been asked about: three public ones that are kept here
/// (`scripts/oracles/real_tables.R`), and the glioma table of ../shared where that exists.
struct RealTable {
  let names: [String]
  let columns: [[Double]]

  /// 189 births, class: low birth weight; whole numbers with many ties.
  static let birthwt = "birthwt"
  /// 47 provinces, value: fertility; strongly correlated columns.
  static let swiss = "swiss"
  /// 137 patients with lung cancer, time and event; tied times.
  static let veteran = "veteran"

  /// - Parameter name: of a public table.
  init(_ name: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/real-tables.csv")
    var names: [String] = []
    var columns: [[Double]] = []
    for line in try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline) {
      let cells = line.split(separator: ",")
      guard cells[0] == name else { continue }
      names.append(String(cells[1]))
      columns.append(try cells[2].split(separator: " ").map { try #require(Double($0)) })
    }
    (self.names, self.columns) = (names, columns)
  }

  private static let gliomaFile = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/data/tables/glioma_t1ce.csv")

  static var hasGlioma: Bool { FileManager.default.fileExists(atPath: gliomaFile.path) }

  /// 103 patients with 361 features of their gliomas behind idh, death, days, grade, age and sex;
  /// what is missing or no number is NaN.
  static func glioma() throws -> RealTable {
    let lines = try String(contentsOf: gliomaFile, encoding: .utf8)
      .split(whereSeparator: \.isNewline)
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    return RealTable(
      names: lines[0].map { String($0) },
      columns: lines[0].indices.map { j in lines[1...].map { Double($0[j]) ?? .nan } })
  }

  private init(names: [String], columns: [[Double]]) {
    (self.names, self.columns) = (names, columns)
  }

  subscript(name: String) -> [Double] {
    names.firstIndex(of: name).map { columns[$0] } ?? []
  }

  func classes(_ name: String) -> [UInt8] { self[name].map { $0 == 1 ? 1 : 0 } }

  /// Some columns with an outcome.
  /// - Parameter features: names in the table.
  func data(_ features: [String], _ outcome: Outcome) -> Dataset {
    let columns = features.map { self[$0] }
    return Dataset(
      features: FeatureMatrix(rowCount: outcome.count, columns: columns), names: features,
      outcome: outcome)
  }

  /// Columns of the glioma table behind `sex` without a missing value, in their order.
  var gliomaFeatures: [String] {
    let first = (names.firstIndex(of: "sex") ?? -1) + 1
    return names[first...].filter { name in self[name].allSatisfy(\.isFinite) }
  }
}
