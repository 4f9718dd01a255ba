package import Learning
package import Numerics

/// One bootstrap sample of patients.
package struct PatientResample: Hashable, Sendable {
  /// How often each patient was drawn.
  package let counts: [Int]
  /// The rows of the drawn patients, patient by patient, a patient's rows as often as it was drawn.
  /// Copies keep their group, so that they stay in one inner fold.
  package let rows: [Int]
  /// The rows of patients that were not drawn, ascending.
  package let outOfBag: [Int]
}

/// Draws as many patients as there are, with replacement: all rows of a drawn patient come along.
package struct PatientResampling: Sendable {
  private let patients: Patients
  private let members: [[Int]]

  /// - Parameter stratification: each stratum keeps its number of patients.
  package init(_ patients: Patients, stratification: Stratification = .none)
    throws(LearningError)
  {
    self.patients = patients
    members = try Strata(patients, stratification).members
  }

  package var patientCount: Int { patients.count }

  /// The strata that each keep their number of patients, as lists of patients.
  var strata: [[Int]] { members }

  /// How often each patient is drawn; takes one draw per patient, stratum by stratum.
  func drawCounts(into counts: inout [Int32], using stream: inout RandomStream) {
    for patient in counts.indices { counts[patient] = 0 }
    for stratum in members { stream.count(drawsFrom: stratum, into: &counts) }
  }

  package func draw(using stream: inout RandomStream) -> PatientResample {
    var counts = [Int32](repeating: 0, count: patients.count)
    drawCounts(into: &counts, using: &stream)
    var rows: [Int] = []
    for (patient, count) in counts.enumerated() {
      for _ in 0..<count { rows += patients.rows[patient] }
    }
    return PatientResample(
      counts: counts.map { Int($0) }, rows: rows,
      outOfBag: patients.patientOfRow.indices.filter { counts[patients.patientOfRow[$0]] == 0 })
  }
}
