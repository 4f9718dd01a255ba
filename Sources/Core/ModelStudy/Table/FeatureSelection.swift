internal import Components
internal import Learning

/// Finds the columns of a table that a definition asks for, and everything that is wrong with them.
struct FeatureSelection {
  /// Texts with more levels than this are no categories.
  private static let greatestLevelCount = 50

  let table: ModelTable
  let definition: DatasetDefinition
  var problems: [Problem] = []
  var unusedTexts: [String] = []

  init(table: ModelTable, definition: DatasetDefinition) {
    self.table = table
    self.definition = definition
  }

  /// - Parameters:
  ///   - rows: of the data set.
  ///   - training: those of them that levels are learnt from.
  mutating func layout(rows: [Int], training: [Int]) -> FeatureLayout {
    checkClinicalNames()
    let chosen = chosenFeatures()
    var parts: [FeatureLayout.Part] = []
    for index in chosen {
      let column = table.columns[index]
      guard !definition.clinical.contains(column.name) else { continue }
      parts.append(.number(column.name, block: column.block))
    }
    for name in definition.clinical {
      if let part = clinicalPart(name, rows: rows, training: training) { parts.append(part) }
    }
    noteTexts(rows)
    let layout = FeatureLayout(parts)
    var seen: Set<String> = []
    for name in layout.names where !seen.insert(name).inserted {
      problems.append(
        Problem(definition.place(of: "clinical"), "two columns would be called \"\(name)\""))
    }
    if layout.names.isEmpty, problems.isEmpty {
      problems.append(
        Problem(
          definition.place(of: "include"), "no column of \(table.file) is left to learn from"))
    }
    return layout
  }

  /// Columns with a role are no features.
  private var roleColumns: Set<String> {
    Set(definition.outcome.columns + [definition.site, definition.weight, definition.split])
  }

  /// Indices of the features that the patterns leave, in the order of the table.
  private mutating func chosenFeatures() -> [Int] {
    let roles = roleColumns
    let candidates = table.columns.indices.filter {
      guard case .numbers = table.columns[$0].values else { return false }
      return table.columns[$0].kind == .feature && !roles.contains(table.columns[$0].name)
    }
    var chosen = candidates
    if !definition.blocks.isEmpty {
      let all = table.columns.filter { $0.kind == .feature }.map(\.block)
      chosen = matching(
        definition.blocks, chosen, key: "blocks", what: "image and VOI", known: unique(all)
      ) { $0.block }
    }
    if !definition.include.isEmpty {
      checkNamedFeatures(roles)
      let names = candidates.map { table.columns[$0].name }
      let named = Set(
        matching(
          definition.include, candidates, key: "include", what: "feature", known: names
        ) { $0.name })
      chosen = chosen.filter(named.contains)
    }
    if !definition.exclude.isEmpty {
      // What has a role or holds texts is no feature anyway, so excluding it is no mistake.
      let left = Set(
        matching(
          definition.exclude, Array(table.columns.indices), key: "exclude", what: "column",
          known: table.columns.map(\.name)
        ) { $0.name })
      chosen = chosen.filter { !left.contains($0) }
    }
    return chosen
  }

  private func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }

  /// Those of `indices` that any pattern matches; a pattern that matches none is a problem.
  private mutating func matching(
    _ patterns: [String], _ indices: [Int], key: String, what: String, known: [String],
    _ text: (ModelTable.Column) -> String
  ) -> [Int] {
    var isTaken = [Bool](repeating: false, count: indices.count)
    for pattern in patterns.map({ NamePattern($0) }) {
      var count = 0
      for (place, index) in indices.enumerated() where pattern.matches(text(table.columns[index])) {
        isTaken[place] = true
        count += 1
      }
      // A name that is not there for another reason has its own problem.
      if count == 0, pattern.isOpen || table[pattern.text] == nil || key != "include" {
        var message = "\"\(pattern.text)\" matches no \(what) of \(table.file)"
        if !pattern.isOpen, let near = nearest(to: pattern.text, in: known) {
          message += "; did you mean \"\(near)\"?"
        }
        let listed = known.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ")
        message += " (\(what)s: \(listed)\(known.count > 10 ? ", ..." : ""))"
        problems.append(Problem(definition.place(of: key), message))
      }
    }
    return indices.indices.filter { isTaken[$0] }.map { indices[$0] }
  }

  /// Names in `include` that are columns, but no features.
  private mutating func checkNamedFeatures(_ roles: Set<String>) {
    for name in definition.include {
      guard let column = table[name] else { continue }
      let place = definition.place(of: "include")
      if definition.outcome.columns.contains(name) {
        problems.append(Problem(place, "column \"\(name)\" is part of the outcome"))
      } else if roles.contains(name) {
        problems.append(Problem(place, "column \"\(name)\" is the site, the weight or the split"))
      } else if case .texts = column.values {
        let rows = Array(0..<table.rowCount)
        var problem = table.textProblem(column, rows)
        problem.message += "; texts go into \(definition.place(of: "clinical"))"
        problems.append(problem)
      } else if column.kind == .information {
        problems.append(
          Problem(
            place,
            "column \"\(name)\" is no feature; add it by \(definition.place(of: "clinical"))"))
      }
    }
  }

  private mutating func checkClinicalNames() {
    let place = definition.place(of: "clinical")
    var seen: Set<String> = []
    for name in definition.clinical {
      if !seen.insert(name).inserted {
        problems.append(Problem(place, "column \"\(name)\" is given twice"))
      } else if table[name] == nil {
        problems.append(Problem(place, "\(table.missingColumnMessage(name)) in \(files)"))
      } else if definition.outcome.columns.contains(name) {
        problems.append(Problem(place, "column \"\(name)\" is part of the outcome"))
      } else if name == definition.weight || name == definition.split {
        problems.append(Problem(place, "column \"\(name)\" is the weight or the split"))
      }
    }
    for name in definition.categories where !seen.contains(name) {
      problems.append(
        Problem(
          definition.place(of: "categories"),
          "column \"\(name)\" is not among those of \(place)"))
    }
  }

  private var files: String {
    unique(table.sources.map(\.file)).joined(separator: ", ")
  }

  private mutating func clinicalPart(
    _ name: String, rows: [Int], training: [Int]
  ) -> FeatureLayout.Part? {
    // That there are no training rows is a problem of its own.
    guard let column = table[name], !training.isEmpty else { return nil }
    switch column.values {
    case .numbers(let numbers) where training.allSatisfy { numbers[$0].isNaN }:
      problems.append(
        Problem(
          table.sources[column.source].file,
          "column \"\(name)\" has no value in any training row; leave it out of"
            + " \(definition.place(of: "clinical"))"))
      return nil
    case .numbers where !definition.categories.contains(name):
      return .number(name, block: FeatureLayout.clinicalBlock)
    case .texts(let texts) where isMostlyNumbers(texts, rows):
      problems.append(table.textProblem(column, rows))
      return nil
    default: break
    }
    let texts = column.values.asTexts
    let empty = rows.filter { texts[$0].isEmpty }
    if definition.missingText == .refuse, let first = empty.first {
      problems.append(
        Problem(
          "\(table.place(first, column: column)), column \"\(name)\"",
          "the text is missing (in \(empty.count) of \(rows.count) rows), which missingText: refuse"
            + " does not allow"))
      return nil
    }
    let found = Set(training.map { texts[$0] }).subtracting([""])
    if found.count > Self.greatestLevelCount {
      problems.append(
        Problem(
          definition.place(of: "clinical"),
          "column \"\(name)\" has \(found.count) different texts; at most"
            + " \(Self.greatestLevelCount) can be levels"))
      return nil
    }
    let levelCount =
      found.count
      + (definition.missingText == .level && training.contains { texts[$0].isEmpty } ? 1 : 0)
    var parameters = OneHotParameters()
    parameters.missing = definition.missingText
    parameters.unknown = .zeros
    parameters.dropFirst =
      levelCount > 1
      && (definition.levels == .dropFirst || (definition.levels == .ifBinary && levelCount == 2))
    do throws(LearningError) {
      return .levels(
        try OneHot(column: name, texts: training.map { texts[$0] }, parameters))
    } catch {
      problems.append(Problem(table.sources[column.source].file, error.message))
      return nil
    }
  }

  /// A column of numbers with a few texts among them is likely a mistake in the table.
  private func isMostlyNumbers(_ texts: [String], _ rows: [Int]) -> Bool {
    let given = rows.count { !texts[$0].isEmpty }
    let numbers = rows.count { !texts[$0].isEmpty && cellNumber(texts[$0]) != nil }
    return numbers > 0 && 2 * numbers >= given
  }

  /// Features of texts that nothing asks for; those that were meant as numbers are problems.
  private mutating func noteTexts(_ rows: [Int]) {
    let roles = roleColumns.union(definition.clinical)
    let included = definition.include.map { NamePattern($0) }
    let excluded = definition.exclude.map { NamePattern($0) }
    for column in table.columns where column.kind == .feature && !roles.contains(column.name) {
      guard case .texts(let texts) = column.values else { continue }
      let isAskedFor =
        (included.isEmpty || included.contains { $0.matches(column.name) })
        && !excluded.contains { $0.matches(column.name) }
      // A feature that is named has its problem already.
      if isAskedFor, isMostlyNumbers(texts, rows), !definition.include.contains(column.name) {
        var problem = table.textProblem(column, rows)
        problem.message +=
          "; mend it, or leave the column out by \(definition.place(of: "exclude"))"
        problems.append(problem)
      } else {
        unusedTexts.append(column.name)
      }
    }
  }
}
