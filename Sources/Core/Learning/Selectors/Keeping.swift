package import Components
package import Numerics

/// Another selector among the columns that are not kept by rule.
///
/// Columns that a pattern matches stay whatever the selector does; it does not see them, so that its
/// counts (`top`, `k`, `target`) are of the others. The chosen ones come first, in their rank, then
/// the kept ones in the order of the table. Settings, name and outcomes are the selector's own; the
/// patterns are those of the pipeline.
package struct Keeping<Inner: Selector>: Selector {
  package static var id: ComponentID { Inner.id }
  package static var summary: String { Inner.summary }
  package static var outcomes: Set<OutcomeKind> { Inner.outcomes }

  package let inner: Inner
  private let kept: ColumnPatterns

  package var parameters: Inner.Parameters { inner.parameters }
  package var nested: [(name: String, component: any Component)] { inner.nested }

  package init(_ inner: Inner, kept: ColumnPatterns) {
    self.inner = inner
    self.kept = kept
  }

  /// Keeps nothing.
  package init(_ parameters: Inner.Parameters) throws(InvalidInput) {
    self.init(try Inner(parameters), kept: ColumnPatterns([]))
  }

  package func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> [Int]
  {
    let isKept = kept.matches(names: data.names, blocks: data.blocks)
    let free = isKept.indices.filter { !isKept[$0] }
    let chosen = free.isEmpty ? [] : try inner.select(from: data.columns(free), using: &stream)
    return chosen.map { free[$0] } + isKept.indices.filter { isKept[$0] }
  }
}

extension Keeping: SelectionByName where Inner: SelectionByName {
  package var patterns: [(setting: String, patterns: ColumnPatterns)] { inner.patterns }

  package func indices(names: [String], blocks: [String]) -> [Int] {
    let isKept = kept.matches(names: names, blocks: blocks)
    var isChosen = isKept
    for index in inner.indices(names: names, blocks: blocks) { isChosen[index] = true }
    return isChosen.indices.filter { isChosen[$0] }
  }
}
