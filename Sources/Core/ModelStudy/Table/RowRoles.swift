internal import Components
internal import Learning

/// Reads what rows are beside their features: site, weight, split; collects what is wrong.
struct RowRoles {
  /// Bad values of one column that are named one by one.
  private static let namedValues = 10

  let table: ModelTable
  let definition: DatasetDefinition
  /// Of the data set.
  let rows: [Int]
  var problems: [Problem] = []

  init(table: ModelTable, definition: DatasetDefinition, rows: [Int]) {
    self.table = table
    self.definition = definition
    self.rows = rows
  }

  private mutating func column(_ name: String, _ key: String) -> ModelTable.Column? {
    if name.isEmpty { return nil }
    if let column = table[name] { return column }
    problems.append(Problem("columns.\(key)", table.missingColumnMessage(name)))
    return nil
  }

  private mutating func note(
    _ bad: [Int], _ column: ModelTable.Column, _ message: (Int) -> String
  ) {
    for row in bad.prefix(Self.namedValues) {
      problems.append(
        Problem("\(table.place(row, column: column)), column \"\(column.name)\"", message(row)))
    }
    if bad.count > Self.namedValues {
      problems.append(
        Problem(
          table.sources[column.source].file,
          "\(bad.count - Self.namedValues) more such values in column \"\(column.name)\""))
    }
  }

  /// One per row; empty without a site column.
  mutating func sites() -> [String] {
    guard let column = column(definition.site, "site") else { return [] }
    let texts = column.values.asTexts
    note(rows.filter { texts[$0].isEmpty }, column) { _ in "the site is missing" }
    return rows.map { texts[$0] }
  }

  /// One per row; empty without a weight column.
  mutating func weights() -> [Double] {
    guard let column = column(definition.weight, "weight") else { return [] }
    guard case .numbers(let numbers) = column.values else {
      problems.append(table.textProblem(column, rows))
      return []
    }
    note(rows.filter { !(numbers[$0] > 0 && numbers[$0].isFinite) }, column) { row in
      numbers[row].isNaN
        ? "the weight is missing"
        : "the weight \(cellText(numbers[row])) is not a finite number > 0"
    }
    return rows.map { numbers[$0] }
  }

  /// One per row; `train` without a split column.
  mutating func roles() -> [SplitRole] {
    let train = [SplitRole](repeating: .train, count: rows.count)
    guard let column = column(definition.split, "split") else { return train }
    let texts = column.values.asTexts
    let roles = rows.map { SplitRole(cell: texts[$0]) }
    let bad = rows.indices.filter { roles[$0] == nil }.map { rows[$0] }
    note(bad, column) { row in
      (texts[row].isEmpty ? "the split is missing" : "\"\(texts[row])\" is no split")
        + "; expected one of train, test, external"
    }
    checkPatients(roles, column)
    if bad.isEmpty, !rows.isEmpty, !roles.contains(.train) {
      problems.append(
        Problem(
          table.sources[column.source].file,
          "no row with a known outcome has train in column \"\(column.name)\""))
    }
    return roles.map { $0 ?? .train }
  }

  /// Rows of one patient carry over to one another.
  private mutating func checkPatients(_ roles: [SplitRole?], _ column: ModelTable.Column) {
    var first: [String: Int] = [:]
    var bad: [Int] = []
    let (table, rows) = (table, rows)
    for (index, row) in rows.enumerated() {
      guard let role = roles[index] else { continue }
      let patient = table.keys[row].patient
      if let earlier = first[patient] {
        if roles[earlier] != role { bad.append(index) }
      } else {
        first[patient] = index
      }
    }
    let indices = Dictionary(uniqueKeysWithValues: bad.map { (rows[$0], $0) })
    let source = table.sources[column.source]
    note(bad.map { rows[$0] }, column) { row in
      guard let index = indices[row], let role = roles[index],
        let earlier = first[table.keys[row].patient], let earlierRole = roles[earlier]
      else { preconditionFailure("a bad row has a role and a row before it") }
      return "the patient is in \(role.rawValue) here and in \(earlierRole.rawValue) in"
        + " \(source.unit) \(source.numbers[rows[earlier]]); all rows of a patient belong together"
    }
  }
}
