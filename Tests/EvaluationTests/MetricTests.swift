import Evaluation
import Learning
import Statistics
import Testing

/// Oracle: scikit-learn and scipy (scripts/oracles/evaluation_metrics.py). Tolerance 1e-13: sums in
/// another order.
@Suite("Metrics")
struct MetricTests {
  static let golden = GoldenValues("metrics")

  @Test("equal scikit-learn's", arguments: Metric.allCases.filter { $0 != .concordance })
  func values(_ metric: Metric) throws {
    for (name, data) in [
      ("single", SyntheticRows.single), ("tied", .tied), ("lesions", .lesions),
    ] {
      let value = metric.value(
        data.outcome(of: metric), scores: data.scores, probabilities: data.scores)
      #expect(value.reason == nil)
      expectClose(
        [value.value], try Self.golden.numbers(name, metric.rawValue), tolerance: 1e-13,
        "\(name) \(metric)")
    }
  }

  /// Probabilities of 0 and 1 that are wrong.
  @Test func logLossAtTheEdges() throws {
    let value = Metric.logLoss.value(
      .binary([1, 0, 1, 0]), scores: [0, 0, 0, 0], probabilities: [0, 0, 1, 1])
    expectClose([value.value], try Self.golden.numbers("edges", "logLoss"), tolerance: 1e-13, "")
  }

  /// The sweep over sorted rows against the ranks of Sun & Xu: equal bits.
  @Test func areaEqualsAreaUnderROC() throws {
    for steps in [0, 1, 2, 5, 30] {
      for seed in 400..<420 {
        let data = SyntheticRows(patients: 37, hasLesions: true, steps: steps, seed: seed)
        let area = try AreaUnderROC(scores: data.scores, positives: data.positives).area
        #expect(Metric.auc.value(data.classes, scores: data.scores).value == area)
      }
    }
  }

  @Test func cutOffActsOnScores() {
    let outcome = Outcome.binary([1, 1, 0, 0])
    let margins = [2.0, -1, -2, -3]
    #expect(Metric.accuracy.value(outcome, scores: margins, cutOff: -1).value == 1)
    #expect(Metric.accuracy.value(outcome, scores: margins, cutOff: 0).value == 0.75)
    #expect(Metric.accuracy.value(outcome, scores: margins).reason != nil)
    let probabilities = [0.5, 0.4, 0.6, 0.1]
    #expect(
      Metric.accuracy.value(outcome, scores: margins, probabilities: probabilities).value == 0.5)
  }

  @Test("one class", arguments: Metric.allCases.filter { $0.outcomes == [.binary] })
  func oneClass(_ metric: Metric) {
    for classes in [[UInt8](repeating: 1, count: 3), [0, 0, 0]] {
      let value = metric.value(
        .binary(classes), scores: [0.2, 0.6, 0.4], probabilities: [0.2, 0.6, 0.4])
      #expect(value.value.isNaN == (value.reason != nil))
      if [.auc, .balancedAccuracy, .mcc].contains(metric) { #expect(value.value.isNaN) }
      if [.accuracy, .brier, .logLoss].contains(metric) { #expect(value.value.isFinite) }
    }
  }

  @Test func constantScores() {
    let outcome = Outcome.binary([1, 0, 1])
    let flat = [0.7, 0.7, 0.7]
    #expect(Metric.auc.value(outcome, scores: flat).value == 0.5)
    #expect(Metric.mcc.value(outcome, scores: flat, probabilities: flat).value == 0)
    #expect(Metric.spearman.value(.continuous([1, 2, 3]), scores: flat).reason != nil)
    #expect(Metric.r2.value(.continuous([2, 2, 2]), scores: flat).reason != nil)
    let survival = Outcome.survival(time: [1, 2, 3], event: [1, 1, 0], entry: [])
    #expect(Metric.concordance.value(survival, scores: flat).value == 0.5)
    let censored = Outcome.survival(time: [1, 2, 3], event: [0, 0, 0], entry: [])
    #expect(Metric.concordance.value(censored, scores: [1, 2, 3]).reason != nil)
  }

  @Test func whatCannotBeComputedSaysWhy() {
    let outcome = Outcome.binary([1, 0])
    #expect(Metric.rmse.value(outcome, scores: [1, 2]).reason?.contains("binary") == true)
    #expect(Metric.brier.value(outcome, scores: [1, 2]).reason?.contains("probab") == true)
    #expect(Metric.auc.value(outcome, scores: [1, .nan]).reason?.contains("row 2") == true)
    #expect(Metric.auc.value(.binary([]), scores: []).reason?.contains("no rows") == true)
    let outside = Metric.brier.value(outcome, scores: [0, 0], probabilities: [0.5, 1.5])
    #expect(outside.reason?.contains("row 2") == true)
  }
}
