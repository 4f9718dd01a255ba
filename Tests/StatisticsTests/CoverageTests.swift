import Foundation
import Numerics
import Statistics
import Testing

/// How often 95 % intervals hold the truth and tests at 5 % reject a true hypothesis, by simulation.
/// `scripts/coverage` runs it and prints the tables of Docs/comparison/coverage.md; the seed is fixed.
@Suite("Coverage", .enabled(if: CoverageStudy.part > 0))
struct CoverageTests {
  @Test("study", arguments: CoverageStudy.all.indices)
  func study(_ index: Int) throws {
    for line in try CoverageStudy.all[index].table(number: index) { print("coverage\t\(line)") }
  }
}

/// What one sample says about one interval or test.
struct CoverageTrial {
  let label: String
  let isTest: Bool
  /// Held the truth, or rejected the hypothesis; nil where the sample defines neither.
  let hit: Bool?

  static func covers(_ label: String, _ interval: Interval?, _ truth: Double) -> CoverageTrial {
    CoverageTrial(
      label: label, isTest: false, hit: interval.map { $0.lower <= truth && truth <= $0.upper })
  }

  static func rejects(_ label: String, _ p: Double?) -> CoverageTrial {
    CoverageTrial(label: label, isTest: true, hit: p.map { $0 <= 0.05 })
  }
}

/// A way to draw samples with what is computed from each.
struct CoverageStudy: Sendable {
  /// What is drawn, in one line.
  let name: String
  let replicates: Int
  let trials: @Sendable (_ n: Int, _ stream: inout RandomStream) throws -> [CoverageTrial]

  /// The part of the samples that is drawn, 1 for all: the value of RADCOHORT_COVERAGE.
  static let part = Double(ProcessInfo.processInfo.environment["RADCOHORT_COVERAGE"] ?? "") ?? 0
  static let sizes = [30, 100, 300]
  static let all =
    CoverageSamples.proportions + CoverageSamples.groups + CoverageSamples.models
    + CoverageSamples.survival + CoverageSamples.evaluation

  /// Markdown lines: one per interval or test, with the Monte-Carlo standard error of a true rate of
  /// 95 or 5 %, and the part of samples that define none.
  func table(number: Int) throws -> [String] {
    let replicates = max(1, Int(Double(replicates) * CoverageStudy.part))
    var labels: [(label: String, isTest: Bool)] = []
    var cells: [[String]] = []
    for n in Self.sizes {
      var hits: [Int] = []
      var defined: [Int] = []
      for replicate in 0..<replicates {
        var stream = RandomStream(
          seed: 2026, domain: .synthesis,
          index: UInt64(number) << 48 | UInt64(n) << 32 | UInt64(replicate))
        let trials = try trials(n, &stream)
        if labels.isEmpty {
          labels = trials.map { ($0.label, $0.isTest) }
          cells = labels.map { _ in [] }
        }
        if hits.isEmpty { hits = labels.map { _ in 0 } }
        if defined.isEmpty { defined = labels.map { _ in 0 } }
        for (k, trial) in trials.enumerated() {
          guard let hit = trial.hit else { continue }
          defined[k] += 1
          if hit { hits[k] += 1 }
        }
      }
      for k in labels.indices {
        cells[k].append(Self.cell(hits[k], defined[k], of: replicates, isTest: labels[k].isTest))
      }
    }
    return ["study\t\(name)\t\(replicates)"]
      + labels.indices.map { k in
        "\(labels[k].isTest ? "test" : "interval")\t\(labels[k].label)\t"
          + cells[k].joined(separator: "\t")
      }
  }

  /// A star marks a rate that is worse than promised by more than three standard errors.
  private static func cell(_ hits: Int, _ defined: Int, of all: Int, isTest: Bool) -> String {
    guard defined > 0 else { return "none defined" }
    let rate = Double(hits) / Double(defined)
    let error = (0.05 * 0.95 / Double(defined)).squareRoot()
    let isWorse = isTest ? rate > 0.05 + 3 * error : rate < 0.95 - 3 * error
    var text = String(format: "%.3f ± %.3f", rate, error) + (isWorse ? " *" : "")
    if defined < all {
      text += String(format: " (%.1f %% undefined)", 100 * Double(all - defined) / Double(all))
    }
    return text
  }
}

/// Draws.
enum Draw {
  static func bernoulli(_ p: Double, _ stream: inout RandomStream) -> Bool {
    stream.uniform() < p
  }

  static func normals(_ n: Int, _ stream: inout RandomStream, mean: Double = 0, sd: Double = 1)
    -> [Double]
  {
    (0..<n).map { _ in mean + sd * stream.normal() }
  }

  /// Both classes, at least two rows of each.
  static func classes(_ n: Int, _ p: Double, _ stream: inout RandomStream) -> [Bool] {
    while true {
      let classes = (0..<n).map { _ in bernoulli(p, &stream) }
      let count = classes.count { $0 }
      if count > 1 && count < n - 1 { return classes }
    }
  }

  static func count(_ n: Int, _ p: Double, _ stream: inout RandomStream) -> Int {
    var sum = 0
    for _ in 0..<n where bernoulli(p, &stream) { sum += 1 }
    return sum
  }

  static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  static func resamples(_ n: Int, _ count: Int, _ stream: inout RandomStream) -> [[Int]] {
    (0..<count).map { _ in (0..<n).map { _ in stream.integer(below: n) } }
  }

  /// Exponential times with hazard exp(score), censored at exponential times with the given rate and
  /// at 4.
  static func followUp(_ scores: [Double], censoring: Double, _ stream: inout RandomStream) throws
    -> FollowUp
  {
    var (time, event): ([Double], [Bool]) = ([], [])
    for score in scores {
      let t = stream.exponential() / exp(score)
      let c = min(4, stream.exponential() / censoring)
      time.append(min(t, c))
      event.append(t <= c)
    }
    return try FollowUp(time: time, event: event)
  }
}
