import Components
import Foundation
import Learning
import Numerics
import SVMAdapter
import TestSupport
import Testing

/// The tables of scripts/oracles/svm_*: two public ones from Golden/svm-tables.csv, two from the
/// same integer formula (more columns than rows, a multiple of another column, ties, two equal rows
/// of different classes; `hostile` also a constant column and one of zeros), and the gliomas beside
/// the repository.
struct SVMTable {
  var columns: [[Double]] = []
  var outcomes: [String: [Double]] = [:]

  var rowCount: Int { columns[0].count }

  /// Rows whose index modulo 4 is 3, or the others.
  func data(_ outcome: String, test: Bool, falling: Bool = false) -> Dataset {
    let kept = (0..<rowCount).filter { ($0 % 4 == 3) == test }
    let rows = falling ? kept.reversed() : kept
    let values = rows.map { outcomes[outcome]![$0] }
    return Dataset(
      features: FeatureMatrix(rowCount: rowCount, columns: columns).rows(rows),
      names: columns.indices.map { "c\($0)" },
      outcome: outcome == "y" ? .continuous(values) : .binary(values.map { UInt8($0) }))
  }

  static func named(_ name: String) -> SVMTable? {
    switch name {
    case "hostile", "varying": return hostile(varying: name == "varying")
    case "iris", "mtcars": return published(name)
    default: return glioma(name)
    }
  }

  static func hostile(varying: Bool) -> SVMTable {
    func value(_ row: Int, _ column: Int) -> Double {
      if !varying && (column == 2 || column == 3) { return column == 2 ? 3 : 0 }
      let (i, j) = (row == 22 ? 21 : row, column == 1 ? 0 : column)
      let whole = (37 * i + 101 * j + 13 * i * j + (i * i * j) % 7) % 23 - 11
      return Double(column == 1 ? 2 * whole : whole) / 4
    }
    let rows = 0..<24
    let columns = (0..<60).map { j in rows.map { value($0, j) } }
    return SVMTable(
      columns: columns,
      outcomes: [
        "class": rows.map { $0 % 3 == 0 ? 1 : 0 },
        "rare": rows.map { $0 == 1 || $0 == 2 ? 1 : 0 },
        "y": rows.map { 3 * columns[5][$0] + Double($0 % 4) + 10 },
      ])
  }

  private static func published(_ name: String) -> SVMTable {
    var table = SVMTable()
    for row in SVMGolden.all("svm-tables") where row.text("table") == name {
      let column = row.text("column")
      if column == "class" || column == "y" {
        table.outcomes[column] = row.numbers("values")
      } else {
        table.columns.append(row.numbers("values"))
      }
    }
    return table
  }

  /// The first 11 features, all complete ones, or all complete ones that vary; nil where the file
  /// is absent.
  private static func glioma(_ name: String) -> SVMTable? {
    let file = SharedData.folder.appendingPathComponent("data/tables/glioma_t1ce.csv")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let width = name == "glioma11" ? 18 : lines[0].count
    let columns = (7..<width).map { j in lines.dropFirst().map { Double($0[j]) ?? .nan } }
      .filter { !$0.contains(where: \.isNaN) }
      .filter { column in name != "gliomaVarying" || column.contains { $0 != column[0] } }
    return SVMTable(
      columns: columns, outcomes: ["class": lines.dropFirst().map { Double($0[1]) ?? .nan }])
  }
}

/// A row of a golden file.
struct SVMGolden: CustomTestStringConvertible, Sendable {
  let row: [String: String]

  var testDescription: String {
    ["table", "outcome", "model", "order", "settings"].compactMap { row[$0] }
      .joined(separator: " ")
  }

  func text(_ name: String) -> String { row[name] ?? "" }
  func integer(_ name: String) -> Int { Int(text(name)) ?? -1 }
  func number(_ name: String) -> Double { numbers(name)[0] }
  func numbers(_ name: String) -> [Double] {
    text(name).split(separator: " ").map { Double($0) ?? .nan }
  }
  var isOfGliomas: Bool { text("table").hasPrefix("glioma") }
  var isFalling: Bool { text("order") == "falling" }

  /// The settings as a study file has them.
  var settings: SettingValue {
    .map(
      SettingMap(
        text("settings").split(separator: " ").map { pair in
          let parts = pair.split(separator: "=").map(String.init)
          let value: SettingValue =
            if let integer = Int(parts[1]) {
              .integer(integer)
            } else if let number = Double(
              parts[1])
            { .number(number) } else if let flag = Bool(parts[1]) { .flag(flag) } else {
              .text(parts[1])
            }
          return SettingMap.Entry(key: parts[0], value: value)
        }))
  }

  /// The fit to the training rows and the table to predict; nil where the table is absent.
  func fitToTraining() throws -> (fit: FittedSVM, test: Dataset)? {
    guard let table = SVMTable.named(text("table")) else { return nil }
    let train = table.data(
      text("outcome"), test: false, falling: isFalling)
    let test = table.data(text("outcome"), test: true)
    return (try fit(train), test)
  }

  func fit(_ data: Dataset) throws -> FittedSVM {
    switch text("model") {
    case "svc": try fitted(SVCModel.decode(settings, at: ""), data)
    case "eps-svr": try fitted(EpsilonSVRModel.decode(settings, at: ""), data)
    default: try fitted(NuSVRModel.decode(settings, at: ""), data)
    }
  }

  static func all(_ name: String) -> [SVMGolden] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name).csv")
    return ((try? GoldenTable(url))?.rows ?? []).map { SVMGolden(row: $0) }
  }
}

func fitted<M: Model>(_ model: M, _ data: Dataset, index: UInt64 = 0) throws -> M.Fitted {
  var stream = RandomStream(seed: 7, domain: .synthesis, index: index)
  return try model.fit(data, using: &stream)
}

/// A component with changed parameters.
func make<C: Component>(_: C.Type, _ change: (inout C.Parameters) -> Void = { _ in }) throws -> C {
  var parameters = C.Parameters()
  change(&parameters)
  return try C(parameters)
}

/// The largest difference relative to max(1, |expected|); infinite where one is NaN.
func deviation(_ values: [Double], _ expected: [Double]) -> Double {
  guard values.count == expected.count else { return .infinity }
  return zip(values, expected).reduce(0) { worst, pair in
    let difference = (pair.0 - pair.1).magnitude / max(1, pair.1.magnitude)
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}

/// The sentence of a refusal; empty where nothing was thrown.
func refusal(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch { return "\(error)" }
}

extension FeatureMatrix {
  /// The same table with one value changed.
  func with(_ value: Double, row: Int, column: Int) -> FeatureMatrix {
    var values = values
    values[column * rowCount + row] = value
    return FeatureMatrix(rowCount: rowCount, columnCount: columnCount, values: values)
  }
}
