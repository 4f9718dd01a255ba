import Foundation
import Learning
import Numerics
import Testing

/// Rows "case|numbers" of Golden/models.csv.
enum ClassicGolden {
  static let rows: [String: [Double]] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Golden/models.csv")
    var rows: [String: [Double]] = [:]
    for line in (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    where !line.hasPrefix("#") {
      let parts = line.split(separator: "|")
      rows[String(parts[0])] = parts[1].split(separator: " ").map { Double($0) ?? .nan }
    }
    return rows
  }()

  static func names(_ prefix: String) -> [String] {
    rows.keys.filter { $0.hasPrefix(prefix + " ") }.sorted()
  }
}

/// The tables of scripts/oracles/models.py: training rows and 25 more.
struct ClassicTable {
  let columns: [[Double]]
  let newColumns: [[Double]]
  let classes: [UInt8]
  let newClasses: [UInt8]
  let values: [Double]
  let newValues: [Double]
  let weights: [Double]

  init(_ kind: String) {
    let shapes = ["plain": (80, 6), "wide": (30, 70), "hostile": (40, 12), "tiny": (5, 2)]
    let (rows, count) = shapes[kind] ?? (160, 4)
    let total = rows + 25
    var y: [UInt8] = (0..<total).map { SelectorTables.noise(21, $0) < 0.4 ? 1 : 0 }
    if kind == "tiny" { y.replaceSubrange(0..<5, with: [0, 1, 0, 1, 1]) }
    var x = (0..<count).map { c in
      (0..<total).map { r in
        let signal = 0.1 * Double(c % 4) * Double(y[r])
        return ((SelectorTables.noise(22, r + 1000 * c) + signal) * 16384).rounded(.down) / 1024
      }
    }
    if kind == "hostile" {
      x[1] = x[1].map { _ in 3 }
      x[2] = x[3]
      x[4] = zip(x[5], x[6]).map { $0 + $1 }
      x[7] = x[7].map { ($0 / 8).rounded(.down) }
      x[8] = zip(x[8], y).map { 1_000_000 + 10 * Double($1) + ($0 / 4).rounded(.down) }
      x[9] = x[9].map { $0 / 1_048_576 }
    }
    let v = (0..<total).map { r in
      let sum = x[0][r] + 0.5 * x[1][r] * x[1][r] / 16 + 4 * SelectorTables.noise(23, r)
      return (4096 * sum).rounded(.down) / 256
    }
    columns = x.map { Array($0[..<rows]) }
    newColumns = x.map { Array($0[rows...]) }
    (classes, newClasses) = (Array(y[..<rows]), Array(y[rows...]))
    (values, newValues) = (Array(v[..<rows]), Array(v[rows...]))
    weights = (0..<rows).map { Double(1 + $0 % 4) * 0.5 }
  }

  var binary: Dataset { makeDataset(columns, .binary(classes)) }
  var continuous: Dataset { makeDataset(columns, .continuous(values)) }
  var new: FeatureMatrix { FeatureMatrix(rowCount: 25, columns: newColumns) }

  func dataset(_ name: String, weighted: Bool) -> Dataset {
    var data = name.hasPrefix("variance") || name.hasPrefix("continuous") ? continuous : binary
    if weighted { data.weights = weights }
    return data
  }
}

func fit<M: Model>(_ model: M, _ data: Dataset, stream index: UInt64 = 0) throws -> M.Fitted {
  var stream = RandomStream(seed: 11, domain: .fit, index: index)
  return try model.fit(data, using: &stream)
}
