import Components
import Foundation
import Learning
import Numerics
import Testing
import XGBoostAdapter

@Suite("The XGBoost model")
struct XGBoostModelTests {
  private func scores(_ fitted: FittedXGBoost, _ data: Dataset) throws -> [UInt64] {
    try fitted.scores(data.features).map(\.bitPattern)
  }

  @Test(arguments: [OutcomeKind.binary, .continuous, .survival])
  func statesComeBackWithEqualBits(_ kind: OutcomeKind) throws {
    let data = BoostingTables.data(kind, 60, 8, "nw")
    var stream = newStream()
    let fitted = try model { ($0.rounds, $0.gamma) = (30, 0.3) }.fit(data, using: &stream)
    let again = try FittedXGBoost(fitted.state)
    #expect(again == fitted && again.state == fitted.state)
    let (first, later) = (try scores(fitted, data), try scores(again, data))
    #expect(first == later)
    #expect(fitted.rounds == 30 && fitted.state.kind == XGBoostModel.id.name)
    let probabilities = try again.probabilities(data.features)
    #expect((probabilities == nil) == (kind != .binary))
  }

  @Test func damagedStatesAreRefused() throws {
    var stream = newStream()
    let data = BoostingTables.data(.binary, 40, 5, "")
    let state = try model { $0.rounds = 2 }.fit(data, using: &stream).state
    for place in state.numbers.indices {
      var damaged = state
      damaged.numbers[place] = -7.5
      // Values, covers, gains and weights may be any number; indices and counts may not.
      _ = try? FittedXGBoost(damaged).scores(data.features)
      damaged.numbers.removeLast()
      #expect(throws: LearningError.self) { try FittedXGBoost(damaged) }
    }
    var other = state
    other.kind = "cox"
    #expect(throws: LearningError.self) { try FittedXGBoost(other) }
    other = state
    other.texts = ["reg:tweedie"]
    #expect(throws: LearningError.self) { try FittedXGBoost(other) }
    other = state
    other.numbers.append(0)
    #expect(throws: LearningError.self) { try FittedXGBoost(other) }
  }

  @Test(arguments: XGBoostMethod.allCases) func equalStreamsGiveEqualBits(_ method: XGBoostMethod)
    throws
  {
    let data = BoostingTables.data(.binary, 60, 8, "n")
    let model = try model {
      ($0.rounds, $0.subsample, $0.colsampleByTree, $0.method) = (20, 0.7, 0.5, method)
    }
    var (a, b, c) = (newStream(3), newStream(3), newStream(4))
    let first = try model.fit(data, using: &a)
    let (same, other) = (try model.fit(data, using: &b), try model.fit(data, using: &c))
    #expect(first.state == same.state && first.state != other.state)
  }

  /// A table that other settings have used before gives the same bits as a new one.
  @Test func tablesCanBeUsedAgain() throws {
    for kind in OutcomeKind.allCases {
      let data = BoostingTables.data(kind, 60, 8, "nw")
      let table = try XGBoostTable(data)
      for depth in [2, 5] {
        for method in XGBoostMethod.allCases {
          let model = try model {
            ($0.rounds, $0.maxDepth, $0.method, $0.subsample) = (10, depth, method, 0.8)
          }
          var (a, b) = (newStream(UInt64(depth)), newStream(UInt64(depth)))
          let shared = try model.fit(table, using: &a)
          let alone = try model.fit(data, using: &b)
          #expect(shared.state == alone.state)
        }
      }
    }
  }

  @Test(arguments: XGBoostMethod.allCases)
  func sharedRoundsAreFitsOfTheirOwn(_ method: XGBoostMethod) throws {
    let data = BoostingTables.data(.binary, 60, 8, "n")
    let table = try XGBoostTable(data)
    let counts = [10, 3, 25, 1]
    for share in [1, 0.6] {
      func model(_ rounds: Int) throws -> XGBoostModel {
        try XGBoostTests.model {
          ($0.rounds, $0.method, $0.subsample, $0.colsampleByTree) = (rounds, method, share, share)
        }
      }
      var stream = newStream(8)
      let shared = try model(100).fitShared(table, rounds: counts, using: &stream)
      let longest = shared[2]
      let after = try longest.scores(data.features, after: counts)
      for (place, count) in counts.enumerated() {
        var own = newStream(8)
        let alone = try model(count).fit(data, using: &own)
        #expect(shared[place] == alone)
        let expected = try alone.scores(data.features)
        #expect(after[place].map(\.bitPattern) == expected.map(\.bitPattern))
      }
    }
    var stream = newStream()
    let none = try model().fitShared(table, rounds: [], using: &stream)
    #expect(none.isEmpty)
    let stopping = try model { $0.earlyStopping = 5 }
    #expect(throws: LearningError.self) {
      try stopping.fitShared(table, rounds: [3], using: &stream)
    }
  }

  @Test(arguments: XGBoostMethod.allCases) func gridsAreFitsOfTheirOwn(_ method: XGBoostMethod)
    throws
  {
    let data = BoostingTables.data(.binary, 60, 8, "nw")
    var models: [XGBoostModel] = []
    var streams: [RandomStream] = []
    for share in [1, 0.7] {
      for depth in [1, 3] {
        for rounds in [8, 3, 12] {
          models.append(
            try model {
              ($0.rounds, $0.maxDepth, $0.method) = (rounds, depth, method)
              ($0.subsample, $0.colsampleByTree) = (share, share)
            })
          // Streams of their own, and streams of neighbours.
          streams.append(newStream(UInt64(models.count / 2)))
        }
      }
    }
    models.append(try model { ($0.rounds, $0.earlyStopping, $0.method) = (40, 3, method) })
    models.append(try model { ($0.rounds, $0.baseScore) = (2, 7) })
    streams += [newStream(90), newStream(91)]
    let all = XGBoostModel.fitAll(models, to: data, using: streams)
    #expect(all.count == models.count)
    for (index, result) in all.enumerated() {
      var stream = streams[index]
      if index == models.count - 1 {
        #expect(throws: LearningError.self) { try result.get() }
      } else {
        let alone = try models[index].fit(data, using: &stream)
        #expect(try result.get() == alone)
      }
    }
    var broken = data
    broken.outcome = .binary([UInt8](repeating: 0, count: 60))
    let failures = XGBoostModel.fitAll(models, to: broken, using: streams)
    #expect(failures.count == models.count)
    #expect(throws: LearningError.self) { try failures[3].get() }
  }

  @Test func earlyStoppingKeepsPatientsWhole() throws {
    var data = BoostingTables.data(.binary, 60, 8, "")
    data.groups = (0..<60).map { $0 / 2 }
    var stream = newStream(1)
    let split = try InnerSplit(data, share: 0.2, using: &stream)
    #expect((split.training + split.validation).sorted() == Array(0..<60))
    let held = Set(split.validation.map { data.groups[$0] })
    #expect(held.isDisjoint(with: split.training.map { data.groups[$0] }))
    guard case .binary(let classes) = data.outcome else { return }
    let positives = Set((0..<60).filter { classes[$0] == 1 }.map { $0 / 2 })
    let expected = (Double(positives.count) * 0.2).rounded()
    #expect(Double(held.intersection(positives).count) == expected)
    #expect(Double(held.count) == expected + (Double(30 - positives.count) * 0.2).rounded())
    var again = newStream(1)
    let same = try InnerSplit(data, share: 0.2, using: &again)
    #expect(same.validation == split.validation)
  }

  @Test func earlyStoppingHoldsOutWhereAClassIsEmpty() throws {
    var data = BoostingTables.data(.survival, 10, 2, "")
    var stream = newStream()
    let time = [Double](repeating: 3, count: 10)
    data.outcome = .survival(time: time, event: time.map { _ in 1 }, entry: [])
    let events = try InnerSplit(data, share: 0.05, using: &stream)
    #expect(events.validation.count == 1 && events.training.count == 9)
    data.outcome = .survival(time: time, event: time.indices.map { $0 < 2 ? 1 : 0 }, entry: [])
    let two = try InnerSplit(data, share: 0.5, using: &stream)
    #expect(two.validation.filter { $0 < 2 }.count == 1 && two.validation.count == 5)
    data.outcome = .continuous(time)
    let values = try InnerSplit(data, share: 0.3, using: &stream)
    #expect(values.validation.count == 3)
  }

  @Test(arguments: OutcomeKind.allCases) func earlyStoppingRefits(_ kind: OutcomeKind) throws {
    let data = BoostingTables.data(kind, 60, 8, "n")
    let change: (inout XGBoostParameters) -> Void = {
      ($0.rounds, $0.maxDepth, $0.earlyStopping, $0.subsample) = (300, 2, 5, 0.9)
    }
    let model = try model(change)
    var (a, b, c) = (newStream(6), newStream(6), newStream(6))
    let refitted = try model.fit(data, using: &a)
    #expect(refitted.rounds < 300)
    let kept = try XGBoostTests.model {
      change(&$0)
      $0.earlyStoppingRefit = false
    }.fit(data, using: &b)
    #expect(kept.rounds == refitted.rounds && kept != refitted)
    let plain = try XGBoostTests.model {
      change(&$0)
      ($0.earlyStopping, $0.rounds) = (0, refitted.rounds)
    }.fit(data, using: &c)
    #expect(plain == refitted)
  }

  @Test func wrongSettingsAreSaidTogether() throws {
    let error = #expect(throws: InvalidInput.self) {
      try model {
        $0.subsample = 0
        $0.maxDepth = 0
        $0.lambda = -1
        $0.baseScore = .nan
      }
    }
    #expect(error?.problems.map(\.location) == ["maxDepth", "subsample", "lambda", "baseScore"])
    let both = #expect(throws: InvalidInput.self) {
      try model { ($0.balanced, $0.scalePosWeight) = (true, 2) }
    }
    #expect(both?.description.contains("scalePosWeight is 2.0 already") == true)
  }

  @Test func balancedIsTheRatioOfWeights() throws {
    let data = BoostingTables.data(.binary, 60, 8, "w")
    guard case .binary(let classes) = data.outcome else { return }
    var sums = [0.0, 0.0]
    for (weight, outcome) in zip(data.weights, classes) { sums[Int(outcome)] += weight }
    var (a, b) = (newStream(), newStream())
    let balanced = try model { $0.balanced = true }.fit(data, using: &a)
    let given = try model { $0.scalePosWeight = sums[0] / sums[1] }.fit(data, using: &b)
    #expect(balanced == given)
  }
}
