import Foundation
import Testing

/// A line `case,kind,name=values|name=values|...` of a golden file; values are separated by spaces,
/// "nil" stands for an undefined one.
struct GoldenCase: CustomTestStringConvertible, Sendable {
  let name: String
  let kind: String
  private let fields: [String: String]
  var testDescription: String { name }

  static func lines(_ file: String) -> [[String]] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(file).csv")
    guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").dropFirst(2).map {
      $0.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    }
  }

  static func all(_ file: String, kind: String? = nil) -> [GoldenCase] {
    lines(file).filter { kind == nil || $0[1] == kind }.map { line in
      let pairs = line[2].split(separator: "|").map {
        $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      }
      return GoldenCase(
        name: line[0], kind: line[1],
        fields: Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) }))
    }
  }

  func text(_ field: String) -> String? { fields[field] }

  func optionals(_ field: String) throws -> [Double?] {
    try #require(fields[field], "\(name) has no \(field)").split(separator: " ").map { Double($0) }
  }

  func numbers(_ field: String) throws -> [Double] {
    try optionals(field).map { try #require($0) }
  }
}

/// The columns of a golden data file `data,column,values`.
struct GoldenData: Sendable {
  private let columns: [String: [Double]]

  init(_ file: String) {
    var columns: [String: [Double]] = [:]
    for line in GoldenCase.lines(file) {
      columns["\(line[0]) \(line[1])"] = line[2].split(separator: " ").map { Double($0) ?? .nan }
    }
    self.columns = columns
  }

  func find(_ data: String, _ column: String) -> [Double]? { columns["\(data) \(column)"] }

  func column(_ data: String, _ column: String) throws -> [Double] {
    try #require(columns["\(data) \(column)"], "\(data) has no column \(column)")
  }

  func codes(_ data: String, _ column: String) throws -> [Int] {
    try self.column(data, column).map { Int($0) }
  }
}

/// Prints every relative deviation where RADCOHORT_DEVIATIONS is 1: scripts/deviations makes the
/// table of the docs from them.
private let printsDeviations = ProcessInfo.processInfo.environment["RADCOHORT_DEVIATIONS"] == "1"

/// NaN is never close.
func expectClose(
  _ values: [Double?], _ expected: [Double?], relative: Double, absolute: Double = 0,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard values.count == expected.count else {
    Issue.record(
      "\(comment()): \(values.count) values for \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  for (k, (value, golden)) in zip(values, expected).enumerated() {
    if value == nil && golden == nil { continue }
    guard let value, let golden else {
      Issue.record(
        "\(comment()) [\(k)]: \(String(describing: value)) is not \(String(describing: golden))",
        sourceLocation: sourceLocation)
      continue
    }
    let gap = abs(value - golden)
    if printsDeviations && gap.isFinite {
      let size = value == golden ? 0 : golden == 0 ? gap : gap / abs(golden)
      print(
        "deviation\t\(sourceLocation.fileName)\t\(sourceLocation.line)\t\(comment())\t\(gap)\t\(size)"
      )
    }
    let isClose = value == golden || gap <= absolute + relative * abs(golden)
    #expect(
      isClose, "\(comment()) [\(k)]: \(value) is not \(golden), off by \(gap / abs(golden))",
      sourceLocation: sourceLocation)
  }
}
