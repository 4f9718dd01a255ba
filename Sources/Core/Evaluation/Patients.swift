package import Learning

/// The patients of a table: which rows belong together, with outcome and site. Patients are
/// numbered 0, 1, ... in the order of their first rows.
package struct Patients: Hashable, Sendable {
  /// One value per row.
  package let outcome: Outcome
  /// One per row, or empty.
  package let sites: [String]
  /// The rows of each patient, ascending.
  package let rows: [[Int]]
  /// The patient of each row.
  package let patientOfRow: [Int]

  package var count: Int { rows.count }
  package var rowCount: Int { patientOfRow.count }

  /// - Parameters:
  ///   - outcome: classes 0 and 1, finite values, or finite times >= 0 with events 0 and 1.
  ///   - groups: one per row; rows of one patient have one number. Nil: every row is a patient.
  ///   - sites: one per row, or empty.
  /// - Throws: no rows, or an outcome that is not valid.
  package init(outcome: Outcome, groups: [Int]? = nil, sites: [String] = [])
    throws(LearningError)
  {
    let rowCount = outcome.count
    precondition(groups == nil || groups?.count == rowCount, "groups are one per row")
    precondition(sites.isEmpty || sites.count == rowCount, "sites are one per row")
    if rowCount == 0 { throw LearningError("there are no rows to divide or to resample") }
    try Self.check(outcome)
    self.outcome = outcome
    self.sites = sites
    var number: [Int: Int] = [:]
    var rows: [[Int]] = []
    var patientOfRow: [Int] = []
    patientOfRow.reserveCapacity(rowCount)
    for row in 0..<rowCount {
      let group = groups?[row] ?? row
      let patient = number[group] ?? rows.count
      if patient == rows.count {
        number[group] = patient
        rows.append([])
      }
      rows[patient].append(row)
      patientOfRow.append(patient)
    }
    self.rows = rows
    self.patientOfRow = patientOfRow
  }

  /// The same patients with another outcome, one value per row.
  /// - Throws: an outcome that is not valid.
  package init(_ other: Patients, outcome: Outcome) throws(LearningError) {
    precondition(outcome.count == other.rowCount, "an outcome has one value per row")
    try Self.check(outcome)
    self.outcome = outcome
    (sites, rows, patientOfRow) = (other.sites, other.rows, other.patientOfRow)
  }

  package init(_ data: Dataset) throws(LearningError) {
    try self.init(outcome: data.outcome, groups: data.groups, sites: data.sites)
  }

  private static func check(_ outcome: Outcome) throws(LearningError) {
    switch outcome {
    case .binary(let classes):
      try check(classes, "a binary outcome")
    case .continuous(let values):
      try InputChecks.finite(values, "the values of a continuous outcome")
    case .survival(let time, let event, _):
      try InputChecks.finite(time, "times of survival")
      if let row = time.firstIndex(where: { $0 < 0 }) {
        throw LearningError("times of survival are at least 0; row \(row + 1) is \(time[row])")
      }
      try check(event, "an event")
    }
  }

  private static func check(_ classes: [UInt8], _ name: String) throws(LearningError) {
    if let row = classes.firstIndex(where: { $0 > 1 }) {
      throw LearningError("\(name) is 0 or 1; row \(row + 1) is \(classes[row])")
    }
  }

  /// Whether a patient has a positive row or an event; nil for a continuous outcome.
  var hasEvent: [Bool]? {
    switch outcome {
    case .binary(let classes): rows.map { rows in rows.contains { classes[$0] == 1 } }
    case .continuous: nil
    case .survival(_, let event, _): rows.map { rows in rows.contains { event[$0] == 1 } }
    }
  }

  /// The site of each patient; empty where there are no sites.
  /// - Throws: a patient has rows from two sites.
  func siteOfPatient() throws(LearningError) -> [String] {
    if sites.isEmpty { return [] }
    for rows in rows {
      if let other = rows.first(where: { sites[$0] != sites[rows[0]] }) {
        throw LearningError(
          "rows \(rows[0] + 1) and \(other + 1) are of one patient but of the sites"
            + " \"\(sites[rows[0]])\" and \"\(sites[other])\"; patients must be of one site here")
      }
    }
    return rows.map { sites[$0[0]] }
  }
}
