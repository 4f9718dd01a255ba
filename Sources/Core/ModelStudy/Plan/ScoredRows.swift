package import Evaluation
package import Learning

/// Rows with what a fitted pipeline says of them: what metrics are computed from.
package struct ScoredRows: Sendable {
  package var outcome: Outcome
  package var scores: [Double]
  /// Nil where the model has none.
  package var probabilities: [Double]?
  /// One per row: rows of one patient have one number.
  package var groups: [Int]
  /// Why the rows could not become patients; nil where they could or need not.
  package var fault: String?

  package func value(_ metric: Metric) -> MetricValue {
    if let fault { return MetricValue(undefined: fault) }
    return metric.value(outcome, scores: scores, probabilities: probabilities)
  }
}

extension ModelPlan {
  /// Rows of the table with their scores, as patients where the study aggregates.
  /// - Parameters:
  ///   - rows: of the table; a row that comes again belongs to another copy of its patient.
  ///   - outcome: of all rows of the table; nil: as observed.
  ///   - scores, probabilities: one per row of `rows`.
  package func scored(
    _ rows: [Int], outcome: Outcome?, scores: [Double], probabilities: [Double]?
  ) -> ScoredRows {
    let own = (outcome ?? header.outcome).rows(rows)
    let groups = rows.map { header.groups[$0] }
    var scored = ScoredRows(
      outcome: own, scores: scores, probabilities: probabilities, groups: groups)
    guard let aggregate = study.aggregate else { return scored }
    var copies: [Int: Int] = [:]
    let patients = rows.map { row in
      let copy = copies[row, default: 0]
      copies[row] = copy + 1
      return copy == 0 ? header.patients[row] : "\(header.patients[row])\u{1F}\(copy)"
    }
    let volumes = header.volumes.isEmpty ? [] : rows.map { header.volumes[$0] }
    do throws(LearningError) {
      let whole = try aggregate.method.patientScores(
        scores, patients: patients, volumes: volumes, outcome: own)
      scored.scores = whole.scores
      scored.outcome = own.rows(whole.firstRows)
      scored.groups = whole.firstRows.map { groups[$0] }
      if let probabilities {
        scored.probabilities = try aggregate.method.patientScores(
          probabilities, patients: patients, volumes: volumes
        ).scores
      }
    } catch {
      scored.fault = error.message
    }
    return scored
  }
}
