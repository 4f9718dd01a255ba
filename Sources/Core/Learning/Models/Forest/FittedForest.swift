internal import Components

/// The trees of a forest.
///
/// State: texts: names of the columns; numbers: 1 for classes or 0, number of columns, number of
/// trees, the trees (see `DecisionTree`), number of out-of-bag rows, the rows, their predictions,
/// number of out-of-bag scores (0 or 1), the score.
package struct FittedForest: Predictor, Hashable {
  /// What trees say about training rows that they have not seen.
  package struct OutOfBag: Hashable, Sendable {
    /// Rows that at least one tree has not seen, rising.
    package let rows: [Int]
    /// For these rows, the mean over the trees that have not seen them.
    package let predictions: [Double]
    /// Share of these rows whose class is the one above 0.5 (at 0.5: class 0), or the share of the
    /// variance of their outcome that is explained; nil where it is not defined.
    package let score: Double?
  }

  package let names: [String]
  package let isBinary: Bool
  package let trees: [DecisionTree]
  /// Nil for a forest without bootstrap samples.
  package let outOfBag: OutOfBag?
  private let meanImportances: [Double]

  init(names: [String], isBinary: Bool, trees: [DecisionTree], outOfBag: OutOfBag?) {
    self.names = names
    self.isBinary = isBinary
    self.trees = trees
    self.outOfBag = outOfBag
    meanImportances = Self.importances(trees, columnCount: names.count)
  }

  /// Mean decrease of impurity (Breiman et al. 1984), of sum 1; zeros where no tree divides.
  package var importances: [Double]? { meanImportances }

  private static func importances(_ trees: [DecisionTree], columnCount: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: columnCount)
    for tree in trees where tree.nodes.count > 1 {
      let own = tree.importances(columnCount: columnCount)
      for j in 0..<columnCount { sums[j] += own[j] }
    }
    let total = sums.reduce(0, +)
    return total > 0 ? sums.map { $0 / total } : sums.map { _ in 0 }
  }

  package var state: FittedState {
    var numbers = [isBinary ? 1 : 0, Double(names.count), Double(trees.count)]
    for tree in trees { numbers += tree.numbers }
    numbers.append(Double(outOfBag?.rows.count ?? 0))
    numbers += outOfBag?.rows.map { Double($0) } ?? []
    numbers += outOfBag?.predictions ?? []
    numbers.append(outOfBag == nil ? 0 : 1)
    numbers.append(outOfBag?.score == nil ? 0 : 1)
    numbers.append(outOfBag?.score ?? 0)
    return FittedState(kind: ForestModel.id.name, texts: names, numbers: numbers)
  }

  package init(_ state: FittedState) throws(LearningError) {
    var reader = try FittedStateReader(state, kind: ForestModel.id.name)
    isBinary = try reader.integers(1, in: 0..<2)[0] == 1
    let columnCount = try reader.count()
    names = try reader.texts(columnCount)
    let treeCount = try reader.count()
    var trees: [DecisionTree] = []
    for _ in 0..<treeCount {
      trees.append(try DecisionTree(&reader, columnCount: columnCount))
    }
    let count = try reader.count()
    let rows = try reader.integers(count, in: 0..<0x7FFF_FFFF)
    let predictions = try reader.numbers(count)
    let flags = try reader.integers(2, in: 0..<2)
    let score = try reader.numbers(1)[0]
    try reader.finish()
    guard treeCount > 0 else { throw LearningError("a stored forest has no trees") }
    outOfBag =
      flags[0] == 1
      ? OutOfBag(rows: rows, predictions: predictions, score: flags[1] == 1 ? score : nil) : nil
    self.trees = trees
    meanImportances = Self.importances(trees, columnCount: columnCount)
  }

  /// Mean over the trees, in their order, of the value of the leaf.
  package func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double] {
    try features.requireColumns(names.count, for: ForestModel.id)
    try features.requireFinite(names, for: ForestModel.id)
    let rowCount = features.rowCount
    var row = [Double](repeating: 0, count: names.count)
    return features.values.withUnsafeBufferPointer { values in
      (0..<rowCount).map { i in
        for j in row.indices { row[j] = values[j &* rowCount &+ i] }
        var sum = 0.0
        row.withUnsafeBufferPointer { row in
          for tree in trees { sum += tree.nodes[tree.leaf { row[$0] }].value }
        }
        return sum / Double(trees.count)
      }
    }
  }

  /// The scores, for classes.
  package func probabilities(_ features: FeatureMatrix) throws(LearningError) -> [Double]? {
    isBinary ? try scores(features) : nil
  }
}
