package import Learning
package import Numerics

/// The partitions of a validation: folds with their repeats, sites, or one split.
package struct Partitions: Hashable, Sendable {
  package let rowCount: Int
  /// All folds of the first repetition, then those of the second, ...
  package let all: [Partition]

  init(rowCount: Int, all: [Partition]) {
    self.rowCount = rowCount
    self.all = all
  }

  /// FNV-1a, 64 bits, of the number of rows and the fingerprints of the partitions in their order.
  package var fingerprint: UInt64 {
    var hash = FNV1a()
    hash.add(UInt64(rowCount))
    for partition in all { hash.add(partition.fingerprint) }
    return hash.value
  }

  /// k folds, patients kept together, strata spread evenly; each repetition shuffles anew.
  ///
  /// In each stratum patients are shuffled, then ordered by descending number of rows; each goes to
  /// the fold with the fewest rows of its stratum, of several to that with the fewest rows of its
  /// class of outcome, then the fewest rows at all, then the lowest number. So every fold holds a
  /// patient of every class.
  /// - Throws: fewer than two folds, fewer patients than folds, or fewer patients of a class (binary,
  ///   stratified) or with an event (survival, stratified) than folds.
  package static func folds(
    _ count: Int, repeats: Int = 1, of patients: Patients,
    stratification: Stratification = .outcome, using stream: inout RandomStream
  ) throws(LearningError) -> Partitions {
    if count < 2 { throw LearningError("there must be at least 2 folds; asked for \(count)") }
    if repeats < 1 { throw LearningError("folds are made at least once; repeats is \(repeats)") }
    let assignment = try FoldAssignment(patients, count: count, stratification)
    var all: [Partition] = []
    for repetition in 0..<repeats {
      let folds = assignment.foldOfPatient(using: &stream)
      all += partitions(
        of: patients, parts: folds, labels: [String?](repeating: nil, count: count), repetition)
    }
    return Partitions(rowCount: patients.rowCount, all: all)
  }

  /// One fold per site, by name; the site is its label.
  /// - Throws: no sites or one only, a patient of two sites, or training rows that hold one class or
  ///   no event.
  package static func leaveOneSiteOut(_ patients: Patients) throws(LearningError) -> Partitions {
    let sites = try patients.siteOfPatient()
    let names = Set(sites).sorted()
    if names.count < 2 {
      throw LearningError(
        "leaving one site out needs at least 2 sites; there \(names.count == 1 ? "is" : "are")"
          + " \(names.count)")
    }
    var place: [String: Int] = [:]
    for (k, name) in names.enumerated() { place[name] = k }
    let all = partitions(
      of: patients, parts: sites.map { place[$0, default: 0] }, labels: names, 0)
    for partition in all {
      try requireTrainable(partition, patients, "without site \"\(partition.label ?? "")\"")
    }
    return Partitions(rowCount: patients.rowCount, all: all)
  }

  /// One split that the table gives.
  /// - Parameter isTest: one per row.
  /// - Throws: an empty part, a patient in both, or training rows that hold one class or no event.
  package static func given(isTest: [Bool], of patients: Patients) throws(LearningError)
    -> Partitions
  {
    precondition(isTest.count == patients.rowCount, "a split has one value per row")
    let parts = try given(isTest.map { $0 ? 1 : 0 }, patients, "training and test rows")
    let testCount = isTest.count { $0 }
    if testCount == 0 || testCount == isTest.count {
      throw LearningError(
        "a split needs training and test rows; \(testCount) of \(isTest.count) rows are test rows")
    }
    let split = partition(of: patients, testPatients: parts.map { $0 == 1 })
    try requireTrainable(split, patients, "of the split")
    return Partitions(rowCount: patients.rowCount, all: [split])
  }

  /// Folds that the table gives.
  /// - Parameter folds: a name per row; partitions are ordered by name.
  /// - Throws: fewer than two folds, a patient in two, or training rows of one class or no event.
  package static func given(folds: [String], of patients: Patients) throws(LearningError)
    -> Partitions
  {
    precondition(folds.count == patients.rowCount, "folds have one name per row")
    let names = Set(folds).sorted()
    if names.count < 2 {
      throw LearningError("there must be at least 2 folds; the table names \(names.count)")
    }
    var place: [String: Int] = [:]
    for (k, name) in names.enumerated() { place[name] = k }
    let parts = try given(folds.map { place[$0, default: 0] }, patients, "two folds")
    let all = partitions(of: patients, parts: parts, labels: names, 0)
    for partition in all {
      try requireTrainable(partition, patients, "without fold \"\(partition.label ?? "")\"")
    }
    return Partitions(rowCount: patients.rowCount, all: all)
  }

  /// The part of each patient from the parts of the rows.
  private static func given(_ parts: [Int], _ patients: Patients, _ both: String)
    throws(LearningError) -> [Int]
  {
    for rows in patients.rows {
      if let other = rows.first(where: { parts[$0] != parts[rows[0]] }) {
        throw LearningError(
          "rows \(rows[0] + 1) and \(other + 1) are of one patient but in \(both): what is learnt"
            + " from one would be tested on the other")
      }
    }
    return patients.rows.map { parts[$0[0]] }
  }

  private static func partitions(
    of patients: Patients, parts: [Int], labels: [String?], _ repetition: Int
  ) -> [Partition] {
    labels.indices.map { fold in
      partition(
        of: patients, testPatients: parts.map { $0 == fold }, repetition: repetition, fold: fold,
        label: labels[fold])
    }
  }

  static func partition(
    of patients: Patients, testPatients: [Bool], repetition: Int = 0, fold: Int = 0,
    label: String? = nil
  ) -> Partition {
    let isTest = patients.patientOfRow.map { testPatients[$0] }
    return Partition(
      training: isTest.indices.filter { !isTest[$0] }, test: isTest.indices.filter { isTest[$0] },
      repetition: repetition, fold: fold, label: label)
  }

  /// Refuses training rows that hold one class or no event.
  static func requireTrainable(_ partition: Partition, _ patients: Patients, _ what: String)
    throws(LearningError)
  {
    let rows = partition.training
    switch patients.outcome {
    case .binary(let classes):
      let positives = rows.count { classes[$0] == 1 }
      if positives == 0 || positives == rows.count {
        throw LearningError(
          "the training rows \(what) hold one class only:"
            + " \(positives) of \(rows.count) are positive")
      }
    case .continuous: break
    case .survival(_, let event, _):
      if !rows.contains(where: { event[$0] == 1 }) {
        throw LearningError("the \(rows.count) training rows \(what) hold no event")
      }
    }
  }
}
