package import Components

/// What becomes of rows that only one of two tables has.
package enum JoinRule: String, Hashable, Sendable, CaseIterable {
  /// They are left out and counted.
  case inner
  /// They are problems.
  case strict
}

/// What a join left out or replaced, for the report.
package struct JoinReport: Hashable, Sendable {
  /// Places of rows that only the first table has.
  package var onlyFirst: [String]
  /// Places of rows that only the second table has.
  package var onlySecond: [String]
  /// Columns of the first table whose values the second replaced.
  package var replaced: [String]
}

extension ModelTable {
  /// The rows of this table with the columns of another, matched by patient, and by lesion and
  /// session where both tables have them; a row of the other can match several of this table.
  ///
  /// A column of the other replaces one of this table that has its name and is no feature of
  /// numbers.
  /// - Throws: rows of the other that cannot be told apart by what both tables have, columns with
  ///   the name of a feature, no common row; by `strict`, every row that only one table has.
  package func joined(
    with other: ModelTable, rule: JoinRule
  ) throws(InvalidInput) -> (table: ModelTable, report: JoinReport) {
    let byLesion = hasLesions && other.hasLesions
    let bySession = hasSessions && other.hasSessions
    func shared(_ key: Key) -> Key {
      Key(
        patient: key.patient, lesion: byLesion ? key.lesion : "",
        session: bySession ? key.session : "")
    }
    var problems: [Problem] = []
    var partner: [Key: Int] = [:]
    for row in 0..<other.rowCount {
      if let earlier = partner[shared(other.keys[row])] {
        problems.append(other.doubled(row, earlier, byLesion: byLesion, bySession: bySession, self))
      } else {
        partner[shared(other.keys[row])] = row
      }
    }
    var isUsed = [Bool](repeating: false, count: other.rowCount)
    var pairs: [(own: Int, other: Int)] = []
    var report = JoinReport(onlyFirst: [], onlySecond: [], replaced: [])
    for row in 0..<rowCount {
      if let match = partner[shared(keys[row])] {
        pairs.append((row, match))
        isUsed[match] = true
      } else {
        report.onlyFirst.append(place(row))
      }
    }
    report.onlySecond = isUsed.indices.filter {
      !isUsed[$0] && partner[shared(other.keys[$0])] == $0
    }.map { other.place($0) }
    if rule == .strict {
      problems += report.onlyFirst.map { Problem($0, "this row has no partner in \(other.file)") }
      problems += report.onlySecond.map { Problem($0, "this row has no partner in \(file)") }
    }
    for column in other.columns {
      guard let index = index(of: column.name) else { continue }
      if case .numbers = columns[index].values, columns[index].kind == .feature {
        problems.append(
          Problem(
            other.file,
            "column \"\(column.name)\" has the name of a feature of \(file); rename it"))
      } else {
        report.replaced.append(column.name)
      }
    }
    if pairs.isEmpty { problems.append(noCommonRow(other)) }
    if !problems.isEmpty { throw InvalidInput(problems) }
    return (try merged(other, pairs, replaced: Set(report.replaced)), report)
  }

  private func doubled(
    _ row: Int, _ earlier: Int, byLesion: Bool, bySession: Bool, _ first: ModelTable
  ) -> Problem {
    let matched = ["patient"] + (byLesion ? ["lesion"] : []) + (bySession ? ["session"] : [])
    return Problem(
      place(row),
      "this row and \(sources[0].unit) \(sources[0].numbers[earlier]) cannot be told apart by"
        + " \(matched.joined(separator: ", ")), which is what \(first.file) has as well")
  }

  private func noCommonRow(_ other: ModelTable) -> Problem {
    func example(_ table: ModelTable) -> String {
      table.keys.prefix(3).map { "\"\($0.name)\"" }.joined(separator: ", ")
    }
    return Problem(
      "\(file) and \(other.file)",
      "no row is in both tables (the first rows: \(example(self)); \(example(other)))")
  }

  private func merged(
    _ other: ModelTable, _ pairs: [(own: Int, other: Int)], replaced: Set<String>
  ) throws(InvalidInput) -> ModelTable {
    let own = pairs.map(\.own)
    let theirs = pairs.map(\.other)
    var merged: [Column] = []
    for var column in columns where !replaced.contains(column.name) {
      column.values = column.values.rows(own)
      merged.append(column)
    }
    for var column in other.columns {
      column.values = column.values.rows(theirs)
      column.source += sources.count
      merged.append(column)
    }
    return try ModelTable(
      keys: own.map { keys[$0] }, columns: merged,
      sources: sources.map { $0.rows(own) } + other.sources.map { $0.rows(theirs) })
  }
}

extension ModelTable.Values {
  /// Some rows, in the given order.
  func rows(_ indices: [Int]) -> ModelTable.Values {
    switch self {
    case .numbers(let numbers): .numbers(indices.map { numbers[$0] })
    case .texts(let texts): .texts(indices.map { texts[$0] })
    }
  }
}

extension ModelTable.Source {
  fileprivate func rows(_ indices: [Int]) -> ModelTable.Source {
    ModelTable.Source(file: file, unit: unit, numbers: indices.map { numbers[$0] })
  }
}
