import Foundation
import Learning
import TestSupport
import Testing

/// The table of scripts/oracles/learning_glmnet.R, from the same integer formula: columns correlated
/// within five groups, of sizes from 0.01 to 100, column 3 constant; survival times tied.
struct ElasticNetTable {
  let rows: Int
  let columns: Int
  private let raw: [[Double]]

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    raw = (0..<columns).map { j in
      (0..<rows).map { Self.uniform($0, j) + 0.8 * Self.uniform($0, 1000 + j % 5) }
    }
  }

  static func uniform(_ i: Int, _ j: Int) -> Double {
    var u = (i * 7919 + j * 104729 + 4242) % 65537
    for _ in 0..<3 { u = (u * u + 12345 * u + 67) % 65537 }
    return Double(u) / 65537
  }

  var features: FeatureMatrix {
    let sizes = [0.01, 0.1, 1, 10, 100]
    return FeatureMatrix(
      rowCount: rows,
      columns: (0..<columns).map { j in
        j == 3 ? [Double](repeating: 7, count: rows) : raw[j].map { $0 * sizes[j % 5] }
      })
  }

  private func each(_ value: (Int) -> Double) -> [Double] { (0..<rows).map(value) }
  private var eta: [Double] { each { 2 * (raw[0][$0] - raw[1][$0] + 0.5 * raw[6][$0]) } }
  var weights: [Double] { each { 0.5 + Self.uniform($0, 3000) } }
  var factors: [Double] { [0, 2] + (2..<columns).map { 0.5 + Self.uniform($0, 4000) } }

  func outcome(_ family: String, entry: Bool = false) -> Outcome {
    let noise = each { Self.uniform($0, 2000) }
    switch family {
    case "gaussian": return .continuous(zip(eta, noise).map { 10 + 4 * $0 + 3 * $1 })
    case "binomial":
      return .binary(zip(eta, noise).map { $0 + 2 * ($1 - 0.5) > 0.9 ? 1 : 0 })
    case "separable": return .binary(eta.map { $0 > 0.9 ? 1 : 0 })
    default:
      let spread = each { Self.uniform($0, 2002) }
      let time = zip(eta, spread).map { (30 * $1 * (5 - $0)).rounded(.down) + 1 }
      let late = each { Self.uniform($0, 2003) < 0.3 ? (time[$0] / 3).rounded(.down) : 0 }
      return .survival(
        time: time, event: each { Self.uniform($0, 2001) }.map { $0 < 0.7 ? 1 : 0 },
        entry: entry ? late : [])
    }
  }

  func dataset(_ family: String, weighted: Bool = false, entry: Bool = false) -> Dataset {
    Dataset(
      features: features, names: (0..<columns).map { "c\($0)" },
      outcome: outcome(family, entry: entry), weights: weighted ? weights : [])
  }

  /// Population SD per column.
  func deviations(weighted: Bool) -> [Double] {
    let raw = weighted ? weights : [Double](repeating: 1, count: rows)
    let total = raw.reduce(0, +)
    return (0..<columns).map { j in
      let x = Array(features.column(j))
      let mean = zip(x, raw).reduce(0) { $0 + $1.0 * $1.1 } / total
      return (zip(x, raw).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) } / total)
        .squareRoot()
    }
  }
}

/// A row of a golden file.
struct ElasticNetGolden: CustomTestStringConvertible, Sendable {
  let row: [String: String]
  var testDescription: String {
    ["family", "model", "rows", "columns", "alpha", "flags", "measure", "k"]
      .compactMap { row[$0] }.joined(separator: " ")
  }

  func text(_ name: String) -> String { row[name] ?? "" }
  func integer(_ name: String) -> Int { Int(text(name))! }
  func numbers(_ name: String) -> [Double] {
    text(name).split(separator: " ").map { Double($0)! }
  }
  func number(_ name: String) -> Double { numbers(name)[0] }
  func has(_ flag: String) -> Bool { text("flags").contains(flag) }
  var table: ElasticNetTable {
    ElasticNetTable(rows: integer("rows"), columns: integer("columns"))
  }
  var settings: ElasticNetSettings {
    var settings = ElasticNetSettings()
    settings.alpha = number("alpha")
    settings.lambdas = numbers("given")
    settings.standardises = !has("u")
    if has("f") { settings.penaltyFactors = table.factors }
    return settings
  }

  /// The rows of each path.
  static var paths: [[ElasticNetGolden]] {
    var paths: [[ElasticNetGolden]] = []
    for row in all("elastic-net-paths") {
      if row.integer("k") == 0 { paths.append([]) }
      paths[paths.count - 1].append(row)
    }
    return paths
  }

  static func all(_ name: String) -> [ElasticNetGolden] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name).csv")
    return ((try? GoldenTable(url))?.rows ?? []).map { ElasticNetGolden(row: $0) }
  }
}

/// The largest difference of two lists of one length; infinite otherwise.
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { worst, pair in
    let difference = (pair.0 - pair.1).magnitude
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}
