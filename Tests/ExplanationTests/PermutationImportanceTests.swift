import Evaluation
import Explanation
import Learning
import Numerics
import Testing

/// Oracles: scikit-learn's `permutation_importance` with 2000 repeats; means differ by less than 4.5
/// standard errors of their difference (12 comparisons; chance alone fails once in 12000), SDs by
/// less than 10 percent. Closed form: the mean squared error of a linear score over all permutations.
@Suite("Permutation importance")
struct PermutationImportanceTests {
  private func given(_ coefficients: [Double]) throws -> FittedPipeline {
    var stream = SyntheticTable.stream()
    let data = SyntheticTable.dataset(.continuous(SyntheticTable.values))
    return pipeline(
      try make(RadScore.self) { $0.coefficients = coefficients }.fit(data, using: &stream))
  }

  @Test(arguments: [
    ("r2", Metric.r2), ("neg_root_mean_squared_error", .rmse), ("roc_auc", .auc),
  ])
  func isDistributedAsScikitLearns(name: String, metric: Metric) throws {
    let fitted = try given([1, 1, 1.5, 0, 0.2, 0])
    let data = SyntheticTable.dataset(
      metric == .auc ? .binary(SyntheticTable.classes) : .continuous(SyntheticTable.values))
    var stream = SyntheticTable.stream()
    let repeats = 2000
    let fold = try fitted.importance(on: data, metric: metric, repeats: repeats, using: &stream)
    let found = try PermutationImportance([fold], names: data.names)
    let means = try SyntheticTable.golden("importance \(name) mean")
    let deviations = try SyntheticTable.golden("importance \(name) deviation")
    for column in found.columns {
      let place = try #require(data.names.firstIndex(of: column.name))
      let error = deviations[place] * (2 / Double(repeats)).squareRoot()
      #expect(abs(column.mean - means[place]) <= 4.5 * error + 1e-15, "\(column.name)")
      #expect(
        abs(column.deviation - deviations[place]) <= 0.1 * deviations[place] + 1e-15,
        "\(column.name)")
    }
    // Columns without a slope lose exactly nothing there, and are not tried here.
    #expect(found.columns.count == 4 && found.columns[0].name == "c2")
    #expect(means[3] == 0 && means[5] == 0)
  }

  /// One column b x: over all permutations the mean squared error rises by 2 b cov(x, y) n / (n - 1),
  /// less terms that do not change: mean of (y - b x')² over permutations is
  /// mean y² + b² mean x² - 2 b mean x mean y.
  @Test func isTheClosedFormOnTheAverage() throws {
    let rows = Array(0..<12)
    let data = SyntheticTable.dataset(.continuous(SyntheticTable.values)).rows(rows)
    let fitted = try given([2, 0, 0, 0, 0, 0])
    var stream = SyntheticTable.stream(3)
    let fold = try fitted.importance(
      on: PipelineRows(data), repeats: 4000, isHigherBetter: false, needsProbabilities: false,
      using: &stream
    ) { scores, _ in
      let errors = zip(scores, SyntheticTable.values).map { ($0 - $1) * ($0 - $1) }
      return MetricValue(errors.reduce(0, +) / Double(errors.count))
    }
    let x = Array(data.features.column(0))
    let y = Array(SyntheticTable.values.prefix(12))
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let expected = 2 * 2 * (mean(zip(x, y).map { $0 * $1 }) - mean(x) * mean(y))
    let found = try PermutationImportance([fold], names: data.names)
    let column = try #require(found.columns.first { $0.name == "c0" })
    #expect(abs(column.mean - expected) < 4.5 * column.deviation / 4000.squareRoot())
    #expect(column.deviation > 0)
  }

  @Test func rowsOfAPatientMoveTogether() {
    var stream = SyntheticTable.stream()
    let patients = [[0, 3], [1], [2, 4, 5]]
    var counts: [[Int]: Int] = [:]
    for _ in 0..<600 {
      counts[PatientPermutation.sources(patients, using: &stream), default: 0] += 1
    }
    // The six permutations of three patients, row by row.
    let all: Set<[Int]> = [
      [0, 1, 2, 3, 4, 5], [1, 0, 2, 1, 4, 5], [0, 2, 1, 3, 1, 1], [2, 1, 0, 4, 3, 0],
      [1, 2, 0, 1, 3, 0], [2, 0, 1, 4, 1, 1],
    ]
    #expect(Set(counts.keys) == all)
    #expect(counts.values.allSatisfy { $0 > 60 && $0 < 140 })
  }

  @Test func isDeterministicAndColumnsAreIndependent() throws {
    let data = SyntheticTable.dataset(
      .continuous(SyntheticTable.values), groups: (0..<150).map { $0 / 3 })
    func fold(_ coefficients: [Double]) throws -> PermutationImportance.Fold {
      var stream = SyntheticTable.stream(9)
      return try given(coefficients).importance(on: data, metric: .rmse, repeats: 5, using: &stream)
    }
    let first = try fold([1, 1, 0, 0, 0, 0])
    #expect(first == (try fold([1, 1, 0, 0, 0, 0])))
    var stream = SyntheticTable.stream(9)
    let alone = try FittedPipeline(
      inputs: data.names, steps: [.columns([1])], selected: ["c1"],
      predictor: ConstantPredictor(fittedTo: data)
    ).importance(on: data, metric: .rmse, repeats: 5, using: &stream)
    #expect(alone.columns == [1] && alone.drops == [[0, 0, 0, 0, 0]])
  }

  @Test func foldsAreJoined() throws {
    let data = SyntheticTable.dataset(.continuous(SyntheticTable.values))
    let whole = try given([1, 0, 0, 0, 0, 0])
    let other = FittedPipeline(
      inputs: data.names, steps: [.columns([2])], selected: ["c2"],
      predictor: ConstantPredictor(fittedTo: data))
    var stream = SyntheticTable.stream()
    let a = try whole.importance(
      on: data.rows(Array(0..<70)), metric: .mae, repeats: 4, using: &stream)
    let b = try other.importance(
      on: data.rows(Array(70..<150)), metric: .mae, repeats: 4, using: &stream)
    let joined = try PermutationImportance([a, b], names: data.names)
    let column = try #require(joined.columns.first)
    #expect(column.name == "c0" && column.folds[1] == 0 && joined.foldCount == 2)
    #expect(abs(column.mean - column.folds[0] / 2) < 1e-15)
    #expect(joined.repeats == 4 && joined.metric == (a.metric + b.metric) / 2)
    #expect(throws: LearningError.self) { try PermutationImportance([], names: []) }
  }

  @Test func undefinedMetricsAreRefused() throws {
    let fitted = try given([1, 0, 0, 0, 0, 0])
    let one = SyntheticTable.classes.indices.filter { SyntheticTable.classes[$0] == 1 }
    let data = SyntheticTable.dataset(.binary(SyntheticTable.classes)).rows(one)
    var stream = SyntheticTable.stream()
    #expect(throws: LearningError.self) {
      try fitted.importance(on: data, metric: .auc, repeats: 3, using: &stream)
    }
  }
}
