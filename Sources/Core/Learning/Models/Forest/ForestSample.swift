internal import Numerics

/// The weights with which rows enter a tree.
struct ForestSample {
  private let bootstrap: Bool
  private let balancesEachTree: Bool
  private let classes: [UInt8]
  private let rowCount: Int
  /// Row weights times balanced weights; empty where all are 1.
  private let weights: [Double]
  /// Sums of the weights up to each row.
  private let cumulated: [Double]

  init(_ data: Dataset, _ parameters: ForestParameters) {
    bootstrap = parameters.bootstrap
    balancesEachTree = parameters.classWeights == .balancedSubsample && bootstrap
    rowCount = data.rowCount
    if case .binary(let classes) = data.outcome { self.classes = classes } else { classes = [] }
    if parameters.classWeights == .none || balancesEachTree {
      weights = data.weights
    } else {
      weights = Self.balanced(
        data.weights.isEmpty ? [Double](repeating: 1, count: rowCount) : data.weights, classes)
    }
    var sum = 0.0
    cumulated = weights.map { weight in
      sum += weight
      return sum
    }
  }

  /// One per row, 0 for rows that are not drawn.
  func weights(using stream: inout RandomStream) -> [Double] {
    if !bootstrap {
      return weights.isEmpty ? [Double](repeating: 1, count: rowCount) : weights
    }
    var counts = [Double](repeating: 0, count: rowCount)
    for _ in 0..<rowCount { counts[drawn(using: &stream)] += 1 }
    return balancesEachTree ? Self.balanced(counts, classes) : counts
  }

  private func drawn(using stream: inout RandomStream) -> Int {
    guard let total = cumulated.last else { return stream.integer(below: rowCount) }
    let wanted = stream.uniform() * total
    var (low, high) = (0, rowCount - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulated[middle] > wanted { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Weights times (all) / (2 * those of the class); as they are where a class has none.
  private static func balanced(_ weights: [Double], _ classes: [UInt8]) -> [Double] {
    var sums = [0.0, 0.0]
    for (weight, kind) in zip(weights, classes) { sums[Int(kind)] += weight }
    if sums.contains(0) { return weights }
    let total = sums[0] + sums[1]
    return zip(weights, classes).map { $0 * (total / (2 * sums[Int($1)])) }
  }
}

/// Predictions for the rows that trees have not seen, tree by tree.
struct OutOfBag {
  private var sums: [Double]
  private var counts: [Int]

  init(rowCount: Int) {
    sums = [Double](repeating: 0, count: rowCount)
    counts = [Int](repeating: 0, count: rowCount)
  }

  /// - Parameter weights: those with which the tree was grown.
  mutating func add(_ tree: DecisionTree, _ features: FeatureMatrix, weights: [Double]) {
    let rowCount = features.rowCount
    features.values.withUnsafeBufferPointer { values in
      for row in 0..<rowCount where weights[row] == 0 {
        sums[row] += tree.nodes[tree.leaf { values[$0 &* rowCount &+ row] }].value
        counts[row] += 1
      }
    }
  }

  func summary(_ outcome: [Double], isBinary: Bool) -> FittedForest.OutOfBag {
    let rows = counts.indices.filter { counts[$0] > 0 }
    let predictions = rows.map { sums[$0] / Double(counts[$0]) }
    let expected = rows.map { outcome[$0] }
    return .init(
      rows: rows, predictions: predictions,
      score: isBinary ? Self.accuracy(predictions, expected) : Self.explained(predictions, expected)
    )
  }

  private static func accuracy(_ predictions: [Double], _ expected: [Double]) -> Double? {
    if expected.isEmpty { return nil }
    let right = zip(predictions, expected).reduce(0) { $0 + (($1.0 > 0.5) == ($1.1 == 1) ? 1 : 0) }
    return Double(right) / Double(expected.count)
  }

  /// 1 - (sum of squared errors) / (sum of squared distances from the mean).
  private static func explained(_ predictions: [Double], _ expected: [Double]) -> Double? {
    if expected.allSatisfy({ $0 == expected.first }) { return nil }
    let mean = ColumnSummary.mean(expected)
    let total = ColumnSummary.sumOfSquares(expected, mean: mean)
    let errors = zip(predictions, expected).map { ($0 - $1) * ($0 - $1) }
    return 1 - PairwiseSum.sum(errors) / total
  }
}
