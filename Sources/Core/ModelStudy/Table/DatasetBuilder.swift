package import Components
internal import Learning

/// Makes a data set of a table: rows with a known outcome, in the order of the table.
package struct DatasetBuilder {
  package let definition: DatasetDefinition

  package init(_ definition: DatasetDefinition) { self.definition = definition }

  /// - Throws: everything that is wrong with table and definition at once: columns that are not
  ///   there, patterns that match nothing, texts and infinite values among features, outcomes that
  ///   cannot be, splits that tear patients apart, training rows with one outcome only.
  package func build(_ table: ModelTable) throws(InvalidInput) -> BuiltDataset {
    var problems: [Problem] = []
    var outcome: OutcomeValues?
    do throws(InvalidInput) {
      outcome = try definition.outcome.values(in: table)
    } catch {
      problems += error.problems
    }
    let rows = outcome?.known ?? Array(0..<table.rowCount)
    if let outcome, rows.isEmpty { problems.append(noOutcome(outcome, table)) }

    var reader = RowRoles(table: table, definition: definition, rows: rows)
    let sites = reader.sites()
    let weights = reader.weights()
    let roles = reader.roles()
    problems += reader.problems

    var selection = FeatureSelection(table: table, definition: definition)
    let training = rows.indices.filter { roles[$0] == .train }.map { rows[$0] }
    let layout = selection.layout(rows: rows, training: training)
    problems += selection.problems
    var features: FeatureMatrix?
    if selection.problems.isEmpty {
      do throws(InvalidInput) {
        features = try layout.features(of: table, rows: rows)
      } catch {
        problems += error.problems
      }
    }
    var notes = outcome?.notes ?? []
    if let outcome, !rows.isEmpty { checkVariety(outcome.outcome, roles, &problems, &notes) }
    if let features, training.count > 1, !Self.varies(features, roles) {
      problems.append(
        Problem(
          table.file,
          "none of \(features.columnCount) columns has two values in the \(training.count) training"
            + " rows: there is nothing to learn from"))
    }
    var filters = RowFilters(table: table, rows: rows, roles: roles, outcome: outcome?.outcome)
    let leftOut = filters.leftOut(definition.rowFilters)
    problems += filters.problems
    notes += filters.notes
    notes += unseenLevels(layout, table, rows: rows, training: training)
    guard problems.isEmpty, let outcome, let features else { throw InvalidInput(problems) }
    let (groups, patients) = Self.groups(rows.map { table.keys[$0].patient })
    let data = Dataset(
      features: features, names: layout.names, outcome: outcome.outcome, groups: groups,
      blocks: layout.blocks, sites: sites, weights: weights)
    return BuiltDataset(
      data: data, layout: layout, rows: rows, keys: rows.map { table.keys[$0] }, roles: roles,
      patients: patients, columns: Self.columns(data), unknown: outcome.unknown, leftOut: leftOut,
      unusedTexts: selection.unusedTexts, notes: notes)
  }

  /// Patients as numbers in the order of their first row.
  private static func groups(_ patients: [String]) -> (groups: [Int], patients: [String]) {
    var numbers: [String: Int] = [:]
    var names: [String] = []
    let groups = patients.map { patient in
      if let number = numbers[patient] { return number }
      numbers[patient] = names.count
      names.append(patient)
      return names.count - 1
    }
    return (groups, names)
  }

  private static func columns(_ data: Dataset) -> [BuiltDataset.Column] {
    (0..<data.columnCount).map { index in
      BuiltDataset.Column(
        name: data.names[index], block: data.blocks[index],
        missing: data.features.withColumn(index) { $0.count { $0.isNaN } })
    }
  }

  private func noOutcome(_ outcome: OutcomeValues, _ table: ModelTable) -> Problem {
    let example = outcome.unknown.first.map { " (\(table.place($0.row)): \($0.reason))" } ?? ""
    return Problem(
      definition.outcome.expressions[0].location, "no row has a known outcome\(example)")
  }

  /// Whether any column has two values in the training rows.
  private static func varies(_ features: FeatureMatrix, _ roles: [SplitRole]) -> Bool {
    (0..<features.columnCount).contains { column in
      features.withColumn(column) { values in
        let known = roles.indices.lazy.filter { roles[$0] == .train && !values[$0].isNaN }
        return known.first.map { first in known.contains { values[$0] != values[first] } } ?? false
      }
    }
  }

  /// Training rows with one outcome only teach nothing; others are only worth a note.
  private func checkVariety(
    _ outcome: Outcome, _ roles: [SplitRole], _ problems: inout [Problem], _ notes: inout [String]
  ) {
    var place = definition.outcome.expressions[0]
    if case .survival(_, let event, _) = definition.outcome { place = event }
    let location = place.location
    for role in SplitRole.allCases {
      let rows = roles.indices.filter { roles[$0] == role }
      guard !rows.isEmpty, let message = Self.sameness(outcome.rows(rows)) else { continue }
      let whole = definition.split.isEmpty ? "" : " in \(role.rawValue)"
      if role == .train {
        problems.append(Problem(location, message + whole))
      } else {
        notes.append("\(location): \(message)\(whole)")
      }
    }
  }

  static func sameness(_ outcome: Outcome) -> String? {
    switch outcome {
    case .binary(let classes):
      guard Set(classes).count == 1 else { return nil }
      return "all \(classes.count) rows are of class \(classes[0]); both classes are needed"
    case .continuous(let values):
      guard Set(values).count == 1 else { return nil }
      return "all \(values.count) rows have the outcome \(cellText(values[0]))"
    case .survival(_, let events, _):
      return events.contains(1) ? nil : "none of \(events.count) rows has an event"
    }
  }

  /// Levels that only rows beside the training have.
  private func unseenLevels(
    _ layout: FeatureLayout, _ table: ModelTable, rows: [Int], training: [Int]
  ) -> [String] {
    if training.count == rows.count { return [] }
    return layout.parts.compactMap { part in
      guard case .levels(let coding) = part, let column = table[coding.column] else { return nil }
      let texts = column.values.asTexts
      let known = Set(training.map { texts[$0] }).union([""])
      let unseen = rows.filter { !known.contains(texts[$0]) }
      guard let first = unseen.first else { return nil }
      return "column \"\(coding.column)\": \(unseen.count) rows have a text that no training row"
        + " has (\"\(texts[first])\"); they count as none of the levels"
    }
  }
}
