/// A binary tree of decisions on columns: a plain value, for predictions and explanations.
///
/// Nodes are in the order in which the tree was grown: a node, all nodes of its left branch, all
/// of its right branch; the first is the root.
package struct DecisionTree: Hashable, Sendable {
  package struct Node: Hashable, Sendable {
    /// Column that decides; -1 for a leaf.
    package var column: Int
    /// Rows with a value <= threshold go left, the others right.
    package var threshold: Double
    /// Index of the left branch, the node that follows; -1 for a leaf.
    package var left: Int
    /// Index of the right branch; -1 for a leaf.
    package var right: Int
    /// Share of class 1, or mean outcome, of the training rows that reach the node, weighted.
    package var value: Double
    /// Total weight of those rows, repeats of a bootstrap sample included.
    package var cover: Double
    /// Gini impurity, entropy (bits) or variance of their outcomes.
    package var impurity: Double
    /// How many different training rows they are.
    package var rows: Int

    package var isLeaf: Bool { column < 0 }
  }

  package let nodes: [Node]

  /// - Precondition: at least one node.
  package init(nodes: [Node]) {
    precondition(!nodes.isEmpty)
    self.nodes = nodes
  }

  /// Index of the leaf that a row reaches.
  /// - Parameter value: the row's value in a column.
  @inline(__always)
  func leaf(_ value: (Int) -> Double) -> Int {
    nodes.withUnsafeBufferPointer { nodes in
      var index = 0
      while nodes[index].column >= 0 {
        index =
          value(nodes[index].column) <= nodes[index].threshold
          ? nodes[index].left : nodes[index].right
      }
      return index
    }
  }

  /// What each column takes away from the impurity, as shares of sum 1; zeros for a lone root.
  package func importances(columnCount: Int) -> [Double] {
    var gains = [Double](repeating: 0, count: columnCount)
    for node in nodes where !node.isLeaf {
      let (left, right) = (nodes[node.left], nodes[node.right])
      gains[node.column] +=
        node.cover * node.impurity - left.cover * left.impurity - right.cover * right.impurity
    }
    let total = gains.reduce(0, +)
    return total > 0 ? gains.map { $0 / total } : gains.map { _ in 0 }
  }
}

extension DecisionTree {
  /// Numbers per node in a fitted state.
  private static let recordLength = 7

  /// Number of nodes; then of each node column, threshold, right, value, cover, impurity, rows.
  var numbers: [Double] {
    var numbers = [Double(nodes.count)]
    numbers.reserveCapacity(1 + nodes.count * Self.recordLength)
    for node in nodes {
      numbers.append(Double(node.column))
      numbers.append(node.threshold)
      numbers.append(Double(node.right))
      numbers.append(node.value)
      numbers.append(node.cover)
      numbers.append(node.impurity)
      numbers.append(Double(node.rows))
    }
    return numbers
  }

  /// - Throws: where a branch leads backwards or out of the tree, or a column does not exist.
  init(_ reader: inout FittedStateReader, columnCount: Int) throws(LearningError) {
    let count = try reader.count()
    let records = try reader.numbers(count * Self.recordLength)
    var nodes: [Node] = []
    nodes.reserveCapacity(count)
    for index in 0..<count {
      let record = records[index * Self.recordLength..<(index + 1) * Self.recordLength]
      let at = record.startIndex
      guard let column = Int(exactly: record[at]), (-1..<columnCount).contains(column),
        let right = Int(exactly: record[at + 2]), let rows = Int(exactly: record[at + 6]),
        column < 0 ? right == -1 : (index + 2..<count).contains(right)
      else { throw LearningError("a stored tree is damaged at node \(index)") }
      nodes.append(
        Node(
          column: column, threshold: record[at + 1], left: column < 0 ? -1 : index + 1,
          right: right, value: record[at + 3], cover: record[at + 4], impurity: record[at + 5],
          rows: rows))
    }
    guard count > 0 else { throw LearningError("a stored tree has no nodes") }
    self.nodes = nodes
  }
}
