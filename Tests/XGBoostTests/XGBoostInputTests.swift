import Components
import Foundation
import Learning
import Numerics
import Testing
import XGBoostAdapter

@Suite("What XGBoost is given")
struct XGBoostInputTests {
  private func message(
    _ data: Dataset, _ change: (inout XGBoostParameters) -> Void = { _ in }
  ) -> String {
    var stream = newStream()
    let error = #expect(throws: LearningError.self) {
      try model(change).fit(data, using: &stream)
    }
    return error?.message ?? ""
  }

  @Test func whatCannotBeFittedIsSaid() {
    var data = BoostingTables.data(.binary, 40, 5, "")
    #expect(message(data.columns([])).contains("needs a column"))
    #expect(message(data.rows([3])).contains("2 rows or more"))
    data.outcome = .binary([UInt8](repeating: 1, count: 40))
    #expect(message(data).contains("one class only"))
    data.outcome = .continuous([Double](repeating: .infinity, count: 40))
    #expect(message(data).contains("too large value"))
    let time = [Double](repeating: 5, count: 40)
    let event = [UInt8](repeating: 1, count: 40)
    data.outcome = .survival(time: time, event: event, entry: time.map { $0 - 1 })
    #expect(message(data).contains("entry times"))
    data.outcome = .survival(time: time, event: event.map { _ in 0 }, entry: [])
    #expect(message(data).contains("no event"))
    data.outcome = .survival(time: time.map { 5 - $0 }, event: event, entry: [])
    #expect(message(data).contains("> 0"))
    data.outcome = .survival(time: time, event: event, entry: [])
    #expect(message(data, { $0.balanced = true }).contains("binary outcome"))
    #expect(message(data, { $0.baseScore = 0 }).contains("hazard ratio"))
    data = BoostingTables.data(.binary, 40, 5, "w")
    #expect(message(data, { $0.baseScore = 1 }).contains("between 0 and 1"))
    data.weights[4] = 0
    #expect(message(data).contains("weights"))
    data = BoostingTables.data(.binary, 40, 5, "2")
    data.groups = [Int](repeating: 0, count: 40)
    #expect(message(data, { $0.earlyStopping = 3 }).contains("2 patients or more"))
  }

  /// The column orders the events, and nothing bounds the leaves: XGBoost's numbers overflow.
  @Test func divergenceIsSaid() throws {
    let rows = (0..<40).map { Double($0) }
    let data = Dataset(
      features: FeatureMatrix(rowCount: 40, columns: [rows]), names: ["a"],
      outcome: .survival(time: rows.map { 40 - $0 }, event: rows.map { _ in 1 }, entry: []))
    let change: @Sendable (inout XGBoostParameters) -> Void = {
      ($0.learningRate, $0.lambda, $0.minChildWeight, $0.rounds) = (1, 0, 0, 50)
    }
    #expect(message(data, change).contains("diverged"))
    let table = try XGBoostTable(data)
    var stream = newStream()
    #expect(throws: LearningError.self) {
      try model(change).fitShared(table, rounds: [1, 50], using: &stream)
    }
    var short = try model(change).parameters
    short.rounds = 1
    let grid = XGBoostModel.fitAll(
      [try XGBoostModel(short), try model(change)], to: data, using: [newStream(), newStream()])
    #expect(throws: Never.self) { try grid[0].get() }
    #expect(throws: LearningError.self) { try grid[1].get() }
  }

  @Test func infiniteValuesAreNamed() throws {
    let data = BoostingTables.data(.binary, 40, 5, "")
    var values = data.features.values
    values[2 * 40 + 6] = 1e39
    let features = FeatureMatrix(rowCount: 40, columnCount: 5, values: values)
    var bad = data
    bad.features = features
    #expect(message(bad).contains("column \"c2\" is infinite, or too large"))
    #expect(message(bad).hasSuffix("in row 7"))
    var stream = newStream()
    let fitted = try model().fit(data, using: &stream)
    let error = #expect(throws: LearningError.self) { try fitted.scores(features) }
    #expect(error?.message.contains("column 3") == true)
    #expect(throws: LearningError.self) { try fitted.scores(features.columns([0, 1])) }
  }

  @Test func oddTablesAreFitted() throws {
    let data = BoostingTables.data(.binary, 40, 5, "k")
    var stream = newStream()
    let fitted = try model { $0.rounds = 5 }.fit(data, using: &stream)
    #expect(fitted.importances?[0] == 0)
    let one = try fitted.scores(data.features.rows([7]))
    let all = try fitted.scores(data.features)
    #expect(one == [all[7]])
    let none = try fitted.scores(data.features.rows([]))
    #expect(none.isEmpty)
    // Nothing can be split: every row gets the value of the root.
    let missing = FeatureMatrix(
      rowCount: 40, columnCount: 2, values: [Double](repeating: .nan, count: 80))
    let empty = Dataset(features: missing, names: ["a", "b"], outcome: data.outcome)
    let flat = try model { $0.rounds = 5 }.fit(empty, using: &stream)
    let scores = try flat.scores(missing)
    #expect(Set(scores).count == 1 && flat.importances == [0, 0])
  }

  /// Columns in another order give the same trees under other numbers where no two columns split
  /// the rows in the same way; of those that do, the first is taken.
  @Test func columnsMayComeInAnyOrder() throws {
    let data = BoostingTables.data(.continuous, 60, 6, "")
    let order = [4, 0, 5, 2, 1, 3]
    let turned = data.columns(order)
    var (a, b) = (newStream(), newStream())
    let model = try model { ($0.rounds, $0.maxDepth, $0.minChildWeight) = (20, 1, 8) }
    let (first, second) = (try model.fit(data, using: &a), try model.fit(turned, using: &b))
    let (x, y) = (try first.scores(data.features), try second.scores(turned.features))
    #expect(x == y)
    let gains = try #require(first.importances)
    #expect(second.importances == order.map { gains[$0] })
  }

  @Test func whatTheLibrarySaysIsPassedOn() throws {
    #expect(XGBoostLibrary.version.hasPrefix("1.7."))
    let table = try XGBoostTable(BoostingTables.data(.binary, 40, 5, ""))
    let error = #expect(throws: LearningError.self) {
      try Booster([("objective", "binary:nonsense")], for: [table]).update(0, on: table)
    }
    #expect(error?.message.hasPrefix("xgboost, XGBoosterUpdateOneIter: ") == true)
    #expect(error?.message.contains("nonsense") == true)
    #expect(error?.message.contains("\n") == false)
  }
}
