import Evaluation
import Learning

/// The data of scripts/oracles/evaluation.R.
struct SyntheticRows {
  let groups: [Int]
  let scores: [Double]
  let otherScores: [Double]
  let positives: [Bool]
  let values: [Double]
  let folds: [Int]
  let time: [Double]
  let event: [Bool]

  static func uniform(_ i: Int, _ j: Int) -> Double {
    var u = (i * 7919 + j * 104729 + 4242) % 65537
    for _ in 0..<3 { u = (u * u + 12345 * u + 67) % 65537 }
    return Double(u) / 65537
  }

  /// - Parameters:
  ///   - hasLesions: patients have 1 to 4 rows.
  ///   - steps: scores take that many values; 0: no ties.
  init(patients: Int, hasLesions: Bool, steps: Int, seed: Int) {
    let groups = (0..<patients).flatMap { [Int](repeating: $0, count: hasLesions ? 1 + $0 % 4 : 1) }
    let rows = Array(groups.indices)
    let raw = rows.map { Self.uniform($0, seed) }
    self.groups = groups
    scores = raw.map { steps > 0 ? ($0 * Double(steps)).rounded(.down) / Double(steps) : $0 }
    positives = rows.map {
      raw[$0] + Self.uniform(groups[$0], seed + 1) + Self.uniform($0, seed + 2) > 1.4
    }
    otherScores = rows.map { Self.uniform($0, seed + 3) + 0.5 * raw[$0] }
    values = rows.map { 2 * raw[$0] + Self.uniform($0, seed + 4) }
    folds = groups.map { $0 % 5 }
    time = rows.map { (1 + 30 * Self.uniform($0, seed + 5) * (2 - raw[$0])).rounded(.down) }
    event = rows.map { Self.uniform($0, seed + 6) < 0.6 }
  }

  static let single = SyntheticRows(patients: 60, hasLesions: false, steps: 0, seed: 10)
  static let tied = SyntheticRows(patients: 50, hasLesions: false, steps: 7, seed: 20)
  static let lesions = SyntheticRows(patients: 40, hasLesions: true, steps: 12, seed: 30)
  static let few = SyntheticRows(patients: 10, hasLesions: false, steps: 0, seed: 71)

  var classes: Outcome { .binary(positives.map { $0 ? 1 : 0 }) }
  var continuous: Outcome { .continuous(values) }
  var survival: Outcome { .survival(time: time, event: event.map { $0 ? 1 : 0 }, entry: []) }

  func outcome(of metric: Metric) -> Outcome {
    metric.outcomes.contains(.binary)
      ? classes : metric.outcomes.contains(.survival) ? survival : continuous
  }

  static func draws(patients: Int, replicates: Int, seed: Int) -> [[Int]] {
    (0..<replicates).map { replicate in
      (0..<patients).map { Int(uniform(replicate * patients + $0, seed) * Double(patients)) }
    }
  }

  /// Every patient's place is drawn from its own stratum.
  static func draws(strata: [Int], replicates: Int, seed: Int) -> [[Int]] {
    (0..<replicates).map { replicate in
      strata.indices.map { place in
        let members = strata.indices.filter { strata[$0] == strata[place] }
        let u = uniform(replicate * strata.count + place, seed)
        return members[Int(u * Double(members.count))]
      }
    }
  }
}
