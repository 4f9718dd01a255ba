package import Components

package enum MissingText: String, CaseIterable, Hashable, Sendable {
  /// Missing in all columns of the text, to be imputed.
  case missing
  /// A level of its own, named "missing".
  case level
  case refuse
}

package enum UnknownText: String, CaseIterable, Hashable, Sendable {
  case refuse
  /// 0 in all columns: like the level that was dropped, or like none.
  case zeros
}

/// Settings of text columns.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `dropFirst` | false | | leave out the first level, for models with an intercept |
/// | `missing` | missing | missing, level, refuse | empty texts |
/// | `unknown` | refuse | refuse, zeros | levels without training rows |
package struct OneHotParameters: ParameterSet {
  package var dropFirst = false
  package var missing: MissingText = .missing
  package var unknown: UnknownText = .refuse

  package init() {}

  package static let fields: [Field<OneHotParameters>] = [
    .flag("dropFirst", \.dropFirst, "leave out the first level, for models with an intercept"),
    .choice("missing", \.missing, "what an empty text becomes"),
    .choice("unknown", \.unknown, "what a level without training rows becomes"),
  ]
}

/// Turns a text column into columns of 0 and 1, one per level of the training rows.
///
/// Levels are in ascending order of their Unicode scalars; the columns are called "column=level".
package struct OneHot: Hashable, Sendable {
  package static let id: ComponentID = "one-hot"
  private static let missingLevel = "missing"

  package let column: String
  /// Levels that have a column.
  package let levels: [String]
  /// The level that was left out; nil without `dropFirst`.
  package let dropped: String?
  private let missing: MissingText
  private let unknown: UnknownText

  /// Learns the levels of the training rows.
  /// - Throws: an empty text where it is refused; a level that is called like the one of empty
  ///   texts; no level at all.
  package init(column: String, texts: [String], _ parameters: OneHotParameters = .init())
    throws(LearningError)
  {
    if let row = texts.firstIndex(of: "") {
      if parameters.missing == .refuse {
        throw LearningError("\(Self.id): column \"\(column)\" is missing in row \(row + 1)")
      }
      if parameters.missing == .level && texts.contains(Self.missingLevel) {
        throw LearningError(
          "\(Self.id): column \"\(column)\" has empty texts and a level \"\(Self.missingLevel)\"")
      }
    }
    var found = Set(texts)
    let hasMissing = found.remove("") != nil
    if hasMissing && parameters.missing == .level { found.insert(Self.missingLevel) }
    let sorted = found.sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
    if sorted.isEmpty {
      throw LearningError("\(Self.id): column \"\(column)\" has no text in any training row")
    }
    self.column = column
    levels = Array(sorted.dropFirst(parameters.dropFirst ? 1 : 0))
    dropped = parameters.dropFirst ? sorted[0] : nil
    missing = parameters.missing
    unknown = parameters.unknown
  }

  package var names: [String] { levels.map { "\(column)=\($0)" } }

  /// - Returns: one row per text, one column per level.
  package func apply(_ texts: [String]) throws(LearningError) -> FeatureMatrix {
    var values = [Double](repeating: 0, count: texts.count * levels.count)
    for (row, text) in texts.enumerated() {
      if text.isEmpty && missing != .level {
        if missing == .refuse {
          throw LearningError("\(Self.id): column \"\(column)\" is missing in row \(row + 1)")
        }
        for level in levels.indices { values[level * texts.count + row] = .nan }
        continue
      }
      let level = text.isEmpty ? Self.missingLevel : text
      if let place = levels.firstIndex(of: level) {
        values[place * texts.count + row] = 1
      } else if level != dropped && unknown == .refuse {
        let known = (dropped.map { [$0] } ?? []) + levels
        throw LearningError(
          "\(Self.id): column \"\(column)\", row \(row + 1): \"\(text)\" is not among the levels of "
            + "the training rows (\(known.joined(separator: ", ")))")
      }
    }
    return FeatureMatrix(rowCount: texts.count, columnCount: levels.count, values: values)
  }

  package var state: FittedState {
    FittedState(
      kind: Self.id.name,
      texts: [missing.rawValue, unknown.rawValue, column] + (dropped.map { [$0] } ?? []) + levels,
      numbers: [dropped == nil ? 0 : 1, Double(levels.count)])
  }

  package init(_ state: FittedState) throws(LearningError) {
    var reader = try FittedStateReader(state, kind: Self.id.name)
    missing = try reader.choice(MissingText.self)
    unknown = try reader.choice(UnknownText.self)
    column = try reader.texts(1)[0]
    let hasDropped = try reader.integers(1, in: 0..<2)[0] == 1
    dropped = hasDropped ? try reader.texts(1)[0] : nil
    levels = try reader.texts(try reader.integer())
    try reader.finish()
  }
}
