package import Components
package import Numerics

/// Which columns a step of a chain sees at once.
package enum SelectionScope: String, CaseIterable, Hashable, Sendable {
  case all
  /// One block of columns after the other (`Dataset.blocks`: image and VOI).
  case block = "voi"
}

/// A chain's settings are its steps.
package struct SelectionChainParameters: ParameterSet {
  package init() {}
  package static let fields: [Field<SelectionChainParameters>] = []
}

/// Selectors one after the other, each on what the one before left.
///
/// With `by: block` a step runs for every block by itself, in the order of the blocks' first
/// columns, and the results follow one another in that order. A chain without steps keeps all
/// columns. Where a step leaves nothing, the chain ends with nothing.
package struct SelectionChain: Selector {
  package struct Step: Sendable {
    package var selector: any Selector
    package var by: SelectionScope

    package init(_ selector: any Selector, by: SelectionScope = .all) {
      self.selector = selector
      self.by = by
    }
  }

  package static let id: ComponentID = "chain"
  package static let summary = "Selectors one after the other."

  package let parameters: SelectionChainParameters
  package let steps: [Step]

  package init(_ parameters: SelectionChainParameters) throws(InvalidInput) {
    self.parameters = parameters
    steps = []
  }

  package init(_ steps: [Step]) {
    parameters = SelectionChainParameters()
    self.steps = steps
  }

  /// Original columns in the order of the last step's rank.
  package func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> [Int]
  {
    try history(from: data, using: &stream).last ?? Array(0..<data.columnCount)
  }

  /// Original columns that were left after each step, for reports.
  package func history(from data: Dataset, using stream: inout RandomStream)
    throws(LearningError) -> [[Int]]
  {
    var left = Array(0..<data.columnCount)
    var history: [[Int]] = []
    for step in steps {
      var next: [Int] = []
      // Each step sees columns in their original order, so that its ties do not depend on the
      // ranks of the step before.
      for columns in Self.parts(left.sorted(), data.blocks, step.by) {
        let chosen = try step.selector.select(from: data.columns(columns), using: &stream)
        next += chosen.map { columns[$0] }
      }
      left = next
      history.append(left)
    }
    return history
  }

  private static func parts(_ columns: [Int], _ blocks: [String], _ by: SelectionScope) -> [[Int]] {
    if columns.isEmpty { return [] }
    if by == .all { return [columns] }
    var order: [String] = []
    var members: [String: [Int]] = [:]
    for column in columns {
      let block = blocks[column]
      if members[block] == nil { order.append(block) }
      members[block, default: []].append(column)
    }
    return order.map { members[$0]! }
  }
}
