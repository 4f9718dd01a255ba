/// A checklist or quality score of the field.
package struct ReportingList: Sendable {
  package enum Unit: String, Sendable {
    /// Points of items are hundredths of a percent of all applicable ones.
    case percent
    case points
  }

  package let name: String
  /// Publication, with its DOI.
  package let source: String
  /// What scores are in; nil for lists without a score.
  package let unit: Unit?
  package let items: [ReportingItem]

  package static let all: [ReportingList] = [clear, metrics, rqs, tripodAI]

  /// One answer per item, in the order of the list.
  package func answers(_ evidence: StudyEvidence) -> [Answer] { items.map { $0.answer(evidence) } }

  package func totals(_ answers: [Answer]) -> ReportingTotals { ReportingTotals(answers, unit) }
}

/// How many items are answered how, and what a score can still become.
package struct ReportingTotals: Sendable, Equatable {
  package struct Score: Sendable, Equatable {
    package var unit: ReportingList.Unit
    /// Of the items that the result answers; the lowest where only the author can decide.
    package var known: Double
    /// Where the author's items get their lowest scores.
    package var lowest: Double
    /// Where the author's items get their highest scores.
    package var highest: Double

    package init(unit: ReportingList.Unit, known: Double, lowest: Double, highest: Double) {
      self.unit = unit
      self.known = known
      self.lowest = lowest
      self.highest = highest
    }
  }

  package private(set) var yes = 0
  package private(set) var partly = 0
  package private(set) var no = 0
  package private(set) var notApplicable = 0
  package private(set) var author = 0
  package let score: Score?

  init(_ answers: [Answer], _ unit: ReportingList.Unit?) {
    var known = 0
    var lowest = 0
    var highest = 0
    var applicable = 0
    for answer in answers {
      switch answer.state {
      case .known(.yes, _): yes += 1
      case .known(.partly, _): partly += 1
      case .known(.no, _): no += 1
      case .notApplicable: notApplicable += 1
      case .author: author += 1
      }
      guard let points = answer.points else { continue }
      if case .known = answer.state { known += points.lowerBound }
      lowest += points.lowerBound
      highest += points.upperBound
      applicable += answer.item.points?.upperBound ?? 0
    }
    guard let unit else {
      score = nil
      return
    }
    func value(_ points: Int) -> Double {
      if unit == .points { return Double(points) }
      return applicable == 0 ? 0 : 100 * Double(points) / Double(applicable)
    }
    score = Score(unit: unit, known: value(known), lowest: value(lowest), highest: value(highest))
  }
}
