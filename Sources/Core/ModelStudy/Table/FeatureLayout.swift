package import Components
package import Learning

/// How the columns of a data set are made from the columns of a table; kept with a model, so that a
/// table to come is read in the same way.
///
/// The levels of a text are those of the training rows, whatever their outcome: what a row becomes
/// depends on its own text and these levels alone. Within a fold, a level that no row of the fold's
/// training part has is a column of zeros there, which no fit can learn from.
package struct FeatureLayout: Hashable, Sendable {
  package enum Part: Hashable, Sendable {
    case number(String, block: String)
    case levels(OneHot)
  }

  static let clinicalBlock = "clinical"
  private static let kind = "feature-layout"

  package let parts: [Part]

  package init(_ parts: [Part]) { self.parts = parts }

  package var names: [String] {
    parts.flatMap { part in
      switch part {
      case .number(let name, _): [name]
      case .levels(let coding): coding.names
      }
    }
  }

  package var blocks: [String] {
    parts.flatMap { part in
      switch part {
      case .number(_, let block): [block]
      case .levels(let coding): [String](repeating: Self.clinicalBlock, count: coding.levels.count)
      }
    }
  }

  /// Some of the columns of the layout, in a given order.
  /// - Throws: a column that the layout does not have.
  package func features(
    _ wanted: [String], of table: ModelTable, rows: [Int]
  ) throws(InvalidInput) -> FeatureMatrix {
    if wanted == names { return try features(of: table, rows: rows) }
    let needed = Set(wanted)
    let layout = FeatureLayout(
      parts.filter { part in
        switch part {
        case .number(let name, _): needed.contains(name)
        case .levels(let coding): coding.names.contains(where: needed.contains)
        }
      })
    let places = Dictionary(
      layout.names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let indices = wanted.compactMap { places[$0] }
    guard indices.count == wanted.count else {
      throw InvalidInput(table.file, "the stored columns of a fitted pipeline are not its table's")
    }
    return try layout.features(of: table, rows: rows).columns(indices)
  }

  /// The features of some rows of a table.
  /// - Throws: every column that is not there or holds texts instead of numbers, every infinite
  ///   value, every missing text where it is refused.
  package func features(of table: ModelTable, rows: [Int]) throws(InvalidInput) -> FeatureMatrix {
    var problems: [Problem] = []
    var values: [Double] = []
    values.reserveCapacity(rows.count * names.count)
    for part in parts {
      do throws(InvalidInput) {
        switch part {
        case .number(let name, _): values += try Self.numbers(name, table, rows)
        case .levels(let coding): values += try Self.indicators(coding, table, rows)
        }
      } catch {
        problems += error.problems
      }
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    return FeatureMatrix(rowCount: rows.count, columnCount: names.count, values: values)
  }

  private static func column(
    _ name: String, _ table: ModelTable
  ) throws(InvalidInput) -> ModelTable.Column {
    guard let column = table[name] else {
      throw InvalidInput(table.file, table.missingColumnMessage(name))
    }
    return column
  }

  private static func numbers(
    _ name: String, _ table: ModelTable, _ rows: [Int]
  ) throws(InvalidInput) -> [Double] {
    let column = try column(name, table)
    guard case .numbers(let numbers) = column.values else {
      throw InvalidInput([table.textProblem(column, rows)])
    }
    let taken = rows.map { numbers[$0] }
    let infinite = rows.filter { numbers[$0].isInfinite }
    if let first = infinite.first {
      let others = infinite.count > 1 ? ", and \(infinite.count - 1) more of the column" : ""
      throw InvalidInput(
        "\(table.place(first, column: column)), column \"\(name)\"",
        "\(numbers[first]) is not finite\(others); leave the column out or mark the value as NA")
    }
    return taken
  }

  private static func indicators(
    _ coding: OneHot, _ table: ModelTable, _ rows: [Int]
  ) throws(InvalidInput) -> [Double] {
    let column = try column(coding.column, table)
    let texts = column.values.asTexts
    do throws(LearningError) {
      return try coding.apply(rows.map { texts[$0] }).values
    } catch {
      throw InvalidInput(table.sources[column.source].file, error.message)
    }
  }

  /// Names and blocks of the number columns as texts, two for each; per part 0 (a number column) or 1
  /// (levels); the codings of levels as parts. Thousands of columns are a handful of stored arrays.
  package var state: FittedState {
    var state = FittedState(kind: Self.kind)
    for part in parts {
      switch part {
      case .number(let name, let block):
        state.numbers.append(0)
        state.texts += [name, block]
      case .levels(let coding):
        state.numbers.append(1)
        state.parts.append(coding.state)
      }
    }
    return state
  }

  package init(_ state: FittedState) throws(LearningError) {
    guard state.kind == Self.kind else {
      throw LearningError("expected the state of \(Self.kind), found \"\(state.kind)\"")
    }
    var parts: [Part] = []
    var texts = state.texts[...]
    var codings = state.parts[...]
    for number in state.numbers {
      if number == 0, texts.count >= 2 {
        parts.append(.number(texts.removeFirst(), block: texts.removeFirst()))
      } else if number == 1, let coding = codings.popFirst() {
        parts.append(.levels(try OneHot(coding)))
      } else {
        throw LearningError("\(Self.kind): what is stored of the columns does not fit together")
      }
    }
    guard texts.isEmpty, codings.isEmpty else {
      throw LearningError("\(Self.kind): what is stored of the columns does not fit together")
    }
    self.parts = parts
  }
}

extension ModelTable {
  /// A column of texts where numbers are needed: its first values that are none.
  func textProblem(_ column: Column, _ rows: [Int]) -> Problem {
    let texts = column.values.asTexts
    let bad = rows.filter { !texts[$0].isEmpty && cellNumber(texts[$0]) == nil }
    let given = rows.count { !texts[$0].isEmpty }
    guard let first = bad.first else {
      return Problem(
        sources[column.source].file, "column \"\(column.name)\" holds texts; numbers are needed")
    }
    return Problem(
      "\(place(first, column: column)), column \"\(column.name)\"",
      "\"\(texts[first])\" is not a number (\(bad.count) of \(given) values are not)")
  }
}
