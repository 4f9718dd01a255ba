import Foundation
import Learning
import TestSupport

/// The tables of scripts/oracles/mixed.R: two from Golden/mixed.csv, the others from the same integer
/// formula.
enum MixedLogisticTable {
  static func dataset(_ set: String) throws -> Dataset {
    switch set {
    case "cbpp": try herds()
    case "bacteria": try bacteria()
    case "weighted": hostile(spread: 4, isWeighted: true)
    case "singular": hostile(spread: 0)
    default: hostile(spread: 4)
    }
  }

  /// One group of 150 rows, groups of 2 and 3 rows, 60 single rows; column 2 belongs to the group.
  static func hostile(spread: Double, isWeighted: Bool = false) -> Dataset {
    let rows = Array(0..<400)
    let groups = rows.map { $0 < 150 ? 0 : $0 < 340 ? 1 + ($0 * 2) / 5 : $0 + 1000 }
    func u(_ i: Int, _ j: Int) -> Double { ElasticNetTable.uniform(i, j) }
    let columns = [
      rows.map { u($0, 1) - 0.5 }, rows.map { 4 * u($0, 2) }, groups.map { u($0, 3) * 2 - 1 },
      rows.map { u($0, 4) + u(groups[$0], 5) },
    ]
    let classes: [UInt8] = rows.map { i in
      let g = groups[i]
      let effect = spread * (u(g, 7) + u(g, 8) + u(g, 9) - 1.5)
      let fixed = 2 * columns[0][i] + 0.5 * columns[1][i] - columns[2][i] - 0.3 * columns[3][i]
      return u(i, 6) < 1 / (1 + exp(-(fixed - 0.8 + effect))) ? 1 : 0
    }
    return Dataset(
      features: FeatureMatrix(rowCount: 400, columns: columns), names: ["a", "b", "c", "d"],
      outcome: .binary(classes), groups: groups,
      weights: isWeighted ? rows.map { 1 + (3 * u($0, 10)).rounded(.down) } : [])
  }

  /// lme4's cbpp, one row per animal.
  private static func herds() throws -> Dataset {
    let (herd, period) = (try numbers("cbpp", "herd"), try numbers("cbpp", "period"))
    let (cases, size) = (try numbers("cbpp", "incidence"), try numbers("cbpp", "size"))
    var groups: [Int] = []
    var periods: [Double] = []
    var classes: [UInt8] = []
    for i in herd.indices {
      for k in 0..<Int(size[i]) {
        groups.append(Int(herd[i]))
        periods.append(period[i])
        classes.append(k < Int(cases[i]) ? 1 : 0)
      }
    }
    let columns = [2.0, 3, 4].map { level in periods.map { $0 == level ? 1.0 : 0 } }
    return Dataset(
      features: FeatureMatrix(rowCount: classes.count, columns: columns),
      names: ["p2", "p3", "p4"], outcome: .binary(classes), groups: groups)
  }

  private static func bacteria() throws -> Dataset {
    let treatment = try numbers("bacteria", "trt")
    let columns = [
      treatment.map { $0 == 2 ? 1.0 : 0 }, treatment.map { $0 == 3 ? 1.0 : 0 },
      try numbers("bacteria", "week"),
    ]
    return Dataset(
      features: FeatureMatrix(rowCount: treatment.count, columns: columns),
      names: ["drug", "plus", "week"],
      outcome: .binary(try numbers("bacteria", "y").map { UInt8($0) }),
      groups: try numbers("bacteria", "id").map { Int($0) })
  }

  struct Missing: Error {
    let what: String
  }

  /// The one row of a golden file with these names.
  static func numbers(_ set: String, _ what: String, file: String = "mixed") throws -> [Double] {
    guard let row = all(set, what, file: file).first else {
      throw Missing(what: "\(set) \(what)")
    }
    return row
  }

  static func all(_ set: String, _ what: String, file: String = "mixed") -> [[Double]] {
    (file == "mixed" ? mixed : equations).filter { $0["set"] == set && $0["what"] == what }
      .map { ($0["numbers"] ?? "").split(separator: " ").compactMap { Double($0) } }
  }

  private static let mixed = read("mixed")
  private static let equations = read("mixed-gee")

  private static func read(_ name: String) -> [[String: String]] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name).csv")
    return (try? GoldenTable(url))?.rows ?? []
  }
}

/// The largest |ours / theirs - 1|; infinite where the counts differ.
func largestRatioError(_ ours: [Double], _ theirs: [Double]) -> Double {
  guard ours.count == theirs.count else { return .infinity }
  return zip(ours, theirs).reduce(0) { worst, pair in
    let error = (pair.0 / pair.1 - 1).magnitude
    return error.isNaN ? .infinity : max(worst, error)
  }
}
