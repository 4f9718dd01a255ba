import Evaluation
import Learning
import Statistics
import Testing

/// Oracle: R's boot.ci on statistics of the same resamples (scripts/oracles/evaluation.R).
/// Tolerance: 1e-12, absolute below 1; means of many values differ in the order of summation.
@Suite("Bootstrap intervals equal boot.ci's")
struct BootstrapGoldenTests {
  static let golden = GoldenValues("evaluation")

  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let metric: Metric
    let data: SyntheticRows
    let draws: [[Int]]
    var stratification = Stratification.none
    var testDescription: String { name }
  }

  static func cases() -> [Case] {
    func draws(_ patients: Int, _ replicates: Int, _ seed: Int) -> [[Int]] {
      SyntheticRows.draws(patients: patients, replicates: replicates, seed: seed)
    }
    let (single, tied) = (SyntheticRows.single, SyntheticRows.tied)
    let lesions = SyntheticRows.lesions
    let strata = single.positives.map { $0 ? 0 : 1 }
    return [
      Case(name: "boot-auc", metric: .auc, data: single, draws: draws(60, 499, 100)),
      Case(name: "boot-auc-tied", metric: .auc, data: tied, draws: draws(50, 399, 110)),
      Case(name: "boot-auc-lesions", metric: .auc, data: lesions, draws: draws(40, 399, 120)),
      Case(name: "boot-auc-few", metric: .auc, data: .few, draws: draws(10, 199, 130)),
      Case(name: "boot-accuracy", metric: .accuracy, data: single, draws: draws(60, 399, 140)),
      Case(name: "boot-rmse-lesions", metric: .rmse, data: lesions, draws: draws(40, 399, 150)),
      Case(name: "boot-spearman", metric: .spearman, data: tied, draws: draws(50, 199, 160)),
      Case(
        name: "boot-concordance", metric: .concordance, data: single, draws: draws(60, 199, 170)),
      Case(
        name: "boot-stratified", metric: .auc, data: single,
        draws: SyntheticRows.draws(strata: strata, replicates: 399, seed: 180),
        stratification: .outcome),
    ]
  }

  @Test("intervals", arguments: cases())
  func intervals(_ test: Case) throws {
    let patients = try Patients(
      outcome: test.data.outcome(of: test.metric), groups: test.data.groups)
    let bootstrap = try MetricBootstrap(
      test.metric, of: patients, scores: test.data.scores, cutOff: 0.5, draws: test.draws,
      stratification: test.stratification)
    let golden = Self.golden
    let name = test.name
    expectClose(
      [bootstrap.estimate], try golden.numbers(name, "estimate"), tolerance: 1e-14, "estimate")
    #expect(bootstrap.undefinedCount == Int(try golden.numbers(name, "undefined")[0]))
    let values = bootstrap.values.filter { !$0.isNaN }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(values.count - 1)).squareRoot()
    expectClose(
      [mean, deviation], try golden.numbers(name, "moments"), tolerance: 1e-13, "moments")
    expectClose(
      [bootstrap.acceleration], try golden.numbers(name, "acceleration"), tolerance: 1e-12,
      "acceleration")
    for kind in BootstrapIntervalKind.allCases {
      for (level, percent) in [(0.95, 95), (0.9, 90)] {
        let limits = try bootstrap.interval(kind, level: level).limits
        expectClose(
          [limits?.lower, limits?.upper], try golden.numbers(name, "\(kind.rawValue)\(percent)"),
          tolerance: 1e-12, "\(kind) \(percent)")
      }
    }
  }
}
