import Foundation
import Learning
import Numerics

/// The tables of scripts/oracles/networks.py.
struct NetworkTable {
  static let golden: [String: [Double]] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Golden/networks.csv")
    var rows: [String: [Double]] = [:]
    for line in (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    where !line.hasPrefix("#") {
      let parts = line.split(separator: "|")
      rows[String(parts[0])] = parts[1].split(separator: " ").map { Double($0) ?? .nan }
    }
    return rows
  }()

  let features: FeatureMatrix
  let classes: [UInt8]
  let values: [Double]
  let weights: [Double]

  init(_ rows: Int, _ columns: Int = 6) {
    let noise = SelectorTables.noise
    let x = (0..<columns).map { c in (0..<rows).map { 4 * noise(51, $0 + 1000 * c) - 2 } }
    features = FeatureMatrix(rowCount: rows, columns: x)
    values = (0..<rows).map { r in
      let signal = x[0][r] - 0.7 * x[1][r] * x[2][r]
      return signal + 2 * (noise(52, r) - 0.5)
    }
    classes = values.map { $0 > 0 ? 1 : 0 }
    weights = (0..<rows).map { 0.25 + noise(53, $0) }
  }

  func dataset(_ kind: String, weighted: Bool = false, groups: [Int]? = nil) -> Dataset {
    Dataset(
      features: features, names: (0..<features.columnCount).map { "c\($0)" },
      outcome: kind == "binary" ? .binary(classes) : .continuous(values), groups: groups,
      weights: weighted ? weights : [])
  }

  func rows(_ kind: String, weighted: Bool) -> NetworkRows {
    NetworkRows(
      features, targets: kind == "binary" ? classes.map { Double($0) } : values,
      weights: weighted ? weights : [])
  }

  /// Numbers that a network starts from.
  static func numbers(_ count: Int) -> [Double] {
    (0..<count).map { SelectorTables.noise(54, $0) - 0.5 }
  }

  /// Puts rows into the order of an epoch.
  static func shuffle(_ indices: inout [Int], epoch: Int) {
    let keys = indices.indices.map { SelectorTables.noise(UInt64(60 + epoch), $0) }
    let order = keys.indices.sorted { keys[$0] < keys[$1] }
    indices = order.map { indices[$0] }
  }
}

/// Area under the ROC curve by counting pairs; ties count half.
func areaUnderCurve(_ scores: [Double], _ classes: [UInt8]) -> Double {
  var (wins, pairs) = (0.0, 0.0)
  for i in scores.indices where classes[i] == 1 {
    for j in scores.indices where classes[j] == 0 {
      pairs += 1
      wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0
    }
  }
  return wins / pairs
}
