import Components
import Evaluation
import Foundation
import Learning
import Numerics
import Testing

/// The tables of scripts/oracles/explanation.py and its golden values.
enum SyntheticTable {
  static let names = (0..<6).map { "c\($0)" }
  static let rowCount = 150

  static func noise(_ seed: UInt64, _ n: Int) -> Double {
    var z = ((seed << 32) &+ UInt64(n) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 11) * 0x1p-53
  }

  static let classes: [UInt8] = (0..<rowCount).map { noise(21, $0) < 0.4 ? 1 : 0 }

  static let features: FeatureMatrix = {
    var columns = (0..<6).map { column in
      (0..<rowCount).map { row -> Double in
        let shift = 0.1 * Double(column % 4) * Double(classes[row])
        return ((noise(22, row + 1000 * column) + shift) * 1024).rounded(.down) / 1024
      }
    }
    columns[3] = [Double](repeating: 0.5, count: rowCount)
    columns[4] = columns[4].map { ($0 * 8).rounded(.down) / 8 }
    return FeatureMatrix(rowCount: rowCount, columns: columns)
  }()

  static let values: [Double] = (0..<rowCount).map { row in
    let x = (0..<3).map { features.values[$0 * rowCount + row] }
    return ((x[0] + 2 * x[1] * x[2] + noise(23, row) / 4) * 1024).rounded(.down) / 1024
  }

  static func dataset(_ outcome: Outcome, groups: [Int]? = nil) -> Dataset {
    Dataset(features: features, names: names, outcome: outcome, groups: groups)
  }

  static let survival = Outcome.survival(
    time: (0..<rowCount).map { 1 + (20 * noise(4, $0)).rounded(.down) },
    event: (0..<rowCount).map { noise(5, $0) < 0.7 ? 1 : 0 }, entry: [])

  /// With a value missing in every fifth place, but in column 3 none.
  static let holed: FeatureMatrix = {
    var values = features.values
    for place in values.indices where place / rowCount != 3 && noise(9, place) < 0.2 {
      values[place] = .nan
    }
    return FeatureMatrix(rowCount: rowCount, columnCount: 6, values: values)
  }()

  static func stream(_ index: UInt64 = 0) -> RandomStream {
    RandomStream(seed: 11, domain: .synthesis, index: index)
  }

  // MARK: Golden values

  static let golden: [String: [Double]] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Golden/explanation.csv")
    var rows: [String: [Double]] = [:]
    for line in (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    where !line.hasPrefix("#") {
      let parts = line.split(separator: "|")
      rows[String(parts[0])] = parts[1].split(separator: " ").map { Double($0) ?? .nan }
    }
    return rows
  }()

  static func golden(_ name: String) throws -> [Double] {
    try #require(golden[name], "no golden value \(name)")
  }

  /// The forest that scikit-learn grew, as ours.
  static func forest(_ name: String) throws -> FittedForest {
    var numbers: [Double] = []
    var count = 0
    while let tree = golden["forest \(name) \(count)"] {
      numbers += [Double(tree.count / 7)] + tree
      count += 1
    }
    let head: [Double] = [name == "values" ? 0 : 1, 6, Double(count)]
    return try FittedForest(
      FittedState(kind: "forest", texts: names, numbers: head + numbers + [0, 0, 0, 0]))
  }
}

/// Makes a component with some settings changed.
func make<Kind: Component>(
  _: Kind.Type, _ change: (inout Kind.Parameters) -> Void = { _ in }
) throws -> Kind {
  var parameters = Kind.Parameters()
  change(&parameters)
  return try Kind(parameters)
}

/// A pipeline of one model on all columns.
func pipeline(
  _ predictor: any Predictor, names: [String] = SyntheticTable.names, steps: [FittedStep] = []
) -> FittedPipeline {
  FittedPipeline(inputs: names, steps: steps, selected: names, predictor: predictor)
}

/// Largest difference, relative where numbers exceed 1; infinite where counts differ or a number is
/// missing.
func deviation(_ values: [Double], _ expected: [Double]) -> Double {
  guard values.count == expected.count else { return .infinity }
  var worst = 0.0
  for (value, wanted) in zip(values, expected) {
    let difference = abs(value - wanted) / max(1, abs(wanted))
    worst = difference.isNaN ? .infinity : max(worst, difference)
  }
  return worst
}

extension FeatureMatrix {
  /// Row by row, as the oracles write.
  var rowByRow: [Double] {
    (0..<rowCount).flatMap { row in (0..<columnCount).map { values[$0 * rowCount + row] } }
  }

  func sums() -> [Double] {
    (0..<rowCount).map { row in
      (0..<columnCount).reduce(0) { $0 + values[$1 * rowCount + row] }
    }
  }
}
