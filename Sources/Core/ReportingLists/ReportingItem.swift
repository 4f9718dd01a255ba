/// How far an item is answered, or whether what it asks for was done.
package enum Verdict: String, Sendable { case yes, partly, no }

/// What is known about an item.
package enum AnswerState: Sendable, Equatable {
  /// The result answers it, with a sentence. After `partly` the rest is the author's.
  case known(Verdict, String)
  /// A condition of the item does not hold, with the reason.
  case notApplicable(String)
  /// No result can know it.
  case author
}

/// An item of a reporting list. Numbers, sections and scores are those of the publication, names
/// are words of our own.
package struct ReportingItem: Sendable {
  package let number: String
  package let section: String
  package let name: String
  /// Lowest and highest score that the item can have, in the list's unit; nil without scores.
  package let points: ClosedRange<Int>?
  let rule: AnswerRule

  init(
    _ number: String, _ section: String, _ name: String, points: ClosedRange<Int>? = nil,
    _ rule: AnswerRule
  ) {
    self.number = number
    self.section = section
    self.name = name
    self.points = points
    self.rule = rule
  }

  package func answer(_ evidence: StudyEvidence) -> Answer {
    let finding = rule.find(evidence)
    let worth = points.flatMap { finding.points(in: $0) }
    return Answer(item: self, state: finding.state, points: worth)
  }
}

/// An item with its answer.
package struct Answer: Sendable {
  package let item: ReportingItem
  package let state: AnswerState
  /// What it may be worth, in the list's unit: one number where the result decides; nil without
  /// scores and where the item does not apply.
  package let points: ClosedRange<Int>?
}
