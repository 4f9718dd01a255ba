import Foundation
import Learning
import Testing

/// Rows "case|numbers" of Golden/real-selectors.csv.
enum RealSelectorOracle {
  static let rows: [String: [Double]] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/real-selectors.csv")
    var rows: [String: [Double]] = [:]
    for line in (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    where !line.hasPrefix("#") {
      let parts = line.split(separator: "|", omittingEmptySubsequences: false)
      rows[String(parts[0])] = parts[1].split(separator: " ").map { Double($0) ?? .nan }
    }
    return rows
  }()

  /// The columns, those with a correlation of 1 with an earlier one as the first such.
  /// - Parameter row: columns with their first, in pairs.
  static func first(of columns: [Int], _ row: String) -> [Int] {
    let pairs = indices(row) ?? []
    return columns.map { column in
      stride(from: 0, to: pairs.count, by: 2).first { pairs[$0] == column }.map { pairs[$0 + 1] }
        ?? column
    }
  }

  /// Runs of columns whose values agree (11 digits), each in the order of the table.
  static func canonical(_ order: [Int], _ values: [Double], _ share: Double = 1e-11) -> [Int] {
    var (result, run) = ([Int](), [Int]())
    for column in order {
      if let last = run.last.map({ values[$0] }), last != values[column],
        !(abs(last - values[column]) <= share * min(abs(last), 1e300))
      {
        result += run.sorted()
        run = []
      }
      run.append(column)
    }
    return result + run.sorted()
  }

  static func indices(_ row: String) -> [Int]? { rows[row].map { $0.map { Int($0) } } }
}

/// The tables of scripts/oracles/real_selectors.py.
struct RealSelectorTable {
  let data: Dataset

  private static let glioma: RealTable? = try? RealTable.glioma()

  init(_ name: String) throws {
    let parts = name.split(separator: "-").map { String($0) }
    let twin = parts.count > 1 ? parts[1] : ""
    switch parts[0] {
    case "birthwt": data = try Self.births(twin)
    case "swiss":
      let t = try RealTable(RealTable.swiss)
      func number(_ v: Double) -> Double { twin == "tens" ? (v / 10).rounded(.down) : v }
      data = makeDataset(
        t.columns.dropFirst().map { $0.map(number) }, .continuous(t["value"].map(number)))
    case "veteran": data = try Self.lung(twin)
    default: data = try Self.gliomas(twin)
    }
  }

  private static func births(_ twin: String) throws -> Dataset {
    let t = try RealTable(RealTable.birthwt)
    let outcome = Outcome.binary(t.classes("class"))
    guard twin == "hostile" else { return makeDataset(Array(t.columns.dropFirst()), outcome) }
    let (age, lwt, y) = (t["age"], t["lwt"], t["class"])
    return makeDataset(
      [
        age, lwt, lwt, age.map { _ in 7 }, lwt.map { $0 * 1e6 + 123_456_789 },
        age.map { $0 * 0x1p-60 }, age.map { ($0 / 10).rounded(.down) },
        zip(y, t["race2"]).map { $0 * 10 + $1 }, lwt.map { -$0 }, age.map { $0 + 1e4 },
        y.map { $0 * 3 + 1 }, lwt.map { $0 * 0x1p200 }, t["smoke"],
        age.map { min($0 - 14, 25) }, lwt.map { $0 * 0x1p300 }, lwt.map { $0 * 0x1p-300 },
      ], outcome)
  }

  /// All events but the second and the last but one become censored.
  private static func two(_ event: [Double]) -> [UInt8] {
    let rows = event.indices.filter { event[$0] == 1 }
    let kept = [rows[1], rows[rows.count - 2]]
    return event.indices.map { kept.contains($0) ? 1 : 0 }
  }

  private static func lung(_ twin: String) throws -> Dataset {
    let t = try RealTable(RealTable.veteran)
    let (time, event) = (t["time"], t["event"])
    return makeDataset(
      Array(t.columns.dropFirst(2)),
      .survival(
        time: twin == "months" ? time.map { ($0 / 30).rounded(.up) } : time,
        event: twin == "two" ? two(event) : event.map { UInt8($0) },
        entry: twin == "entry" ? time.map { ($0 / 4).rounded(.down) } : []))
  }

  private static func gliomas(_ twin: String) throws -> Dataset {
    let t = try #require(glioma)
    var columns = t.gliomaFeatures.map { t[$0] }
    if twin == "coarse" {
      columns = columns.map { values in
        let low = values.min()!
        let width = values.max()! - low
        return values.map { width == 0 ? 0 : (4 * (($0 - low) / width)).rounded(.down) }
      }
    }
    let (age, days, death) = (t["age"], t["days"], t["death"])
    let isKnown = age.indices.map { row in
      switch twin {
      case "20": row < 20
      case "age": age[row].isFinite
      case "days", "two": days[row].isFinite && death[row].isFinite
      default: true
      }
    }
    let rows = age.indices.filter { isKnown[$0] }
    func some(_ values: [Double]) -> [Double] { rows.map { values[$0] } }
    let outcome: Outcome =
      switch twin {
      case "age": .continuous(some(age))
      case "days":
        .survival(time: some(days), event: some(death).map { UInt8($0) }, entry: [])
      case "two": .survival(time: some(days), event: two(some(death)), entry: [])
      default: .binary(rows.map { t.classes("idh")[$0] })
      }
    return makeDataset(columns.map(some), outcome)
  }

  /// One array of rows per measurement: Shrout & Fleiss 1979 (table 2), Bland & Altman 1986 (two
  /// flow meters, twice), like columns of the glioma table, and twins.
  static func measurements(_ name: String) throws -> [[Double]] {
    let ratings: [[Double]] = [
      [9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7],
    ]
    let flow: [[Double]] = [
      [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427],
      [490, 397, 512, 401, 470, 611, 415, 431, 638, 429, 420, 633, 275, 492, 165, 372, 421],
      [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451],
      [525, 415, 508, 444, 500, 625, 460, 390, 642, 432, 420, 605, 227, 467, 268, 370, 443],
    ]
    let births = try RealTable(RealTable.birthwt)
    let (age, lwt) = (births["age"].prefix(12), births["lwt"].prefix(12))
    func glioma(_ twin: String, _ columns: [Int]) throws -> [[Double]] {
      let data = try gliomas(twin)
      return columns.map { Array(data.features.column($0)) }
    }
    switch name {
    case "shrout": return ratings
    case "tiny": return ratings.map { $0.map { $0 * 0x1p-200 } }
    case "huge": return ratings.map { $0.map { $0 * 0x1p200 } }
    case "flow": return flow
    case "flow-meters": return [flow[0], flow[2]]
    case "glioma-coarse-3": return try glioma("coarse", [60, 61, 62])
    case "glioma-like": return try glioma("", [28, 32, 45])
    case "glioma-like-20": return try glioma("20", [28, 32, 45])
    case "shifted": return [0, 1, 3].map { step in lwt.map { $0 + step } }
    case "far": return [lwt.map { $0 + 1e9 }, zip(lwt, age).map { $0 + $1 + 1e9 }]
    case "reversed": return [Array(lwt), lwt.map { 300 - $0 }]
    case "flat-rater": return [Array(lwt), lwt.map { _ in 120 }]
    case "two-rows": return [[1, 4], [2, 4]]
    default: return []
    }
  }
}
