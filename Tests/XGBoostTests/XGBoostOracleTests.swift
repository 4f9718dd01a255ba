import Components
import Foundation
import Learning
import Testing
import XGBoostAdapter

/// Oracle: Python's xgboost 1.7.4 on the same C library's version, one thread. Tolerance: none,
/// margins and probabilities are equal bit for bit; gains, which Python adds in 32 bits, to 1e-5.
@Suite("XGBoost against Python's package")
struct XGBoostOracleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var kind: OutcomeKind
    var rows = 60
    var columns = 8
    var flags = ""
    var rounds = 20
    var seed: UInt32 = 0
    var change: @Sendable (inout XGBoostParameters) -> Void = { _ in }
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "default", kind: .binary),
    Case(name: "missing", kind: .binary, flags: "nw") { $0.maxDepth = 3 },
    Case(name: "hist", kind: .binary, flags: "nw") {
      $0.maxDepth = 3
      $0.method = .hist
    },
    Case(name: "sampled", kind: .binary, flags: "t", rounds: 25, seed: 123_456_789) {
      $0.maxDepth = 3
      $0.subsample = 0.7
      $0.colsampleByTree = 0.6
    },
    Case(name: "sampled-hist", kind: .binary, flags: "n", rounds: 25, seed: 2_147_483_647) {
      $0.subsample = 0.6
      $0.colsampleByTree = 0.5
      $0.method = .hist
    },
    Case(name: "pruned", kind: .binary, flags: "n") {
      $0.gamma = 0.4
      $0.alpha = 0.1
      $0.lambda = 2.5
      $0.learningRate = 0.1
      $0.baseScore = 0.3
      $0.scalePosWeight = 1.7
      $0.minChildWeight = 0.2
      $0.maxDeltaStep = 0.7
    },
    Case(name: "wide", kind: .binary, rows: 12, columns: 200, rounds: 10) {
      $0.minChildWeight = 0.1
    },
    Case(name: "constant", kind: .binary, rows: 40, columns: 5, flags: "kt", rounds: 10) {
      $0.minChildWeight = 0.5
    },
    Case(name: "separable", kind: .binary, rows: 40, columns: 5, flags: "s", rounds: 40) {
      $0.lambda = 0
      $0.minChildWeight = 0
    },
    Case(name: "rare", kind: .binary, rows: 40, columns: 5, flags: "2n", rounds: 15) {
      $0.minChildWeight = 0
      $0.maxDepth = 2
    },
    Case(name: "value", kind: .continuous, flags: "nw") {
      $0.maxDepth = 4
      $0.learningRate = 0.2
    },
    Case(name: "value-hist", kind: .continuous, flags: "t", seed: 5) {
      $0.method = .hist
      $0.subsample = 0.8
      $0.baseScore = 6.25
    },
    Case(name: "time", kind: .survival, flags: "w") {
      $0.maxDepth = 2
      $0.learningRate = 0.1
    },
    Case(name: "time-sampled", kind: .survival, flags: "tn", seed: 99) {
      $0.maxDepth = 3
      $0.subsample = 0.7
      $0.colsampleByTree = 0.7
    },
    Case(name: "time-rare", kind: .survival, rows: 40, columns: 5, flags: "2", rounds: 15) {
      $0.minChildWeight = 0
      $0.baseScore = 1.5
    },
  ]

  @Test(arguments: cases) func marginsHaveTheBitsOfPython(_ example: Case) throws {
    let data = BoostingTables.data(
      example.kind, example.rows, example.columns, example.flags)
    let fitted = try model(example.change).fitted(
      XGBoostTable(data), rounds: example.rounds, seed: example.seed)
    let margins = try fitted.trees.margins(data.features)
    #expect(margins == BoostingTables.singles("\(example.name) margins"))
    let probabilities = try fitted.probabilities(data.features)
    let expected = BoostingTables.singles("\(example.name) probabilities")
    #expect(probabilities?.map { Float($0) } == expected)
    let gains = try #require(BoostingTables.golden["\(example.name) gains"])
    let importances = try #require(fitted.importances)
    #expect(gains.count == importances.count)
    #expect(zip(importances, gains).allSatisfy { abs($0 - $1) <= 1e-5 * abs($1) })
  }

  @Test(arguments: [
    ("stop", OutcomeKind.binary, "nw"), ("stop-value", .continuous, ""),
    ("stop-time", .survival, "t"),
  ])
  func earlyStoppingStopsWherePythonDoes(_ name: String, _ kind: OutcomeKind, _ flags: String)
    throws
  {
    let data = BoostingTables.data(kind, 60, 8, flags)
    let model = try model {
      $0.rounds = 200
      $0.maxDepth = 2
      $0.learningRate = 0.1
      $0.subsample = 0.8
      $0.earlyStopping = 7
    }
    let fitted = try model.stopped(
      training: XGBoostTable(data.rows((0..<60).filter { $0 % 4 != 3 })),
      validation: XGBoostTable(data.rows((0..<60).filter { $0 % 4 == 3 })), seed: 31)
    #expect(Double(fitted.rounds) == BoostingTables.golden["\(name) rounds"]?.first)
    let margins = try fitted.trees.margins(data.features)
    #expect(margins == BoostingTables.singles("\(name) margins"))
  }

  static let realCases: [(name: String, kind: OutcomeKind, seed: UInt32)] = [
    ("birthwt", .binary, 17), ("birthwt hostile", .binary, 0), ("swiss", .continuous, 0),
    ("swiss hostile", .continuous, 0), ("veteran", .survival, 0),
    ("veteran two hostile", .survival, 0),
  ]

  @Test(
    "Public tables; hostile ones: collinear, constant, missing, two events", arguments: realCases)
  func realMarginsHaveTheBitsOfPython(_ name: String, _ kind: OutcomeKind, _ seed: UInt32) throws {
    let data = try BoostingTables.real(name)
    let model = try model {
      switch name {
      case "birthwt": ($0.maxDepth, $0.subsample, $0.colsampleByTree) = (3, 0.8, 0.7)
      case "birthwt hostile": ($0.method, $0.minChildWeight) = (.hist, 0.1)
      case "swiss": ($0.maxDepth, $0.learningRate) = (4, 0.2)
      case "swiss hostile": ($0.lambda, $0.minChildWeight) = (0, 0)
      case "veteran": ($0.maxDepth, $0.learningRate) = (2, 0.1)
      default: ($0.maxDepth, $0.minChildWeight) = (3, 0)
      }
    }
    #expect(data.outcome.kind == kind)
    let fitted = try model.fitted(XGBoostTable(data), rounds: 30, seed: seed)
    let margins = try fitted.trees.margins(data.features)
    #expect(margins == BoostingTables.singles("\(name) margins"))
  }

  static let glioma = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../../../shared/data/tables/glioma_t1ce.csv"
  ).standardizedFileURL

  @Test(
    "A real table: 103 gliomas, 361 features",
    .enabled(
      if: FileManager.default.fileExists(atPath: glioma.path), "needs ../shared/data/tables"),
    arguments: ["glioma", "glioma-hist", "glioma-time"])
  func gliomaMarginsHaveTheBitsOfPython(_ name: String) throws {
    let data = try Self.gliomaData(survival: name == "glioma-time")
    let model = try model {
      $0.maxDepth = 3
      if name == "glioma" { ($0.subsample, $0.colsampleByTree) = (0.8, 0.5) }
      if name == "glioma-hist" { $0.method = .hist }
      if name == "glioma-time" { $0.learningRate = 0.1 }
    }
    let seed: UInt32 = name == "glioma" ? 17 : name == "glioma-time" ? 4 : 0
    let fitted = try model.fitted(XGBoostTable(data), rounds: 30, seed: seed)
    let margins = try fitted.trees.margins(data.features)
    #expect(margins == BoostingTables.singles("\(name) margins"))
  }

  private static func gliomaData(survival: Bool) throws -> Dataset {
    let text = try String(contentsOf: glioma, encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let names = Array(lines[0][7...])
    let rows = lines.dropFirst().filter { !survival || (Double($0[3]) ?? 0) > 0 }
    let columns = names.indices.map { column in rows.map { Double($0[column + 7]) ?? .nan } }
    let outcome: Outcome =
      survival
      ? .survival(
        time: rows.map { Double($0[3])! }, event: rows.map { Double($0[2]) == 1 ? 1 : 0 },
        entry: [])
      : .binary(rows.map { $0[1] == "1" ? 1 : 0 })
    return Dataset(
      features: FeatureMatrix(rowCount: rows.count, columns: columns), names: names,
      outcome: outcome)
  }
}
