import Evaluation
import Learning
import Numerics
import Testing

/// A pipeline that prepares only what it can choose must score as one that prepares everything.
@Suite struct PipelineViewTests {
  private static let rowCount = 90

  private final class Store: ColumnStore {
    let rowCount = PipelineViewTests.rowCount
    private nonisolated(unsafe) let values: UnsafeMutableBufferPointer<Double>

    init(_ columns: [[Double]]) {
      values = .allocate(capacity: columns.count * rowCount)
      _ = values.initialize(fromContentsOf: columns.joined())
    }

    deinit { values.deallocate() }

    func column(_ index: Int) -> UnsafePointer<Double> {
      UnsafePointer(values.baseAddress! + index * rowCount)
    }
  }

  private let columns: [[Double]]
  private let classes: [UInt8]

  init() {
    var stream = RandomStream(seed: 8, domain: .synthesis, index: 3)
    var columns = (0..<120).map { _ in (0..<Self.rowCount).map { _ in stream.normal() } }
    classes = (0..<Self.rowCount).map { columns[2][$0] + columns[70][$0] > 0 ? 1 : 0 }
    for row in [1, 40, 41] { columns[30][row] = .nan }
    columns[31] = [Double](repeating: 3, count: Self.rowCount)
    self.columns = columns
  }

  private func dataset(_ features: FeatureMatrix) -> Dataset {
    Dataset(
      features: features, names: columns.indices.map { "c\($0)" }, outcome: .binary(classes))
  }

  private var view: FeatureMatrix {
    FeatureMatrix(
      TableView(
        Store(columns), rows: Array(0..<Self.rowCount), columns: Array(columns.indices)))
  }

  private var copy: FeatureMatrix { FeatureMatrix(rowCount: Self.rowCount, columns: columns) }

  private func test(top: Int) throws -> PipelineStep {
    var parameters = TTestParameters()
    (parameters.rule.top, parameters.rule.p) = (top, 1)
    return .selection(try TTestSelector(parameters), by: .all)
  }

  private func grid(_ steps: [[PipelineStep]]) throws -> PipelineGrid {
    var logistic = LogisticParameters()
    (logistic.penalty, logistic.net.choice) = (.ridge, .fixed)
    return PipelineGrid(name: "p", steps: steps, models: [try LogisticModel(logistic)])
  }

  private func preparations() throws -> [[PipelineStep]] {
    [
      [.preparation(try Imputation(ImputationParameters()))],
      [.preparation(try VarianceFilter(VarianceFilterParameters()))],
      [.preparation(try Scaling(ScalingParameters()))],
    ]
  }

  @Test func scoresAreThoseOfEveryStepByItself() throws {
    let address = FitAddress(seed: 1, key: 2)
    let grid = try grid(preparations() + [[try test(top: 6), try test(top: 12)]])
    let rows = Array(0..<70)
    for point in 0..<2 {
      var stream = RandomStream(seed: 1, domain: .fit, index: 0)
      var data = dataset(copy).rows(rows)
      var new = copy
      for step in try preparations() {
        guard case .preparation(let preparation) = step[0] else { continue }
        let fitted: any FittedTransform = try preparation.fit(data, using: &stream)
        data.features = try fitted.apply(data.features, sites: [])
        data.names = fitted.names
        data.blocks = fitted.names
        new = try fitted.apply(new, sites: [])
      }
      guard case .selection(let selector, by: _) = try test(top: [6, 12][point]) else { continue }
      let chosen = try selector.select(from: data, using: &stream)
      let model: any Predictor = try grid.models[0].fit(data.columns(chosen), using: &stream)
      let expected = try model.scores(new.columns(chosen))
      for features in [view, copy] {
        let training = dataset(features).rows(rows)
        let fitted = try grid.fit(point: point, to: training, at: address)
        #expect(fitted.selected == chosen.map { data.names[$0] })
        #expect(
          try fitted.scores(features, sites: []).map(\.bitPattern) == expected.map(\.bitPattern))
        grid.fitAll(to: training, at: address) { index, result in
          guard index == point else { return }
          #expect(try! result.get().scores(view, sites: []) == expected)
        }
      }
    }
  }

  /// Steps that must see the whole table at once get it, from a view too.
  @Test func otherStepsSeeTheSameOfAView() throws {
    let address = FitAddress(seed: 1, key: 2)
    let steps: [[[PipelineStep]]] = [
      [[.selection(try CorrelationSelector(CorrelationParameters()), by: .all)]],
      [[.selection(try MannWhitneySelector(MannWhitneyParameters()), by: .block)]],
      [[.preparation(try LogShift(LogShiftParameters()))], [try test(top: 5)]],
      [[.balancing(try SMOTE(SMOTEParameters()))], [try test(top: 5)]],
      [[.balancing(try RandomOversampling(RandomOversamplingParameters()))], [try test(top: 5)]],
    ]
    for later in steps {
      let grid = try grid(preparations() + later)
      let scores = try [view, copy].map { features in
        try grid.fit(point: 0, to: dataset(features), at: address).scores(features, sites: [])
      }
      #expect(scores[0].map(\.bitPattern) == scores[1].map(\.bitPattern))
    }
  }

  /// What a column that no step keeps holds in new rows is nobody's business.
  @Test func onlyColumnsThatAreUsedMustBeGiven() throws {
    let grid = try grid(preparations() + [[try test(top: 2)]])
    let fitted = try grid.fit(point: 0, to: dataset(copy), at: FitAddress(seed: 1, key: 2))
    #expect(Set(fitted.selected) == ["c2", "c70"])
    var other = columns
    for column in other.indices where column != 2 && column != 70 {
      other[column] = [Double](repeating: .infinity, count: Self.rowCount)
    }
    let features = FeatureMatrix(rowCount: Self.rowCount, columns: other)
    #expect(try fitted.scores(features, sites: []) == fitted.scores(copy, sites: []))
    other[2][4] = .infinity
    #expect(throws: LearningError.self) {
      try fitted.scores(FeatureMatrix(rowCount: Self.rowCount, columns: other), sites: [])
    }
  }
}
