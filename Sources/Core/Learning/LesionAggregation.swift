/// How the scores of a patient's lesions become the score of the patient.
///
/// | Case | Score of the patient | Volumes |
/// |---|---|---|
/// | `mean` | arithmetic mean, in the order of rows | |
/// | `max`, `min` | largest, smallest | |
/// | `median` | even count: the mean of the two middle ones | |
/// | `largest` | that of the lesion of the largest volume; ties: the first row | needed |
/// | `volume-weighted-mean` | sum of volume * score over sum of volume | needed |
package enum LesionAggregation: String, CaseIterable, Hashable, Sendable {
  case mean
  case max
  case min
  case median
  case largest
  case volumeWeightedMean = "volume-weighted-mean"

  package static let summary = "how the scores of a patient's lesions become the patient's score"

  package var needsVolumes: Bool { self == .largest || self == .volumeWeightedMean }
}

/// One row per patient, in the order of the patients' first rows.
package struct PatientScores: Hashable, Sendable {
  package var patients: [String]
  package var scores: [Double]
  /// What is to be predicted for each patient; nil where none was given.
  package var outcome: Outcome?
  /// How many rows each patient has.
  package var lesionCounts: [Int]
  /// The patient's first row, for columns that are equal within a patient.
  package var firstRows: [Int]
}

extension LesionAggregation {
  /// Scores of patients from scores of lesions.
  /// - Parameters:
  ///   - scores: one per row (lesion), finite.
  ///   - patients: one per row; rows of one patient need not follow each other.
  ///   - volumes: one per row, > 0, in one unit; looked at only where they are needed.
  ///   - outcome: of the rows; it must be the same in all rows of a patient.
  /// - Throws: the first patient with a missing score, a missing volume or two outcomes.
  package func patientScores(
    _ scores: [Double], patients: [String], volumes: [Double] = [], outcome: Outcome? = nil
  ) throws(LearningError) -> PatientScores {
    precondition(patients.count == scores.count)
    precondition(outcome == nil || outcome?.count == scores.count)
    if needsVolumes && volumes.count != scores.count {
      throw LearningError(
        "lesion aggregation \"\(rawValue)\" needs a volume for each of the \(scores.count) rows, "
          + "there are \(volumes.count)")
    }
    var places: [String: Int] = [:]
    var names: [String] = []
    var rows: [[Int]] = []
    for (row, patient) in patients.enumerated() {
      let place = places[patient] ?? names.count
      if place == names.count {
        places[patient] = place
        names.append(patient)
        rows.append([])
      }
      rows[place].append(row)
    }
    var values: [Double] = []
    for (patient, own) in zip(names, rows) {
      try check(patient, own, scores, volumes, outcome)
      values.append(score(own.map { scores[$0] }, needsVolumes ? own.map { volumes[$0] } : []))
    }
    let firstRows = rows.map { $0[0] }
    return PatientScores(
      patients: names, scores: values, outcome: outcome?.rows(firstRows),
      lesionCounts: rows.map(\.count), firstRows: firstRows)
  }

  private func check(
    _ patient: String, _ rows: [Int], _ scores: [Double], _ volumes: [Double], _ outcome: Outcome?
  ) throws(LearningError) {
    for row in rows {
      if !scores[row].isFinite {
        throw LearningError(
          "patient \"\(patient)\": the score of row \(row + 1) is missing or infinite")
      }
      if needsVolumes, !(volumes[row] > 0 && volumes[row].isFinite) {
        throw LearningError(
          "patient \"\(patient)\": the volume of row \(row + 1) is \(volumes[row]); it must be a "
            + "finite number > 0")
      }
      if let outcome, !Self.agree(outcome, rows[0], row) {
        throw LearningError(
          "patient \"\(patient)\" has different outcomes in rows \(rows[0] + 1) and \(row + 1); an "
            + "outcome of patients must be the same for all their lesions")
      }
    }
  }

  private static func agree(_ outcome: Outcome, _ a: Int, _ b: Int) -> Bool {
    func same(_ values: [Double]) -> Bool {
      values[a] == values[b] || (values[a].isNaN && values[b].isNaN)
    }
    return switch outcome {
    case .binary(let classes): classes[a] == classes[b]
    case .continuous(let values): same(values)
    case .survival(let time, let event, let entry):
      same(time) && event[a] == event[b] && (entry.isEmpty || same(entry))
    }
  }

  /// - Parameters:
  ///   - scores: of one patient, not empty.
  ///   - volumes: as many, or empty where they are not needed.
  private func score(_ scores: [Double], _ volumes: [Double]) -> Double {
    switch self {
    case .mean: return scores.reduce(0, +) / Double(scores.count)
    case .max: return scores.reduce(scores[0]) { Swift.max($0, $1) }
    case .min: return scores.reduce(scores[0]) { Swift.min($0, $1) }
    case .median:
      let sorted = scores.sorted()
      let middle = sorted.count / 2
      return sorted.count % 2 == 1
        ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    case .largest:
      var largest = 0
      for row in volumes.indices where volumes[row] > volumes[largest] { largest = row }
      return scores[largest]
    case .volumeWeightedMean:
      var (sum, total) = (0.0, 0.0)
      for (score, volume) in zip(scores, volumes) {
        sum += volume * score
        total += volume
      }
      return sum / total
    }
  }
}
