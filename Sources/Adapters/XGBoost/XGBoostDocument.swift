extension BoostedTrees {
  /// The model as a JSON document that XGBoost 1.7 loads (`Booster(model_file=...)` in Python); its
  /// predictions have the bits of `margins`.
  ///
  /// Numbers are the shortest decimals that give the same 32-bit number.
  package var xgboostDocument: String {
    let count = treeCount
    let trees = (0..<count).map { treeDocument($0) }
    let groups = [String](repeating: "0", count: count).joined(separator: ",")
    let details =
      objective == .cox ? "" : ",\"reg_loss_param\":{\"scale_pos_weight\":\"1\"}"
    return """
      {"learner":{"attributes":{},"feature_names":[],"feature_types":[],"gradient_booster":{\
      "model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"\(count)",\
      "size_leaf_vector":"0"},"tree_info":[\(groups)],"trees":[\(trees.joined(separator: ","))]},\
      "name":"gbtree"},"learner_model_param":{"base_score":"\(Self.text(baseScore))",\
      "boost_from_average":"0","num_class":"0","num_feature":"\(columnCount)","num_target":"1"},\
      "objective":{"name":"\(objective.rawValue)"\(details)}},"version":[1,7,4]}
      """
  }

  private func treeDocument(_ index: Int) -> String {
    let nodes = tree(index)
    let root = Int32(nodes.startIndex)
    func list(_ value: (Node) -> String) -> String {
      "[" + nodes.map(value).joined(separator: ",") + "]"
    }
    func whole(_ value: (Node) -> Int32) -> String { list { "\(value($0))" } }
    // The library's mark for "no parent".
    var parents = [Int32](repeating: .max, count: nodes.count)
    for (parent, node) in nodes.enumerated() where !node.isLeaf {
      parents[Int(node.left - root)] = Int32(parent)
      parents[Int(node.right - root)] = Int32(parent)
    }
    let parentList = parents.map { "\($0)" }.joined(separator: ",")
    return """
      {"base_weights":\(list { Self.text($0.weight) }),"categories":[],"categories_nodes":[],\
      "categories_segments":[],"categories_sizes":[],\
      "default_left":\(whole { $0.missingGoesLeft ? 1 : 0 }),"id":\(index),\
      "left_children":\(whole { $0.isLeaf ? -1 : $0.left - root }),\
      "loss_changes":\(list { Self.text($0.gain) }),"parents":[\(parentList)],\
      "right_children":\(whole { $0.isLeaf ? -1 : $0.right - root }),\
      "split_conditions":\(list { Self.text($0.value) }),\
      "split_indices":\(whole { max($0.feature, 0) }),"split_type":\(whole { _ in 0 }),\
      "sum_hessian":\(list { Self.text($0.cover) }),\
      "tree_param":{"num_deleted":"0","num_feature":"\(columnCount)",\
      "num_nodes":"\(nodes.count)","size_leaf_vector":"0"}}
      """
  }

  /// As the library writes numbers: 1.5E-7.
  private static func text(_ number: Float) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    let parts = "\(number)".split(separator: "e")
    return parts.count == 2 ? "\(parts[0])E\(Int(parts[1])!)" : "\(parts[0])E0"
  }
}
