import Foundation
import Testing

/// Lines `case,name,values` of a golden file; "nil" stands for an undefined value.
struct GoldenValues {
  private let values: [String: [String]]

  init(_ file: String) {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(file).csv")
    let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    var values: [String: [String]] = [:]
    for line in text.split(separator: "\n").dropFirst(2) {
      let parts = line.split(separator: ",", maxSplits: 2).map(String.init)
      values["\(parts[0]) \(parts[1])"] = parts[2].split(separator: " ").map(String.init)
    }
    self.values = values
  }

  var count: Int { values.count }

  func texts(_ name: String, _ value: String) throws -> [String] {
    try #require(values["\(name) \(value)"], "no golden value \(name) \(value)")
  }

  func numbers(_ name: String, _ value: String) throws -> [Double] {
    try texts(name, value).map { try #require(Double($0)) }
  }
}

/// NaN and nil are never close.
func expectClose(
  _ values: [Double?], _ golden: [Double], tolerance: Double, _ comment: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == golden.count, "\(comment)", sourceLocation: sourceLocation)
  for (value, expected) in zip(values, golden) {
    let isClose = value.map { abs($0 - expected) <= tolerance * max(1, abs(expected)) } ?? false
    #expect(
      isClose, "\(comment): \(String(describing: value)) is not \(expected)",
      sourceLocation: sourceLocation)
  }
}
