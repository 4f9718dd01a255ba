internal import Components
package import Learning

/// A fitted XGBoost model. Scores are raw margins (base score included): log odds, values in the
/// unit of the outcome, or log hazards. They are computed without the library, with its bits.
///
/// State: kind xgboost; texts: the objective; numbers: base score, columns, trees; then for each
/// tree its number of nodes and for each node feature (-1 for a leaf), value, left child (counted
/// from the root; 0 for a leaf), whether missing values go left, cover, gain, weight, as
/// `BoostedTrees.Node` says. Every number is exact.
package struct FittedXGBoost: Predictor, Hashable {
  package let trees: BoostedTrees

  package init(_ trees: BoostedTrees) { self.trees = trees }

  /// - Throws: a leaf is not a finite number, as with a Cox objective whose leaves nothing bounds.
  func checked() throws(LearningError) -> FittedXGBoost {
    guard trees.nodes.allSatisfy({ $0.value.isFinite }) else {
      throw LearningError(
        "xgboost diverged: a leaf is not a finite number; raise lambda or minChildWeight, or lower "
          + "learningRate or rounds")
    }
    return self
  }

  /// Trees in use: the parameter `rounds`, or what early stopping chose.
  package var rounds: Int { trees.treeCount }

  /// The model after its first rounds, as a fit with fewer rounds from the same stream.
  package func first(rounds: Int) -> FittedXGBoost { FittedXGBoost(trees.first(rounds: rounds)) }

  package func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double] {
    try trees.margins(features).map { Double($0) }
  }

  /// Scores after each of several numbers of rounds, at the price of the largest.
  package func scores(
    _ features: FeatureMatrix, after rounds: [Int]
  ) throws(LearningError) -> [[Double]] {
    try trees.margins(features, after: rounds).map { margins in margins.map { Double($0) } }
  }

  /// Logistic function of the margins in 32-bit numbers, as XGBoost gives it; nil where the
  /// outcome is not binary.
  package func probabilities(_ features: FeatureMatrix) throws(LearningError) -> [Double]? {
    guard trees.objective == .logistic else { return nil }
    return try trees.margins(features).map { Double(BoostingObjective.probability(at: $0)) }
  }

  /// Total gain per column; 0 for columns that no tree looks at.
  package var importances: [Double]? { trees.totalGains }

  package var state: FittedState {
    var numbers = [Double(trees.baseScore), Double(trees.columnCount), Double(trees.treeCount)]
    for tree in 0..<trees.treeCount {
      let nodes = trees.tree(tree)
      numbers.append(Double(nodes.count))
      for node in nodes {
        numbers += [
          Double(node.feature), Double(node.value),
          node.isLeaf ? 0 : Double(Int(node.left) - nodes.startIndex),
          node.missingGoesLeft ? 1 : 0, Double(node.cover), Double(node.gain), Double(node.weight),
        ]
      }
    }
    return FittedState(
      kind: XGBoostModel.id.name, texts: [trees.objective.rawValue], numbers: numbers)
  }

  package init(_ state: FittedState) throws(LearningError) {
    var reader = try StateNumbers(state)
    let baseScore = try reader.single()
    let columnCount = try reader.integer(in: 1...Int(Int32.max))
    var nodes: [BoostedTrees.Node] = []
    var roots: [Int] = []
    for _ in 0..<(try reader.integer(in: 0...state.numbers.count)) {
      let root = nodes.count
      roots.append(root)
      let count = try reader.integer(in: 1...state.numbers.count)
      for index in 0..<count {
        nodes.append(try reader.node(index, of: count, root: root, columnCount: columnCount))
      }
    }
    try reader.finish()
    trees = BoostedTrees(
      objective: reader.objective, baseScore: baseScore, columnCount: columnCount, nodes: nodes,
      roots: roots)
  }
}

/// Reads the numbers of a state from front to back.
private struct StateNumbers {
  let objective: BoostingObjective
  private let numbers: [Double]
  private var position = 0

  init(_ state: FittedState) throws(LearningError) {
    guard state.kind == XGBoostModel.id.name else {
      throw LearningError("a fitted \"xgboost\" was expected, \"\(state.kind)\" was found")
    }
    guard state.texts.count == 1, state.parts.isEmpty,
      let objective = BoostingObjective(rawValue: state.texts[0])
    else { throw Self.damaged }
    self.objective = objective
    numbers = state.numbers
  }

  mutating func number() throws(LearningError) -> Double {
    guard position < numbers.count else { throw Self.damaged }
    defer { position += 1 }
    return numbers[position]
  }

  mutating func integer(in range: ClosedRange<Int>) throws(LearningError) -> Int {
    guard let integer = Int(exactly: try number()), range.contains(integer) else {
      throw Self.damaged
    }
    return integer
  }

  /// A 32-bit number; NaN and infinities come back as they were.
  mutating func single() throws(LearningError) -> Float {
    let double = try number()
    let single = Float(double)
    guard Double(single) == double || double.isNaN else { throw Self.damaged }
    return single
  }

  mutating func node(
    _ index: Int, of count: Int, root: Int, columnCount: Int
  ) throws(LearningError) -> BoostedTrees.Node {
    let feature = try integer(in: -1...columnCount - 1)
    let value = try single()
    let left = try integer(in: 0...count)
    let missingGoesLeft = try integer(in: 0...1) == 1
    guard feature < 0 || (left > index && left + 1 < count) else { throw Self.damaged }
    return BoostedTrees.Node(
      feature: Int32(feature), value: value, left: feature < 0 ? 0 : Int32(root + left),
      missingGoesLeft: missingGoesLeft, cover: try single(), gain: try single(),
      weight: try single())
  }

  func finish() throws(LearningError) {
    guard position == numbers.count else { throw Self.damaged }
  }

  private static var damaged: LearningError {
    LearningError("the stored \"xgboost\" is damaged: its counts do not fit")
  }
}
