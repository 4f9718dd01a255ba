package import Learning

/// A metric as a function of how often each patient counts.
protocol CountedMetric {
  var metric: Metric { get }
  var patientCount: Int { get }
  /// Every patient once.
  var observed: MetricValue { get }
  /// NaN where the counts leave it undefined.
  func value(_ counts: [Int32]) -> Double
}

/// The metric of rows that have one score each.
struct ResampledMetric: CountedMetric {
  let metric: Metric
  let patients: Patients
  private let scores: [Double]
  private let probabilities: [Double]?
  private let cutOff: Double?
  /// Rows patient by patient; those of patient i from `starts[i]` on.
  private let rows: [Int]
  private let starts: [Int]
  /// For the area under the ROC curve: rows sorted once, and the patient at each place.
  private let ranked: (rows: RankedRows, numbers: [Int32])?

  init(
    _ metric: Metric, _ patients: Patients, _ scores: [Double], _ probabilities: [Double]?,
    _ cutOff: Double?
  ) {
    (self.metric, self.patients, self.scores) = (metric, patients, scores)
    (self.probabilities, self.cutOff) = (probabilities, cutOff)
    precondition(scores.count == patients.rowCount, "a metric needs one score per row")
    rows = Array(patients.rows.joined())
    var starts = [0]
    for rows in patients.rows { starts.append(starts[starts.count - 1] + rows.count) }
    self.starts = starts
    if metric == .auc, case .binary(let classes) = patients.outcome,
      scores.allSatisfy({ $0.isFinite })
    {
      let sorted = RankedRows(scores: scores, positives: classes.map { $0 == 1 })
      ranked = (sorted, sorted.rows.map { Int32(patients.patientOfRow[Int($0)]) })
    } else {
      ranked = nil
    }
  }

  var patientCount: Int { patients.count }

  var observed: MetricValue {
    metric.value(patients.outcome, scores: scores, probabilities: probabilities, cutOff: cutOff)
  }

  func value(_ counts: [Int32]) -> Double {
    if let ranked { return ranked.rows.area(numbers: ranked.numbers, counts: counts) ?? .nan }
    var drawn: [Int] = []
    drawn.reserveCapacity(2 * rows.count)
    for patient in counts.indices {
      for _ in 0..<counts[patient] {
        for place in starts[patient]..<starts[patient + 1] { drawn.append(rows[place]) }
      }
    }
    return metric.value(
      patients.outcome.rows(drawn), scores: drawn.map { scores[$0] },
      probabilities: probabilities.map { all in drawn.map { all[$0] } }, cutOff: cutOff
    ).value
  }
}

/// Rows of one fold with what the fit that had not seen them says of them.
package struct ScoredFold: Sendable {
  package let outcome: Outcome
  package let scores: [Double]
  package let probabilities: [Double]?
  /// The patient of each row, the same number in every fold of every repeat.
  package let groups: [Int]

  package init(outcome: Outcome, scores: [Double], probabilities: [Double]?, groups: [Int]) {
    precondition(
      scores.count == outcome.count && groups.count == outcome.count, "a fold has one per row")
    (self.outcome, self.scores) = (outcome, scores)
    (self.probabilities, self.groups) = (probabilities, groups)
  }
}

extension ScoredFold {
  /// All rows of some folds as if they were one; nil without folds.
  package init?(pooling folds: [ScoredFold]) {
    guard var outcome = folds.first?.outcome else { return nil }
    for fold in folds.dropFirst() {
      switch (outcome, fold.outcome) {
      case (.binary(let all), .binary(let classes)): outcome = .binary(all + classes)
      case (.continuous(let all), .continuous(let values)): outcome = .continuous(all + values)
      case (.survival(let all, let events, let entries), .survival(let time, let event, let entry)):
        outcome = .survival(time: all + time, event: events + event, entry: entries + entry)
      default: preconditionFailure("folds of one cross-validation have one kind of outcome")
      }
    }
    let probabilities = folds.compactMap(\.probabilities)
    self.init(
      outcome: outcome, scores: folds.flatMap(\.scores),
      probabilities: probabilities.count == folds.count ? probabilities.flatMap { $0 } : nil,
      groups: folds.flatMap(\.groups))
  }
}

/// The metric of a cross-validation: mean over the repeats of the mean over their folds.
///
/// In a resample a fold's weight in the mean of its repeat is the number of its drawn patients over
/// the number of its patients: with whole counts that is the plain mean, and folds of one row give
/// the bootstrap of a mean over rows. Folds and repeats that a resample leaves undefined are left
/// out, as the estimate leaves out folds without a value.
struct RepeatedMetric: CountedMetric {
  let metric: Metric
  let patientCount: Int
  /// Per repeat and fold; `patients` are the numbers in this metric of the fold's patients.
  private let repeats: [[(source: ResampledMetric, patients: [Int])]]

  /// - Throws: a fold without rows, or an outcome that is not valid.
  init(_ metric: Metric, _ folds: [[ScoredFold]]) throws(LearningError) {
    var numbers: [Int: Int] = [:]
    var repeats: [[(source: ResampledMetric, patients: [Int])]] = []
    for own in folds {
      var parts: [(source: ResampledMetric, patients: [Int])] = []
      for fold in own {
        let patients = try Patients(outcome: fold.outcome, groups: fold.groups)
        let places = patients.rows.map { rows -> Int in
          let group = fold.groups[rows[0]]
          let number = numbers[group] ?? numbers.count
          numbers[group] = number
          return number
        }
        let source = ResampledMetric(metric, patients, fold.scores, fold.probabilities, nil)
        parts.append((source, places))
      }
      repeats.append(parts)
    }
    (self.metric, self.repeats, patientCount) = (metric, repeats, numbers.count)
  }

  var observed: MetricValue {
    let value = value([Int32](repeating: 1, count: patientCount))
    return value.isNaN ? MetricValue(undefined: "no fold defines it") : MetricValue(value)
  }

  func value(_ counts: [Int32]) -> Double {
    var (total, known) = (0.0, 0)
    for parts in repeats {
      var (sum, weights) = (0.0, 0.0)
      for part in parts {
        let own = part.patients.map { counts[$0] }
        let drawn = own.reduce(0) { $0 + Int($1) }
        if drawn == 0 { continue }
        let value = part.source.value(own)
        if value.isNaN { continue }
        let weight = Double(drawn) / Double(own.count)
        sum += weight * value
        weights += weight
      }
      if weights == 0 { continue }
      total += sum / weights
      known += 1
    }
    return known == 0 ? .nan : total / Double(known)
  }
}
