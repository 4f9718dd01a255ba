internal import Components
package import Learning

/// What counts as class 1 at a landmark.
package enum LandmarkPositive: String, Hashable, Sendable, CaseIterable {
  /// The event has come by the landmark.
  case event
  /// It has not.
  case benefit
}

/// How the outcome of a row is made from the columns of a table.
///
/// A time is a number > 0, an event 1 or 0 (censored) or a condition, an entry a time >= 0 and
/// before the row's own; each is an expression, mostly one column.
package enum OutcomeDefinition: Hashable, Sendable {
  /// 1 where a condition holds, 0 where it does not; or numbers that are 0 and 1.
  case binary(OutcomeExpression)
  /// Whether the event has come by the time `at` (event time <= `at`). A row that was followed at
  /// least until `at` without the event is of the other class; one that was censored before is
  /// unknown.
  case landmark(
    time: OutcomeExpression, event: OutcomeExpression, at: Double, positive: LandmarkPositive)
  case continuous(OutcomeExpression)
  /// - Parameter entry: of left truncation; nil where all rows are followed from 0.
  case survival(
    time: OutcomeExpression, event: OutcomeExpression, entry: OutcomeExpression?)

  package var kind: OutcomeKind {
    switch self {
    case .binary, .landmark: .binary
    case .continuous: .continuous
    case .survival: .survival
    }
  }

  package var expressions: [OutcomeExpression] {
    switch self {
    case .binary(let expression), .continuous(let expression): [expression]
    case .landmark(let time, let event, _, _): [time, event]
    case .survival(let time, let event, let entry): [time, event] + (entry.map { [$0] } ?? [])
    }
  }

  /// The columns that the outcome is made from: never features.
  package var columns: [String] {
    var names: [String] = []
    for expression in expressions {
      for name in expression.columns where !names.contains(name) { names.append(name) }
    }
    return names
  }
}

/// The outcomes of a table's rows.
package struct OutcomeValues: Hashable, Sendable {
  /// A row whose outcome is unknown, and why.
  package struct Unknown: Hashable, Sendable {
    package var row: Int
    package var reason: String
  }

  /// Of the rows `known`.
  package var outcome: Outcome
  /// Rows of the table, ascending.
  package var known: [Int]
  /// The other rows of the table, ascending.
  package var unknown: [Unknown]
  /// What may be a mistake and is none for certain.
  package var notes: [String]
}
