/// How an item is answered from the evidence.
struct AnswerRule: Sendable {
  let find: @Sendable (StudyEvidence) -> Finding

  init(_ find: @escaping @Sendable (StudyEvidence) -> Finding) { self.find = find }

  static let author = AnswerRule { _ in .author }
}

/// A state, and a score where it does not follow from the verdict.
struct Finding: Sendable {
  let state: AnswerState
  /// Nil: yes is the highest score of the item, no the lowest, everything else the whole range.
  var score: ClosedRange<Int>?

  init(_ state: AnswerState, score: ClosedRange<Int>? = nil) {
    self.state = state
    self.score = score
  }

  static let author = Finding(.author)
  static func yes(_ sentence: String) -> Finding { Finding(.known(.yes, sentence)) }
  static func partly(_ sentence: String) -> Finding { Finding(.known(.partly, sentence)) }
  static func no(_ sentence: String) -> Finding { Finding(.known(.no, sentence)) }
  static func notApplicable(_ reason: String) -> Finding { Finding(.notApplicable(reason)) }

  /// By a text: the author's where it is nil, `none` where it is empty.
  static func text(
    _ text: String?, none: Finding, _ found: (String) -> Finding
  ) -> Finding {
    guard let text else { return .author }
    return text.isEmpty ? none : found(text)
  }

  /// By a list of names, in words.
  static func names(
    _ names: [String]?, none: Finding, _ found: (String) -> Finding
  ) -> Finding {
    text(names.map(Wording.list), none: none, found)
  }

  static func flag(_ flag: Bool?, yes: String, no: String) -> Finding {
    guard let flag else { return .author }
    return flag ? .yes(yes) : .no(no)
  }

  func points(in range: ClosedRange<Int>) -> ClosedRange<Int>? {
    if let score { return score }
    switch state {
    case .known(.yes, _): return range.upperBound...range.upperBound
    case .known(.no, _): return range.lowerBound...range.lowerBound
    case .known(.partly, _), .author: return range
    case .notApplicable: return nil
    }
  }
}

enum Wording {
  /// "a", "a and b", "a, b and c".
  static func list(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }

  /// "1 fold", "5 folds".
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
