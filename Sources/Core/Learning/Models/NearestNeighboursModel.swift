package import Components
package import Numerics

/// How much the vote of a neighbour counts.
package enum NeighbourWeights: String, CaseIterable, Hashable, Sendable {
  /// All the same.
  case uniform
  /// 1 / distance; where neighbours are at distance 0, only they vote.
  case distance
}

/// The distance between two rows.
package enum NeighbourMetric: String, CaseIterable, Hashable, Sendable {
  /// Square root of the sum of squared differences.
  case euclidean
  /// Sum of absolute differences.
  case manhattan
}

/// `knn:` of a study file.
///
/// | Setting | Default | Range | Meaning (scikit-learn's name) |
/// |---|---|---|---|
/// | `neighbours` | 5 | 1...100000 | rows that vote (`n_neighbors`) |
/// | `weights` | uniform | uniform, distance | how much a vote counts (`weights`) |
/// | `metric` | euclidean | euclidean, manhattan | distance between rows (`metric`) |
package struct NearestNeighboursParameters: ParameterSet {
  package var neighbours = 5
  package var weights: NeighbourWeights = .uniform
  package var metric: NeighbourMetric = .euclidean

  package init() {}

  package static let fields: [Field<NearestNeighboursParameters>] = [
    .integer("neighbours", \.neighbours, in: 1...100_000, "how many nearest rows vote"),
    .choice("weights", \.weights, "how much a vote counts: uniform or 1 / distance"),
    .choice("metric", \.metric, "distance between rows: euclidean or manhattan"),
  ]
}

/// k nearest neighbours (Fix & Hodges 1951; Cover & Hart 1967), as scikit-learn's
/// `KNeighborsClassifier` and `KNeighborsRegressor`. Scores are the share of votes for the positive
/// class, or the mean outcome of the neighbours.
///
/// - Columns are used as they are: scale them first, or the one with the largest unit decides.
/// - Rows at the same distance come in the order of the training rows, so with a tie at the k-th
///   place the earlier row votes. (In scikit-learn that choice depends on the order in which a heap
///   was filled, and on the rounding of |x|^2 - 2xy + |y|^2.)
/// - Differences are summed column by column in their order.
/// - Row weights have no place in the definition and are refused.
package struct NearestNeighboursModel: Model {
  package static let id: ComponentID = "knn"
  package static let outcomes: Set<OutcomeKind> = [.binary, .continuous]
  package static let summary =
    "k nearest neighbours; scores are shares of votes or mean outcomes."

  package let parameters: NearestNeighboursParameters

  package init(_ parameters: NearestNeighboursParameters) throws(InvalidInput) {
    if !(1...100_000).contains(parameters.neighbours) {
      throw InvalidInput(
        "neighbours", "\(parameters.neighbours) is out of range; expected 1...100000")
    }
    self.parameters = parameters
  }

  /// - Throws: fewer rows than neighbours, one class only, no columns, missing values, row weights.
  package func fit(_ data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> FittedNearestNeighbours
  {
    let outcome = try data.requireClassesOrValues(for: Self.id)
    try data.requireTable(rows: 1, for: Self.id)
    try data.requireNoWeights(for: Self.id)
    if data.rowCount < parameters.neighbours {
      throw LearningError(
        "\(Self.id): \(parameters.neighbours) neighbours are asked for, there are "
          + "\(data.rowCount) rows")
    }
    return FittedNearestNeighbours(
      parameters: parameters, names: data.names, rows: data.features, outcome: outcome,
      isBinary: data.outcome.kind == .binary)
  }
}

/// The training rows.
///
/// State: texts: weights, metric, names of the columns; numbers: 1 for classes or 0, neighbours,
/// rows, columns, outcomes, the table column by column.
package struct FittedNearestNeighbours: Predictor, Hashable {
  package let parameters: NearestNeighboursParameters
  package let names: [String]
  package let rows: FeatureMatrix
  /// One per row; 0 and 1 for classes.
  package let outcome: [Double]
  package let isBinary: Bool

  fileprivate init(
    parameters: NearestNeighboursParameters, names: [String], rows: FeatureMatrix,
    outcome: [Double], isBinary: Bool
  ) {
    self.parameters = parameters
    self.names = names
    self.rows = rows
    self.outcome = outcome
    self.isBinary = isBinary
  }

  package var state: FittedState {
    FittedState(
      kind: NearestNeighboursModel.id.name,
      texts: [parameters.weights.rawValue, parameters.metric.rawValue] + names,
      numbers: [
        isBinary ? 1 : 0, Double(parameters.neighbours), Double(rows.rowCount),
        Double(rows.columnCount),
      ] + outcome + rows.values)
  }

  package init(_ state: FittedState) throws(LearningError) {
    var reader = try FittedStateReader(state, kind: NearestNeighboursModel.id.name)
    var parameters = NearestNeighboursParameters()
    parameters.weights = try reader.choice(NeighbourWeights.self)
    parameters.metric = try reader.choice(NeighbourMetric.self)
    isBinary = try reader.integers(1, in: 0..<2)[0] == 1
    parameters.neighbours = try reader.count()
    let (rowCount, columnCount) = (try reader.count(), try reader.count())
    names = try reader.texts(columnCount)
    outcome = try reader.numbers(rowCount)
    rows = FeatureMatrix(
      rowCount: rowCount, columnCount: columnCount,
      values: try reader.numbers(rowCount * columnCount))
    try reader.finish()
    guard (1...max(1, rowCount)).contains(parameters.neighbours), rowCount > 0 else {
      throw LearningError("the stored \"\(state.kind)\" is damaged: its counts do not fit")
    }
    self.parameters = parameters
  }

  /// Share of the votes for class 1, or mean outcome, votes weighted.
  package func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double] {
    try features.requireColumns(names.count, for: NearestNeighboursModel.id)
    try features.requireFinite(names, for: NearestNeighboursModel.id)
    var distances = [Double](repeating: 0, count: rows.rowCount)
    return (0..<features.rowCount).map { row in
      measure(features, row, into: &distances)
      return vote(nearest(distances), distances)
    }
  }

  package func probabilities(_ features: FeatureMatrix) throws(LearningError) -> [Double]? {
    isBinary ? try scores(features) : nil
  }

  /// Sums of absolute or squared differences to every training row.
  private func measure(_ features: FeatureMatrix, _ row: Int, into distances: inout [Double]) {
    let count = rows.rowCount
    distances.withUnsafeMutableBufferPointer { sums in
      sums.update(repeating: 0)
      for column in names.indices {
        let value = features.values[column * features.rowCount + row]
        rows.withColumn(column) { x in
          var i = 0
          if parameters.metric == .euclidean {
            while i < count {
              let difference = x[i] - value
              sums[i] += difference * difference
              i &+= 1
            }
          } else {
            while i < count {
              sums[i] += (x[i] - value).magnitude
              i &+= 1
            }
          }
        }
      }
    }
  }

  /// The nearest rows, nearest first, ties by row: insertion into a list of k.
  private func nearest(_ distances: [Double]) -> [Int] {
    let wanted = parameters.neighbours
    var found: [Int] = []
    found.reserveCapacity(wanted + 1)
    for row in distances.indices {
      if found.count == wanted {
        if !(distances[row] < distances[found[wanted - 1]]) { continue }
        found.removeLast()
      }
      var place = found.count
      while place > 0 && distances[row] < distances[found[place - 1]] { place -= 1 }
      found.insert(row, at: place)
    }
    return found
  }

  /// Mean outcome of the voters, summed from the nearest on.
  private func vote(_ voters: [Int], _ distances: [Double]) -> Double {
    var (sum, total) = (0.0, 0.0)
    if parameters.weights == .uniform {
      for row in voters { sum += outcome[row] }
      return sum / Double(voters.count)
    }
    let weights = voters.map { row in
      1 / (parameters.metric == .euclidean ? distances[row].squareRoot() : distances[row])
    }
    let hasCopy = weights.contains(.infinity)
    for (row, weight) in zip(voters, weights) {
      let counted = hasCopy ? (weight == .infinity ? 1 : 0) : weight
      sum += counted * outcome[row]
      total += counted
    }
    return sum / total
  }
}
