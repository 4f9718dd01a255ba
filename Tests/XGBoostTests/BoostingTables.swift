import Components
import Foundation
import Learning
import Numerics
import XGBoostAdapter

/// The tables of scripts/oracles/xgboost_margins.py, which says what the flags are.
enum BoostingTables {
  static func noise(_ seed: UInt64, _ n: Int) -> Double {
    var z = ((seed << 32) &+ UInt64(n) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 11) * 0x1p-53
  }

  static func data(_ kind: OutcomeKind, _ rows: Int, _ columns: Int, _ flags: String) -> Dataset {
    let classes: [UInt8] = (0..<rows).map {
      (flags.contains("2") ? $0 == 3 || $0 == 7 : noise(3, $0) < 0.45) ? 1 : 0
    }
    let features = (0..<columns).map { column in
      (0..<rows).map { value($0, column, classes[$0], flags) }
    }
    let weights = flags.contains("w") ? (0..<rows).map { 0.5 + noise(10, $0) } : []
    return Dataset(
      features: FeatureMatrix(rowCount: rows, columns: features),
      names: (0..<columns).map { "c\($0)" }, outcome: outcome(kind, classes, flags),
      weights: weights)
  }

  private static func value(_ row: Int, _ column: Int, _ positive: UInt8, _ flags: String)
    -> Double
  {
    var value = noise(1, row + 1000 * column) + Double(positive) * 0.05 * Double(column % 8)
    if flags.contains("t") { value = (6 * value).rounded(.down) }
    if flags.contains("k"), column == 0 { value = 2.5 }
    if flags.contains("s"), column == 1 { value = Double(positive) }
    if flags.contains("n"), noise(9, row + 1000 * column) < 0.2 { value = .nan }
    return value
  }

  private static func outcome(_ kind: OutcomeKind, _ classes: [UInt8], _ flags: String) -> Outcome {
    let rows = classes.indices
    switch kind {
    case .binary: return .binary(classes)
    case .continuous: return .continuous(rows.map { 10 * noise(4, $0) + 3 * noise(1, $0 + 2000) })
    case .survival:
      let events: [UInt8] = rows.map {
        (flags.contains("2") ? $0 == 3 || $0 == 7 : noise(5, $0) < 0.7) ? 1 : 0
      }
      return .survival(
        time: rows.map { 1 + (20 * noise(4, $0)).rounded(.down) }, event: events, entry: [])
    }
  }

  /// Rows "case|numbers" of the golden file.
  static let golden: [String: [Double]] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Golden/xgboost.csv")
    var rows: [String: [Double]] = [:]
    for line in (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    where !line.hasPrefix("#") {
      let parts = line.split(separator: "|")
      rows[String(parts[0])] = parts[1].split(separator: " ").map { Double($0) ?? .nan }
    }
    return rows
  }()

  /// A table of LearningTests/Golden/real-tables.csv, and what the words after its name do to it.
  static func real(_ name: String) throws -> Dataset {
    let words = name.split(separator: " ")
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../LearningTests/Golden/real-tables.csv")
    var columns: [String: [Double]] = [:]
    var features: [[Double]] = []
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let cells = line.split(separator: ",")
      guard cells[0] == words[0] else { continue }
      let values = cells[2].split(separator: " ").map { Double($0) ?? .nan }
      columns[String(cells[1])] = values
      if !["class", "value", "time", "event"].contains(cells[1]) { features.append(values) }
    }
    if words.contains("hostile") {
      let (a, b) = (features[0], features[1])
      features += [
        b, zip(a, b).map { $0 + $1 }, b.map { 1e6 * $0 + 5e5 }, b.map { _ in 0.1 },
      ]
      features = features.enumerated().map { c, values in
        values.enumerated().map { r, value in (7 * r + 11 * c) % 5 == 0 ? .nan : value }
      }
    }
    let outcome: Outcome
    if let classes = columns["class"] {
      outcome = .binary(classes.map { $0 == 1 ? 1 : 0 })
    } else if let time = columns["time"], var event = columns["event"] {
      if words.contains("two") {
        let first = event.indices.filter { event[$0] == 1 }.prefix(2)
        event = event.indices.map { first.contains($0) ? 1 : 0 }
      }
      outcome = .survival(time: time, event: event.map { $0 == 1 ? 1 : 0 }, entry: [])
    } else {
      outcome = .continuous(columns["value"] ?? [])
    }
    return Dataset(
      features: FeatureMatrix(rowCount: outcome.count, columns: features),
      names: features.indices.map { "c\($0)" }, outcome: outcome)
  }

  /// The 32-bit numbers of a case.
  static func singles(_ name: String) -> [Float]? { golden[name]?.map { Float($0) } }
}

func newStream(_ index: UInt64 = 0) -> RandomStream {
  RandomStream(seed: 11, domain: .synthesis, index: index)
}

func model(_ change: (inout XGBoostParameters) -> Void = { _ in }) throws -> XGBoostModel {
  var parameters = XGBoostParameters()
  change(&parameters)
  return try XGBoostModel(parameters)
}
