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

  package var state: FittedState {
    FittedState(
      kind: Self.kind,
      parts: parts.map { part in
        switch part {
        case .number(let name, let block): FittedState(kind: "number", texts: [name, block])
        case .levels(let coding): coding.state
        }
      })
  }

  package init(_ state: FittedState) throws(LearningError) {
    guard state.kind == Self.kind else {
      throw LearningError("expected the state of \(Self.kind), found \"\(state.kind)\"")
    }
    var parts: [Part] = []
    for part in state.parts {
      if part.kind == "number" {
        guard part.texts.count == 2 else {
          throw LearningError("\(Self.kind): a number column needs a name and a block")
        }
        parts.append(.number(part.texts[0], block: part.texts[1]))
      } else {
        parts.append(.levels(try OneHot(part)))
      }
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
