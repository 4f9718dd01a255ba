package import Learning

extension BoostedTrees {
  /// Reads a model of the XGBoost library.
  /// - Parameter document: Universal Binary JSON with one tree per round and numeric splits.
  package init(_ document: [UInt8]) throws(LearningError) {
    let learner = try UniversalBinaryJSON(document).value("learner")
    let name = try learner.value("objective").text("name")
    let settings = try learner.value("learner_model_param")
    let model = try learner.value("gradient_booster").value("model")
    guard let objective = BoostingObjective(rawValue: name),
      let baseScore = Float(try settings.text("base_score")),
      let columnCount = Int(try settings.text("num_feature"))
    else { throw UniversalBinaryJSON.unexpected("objective \(name)") }
    var nodes: [Node] = []
    var roots: [Int] = []
    for tree in try model.list("trees") {
      roots.append(nodes.count)
      try StoredTree(tree).append(to: &nodes, columnCount: columnCount)
    }
    self.init(
      objective: objective, baseScore: baseScore, columnCount: columnCount, nodes: nodes,
      roots: roots)
  }
}

/// A tree as the library writes it: one array per property; pruned nodes leave gaps.
private struct StoredTree {
  private let left: [Int]
  private let right: [Int]
  private let features: [Int]
  private let values: [Float]
  private let missingGoesLeft: [Int]
  private let covers: [Float]
  private let gains: [Float]
  private let weights: [Float]

  init(_ tree: UniversalBinaryJSON) throws(LearningError) {
    left = try tree.integers("left_children")
    right = try tree.integers("right_children")
    features = try tree.integers("split_indices")
    values = try tree.numbers("split_conditions")
    missingGoesLeft = try tree.integers("default_left")
    covers = try tree.numbers("sum_hessian")
    gains = try tree.numbers("loss_changes")
    weights = try tree.numbers("base_weights")
    let count = left.count
    let counts = [
      right.count, features.count, values.count, missingGoesLeft.count, covers.count, gains.count,
      weights.count,
    ]
    guard count > 0, counts.allSatisfy({ $0 == count }) else {
      throw UniversalBinaryJSON.unexpected("arrays of a tree differ in length")
    }
    guard try tree.integers("split_type").allSatisfy({ $0 == 0 }) else {
      throw UniversalBinaryJSON.unexpected("a tree splits by category")
    }
  }

  /// Appends the nodes that the root reaches, level by level.
  func append(to nodes: inout [BoostedTrees.Node], columnCount: Int) throws(LearningError) {
    let root = nodes.count
    var order = [0]
    var next = 0
    while next < order.count {
      let index = order[next]
      next += 1
      var node = BoostedTrees.Node(
        feature: -1, value: values[index], left: 0, missingGoesLeft: false, cover: covers[index],
        gain: 0, weight: weights[index])
      if left[index] >= 0 {
        guard left[index] < left.count, (0..<left.count).contains(right[index]),
          (0..<columnCount).contains(features[index]), order.count < left.count
        else { throw UniversalBinaryJSON.unexpected("a split of a tree is out of range") }
        node.feature = Int32(features[index])
        node.left = Int32(root + order.count)
        node.missingGoesLeft = missingGoesLeft[index] == 1
        node.gain = gains[index]
        order += [left[index], right[index]]
      }
      nodes.append(node)
    }
  }
}
