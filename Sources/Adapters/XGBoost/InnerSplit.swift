package import Learning
package import Numerics

/// Training rows in two parts for early stopping, patients whole, classes in equal shares.
package struct InnerSplit {
  /// Both in ascending order.
  package let training: [Int]
  package let validation: [Int]

  /// Patients are taken class by class (binary: negative, then positive; survival: without, then
  /// with an event; a patient counts as positive if a row is), each class shuffled by the stream:
  /// `share` of each, rounded, at least one and not all.
  /// - Throws: fewer than two patients of a class that must be in both parts (both of a binary
  ///   outcome; those with an event), or fewer than two patients.
  package init(_ data: Dataset, share: Double, using stream: inout RandomStream)
    throws(LearningError)
  {
    let marks = Self.marks(data.outcome)
    var patients: [Int] = []
    var isPositive: [Int: Bool] = [:]
    for (row, group) in data.groups.enumerated() {
      if isPositive[group] == nil { patients.append(group) }
      isPositive[group, default: false] = isPositive[group, default: false] || marks[row]
    }
    var held: Set<Int> = []
    for positive in [false, true] {
      var stratum = patients.filter { isPositive[$0] == positive }
      let isNeeded =
        switch data.outcome.kind {
        case .binary: true
        case .survival: positive
        case .continuous: !positive
        }
      if isNeeded, stratum.count < 2 {
        throw LearningError(
          "xgboost: earlyStopping needs 2 patients or more "
            + Self.name(positive, data.outcome.kind) + "in the training rows, found "
            + "\(stratum.count)")
      }
      stream.shuffle(&stratum)
      let wanted = max(1, Int((share * Double(stratum.count)).rounded()))
      held.formUnion(stratum.prefix(max(0, min(wanted, stratum.count - 1))))
    }
    training = data.groups.indices.filter { !held.contains(data.groups[$0]) }
    validation = data.groups.indices.filter { held.contains(data.groups[$0]) }
  }

  private static func marks(_ outcome: Outcome) -> [Bool] {
    switch outcome {
    case .binary(let classes): classes.map { $0 == 1 }
    case .continuous(let values): values.map { _ in false }
    case .survival(_, let event, _): event.map { $0 == 1 }
    }
  }

  private static func name(_ positive: Bool, _ kind: OutcomeKind) -> String {
    switch kind {
    case .binary: positive ? "of the positive class " : "of the negative class "
    case .continuous: ""
    case .survival: "with an event "
    }
  }
}
