/// The table of a paper: each term alone, then all together.
package struct LogisticTable: Sendable {
  package struct Row: Sendable {
    package let term: String
    /// The term alone; nil where it has no model, then `note` says why.
    package let model: LogisticRegression?
    package let note: String?
  }

  /// In the order of the terms.
  package let univariable: [Row]
  package let multivariable: LogisticRegression

  /// - Throws: where the terms together have no model.
  package init(
    positives: [Bool], terms: [LogisticTerm],
    method: LogisticRegression.Method = .maximumLikelihood, level: Double = 0.95
  ) throws(StatisticsError) {
    multivariable = try LogisticRegression(
      positives: positives, terms: terms, method: method, level: level)
    univariable = terms.map { term in
      do throws(StatisticsError) {
        let model = try LogisticRegression(
          positives: positives, terms: [term], method: method, level: level)
        return Row(
          term: term.name, model: model,
          note: model.isSeparated ? "the term separates the classes" : nil)
      } catch {
        return Row(term: term.name, model: nil, note: error.message)
      }
    }
  }
}
