import Components
import Foundation
import Learning
import Numerics
import Testing

/// Rows "case|numbers" of a golden file.
enum OracleRows {
  static let preparation = read("preparation.csv")
  static let selectors = read("selectors.csv")

  private static func read(_ name: String) -> [String: [Double]] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Golden/\(name)")
    var rows: [String: [Double]] = [:]
    for line in (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    where !line.hasPrefix("#") {
      let parts = line.split(separator: "|")
      rows[String(parts[0])] = parts[1].split(separator: " ").map { Double($0) ?? .nan }
    }
    return rows
  }
}

/// Largest difference relative to max(1, |expected|); infinite where one is NaN alone.
func deviation(_ values: [Double], _ expected: [Double]) -> Double {
  guard values.count == expected.count else { return .infinity }
  return zip(values, expected).reduce(0.0) { worst, pair in
    if pair.0.isNaN && pair.1.isNaN { return worst }
    let difference = abs(pair.0 - pair.1) / max(1, abs(pair.1))
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}

/// Largest relative difference, for small probabilities.
func relativeDeviation(_ values: [Double], _ expected: [Double]) -> Double {
  deviation(
    zip(values, expected).map { $1 == 0 ? $0 : $0 / $1 }, expected.map { $0 == 0 ? 0 : 1 })
}

/// The table of scripts/oracles/learning_preparation.py.
func preparationTable(_ rows: Range<Int>, _ columns: Int) -> [[Double]] {
  (0..<columns).map { c in
    rows.map { r in Double((37 * r + 101 * c + 13 * r * c) % 97) / 8 + Double(c) }
  }
}

func makeDataset(
  _ columns: [[Double]], _ outcome: Outcome? = nil, groups: [Int]? = nil, blocks: [String]? = nil,
  sites: [String] = []
) -> Dataset {
  let rows = columns[0].count
  return Dataset(
    features: FeatureMatrix(rowCount: rows, columns: columns),
    names: columns.indices.map { "c\($0)" },
    outcome: outcome ?? .continuous((0..<rows).map { Double($0 * $0) }), groups: groups,
    blocks: blocks, sites: sites)
}

func newStream(_ index: UInt64 = 0) -> RandomStream {
  RandomStream(seed: 7, domain: .synthesis, index: index)
}

/// A component with changed parameters.
func make<C: Component>(_: C.Type, _ change: (inout C.Parameters) -> Void = { _ in }) throws -> C {
  var parameters = C.Parameters()
  change(&parameters)
  return try C(parameters)
}

func fit<P: Preparation>(_ step: P, _ data: Dataset) throws -> P.Fitted {
  var stream = newStream()
  return try step.fit(data, using: &stream)
}

func select<S: Selector>(_ selector: S, _ data: Dataset) throws -> [Int] {
  var stream = newStream()
  return try selector.select(from: data, using: &stream)
}

/// The sentence of a refusal; empty where nothing was thrown.
func refusal(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch { return "\(error)" }
}
