import Foundation
import Imaging
import Testing

/// Oracle: PyRadiomics 3.0.1's getBinEdges and numpy 1.26's digitize (Golden/bins.csv). No
/// tolerance: edges have the same bits.
@Suite("Bin edges")
struct DiscretisationTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let fields: [String]
    var testDescription: String { fields[0] + " " + fields[1] + ": " + fields[2].prefix(40) }
    func numbers(_ column: Int) -> [Double] {
      fields[column].split(separator: " ").map { Double($0)! }
    }

    static let all: [Row] = {
      guard let text = goldenText("bins.csv") else { return [] }
      return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst().map {
        Row(fields: $0.split(separator: "|").map(String.init))
      }
    }()
  }

  @Test("edges and levels", arguments: Row.all)
  func edges(_ row: Row) throws {
    let setting = row.fields[1].split(separator: "=").map(String.init)
    var parameters = DiscretisationParameters()
    if setting[0] == "binWidth" {
      parameters.binWidth = Double(setting[1])!
    } else {
      parameters.binCount = Int(setting[1])!
    }
    let values = row.numbers(2)
    let edges = try BinEdges(
      minimum: values.min()!, maximum: values.max()!,
      pixelType: PixelType(rawValue: row.fields[0])!, parameters: parameters)
    #expect(edges.edges == row.numbers(3))
    var levels = [UInt16](repeating: 0, count: values.count)
    values.withUnsafeBufferPointer { values in
      levels.withUnsafeMutableBufferPointer { edges.assign(values, to: $0.baseAddress!) }
    }
    #expect(levels.map { Double($0) } == row.numbers(4))
  }

  @Test("the golden file has all rows")
  func count() { #expect(Row.all.count > 150) }
}
