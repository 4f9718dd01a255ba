package import Statistics

/// A drawing with its caption. The functions that make one are pure: equal values, equal figure.
package struct Figure: Sendable {
  /// A few words: "ROC curve".
  package var title: String
  /// What is shown, of how many rows and events, and how intervals were computed.
  package var caption: String
  /// What a person who cannot see the figure is told.
  package var description: String
  package var canvas: SVGCanvas

  /// - Parameter id: unique in the page; ASCII letters, digits and hyphens.
  package func svg(id: String, isStandalone: Bool = false) -> String {
    canvas.svg(id: id, title: title, description: description, isStandalone: isStandalone)
  }
}

/// Scores of rows with two classes; rows without a score are counted and left out.
package struct ScoredClasses: Sendable {
  package let name: String
  package let scores: [Double]
  package let positives: [Bool]
  /// Rows whose score is not finite.
  package let unscored: Int

  package init(name: String, scores: [Double], positives: [Bool]) throws(StatisticsError) {
    if scores.count != positives.count {
      throw StatisticsError(
        "\(name): \(scores.count) scores do not fit \(positives.count) classes")
    }
    let kept = scores.indices.filter { scores[$0].isFinite }
    self.name = name
    self.scores = kept.map { scores[$0] }
    self.positives = kept.map { positives[$0] }
    unscored = scores.count - kept.count
  }

  package var events: Int { positives.count { $0 } }

  /// Fails where a score is no probability.
  func checkProbabilities() throws(StatisticsError) {
    if scores.isEmpty { throw StatisticsError("\(name): no row has a probability") }
    if let bad = scores.first(where: { $0 < 0 || $0 > 1 }) {
      throw StatisticsError("\(name): probabilities must be in 0...1; one is \(bad)")
    }
  }
}

/// A number with its interval and the name of the method, as the caption says it.
package struct ReportedEstimate: Hashable, Sendable {
  package var value: Double
  /// NaN where there is none.
  package var lower: Double
  package var upper: Double
  /// Of the interval: "DeLong 1988".
  package var method: String

  package init(
    _ value: Double, lower: Double = .nan, upper: Double = .nan, method: String = ""
  ) {
    self.value = value
    self.lower = lower
    self.upper = upper
    self.method = method
  }

  package var text: String { NumberText.interval(value, lower, upper) }
}

/// Sentences that captions share.
enum CaptionText {
  /// n = 48, 20 events
  static func counts(_ count: Int, events: Int) -> String {
    "n = \(NumberText.count(count)), \(NumberText.count(events))"
      + (events == 1 ? " event" : " events")
  }

  /// Empty if nothing is left out.
  static func unscored(_ count: Int) -> String {
    switch count {
    case 0: ""
    case 1: "1 row without a score is left out."
    default: "\(NumberText.count(count)) rows without a score are left out."
    }
  }

  static func joined(_ sentences: [String]) -> String {
    sentences.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// a, b and c
  static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }

  /// Every text once, in order of appearance, without empty ones.
  static func distinct(_ items: [String]) -> [String] {
    var result: [String] = []
    for item in items where !item.isEmpty && !result.contains(item) { result.append(item) }
    return result
  }
}
