/// A score that is a sum of leaves: the form that forests and boosted trees have in common.
///
/// The score of a row is `base` plus, tree by tree, the value of the leaf that the row reaches.
package struct TreeEnsemble: Hashable, Sendable {
  package struct Node: Hashable, Sendable {
    /// Column that decides; -1 for a leaf.
    package var column: Int
    /// Rows with a value <= threshold go left, the others right.
    package var threshold: Double
    /// Where rows go that have no value there.
    package var missingGoesLeft: Bool
    /// Indices of both children; -1 for a leaf.
    package var left: Int
    package var right: Int
    /// Leaf: what it adds to the score. Not read for a decision.
    package var value: Double
    /// Training rows that reach the node, by weight; >= 0.
    package var cover: Double

    package var isLeaf: Bool { column < 0 }

    package init(
      column: Int, threshold: Double, missingGoesLeft: Bool, left: Int, right: Int, value: Double,
      cover: Double
    ) {
      self.column = column
      self.threshold = threshold
      self.missingGoesLeft = missingGoesLeft
      self.left = left
      self.right = right
      self.value = value
      self.cover = cover
    }
  }

  package let columnCount: Int
  /// Every child comes after its parent.
  package let nodes: [Node]
  /// First node of each tree.
  package let roots: [Int]
  /// The score without trees.
  package let base: Double
  /// Whether values are rounded to 32-bit numbers before they are compared.
  package let roundsToSingle: Bool

  /// - Precondition: children of a decision come after it, columns exist, covers are >= 0.
  package init(
    columnCount: Int, nodes: [Node], roots: [Int], base: Double, roundsToSingle: Bool = false
  ) {
    for (index, node) in nodes.enumerated() {
      precondition(node.column < columnCount && node.cover >= 0, "node \(index) is damaged")
      let children = [node.left, node.right]
      precondition(
        node.isLeaf || children.allSatisfy { $0 > index && $0 < nodes.count },
        "a child of node \(index) is not after it")
    }
    precondition(roots.allSatisfy { nodes.indices.contains($0) })
    self.columnCount = columnCount
    self.nodes = nodes
    self.roots = roots
    self.base = base
    self.roundsToSingle = roundsToSingle
  }
}
