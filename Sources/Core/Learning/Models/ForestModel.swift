package import Components
package import Numerics

/// How mixed the classes of a node are.
package enum ForestCriterion: String, CaseIterable, Hashable, Sendable {
  case gini
  case entropy
}

/// How many columns a node looks at.
package enum ForestColumns: String, CaseIterable, Hashable, Sendable {
  /// `sqrt` for classes, `all` for a continuous outcome.
  case automatic
  case sqrt
  case log2
  case all
  case share
}

/// What makes up for classes of unequal size.
package enum ForestClassWeights: String, CaseIterable, Hashable, Sendable {
  case none
  /// Rows are weighted so that both classes have the same total in the training rows.
  case balanced
  /// Rows are weighted so in each bootstrap sample.
  case balancedSubsample = "balanced-subsample"
}

/// `forest:` of a study file.
///
/// | Setting | Default | Range | Meaning (scikit-learn's name) |
/// |---|---|---|---|
/// | `trees` | 100 | 1...100000 | (`n_estimators`) |
/// | `criterion` | gini | gini, entropy | classes: how mixed a node is (`criterion`); a continuous outcome: variance |
/// | `maxFeatures` | automatic | automatic, sqrt, log2, all, share | columns that a node looks at, rounded down, at least 1 (`max_features`) |
/// | `featureShare` | 0.5 | > 0, <= 1 | of the columns, for `share` |
/// | `maxDepth` | 0 | >= 0 | decisions on the way to a leaf; 0: no limit (`max_depth`) |
/// | `minSamplesLeaf` | 1 | >= 1 | different rows in a leaf (`min_samples_leaf`) |
/// | `minSamplesSplit` | 2 | >= 2 | different rows in a node that is divided (`min_samples_split`) |
/// | `bootstrap` | true | | each tree has rows drawn with replacement, as many as there are (`bootstrap`) |
/// | `classWeights` | none | none, balanced, balanced-subsample | (`class_weight`) |
package struct ForestParameters: ParameterSet {
  package var trees = 100
  package var criterion: ForestCriterion = .gini
  package var maxFeatures: ForestColumns = .automatic
  package var featureShare: Double = 0.5
  package var maxDepth = 0
  package var minSamplesLeaf = 1
  package var minSamplesSplit = 2
  package var bootstrap = true
  package var classWeights: ForestClassWeights = .none

  package init() {}

  package static let fields: [Field<ForestParameters>] = [
    .integer("trees", \.trees, in: 1...100_000, "how many trees"),
    .choice("criterion", \.criterion, "classes: gini or entropy; otherwise variance is used"),
    .choice("maxFeatures", \.maxFeatures, "columns that a node looks at"),
    .number(
      "featureShare", \.featureShare, in: 0...1, exclusiveLower: true,
      "share of the columns that a node looks at, for maxFeatures share"),
    .integer("maxDepth", \.maxDepth, in: 0...Int.max, "longest way to a leaf; 0: no limit"),
    .integer("minSamplesLeaf", \.minSamplesLeaf, in: 1...Int.max, "different rows in a leaf"),
    .integer(
      "minSamplesSplit", \.minSamplesSplit, in: 2...Int.max,
      "different rows in a node that is divided"),
    .flag("bootstrap", \.bootstrap, "each tree has rows drawn with replacement"),
    .choice("classWeights", \.classWeights, "none, balanced or balanced-subsample"),
  ]

  /// Columns that a node looks at.
  package func columnsPerNode(of columnCount: Int, isBinary: Bool) -> Int {
    let count = Double(columnCount)
    let wanted: Double =
      switch maxFeatures {
      case .automatic: isBinary ? count.squareRoot() : count
      case .sqrt: count.squareRoot()
      case .log2: Double(columnCount.bitWidth - 1 - columnCount.leadingZeroBitCount)
      case .all: count
      case .share: featureShare * count
      }
    return max(1, Int(wanted))
  }
}

/// A random forest (Breiman 2001, Machine Learning 45:5) for classes or a continuous outcome, as
/// scikit-learn's `RandomForestClassifier` and `RandomForestRegressor`. Scores are the mean over
/// trees of the share of class 1 in the leaf (not the share of votes), or of the mean outcome.
///
/// - Tree k has a random stream of its own: it does not depend on how many trees there are.
/// - With `bootstrap`, row weights and balanced weights are the chances of being drawn; without, and
///   for `balanced-subsample`, they weigh rows in impurities and leaves.
/// - Values are compared as they are; scikit-learn rounds them to single precision first and takes
///   values up to 1e-7 apart for equal.
/// - Equally good decisions on different columns: the column that was drawn first.
/// - Rows are drawn one by one: where patients have several rows, out-of-bag rows of a patient may
///   have relatives in the bag, and the out-of-bag score is too good.
package struct ForestModel: Model {
  package static let id: ComponentID = "forest"
  package static let outcomes: Set<OutcomeKind> = [.binary, .continuous]
  package static let summary =
    "Random forest; scores are the mean share of class 1, or the mean outcome, of the leaves."

  package let parameters: ForestParameters

  package init(_ parameters: ForestParameters) throws(InvalidInput) {
    var problems: [Problem] = []
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>, _ expected: String) {
      if !range.contains(value) {
        problems.append(Problem(name, "\(value) is out of range; expected \(expected)"))
      }
    }
    check("trees", parameters.trees, 1...100_000, "1...100000")
    check("maxDepth", parameters.maxDepth, 0...Int.max, ">= 0")
    check("minSamplesLeaf", parameters.minSamplesLeaf, 1...Int.max, ">= 1")
    check("minSamplesSplit", parameters.minSamplesSplit, 2...Int.max, ">= 2")
    if !(parameters.featureShare > 0 && parameters.featureShare <= 1) {
      problems.append(
        Problem(
          "featureShare", "\(parameters.featureShare) is out of range; expected > 0 and <= 1"))
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
  }

  /// - Throws: one class only, no columns, missing values, fewer than 2 rows, class weights for a
  ///   continuous outcome.
  package func fit(_ data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> FittedForest
  {
    try check(data)
    return try fit(data, ranked: RankedColumns(data.features), using: &stream)
  }

  /// As `fit(_:using:)`, with the order of the columns found before: for several fits to one table.
  /// - Precondition: `ranked` is that of the table.
  package func fit(
    _ data: Dataset, ranked: RankedColumns, using stream: inout RandomStream
  ) throws(LearningError) -> FittedForest {
    try forests(data, ranked: ranked, using: &stream, of: [parameters.trees])[0]
  }

  /// Forests of the first trees.
  /// - Parameter counts: how many trees each of them has; `parameters.trees` is not looked at.
  func forests(
    _ data: Dataset, ranked: RankedColumns, using stream: inout RandomStream, of counts: [Int]
  ) throws(LearningError) -> [FittedForest] {
    try check(data)
    precondition(ranked.features.rowCount == data.rowCount)
    precondition(ranked.features.columnCount == data.columnCount)
    let outcome = try data.requireClassesOrValues(for: Self.id)
    let seed = stream.nextUInt64()
    let sample = ForestSample(data, parameters)
    if data.outcome.kind == .continuous {
      return grow(VarianceGain.self, data, ranked, outcome, sample, seed, counts)
    }
    return parameters.criterion == .gini
      ? grow(GiniGain.self, data, ranked, outcome, sample, seed, counts)
      : grow(EntropyGain.self, data, ranked, outcome, sample, seed, counts)
  }

  func check(_ data: Dataset) throws(LearningError) {
    _ = try data.requireClassesOrValues(for: Self.id)
    try data.requireTable(rows: 2, for: Self.id)
    if data.outcome.kind != .binary && parameters.classWeights != .none {
      throw LearningError("\(Self.id): classWeights needs a binary outcome")
    }
  }

  private func grow<Gain: SplitGain>(
    _: Gain.Type, _ data: Dataset, _ ranked: RankedColumns, _ outcome: [Double],
    _ sample: ForestSample, _ seed: UInt64, _ counts: [Int]
  ) -> [FittedForest] {
    let isBinary = data.outcome.kind == .binary
    let grower = TreeGrower<Gain>(
      ranked, outcome: outcome, origin: isBinary ? 0 : ColumnSummary.mean(outcome),
      limits: .init(
        columnsPerNode: parameters.columnsPerNode(of: data.columnCount, isBinary: isBinary),
        depth: parameters.maxDepth == 0 ? Int.max : parameters.maxDepth,
        rowsPerLeaf: parameters.minSamplesLeaf, rowsPerSplit: parameters.minSamplesSplit))
    var outOfBag = OutOfBag(rowCount: data.rowCount)
    var trees: [DecisionTree] = []
    var forests: [Int: FittedForest] = [:]
    for k in 0..<(counts.max() ?? 0) {
      var own = RandomStream(seed: seed, domain: .forestTree, index: UInt64(k))
      let weights = sample.weights(using: &own)
      let tree = grower.grow(weights: weights, using: &own)
      if parameters.bootstrap { outOfBag.add(tree, data.features, weights: weights) }
      trees.append(tree)
      guard counts.contains(trees.count) else { continue }
      forests[trees.count] = FittedForest(
        names: data.names, isBinary: isBinary, trees: trees,
        outOfBag: parameters.bootstrap ? outOfBag.summary(outcome, isBinary: isBinary) : nil)
    }
    return counts.compactMap { forests[$0] }
  }
}
