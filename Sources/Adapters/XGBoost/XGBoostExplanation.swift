package import Learning

extension FittedXGBoost: TreePredictor {
  package var space: ScoreSpace {
    switch trees.objective {
    case .logistic: .logOdds
    case .squaredError: .value
    case .cox: .logHazard
    }
  }

  package func ensemble() throws(LearningError) -> TreeEnsemble { try trees.ensemble() }
}

extension BoostedTrees {
  /// The trees with their numbers as they are; a value smaller than a split goes left, which is "not
  /// larger than the 32-bit number before it".
  package func ensemble() throws(LearningError) -> TreeEnsemble {
    var plain: [TreeEnsemble.Node] = []
    plain.reserveCapacity(nodes.count)
    for node in nodes {
      guard node.cover >= 0, node.cover.isFinite else {
        throw LearningError("xgboost: a node's cover is \(node.cover); it must be >= 0")
      }
      plain.append(
        TreeEnsemble.Node(
          column: Int(node.feature), threshold: Double(node.value.nextDown),
          missingGoesLeft: node.missingGoesLeft, left: node.isLeaf ? -1 : Int(node.left),
          right: node.isLeaf ? -1 : Int(node.right), value: Double(node.value),
          cover: Double(node.cover)))
    }
    return TreeEnsemble(
      columnCount: columnCount, nodes: plain, roots: roots, base: Double(baseMargin),
      roundsToSingle: true)
  }
}
