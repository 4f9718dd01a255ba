package import Learning
package import Numerics

/// Outcomes dealt out anew between patients, for the distribution of a result under no association.
///
/// All rows of a patient move together. Where every patient's rows agree in outcome, patients get
/// each other's whatever their numbers of rows are. Where rows of a patient differ, a patient gets
/// the outcomes of another with as many rows, row by row in their order.
package struct OutcomePermutation: Sendable {
  private let patients: Patients
  /// Whether all rows of each patient have one outcome.
  package let hasOneOutcomePerPatient: Bool
  /// Patients among which outcomes are exchanged, ascending; only sets of two or more.
  private let exchangeable: [[Int]]
  /// Patients whose outcomes can move.
  package var movableCount: Int { exchangeable.reduce(0) { $0 + $1.count } }

  /// - Parameters:
  ///   - strata: one per row, such as the site: outcomes stay in their stratum; nil: one stratum.
  /// - Throws: a patient with rows of two strata, or nothing that could change.
  package init(_ patients: Patients, within strata: [String]? = nil) throws(LearningError) {
    precondition(strata == nil || strata?.count == patients.rowCount, "strata are one per row")
    self.patients = patients
    let outcome = patients.outcome
    let isConstant = patients.rows.allSatisfy { rows in
      rows.allSatisfy { outcome.rows([$0]) == outcome.rows([rows[0]]) }
    }
    hasOneOutcomePerPatient = isConstant
    var place: [String: Int] = [:]
    var sets: [[Int]] = []
    for (patient, rows) in patients.rows.enumerated() {
      let stratum = strata?[rows[0]] ?? ""
      if let strata, let other = rows.first(where: { strata[$0] != stratum }) {
        throw LearningError(
          "rows \(rows[0] + 1) and \(other + 1) are of one patient but of the strata"
            + " \"\(stratum)\" and \"\(strata[other])\"; outcomes are permuted between patients"
            + " of one stratum")
      }
      let key = isConstant ? stratum : "\(rows.count) \(stratum)"
      let index = place[key] ?? sets.count
      if index == sets.count {
        place[key] = index
        sets.append([])
      }
      sets[index].append(patient)
    }
    exchangeable = sets.filter { $0.count > 1 }
    let canChange = exchangeable.contains { set in
      set.contains { Self.outcomes($0, patients) != Self.outcomes(set[0], patients) }
    }
    if !canChange {
      throw LearningError(
        "no outcome can be permuted: patients that may exchange theirs"
          + (strata == nil ? "" : " (of one stratum)")
          + (isConstant ? "" : " (with equally many rows)") + " all have the same")
    }
  }

  /// What a patient gives away: one outcome, or one per row.
  private static func outcomes(_ patient: Int, _ patients: Patients) -> Outcome {
    patients.outcome.rows(patients.rows[patient])
  }

  /// For each row the row whose outcome it gets.
  package func draw(using stream: inout RandomStream) -> [Int] {
    var source = Array(0..<patients.rowCount)
    for set in exchangeable {
      var givers = set
      stream.shuffle(&givers)
      for (taker, giver) in zip(set, givers) {
        for (k, row) in patients.rows[taker].enumerated() {
          source[row] = patients.rows[giver][hasOneOutcomePerPatient ? 0 : k]
        }
      }
    }
    return source
  }

  package func permuted(using stream: inout RandomStream) -> Outcome {
    patients.outcome.rows(draw(using: &stream))
  }
}
