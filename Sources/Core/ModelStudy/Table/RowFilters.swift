package import Components
internal import Learning

/// Finds the rows that the pipelines' own conditions leave out; collects what is wrong with them.
struct RowFilters {
  let table: ModelTable
  /// Of the data set.
  let rows: [Int]
  let roles: [SplitRole]
  let outcome: Outcome?
  var problems: [Problem] = []
  var notes: [String] = []

  init(table: ModelTable, rows: [Int], roles: [SplitRole], outcome: Outcome?) {
    self.table = table
    self.rows = rows
    self.roles = roles
    self.outcome = outcome
  }

  /// Of every pipeline: the rows of the data set that do not satisfy its condition, unknown ones
  /// included, ascending. Empty where no pipeline has a condition.
  mutating func leftOut(_ filters: [OutcomeExpression?]) -> [[Int]] {
    if filters.allSatisfy({ $0 == nil }) { return [] }
    return filters.map { filter in filter.map { leftOut($0) } ?? [] }
  }

  private mutating func leftOut(_ filter: OutcomeExpression) -> [Int] {
    let truths: [Bool]
    do throws(InvalidInput) {
      truths = try filter.satisfied(in: table)
    } catch {
      problems += error.problems
      return []
    }
    notes += filter.strayTexts(in: table).map { "\(filter.location): \($0)" }
    let own = rows.indices.filter { truths[rows[$0]] && roles[$0] == .train }
    if own.isEmpty {
      problems.append(
        Problem(filter.location, "no training row satisfies `\(filter.text)`"))
    } else if let outcome, let message = DatasetBuilder.sameness(outcome.rows(own)) {
      problems.append(Problem(filter.location, "\(message), where `\(filter.text)`"))
    }
    return rows.indices.filter { !truths[rows[$0]] }
  }
}

extension OutcomeExpression {
  /// Whether each row of a table satisfies the condition; a row for which it is unknown does not.
  /// - Throws: what is wrong with the expression for this table; an expression that is no condition.
  package func satisfied(in table: ModelTable) throws(InvalidInput) -> [Bool] {
    guard case .truths(let truths) = try values(in: table) else {
      throw InvalidInput(
        location, "`\(text)` is no condition; write one, such as `known(\(columns.first ?? "age"))`"
      )
    }
    return truths.map { $0 == true }
  }
}
