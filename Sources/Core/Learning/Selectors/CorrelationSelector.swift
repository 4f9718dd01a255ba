package import Components
package import Numerics

package enum CorrelationMethod: String, CaseIterable, Hashable, Sendable {
  case pearson
  /// Pearson's r of midranks.
  case spearman
}

package enum CorrelationRule: String, CaseIterable, Hashable, Sendable {
  /// A column goes if it is correlated with a kept column before it.
  case order
  /// The same, with the columns that are strongest by themselves first.
  case strength
  /// Of a pair, the column with the larger mean absolute correlation goes, by the algorithm of
  /// caret::findCorrelation with exact = TRUE.
  case meanCorrelation = "mean-correlation"
}

/// `correlation:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `threshold` | 0.9 | 0...1 | pairs with a larger absolute correlation lose one column |
/// | `method` | pearson | pearson, spearman | which correlation |
/// | `rule` | mean-correlation | order, strength, mean-correlation | which of a pair goes |
/// | `strength` | automatic | see `UnivariableStrength` | rule strength: what makes a column strong |
package struct CorrelationParameters: ParameterSet {
  package var threshold: Double = 0.9
  package var method: CorrelationMethod = .pearson
  package var rule: CorrelationRule = .meanCorrelation
  package var strength: UnivariableStrength = .automatic

  package init() {}

  package static let fields: [Field<CorrelationParameters>] = [
    .number(
      "threshold", \.threshold, in: 0...1,
      "pairs with a larger absolute correlation lose one column"),
    .choice("method", \.method, "Pearson's or Spearman's correlation"),
    .choice("rule", \.rule, "which column of a pair goes"),
    .choice("strength", \.strength, "rule strength: what makes a column strong by itself"),
  ]
}

/// Drops one of every pair of columns that are correlated beyond a threshold.
///
/// A constant column has correlation 0 with everything and stays. The kept columns come in column
/// order, with the rule `strength` the strongest first. Only `strength` looks at the outcome.
package struct CorrelationSelector: Selector {
  package static let id: ComponentID = "correlation"
  package static let summary = "Drops one of every pair of highly correlated columns."

  package let parameters: CorrelationParameters

  package init(_ parameters: CorrelationParameters) throws(InvalidInput) {
    self.parameters = parameters
  }

  /// - Throws: missing values, fewer than 2 rows.
  package func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> [Int]
  {
    try data.requireRows(2, for: Self.id)
    try data.requireFinite(for: Self.id)
    if data.columnCount == 0 { return [] }
    switch parameters.rule {
    case .order: return greedy(data.features, Array(0..<data.columnCount))
    case .strength:
      return greedy(data.features, TopKSelector.falling(try parameters.strength.values(data)))
    case .meanCorrelation:
      let tiles = standardised(data.features, Array(0..<data.columnCount))
      return MeanCorrelationElimination.kept(tiles, threshold: parameters.threshold)
    }
  }

  private func standardised(_ table: FeatureMatrix, _ columns: [Int]) -> CorrelationTiles {
    let tiles = CorrelationTiles(rowCount: table.rowCount, capacity: columns.count)
    for column in columns {
      let values = Array(table.column(column))
      tiles.append(StandardisedColumn(parameters.method == .spearman ? values.midranks : values))
    }
    return tiles
  }

  /// Goes through the columns in the given order and keeps those that no kept one is close to.
  private func greedy(_ table: FeatureMatrix, _ order: [Int]) -> [Int] {
    let side = CorrelationTiles.side
    let threshold = parameters.threshold
    let candidates = standardised(table, order)
    let kept = CorrelationTiles(rowCount: table.rowCount, capacity: order.count)
    let tile = UnsafeMutablePointer<Double>.allocate(capacity: side * side)
    defer { tile.deallocate() }
    var result: [Int] = []
    for block in 0..<candidates.blockCount {
      let width = min(side, order.count - block * side)
      var isFree = [Bool](repeating: true, count: width)
      for keptBlock in 0..<kept.blockCount {
        kept.tile(keptBlock, with: candidates, block, into: tile)
        for j in 0..<width where isFree[j] {
          var i = 0
          while i < side && abs(tile[j &* side &+ i]) <= threshold { i &+= 1 }
          isFree[j] = i == side
        }
      }
      candidates.tile(block, with: candidates, block, into: tile)
      var inBlock: [Int] = []
      for j in 0..<width where isFree[j] {
        // The upper triangle: the earlier column is the tile's row.
        if inBlock.allSatisfy({ abs(tile[j * side + $0]) <= threshold }) { inBlock.append(j) }
      }
      for j in inBlock {
        kept.append(candidates.column(block * side + j))
        result.append(order[block * side + j])
      }
    }
    return result
  }
}
