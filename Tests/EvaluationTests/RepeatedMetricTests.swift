import Evaluation
import Learning
import Numerics
import Statistics
import Testing

/// Oracle: scikit-learn's metrics of every fold of drawn patients, rows copied
/// (scripts/oracles/evaluation_metrics.py). Tolerance: 1e-12; sums run in another order.
@Suite("Resampled patients of a cross-validation")
struct RepeatedMetricTests {
  static let golden = GoldenValues("repeats")

  /// Two repeats of five folds of the patients with lesions.
  private func folds(_ metric: Metric) -> [[ScoredFold]] {
    let data = SyntheticRows.lesions
    let outcome = data.outcome(of: metric)
    return [
      (data.scores, { $0 % 5 }), (data.otherScores.map { $0 / 1.5 }, { $0 / 8 }),
    ].map { (scores: [Double], fold: (Int) -> Int) in
      (0..<5).map { number in
        let rows = data.groups.indices.filter { fold(data.groups[$0]) == number }
        let own = rows.map { scores[$0] }
        return ScoredFold(
          outcome: outcome.rows(rows), scores: own,
          probabilities: outcome.kind == .binary ? own : nil, groups: rows.map { data.groups[$0] })
      }
    }
  }

  @Test("values", arguments: Metric.allCases)
  func values(_ metric: Metric) throws {
    let bootstrap = try MetricBootstrap(
      metric, repeats: folds(metric),
      draws: SyntheticRows.draws(patients: 40, replicates: 8, seed: 190))
    let (golden, name) = (Self.golden, metric.rawValue)
    expectClose(
      [bootstrap.estimate], try golden.numbers(name, "estimate"), tolerance: 1e-12, "estimate")
    expectClose(
      bootstrap.values, try golden.numbers(name, "drawn"), tolerance: 1e-12, "resamples")
    expectClose(
      [bootstrap.acceleration], try golden.numbers(name, "acceleration"), tolerance: 1e-10,
      "acceleration")
  }

  /// Folds of one row leave the bootstrap of a mean: variance s² (n - 1) / n².
  @Test func foldsOfOneRowAreABootstrapOfAMean() throws {
    let values = (0..<30).map { SyntheticRows.uniform($0, 7) }
    let folds = values.indices.map { row in
      ScoredFold(
        outcome: .continuous([values[row]]), scores: [0], probabilities: nil, groups: [row])
    }
    var stream = RandomStream(seed: 3, domain: .bootstrap, index: 1)
    let bootstrap = try MetricBootstrap(
      .mae, repeats: [folds], replicates: 4000, using: &stream)
    let mean = values.reduce(0, +) / 30
    #expect(abs(bootstrap.estimate - mean) < 1e-14)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 900
    let drawn = bootstrap.values.reduce(0, +) / 4000
    let spread = bootstrap.values.reduce(0) { $0 + ($1 - drawn) * ($1 - drawn) } / 3999
    // Five standard errors of a variance of 4000 values.
    #expect(abs(spread / variance - 1) < 5 * (2.0 / 4000).squareRoot())
  }

  @Test func foldsWithoutAValueAreLeftOut() throws {
    let one = ScoredFold(
      outcome: .binary([1, 1]), scores: [0.2, 0.9], probabilities: nil, groups: [0, 1])
    let both = ScoredFold(
      outcome: .binary([0, 1, 0]), scores: [0.5, 0.4, 0.1], probabilities: nil, groups: [2, 3, 4])
    let bootstrap = try MetricBootstrap(.auc, repeats: [[one, both]], draws: [[0, 0, 1, 1, 0]])
    #expect(bootstrap.estimate == 0.5)
    #expect(bootstrap.undefinedCount == 1)
    #expect(throws: LearningError.self) {
      try MetricBootstrap(.auc, repeats: [[one]], draws: [[0, 1]])
    }
  }

  /// Pooled folds of a repeat are the rows of the repeat: as the bootstrap of rows with one score.
  @Test("pooled", arguments: [Metric.averagePrecision, .r2, .concordance])
  func pooledFoldsAreOne(_ metric: Metric) throws {
    let folds = folds(metric)[0]
    let whole = try #require(ScoredFold(pooling: folds))
    let draws = SyntheticRows.draws(patients: 40, replicates: 6, seed: 191)
    let pooled = try MetricBootstrap(metric, repeats: [[whole]], draws: draws)
    let patients = try Patients(outcome: whole.outcome, groups: whole.groups)
    let plain = try MetricBootstrap(
      metric, of: patients, scores: whole.scores, probabilities: whole.probabilities, draws: draws)
    expectClose(pooled.values, plain.values, tolerance: 1e-13, "resamples")
    expectClose(
      [pooled.acceleration], [try #require(plain.acceleration)], tolerance: 1e-12, "acceleration")
    #expect(ScoredFold(pooling: [])?.scores == nil)
  }

  /// The same bits from the same stream, and the stream moves on.
  @Test func streamsDecideTheResamples() throws {
    var first = RandomStream(seed: 3, domain: .bootstrap, index: 9)
    var second = first
    let a = try MetricBootstrap(.brier, repeats: folds(.brier), replicates: 20, using: &first)
    let b = try MetricBootstrap(.brier, repeats: folds(.brier), replicates: 20, using: &second)
    let c = try MetricBootstrap(.brier, repeats: folds(.brier), replicates: 20, using: &second)
    #expect(a.values == b.values && a.values != c.values)
  }

  /// By hand: qlogis(area) ± 1.96 · standard error / (area (1 - area)), back by plogis.
  @Test func clusteredAreasHaveALogitScale() throws {
    let data = SyntheticRows.lesions
    let area = try ClusteredArea(
      scores: data.scores, positives: data.positives, groups: data.groups)
    let error = try #require(area.standardError)
    let limits = try #require(try area.interval(scale: .logit))
    let plain = try #require(try area.interval())
    let odds = area.area / (1 - area.area)
    let width = (limits.upper / (1 - limits.upper)) / (limits.lower / (1 - limits.lower))
    let centre = (limits.upper / (1 - limits.upper)) * (limits.lower / (1 - limits.lower))
    #expect(abs(centre / (odds * odds) - 1) < 1e-12)
    let reach = (plain.upper - plain.lower) / 2
    #expect(abs(reach / error - 1.959963984540054) < 1e-9)
    // e^x by its series; x is 2 reach / (area (1 - area)).
    let x = 2 * reach / (area.area * (1 - area.area))
    var (term, sum) = (1.0, 1.0)
    for k in 1..<40 {
      term *= x / Double(k)
      sum += term
    }
    #expect(abs(width / sum - 1) < 1e-9)
  }
}
