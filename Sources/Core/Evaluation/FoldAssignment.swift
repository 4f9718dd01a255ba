internal import Learning
internal import Numerics

/// Which fold a patient goes to; see `Partitions.folds`.
struct FoldAssignment {
  private let patients: Patients
  private let strata: Strata
  private let count: Int

  init(_ patients: Patients, count: Int, _ stratification: Stratification)
    throws(LearningError)
  {
    self.patients = patients
    self.count = count
    strata = try Strata(patients, stratification)
    if patients.count < count {
      throw LearningError(
        "\(count) folds need at least \(count) patients; there are \(patients.count)")
    }
    guard stratification.byOutcome, let hasEvent = patients.hasEvent else { return }
    let with = hasEvent.count { $0 }
    let without = hasEvent.count - with
    if patients.outcome.kind == .survival {
      if with < count {
        throw LearningError(
          "\(count) folds stratified by event need at least \(count) patients with an event; there"
            + " are \(with) of \(hasEvent.count)")
      }
    } else if min(with, without) < count {
      throw LearningError(
        "\(count) folds stratified by class need at least \(count) patients of each class; \(with)"
          + " patients have a positive row, \(without) have none")
    }
  }

  func foldOfPatient(using stream: inout RandomStream) -> [Int] {
    var folds = [Int](repeating: 0, count: patients.count)
    var rowsOfFold = [Int](repeating: 0, count: count)
    var rowsOfClass = [[Int]](
      repeating: [Int](repeating: 0, count: count), count: strata.classCount)
    for members in strata.members where !members.isEmpty {
      let ofClass = strata.classOfPatient[members[0]]
      var rowsOfStratum = [Int](repeating: 0, count: count)
      for patient in Self.ordered(members, patients, using: &stream) {
        func load(_ fold: Int) -> (Int, Int, Int) {
          (rowsOfStratum[fold], rowsOfClass[ofClass][fold], rowsOfFold[fold])
        }
        var best = 0
        for fold in 1..<count where load(fold) < load(best) { best = fold }
        let rows = patients.rows[patient].count
        folds[patient] = best
        rowsOfStratum[best] += rows
        rowsOfClass[ofClass][best] += rows
        rowsOfFold[best] += rows
      }
    }
    return folds
  }

  /// Shuffled, then by descending number of rows.
  private static func ordered(
    _ members: [Int], _ patients: Patients, using stream: inout RandomStream
  ) -> [Int] {
    var shuffled = members
    stream.shuffle(&shuffled)
    let order = shuffled.indices.sorted {
      (-patients.rows[shuffled[$0]].count, $0) < (-patients.rows[shuffled[$1]].count, $1)
    }
    return order.map { shuffled[$0] }
  }
}
