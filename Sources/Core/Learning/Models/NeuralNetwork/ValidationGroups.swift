package import Numerics

/// Rows that are set aside to say when a network stops learning.
package enum ValidationGroups {
  /// Which rows are set aside: whole patients, the same share of patients with and without a positive
  /// row, rounded, at least one of each kind that has two.
  /// - Throws: fewer than two rows would be set aside, or the rest would hold one class only.
  package static func choose(
    _ data: Dataset, fraction: Double, using stream: inout RandomStream
  ) throws(LearningError) -> [Bool] {
    var places: [Int: Int] = [:]
    var isPositive: [Bool] = []
    for row in 0..<data.rowCount {
      let place = places[data.groups[row]] ?? isPositive.count
      if place == isPositive.count {
        places[data.groups[row]] = place
        isPositive.append(false)
      }
      if case .binary(let classes) = data.outcome, classes[row] == 1 { isPositive[place] = true }
    }
    var isAside = [Bool](repeating: false, count: isPositive.count)
    for stratum in [true, false] {
      var patients = isPositive.indices.filter { isPositive[$0] == stratum }
      if patients.count < 2 { continue }
      stream.shuffle(&patients)
      let wanted = (fraction * Double(patients.count)).rounded()
      let count = min(max(Int(wanted), 1), patients.count - 1)
      for patient in patients.prefix(count) { isAside[patient] = true }
    }
    let aside = data.groups.map { isAside[places[$0]!] }
    if aside.count(where: { $0 }) < 2 {
      throw LearningError(
        "mlp: the validation rows of earlyStopping would be fewer than 2; raise validationFraction "
          + "or set earlyStopping to false")
    }
    if case .binary(let classes) = data.outcome {
      let rest = classes.indices.filter { !aside[$0] }.map { classes[$0] }
      if !rest.contains(0) || !rest.contains(1) {
        throw LearningError(
          "mlp: without the validation rows of earlyStopping there is one class only; there are too "
            + "few patients for it")
      }
    }
    return aside
  }
}
