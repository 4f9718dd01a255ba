package import Components
internal import Learning

extension OutcomeDefinition {
  /// The outcome of every row.
  /// - Throws: expressions that do not fit the table; every value that cannot be an outcome, with
  ///   its row. That all rows have one outcome is no problem here.
  package func values(in table: ModelTable) throws(InvalidInput) -> OutcomeValues {
    var reader = OutcomeReader(table: table)
    let outcome: OutcomeValues? =
      switch self {
      case .binary(let expression): reader.binary(expression)
      case .landmark(let time, let event, let landmark, let positive):
        reader.landmark(time, event, at: landmark, positive)
      case .continuous(let expression): reader.continuous(expression)
      case .survival(let time, let event, let entry): reader.survival(time, event, entry)
      }
    guard reader.problems.isEmpty, var outcome else { throw InvalidInput(reader.problems) }
    outcome.notes = expressions.flatMap { expression in
      expression.strayTexts(in: table).map { "\(expression.location): \($0)" }
    }
    return outcome
  }
}

/// Reads the values of an outcome and collects everything that is wrong with them.
private struct OutcomeReader {
  /// Bad values of one column that are named one by one.
  private static let namedValues = 10

  let table: ModelTable
  var problems: [Problem] = []

  init(table: ModelTable) { self.table = table }

  private mutating func values(of expression: OutcomeExpression) -> ExpressionValues? {
    do throws(InvalidInput) {
      return try expression.values(in: table)
    } catch {
      problems += error.problems
      return nil
    }
  }

  /// Where the value of an expression in a row comes from: with the column, where it is one.
  private func place(_ row: Int, _ expression: OutcomeExpression) -> String {
    guard let name = expression.columns.first, let column = table[name] else {
      return table.place(row)
    }
    let what = expression.columns.count == 1 ? ", column \"\(name)\"" : ""
    return table.place(row, column: column) + what
  }

  private mutating func note(
    _ rows: [Int], _ expression: OutcomeExpression, _ message: (Int) -> String
  ) {
    for row in rows.prefix(Self.namedValues) {
      problems.append(Problem(place(row, expression), message(row)))
    }
    let rest = rows.count - Self.namedValues
    if rest > 0 {
      problems.append(
        Problem(
          expression.location, "\(rest) more such values of `\(expression.text)`"))
    }
  }

  /// 1, 0 or NaN per row.
  private mutating func indicators(
    _ expression: OutcomeExpression, _ advice: String
  ) -> [Double]? {
    switch values(of: expression) {
    case nil: return nil
    case .truths(let truths)?: return truths.map { $0.map { $0 ? 1 : 0 } ?? .nan }
    case .numbers(let numbers)?:
      let bad = numbers.indices.filter { ![0, 1].contains(numbers[$0]) && !numbers[$0].isNaN }
      note(bad, expression) { "\(cellText(numbers[$0])) is neither 0 nor 1; \(advice)" }
      return bad.isEmpty ? numbers : nil
    case .texts(let texts)?:
      let bad = texts.indices.filter { !texts[$0].isEmpty && texts[$0] != "0" && texts[$0] != "1" }
      note(bad, expression) { "\"\(texts[$0])\" is neither 0 nor 1; \(advice)" }
      if bad.isEmpty {
        problems.append(Problem(expression.location, "`\(expression.text)` is a text; \(advice)"))
      }
      return nil
    }
  }

  /// Finite numbers or NaN per row.
  private mutating func numbers(_ expression: OutcomeExpression) -> [Double]? {
    switch values(of: expression) {
    case nil: return nil
    case .truths?:
      problems.append(
        Problem(expression.location, "`\(expression.text)` is a condition; a number is needed"))
      return nil
    case .numbers(let numbers)?:
      let bad = numbers.indices.filter { numbers[$0].isInfinite }
      note(bad, expression) { "\(numbers[$0]) is not finite" }
      return bad.isEmpty ? numbers : nil
    case .texts(let texts)?:
      let bad = texts.indices.filter { !texts[$0].isEmpty && cellNumber(texts[$0]) == nil }
      note(bad, expression) { "\"\(texts[$0])\" is not a number" }
      if bad.isEmpty {
        problems.append(
          Problem(expression.location, "`\(expression.text)` is a text; a number is needed"))
      }
      return nil
    }
  }

  private mutating func times(_ expression: OutcomeExpression) -> [Double]? {
    guard let times = numbers(expression) else { return nil }
    let bad = times.indices.filter { times[$0] <= 0 }
    note(bad, expression) { "the time \(cellText(times[$0])) is not > 0" }
    return bad.isEmpty ? times : nil
  }

  private mutating func events(_ expression: OutcomeExpression) -> [Double]? {
    indicators(
      expression,
      "an event is 1, a censored time 0; for another coding write a condition, such as status == 2")
  }

  mutating func binary(_ expression: OutcomeExpression) -> OutcomeValues? {
    let advice = "write a condition, such as grade >= 3 or response in [\"CR\", \"PR\"]"
    guard let classes = indicators(expression, advice) else { return nil }
    return collected(classes.map { $0.isNaN ? missing(expression) : nil }) { rows in
      .binary(rows.map { classes[$0] == 1 ? 1 : 0 })
    }
  }

  mutating func continuous(_ expression: OutcomeExpression) -> OutcomeValues? {
    guard let numbers = numbers(expression) else { return nil }
    return collected(numbers.map { $0.isNaN ? missing(expression) : nil }) { rows in
      .continuous(rows.map { numbers[$0] })
    }
  }

  mutating func landmark(
    _ time: OutcomeExpression, _ event: OutcomeExpression, at landmark: Double,
    _ positive: LandmarkPositive
  ) -> OutcomeValues? {
    if !(landmark > 0 && landmark.isFinite) {
      problems.append(
        Problem(time.location, "the landmark \(landmark) is not a finite number > 0"))
    }
    guard let times = times(time), let events = events(event), landmark > 0 else { return nil }
    let reasons: [String?] = table.keys.indices.map { row in
      if times[row].isNaN { return missing(time) }
      if times[row] > landmark { return nil }
      if events[row].isNaN { return missing(event) }
      return events[row] == 0 && times[row] < landmark
        ? "censored at \(cellText(times[row])), before the landmark \(cellText(landmark))" : nil
    }
    return collected(reasons) { rows in
      .binary(
        rows.map { row in
          let hasCome = times[row] <= landmark && events[row] == 1
          return hasCome == (positive == .event) ? 1 : 0
        })
    }
  }

  mutating func survival(
    _ time: OutcomeExpression, _ event: OutcomeExpression, _ entry: OutcomeExpression?
  ) -> OutcomeValues? {
    let times = times(time)
    let events = events(event)
    var entries: [Double]?
    if let entry {
      entries = numbers(entry)
      if let entries, let times {
        note(entries.indices.filter { entries[$0] < 0 }, entry) {
          "the entry time \(cellText(entries[$0])) is not >= 0"
        }
        note(entries.indices.filter { times[$0] <= entries[$0] }, time) {
          "the time \(cellText(times[$0])) is not after the entry time \(cellText(entries[$0]))"
        }
      }
    }
    guard let times, let events, problems.isEmpty else { return nil }
    let reasons: [String?] = table.keys.indices.map { row in
      if times[row].isNaN { return missing(time) }
      if events[row].isNaN { return missing(event) }
      if let entry, let entries, entries[row].isNaN { return missing(entry) }
      return nil
    }
    return collected(reasons) { rows in
      .survival(
        time: rows.map { times[$0] }, event: rows.map { events[$0] == 1 ? 1 : 0 },
        entry: entries.map { entries in rows.map { entries[$0] } } ?? [])
    }
  }

  private func missing(_ expression: OutcomeExpression) -> String {
    "`\(expression.text)` is missing"
  }

  /// - Parameter reasons: why a row's outcome is unknown; nil where it is known.
  private func collected(
    _ reasons: [String?], _ outcome: ([Int]) -> Outcome
  ) -> OutcomeValues {
    let known = reasons.indices.filter { reasons[$0] == nil }
    let unknown = reasons.indices.compactMap { row in
      reasons[row].map { OutcomeValues.Unknown(row: row, reason: $0) }
    }
    return OutcomeValues(outcome: outcome(known), known: known, unknown: unknown, notes: [])
  }
}
