/// Which of the fitted models have scores that can be divided among columns.

extension FittedLinear: LinearPredictor {
  package var slopes: [Double]? { coefficients }
  package var space: ScoreSpace {
    switch kind {
    case .logistic: .logOdds
    case .linear: .value
    case .cox: .logHazard
    }
  }
}

extension FittedRadScore: LinearPredictor {
  package var slopes: [Double]? { linear.coefficients }
  package var space: ScoreSpace { isGiven ? .score : linear.space }
}

extension FittedClusteredLogistic: LinearPredictor {
  package var slopes: [Double]? { coefficients }
  package var space: ScoreSpace { .logOdds }
}

extension FittedDiscriminant: LinearPredictor {
  package var slopes: [Double]? { coefficients }
  package var space: ScoreSpace { .logOdds }
}

extension FittedForest: TreePredictor {
  package var space: ScoreSpace { isBinary ? .probability : .value }

  /// Leaves are divided by the number of trees. Missing values are refused by `scores`, so where
  /// they would go does not matter.
  package func ensemble() throws(LearningError) -> TreeEnsemble {
    var nodes: [TreeEnsemble.Node] = []
    var roots: [Int] = []
    for tree in trees {
      let root = nodes.count
      roots.append(root)
      for node in tree.nodes {
        guard node.cover >= 0, node.cover.isFinite else {
          throw LearningError("forest: a node's cover is \(node.cover); it must be >= 0")
        }
        nodes.append(
          TreeEnsemble.Node(
            column: node.column, threshold: node.threshold, missingGoesLeft: true,
            left: node.isLeaf ? -1 : root + node.left, right: node.isLeaf ? -1 : root + node.right,
            value: node.value / Double(trees.count), cover: node.cover))
      }
    }
    return TreeEnsemble(columnCount: names.count, nodes: nodes, roots: roots, base: 0)
  }
}
