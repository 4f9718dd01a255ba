package import Learning

/// Gradient boosted trees as plain numbers: what XGBoost trained, and the sums that it predicts.
///
/// A margin is the margin of the base score plus the value of the leaf that a row falls into, tree
/// by tree, in 32-bit numbers: the bits are those of XGBoost's own prediction.
package struct BoostedTrees: Hashable, Sendable {
  /// A node of a tree. The children of a split are neighbours, the left one first.
  package struct Node: Hashable, Sendable {
    /// Column that a split looks at; -1 for a leaf.
    package var feature: Int32
    /// Split: rows with a smaller value go left. Leaf: what it adds to the margin.
    package var value: Float
    /// Split: its left child, an index into `nodes`; the right child is the next node.
    package var left: Int32
    /// Split: where rows go that have no value there.
    package var missingGoesLeft: Bool
    /// Sum of the Hessians of the training rows here (XGBoost's cover; rows count by weight for
    /// `squaredError`).
    package var cover: Float
    /// Split: reduction of the objective (XGBoost's gain, loss_chg).
    package var gain: Float
    /// Value that the node would have as a leaf, before the learning rate (base_weight).
    package var weight: Float

    package var isLeaf: Bool { feature < 0 }
    package var right: Int32 { left &+ 1 }
  }

  package let objective: BoostingObjective
  /// As it was set: a probability, a value or a hazard ratio; see `BoostingObjective`.
  package let baseScore: Float
  package let columnCount: Int
  /// All trees one after another; every child comes after its parent.
  package let nodes: [Node]
  /// First node of each tree, ascending.
  package let roots: [Int]

  init(
    objective: BoostingObjective, baseScore: Float, columnCount: Int, nodes: [Node], roots: [Int]
  ) {
    self.objective = objective
    self.baseScore = baseScore
    self.columnCount = columnCount
    self.nodes = nodes
    self.roots = roots
  }

  package var treeCount: Int { roots.count }

  /// Nodes of a tree; its root is the first.
  package func tree(_ index: Int) -> ArraySlice<Node> {
    nodes[roots[index]..<(index + 1 < roots.count ? roots[index + 1] : nodes.count)]
  }

  /// Where every margin starts.
  package var baseMargin: Float { objective.margin(ofBaseScore: baseScore) }

  /// The model after its first rounds.
  /// - Parameter rounds: 0...treeCount.
  package func first(rounds: Int) -> BoostedTrees {
    precondition((0...treeCount).contains(rounds), "\(treeCount) rounds were trained")
    let end = rounds < treeCount ? roots[rounds] : nodes.count
    return BoostedTrees(
      objective: objective, baseScore: baseScore, columnCount: columnCount,
      nodes: Array(nodes[..<end]), roots: Array(roots[..<rounds]))
  }

  /// One margin per row.
  /// - Throws: another number of columns, infinite values.
  package func margins(_ features: FeatureMatrix) throws(LearningError) -> [Float] {
    try margins(features, after: [treeCount])[0]
  }

  /// Margins after several numbers of rounds, at the price of the largest.
  /// - Parameter rounds: 0...treeCount each, in any order.
  /// - Returns: for each number of rounds, one margin per row.
  package func margins(
    _ features: FeatureMatrix, after rounds: [Int]
  ) throws(LearningError) -> [[Float]] {
    precondition(
      rounds.allSatisfy { (0...treeCount).contains($0) }, "\(treeCount) rounds were trained")
    guard features.columnCount == columnCount else {
      throw LearningError(
        "the model was fitted to \(columnCount) columns, the table has \(features.columnCount)")
    }
    let rows = try SinglePrecisionRows(features)
    var sums = [Float](repeating: baseMargin, count: rows.rowCount)
    var results = [[Float]](repeating: sums, count: rounds.count)
    for tree in 0..<(rounds.max() ?? 0) {
      add(tree, rows, to: &sums)
      for place in rounds.indices where rounds[place] == tree + 1 { results[place] = sums }
    }
    return results
  }

  /// Adds the leaf of each row.
  private func add(_ tree: Int, _ rows: SinglePrecisionRows, to sums: inout [Float]) {
    let root = roots[tree]
    nodes.withUnsafeBufferPointer { nodes in
      rows.values.withUnsafeBufferPointer { values in
        sums.withUnsafeMutableBufferPointer { sums in
          var start = 0
          var row = 0
          while row < sums.count {
            var node = nodes[root]
            while node.feature >= 0 {
              let value = values[start &+ Int(node.feature)]
              let goesLeft = value.isNaN ? node.missingGoesLeft : value < node.value
              node = nodes[Int(goesLeft ? node.left : node.right)]
            }
            sums[row] += node.value
            row &+= 1
            start &+= rows.columnCount
          }
        }
      }
    }
  }

  /// Sum of the gains of all splits on a column (XGBoost's total_gain), one per column; 0 for a
  /// column that no tree looks at. Added in 64-bit numbers in the order of the nodes.
  package var totalGains: [Double] {
    var gains = [Double](repeating: 0, count: columnCount)
    for node in nodes where !node.isLeaf { gains[Int(node.feature)] += Double(node.gain) }
    return gains
  }
}
