package import Components

/// What an expression gives for every row of a table; nil and NaN and "" are unknown.
package enum ExpressionValues: Hashable, Sendable {
  case truths([Bool?])
  case numbers([Double])
  case texts([String])
}

/// An expression over the columns of a table, such as `response in ["CR", "PR"] && age >= 65`.
///
/// | Form | Meaning |
/// |---|---|
/// | `tmb`, `18F-FDG` in backticks | a column; names of letters, digits, `_`, and `.` and `-` inside, or anything in backticks |
/// | `10`, `1.5e-3`, `"CR"`, `'CR'` | a number, a text |
/// | `+ - * /` | arithmetic of numbers; blanks around `-`, which else is part of a name |
/// | `== != < <= > >=` | comparison of numbers; of texts `==` and `!=`, with upper and lower case apart |
/// | `x in [1, 2]` | one of a list |
/// | `known(x)` | x is not missing |
/// | `! && \|\|` | not, and, or |
///
/// What is computed from a missing value is unknown, and so is a number that is not finite. `!`,
/// `&&` and `||` follow Kleene's three-valued logic: unknown && false is false, unknown || true is
/// true.
package struct OutcomeExpression: Hashable, Sendable {
  package let text: String
  /// Where it stands in the study file, for messages.
  package let location: String
  let root: ExpressionNode

  /// - Throws: what is no expression, with the character at which it goes wrong.
  package init(_ text: String, at location: String) throws(InvalidInput) {
    self.text = text
    self.location = location
    do throws(ExpressionFault) {
      root = try ExpressionParser.parse(text)
    } catch {
      throw InvalidInput([Self.problem(error, in: text, at: location)])
    }
  }

  /// The values of one column, whatever its name is made of.
  package init(column: String, at location: String) {
    text = column
    self.location = location
    root = ExpressionNode(form: .column(column), position: 1)
  }

  /// The columns that it reads, in the order of their first appearance.
  package var columns: [String] {
    var names: [String] = []
    root.collectColumns(into: &names)
    return names
  }

  static func problem(_ fault: ExpressionFault, in text: String, at location: String) -> Problem {
    Problem(location, "`\(text)`, character \(fault.position): \(fault.message)")
  }

  /// - Throws: columns that the table does not have, texts where numbers are needed, and other
  ///   operands of the wrong kind, each with its character.
  package func values(in table: ModelTable) throws(InvalidInput) -> ExpressionValues {
    var checker = ExpressionChecker(table: table)
    _ = checker.kind(of: root)
    if !checker.faults.isEmpty {
      throw InvalidInput(checker.faults.map { Self.problem($0, in: text, at: location) })
    }
    return ExpressionEvaluator(table: table).values(of: root)
  }

  /// Texts that it compares a column with and that no row of the column has: likely misspelt.
  package func strayTexts(in table: ModelTable) -> [String] {
    var checker = ExpressionChecker(table: table)
    _ = checker.kind(of: root)
    return checker.strayTexts
  }
}
