package import Components
package import Numerics

/// A selector that looks at no value: what it chooses is known before anything is fitted.
package protocol SelectionByName: Selector {
  /// Indices of the chosen columns, ascending.
  func indices(names: [String], blocks: [String]) -> [Int]
  /// Every pattern with the setting that it stands in.
  var patterns: [(setting: String, patterns: ColumnPatterns)] { get }
}

/// `columns:` of a study file.
///
/// | Setting | Default | Meaning |
/// |---|---|---|
/// | `include` | all | patterns for columns or blocks that stay; `*` any characters, `?` one |
/// | `exclude` | none | patterns for columns or blocks that go |
package struct ColumnSelectorParameters: ParameterSet {
  package var include: [String] = []
  package var exclude: [String] = []

  package init() {}

  package static let fields: [Field<ColumnSelectorParameters>] = [
    .texts("include", \.include, "patterns for columns or blocks that stay; all"),
    .texts("exclude", \.exclude, "patterns for columns or blocks that go"),
  ]
}

/// Columns by their name or block, for pipelines of one study that differ in what they learn from.
/// They stay in the order of the table. See `ColumnPatterns` for what a pattern matches.
package struct ColumnSelector: SelectionByName, ColumnByColumn {
  package static let id: ComponentID = "columns"
  package static let summary =
    "Columns by their name or block, such as one image's or clinical ones."

  package let parameters: ColumnSelectorParameters
  private let include: ColumnPatterns
  private let exclude: ColumnPatterns

  package init(_ parameters: ColumnSelectorParameters) throws(InvalidInput) {
    for (name, texts) in [("include", parameters.include), ("exclude", parameters.exclude)]
    where texts.contains("") {
      throw InvalidInput(name, "an empty pattern matches nothing")
    }
    self.parameters = parameters
    include = ColumnPatterns(parameters.include)
    exclude = ColumnPatterns(parameters.exclude)
  }

  package var patterns: [(setting: String, patterns: ColumnPatterns)] {
    [("include", include), ("exclude", exclude)]
  }

  package func indices(names: [String], blocks: [String]) -> [Int] {
    let stays = include.matches(names: names, blocks: blocks)
    let goes = exclude.matches(names: names, blocks: blocks)
    return names.indices.filter { (include.isEmpty || stays[$0]) && !goes[$0] }
  }

  package func select(from data: Dataset, using stream: inout RandomStream) -> [Int] {
    indices(names: data.names, blocks: data.blocks)
  }
}
