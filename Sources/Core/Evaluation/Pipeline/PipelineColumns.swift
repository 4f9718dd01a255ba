internal import Learning

/// What is known of a pipeline for a table before anything is fitted.
extension PipelineGrid {
  /// How many models a fit of one grid point, or of all, takes, those of a first stage included.
  package func fitCount(isSearch: Bool) -> Int {
    let own = isSearch ? pointCount : 1
    guard case .scores(let stage)? = steps.first?.first else { return own }
    return stage.members.reduce(own) { sum, member in
      sum + (stage.parameters.folds + 1) * member.pipeline.fitCount(isSearch: isSearch)
    }
  }

  /// Indices of the columns that a fit may look at, ascending: those that a first step by name
  /// leaves, those of a first stage; all where the first step is another.
  package func inputs(names: [String], blocks: [String]) -> [Int] {
    var isNeeded = [Bool](repeating: false, count: names.count)
    guard let first = steps.first else { return Array(names.indices) }
    for step in first {
      switch step {
      case .selection(let selector, _):
        guard let byName = selector as? any SelectionByName else { return Array(names.indices) }
        for index in byName.indices(names: names, blocks: blocks) { isNeeded[index] = true }
      case .scores(let stage):
        // Alternatives differ in grid points only.
        for member in stage.members {
          for index in member.pipeline.inputs(names: names, blocks: blocks) {
            isNeeded[index] = true
          }
        }
        for index in stage.beside(names: names, blocks: blocks) { isNeeded[index] = true }
        return isNeeded.indices.filter { isNeeded[$0] }
      case .preparation, .balancing: return Array(names.indices)
      }
    }
    return isNeeded.indices.filter { isNeeded[$0] }
  }

  /// Names and blocks of the columns that its patterns are about: those of the table, or those of
  /// its first stage.
  package func columns(
    names: [String], blocks: [String]
  ) -> (names: [String], blocks: [String]) {
    guard case .scores(let stage)? = steps.first?.first else { return (names, blocks) }
    return stage.columns(names: names, blocks: blocks)
  }

  /// How many columns its steps by name leave, the fewest and the most of all grid points.
  package func columnCounts(names: [String], blocks: [String]) -> ClosedRange<Int> {
    var tables = [columns(names: names, blocks: blocks)]
    for step in steps {
      let selectors: [any SelectionByName] = step.compactMap {
        if case .selection(let selector, _) = $0 { selector as? any SelectionByName } else { nil }
      }
      if selectors.isEmpty { continue }
      tables = tables.flatMap { table in
        selectors.map { selector in
          let left = selector.indices(names: table.names, blocks: table.blocks)
          return (left.map { table.names[$0] }, left.map { table.blocks[$0] })
        }
      }
    }
    let counts = tables.map(\.names.count)
    return (counts.min() ?? 0)...(counts.max() ?? 0)
  }
}
