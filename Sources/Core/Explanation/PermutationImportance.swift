package import Evaluation
package import Learning
package import Numerics

/// How much worse a metric gets when the values of one column are dealt out anew between patients
/// (Breiman 2001, Machine Learning 45:5; model-agnostic: Fisher, Rudin & Dominici 2019), on rows that
/// the pipeline was not fitted to.
///
/// The column is one of the table: the whole pipeline is applied to the changed rows. Columns that
/// stand for each other share their importance, and each looks unimportant.
package struct PermutationImportance: Hashable, Sendable {
  /// What one pipeline lost on its held-out rows.
  package struct Fold: Hashable, Sendable {
    /// Of the rows as they are.
    package let metric: Double
    /// Columns that scores can depend on, ascending; all others lose exactly 0.
    package let columns: [Int]
    /// For each of them one number per repeat; > 0: the metric got worse.
    package let drops: [[Double]]
  }

  package struct Column: Hashable, Sendable {
    package let name: String
    /// Mean drop over repeats and folds; a fold in which the column does not reach the model counts
    /// with 0.
    package let mean: Double
    /// SD over the repeats (divided by their number) of the mean drop over the folds.
    package let deviation: Double
    /// Mean drop in each fold.
    package let folds: [Double]
  }

  /// Columns that reach a model in any fold, the largest mean drop first; ties by column.
  package let columns: [Column]
  /// Mean metric of the folds as they are.
  package let metric: Double
  package let repeats: Int
  package let foldCount: Int

  /// - Parameters:
  ///   - folds: with equally many repeats, at least one fold.
  ///   - names: of the table's columns, `FittedPipeline.inputs`.
  package init(_ folds: [Fold], names: [String]) throws(LearningError) {
    if folds.isEmpty { throw LearningError("permutation importance: no fold has a metric") }
    let repeats = folds.compactMap(\.drops.first?.count).first ?? 0
    precondition(folds.allSatisfy { $0.drops.allSatisfy { $0.count == repeats } })
    self.repeats = repeats
    foldCount = folds.count
    metric = folds.reduce(0) { $0 + $1.metric } / Double(folds.count)
    let reached = Set(folds.flatMap(\.columns)).sorted()
    let none = [Double](repeating: 0, count: repeats)
    let unsorted = reached.map { column in
      let drops = folds.map { fold in
        fold.columns.firstIndex(of: column).map { fold.drops[$0] } ?? none
      }
      let each = (0..<repeats).map { k in drops.reduce(0) { $0 + $1[k] } / Double(drops.count) }
      let mean = Self.mean(each)
      return Column(
        name: names[column], mean: mean,
        deviation: Self.mean(each.map { ($0 - mean) * ($0 - mean) }).squareRoot(),
        folds: drops.map(Self.mean))
    }
    let order = unsorted.indices.sorted { (-unsorted[$0].mean, $0) < (-unsorted[$1].mean, $1) }
    columns = order.map { unsorted[$0] }
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : PairwiseSum.sum(values) / Double(values.count)
  }
}

extension FittedPipeline {
  /// Places in `inputs` of the columns that reach the model; of a pipeline whose columns cannot be
  /// traced, all.
  package var columnsThatMayMatter: [Int] {
    (try? columnsThatMatter()) ?? Array(inputs.indices)
  }

  /// What the metric of held-out rows loses, column by column.
  /// - Parameters:
  ///   - data: rows that this pipeline was not fitted to; rows of one patient have one group.
  ///   - repeats: permutations of each column, >= 1.
  /// - Throws: rows that do not define the metric.
  package func importance(
    on data: Dataset, metric: Metric, repeats: Int, using stream: inout RandomStream
  ) throws(LearningError) -> PermutationImportance.Fold {
    try importance(
      on: PipelineRows(data), repeats: repeats, isHigherBetter: metric.isHigherBetter,
      needsProbabilities: metric.needsProbabilities || metric.needsClasses, using: &stream
    ) { scores, probabilities in
      metric.value(data.outcome, scores: scores, probabilities: probabilities)
    }
  }

  /// As above with any metric, such as one of patients whose lesions' scores are aggregated.
  ///
  /// The permutations of a column do not depend on which other columns there are.
  /// - Parameters:
  ///   - asked: names of the columns that are dealt out; nil: all that reach the model.
  ///   - measure: the metric of scores and probabilities of the rows.
  package func importance(
    on rows: PipelineRows, of asked: Set<String>? = nil, repeats: Int, isHigherBetter: Bool,
    needsProbabilities: Bool, using stream: inout RandomStream,
    measure: (_ scores: [Double], _ probabilities: [Double]?) -> MetricValue
  ) throws(LearningError) -> PermutationImportance.Fold {
    precondition(repeats >= 1, "importance needs a repeat")
    let seed = stream.nextUInt64()
    func metric(_ features: FeatureMatrix) throws(LearningError) -> Double {
      let prepared = try prepared(features, sites: rows.sites, groups: rows.groups)
      let value = measure(
        try predictor.scores(prepared),
        needsProbabilities ? try predictor.probabilities(prepared) : nil)
      if let reason = value.reason { throw LearningError("permutation importance: \(reason)") }
      return value.value
    }
    let features = rows.features.materialised
    let whole = try metric(features)
    let patients = PipelineRows.rowsOfPatients(rows.groups)
    let columns = columnsThatMayMatter.filter { asked?.contains(inputs[$0]) ?? true }
    var drops: [[Double]] = []
    for column in columns {
      var own: [Double] = []
      for k in 0..<repeats {
        var stream = RandomStream(
          seed: seed, domain: .permutation, index: UInt64(column) << 32 | UInt64(k))
        let sources = PatientPermutation.sources(patients, using: &stream)
        let dealt = features.withColumn(column) { x in sources.map { x[$0] } }
        let value = try metric(features.replacing(column, with: dealt))
        own.append(isHigherBetter ? whole - value : value - whole)
      }
      drops.append(own)
    }
    return PermutationImportance.Fold(metric: whole, columns: columns, drops: drops)
  }
}

/// Values dealt out between patients: all rows of a patient get those of one other patient, in their
/// order. A giver with fewer rows gives them again from its first on; one with more gives its first.
package enum PatientPermutation {
  /// For each row the row whose value it gets.
  /// - Parameter patients: the rows of each.
  package static func sources(_ patients: [[Int]], using stream: inout RandomStream) -> [Int] {
    var givers = Array(patients.indices)
    stream.shuffle(&givers)
    var sources = [Int](repeating: 0, count: patients.reduce(0) { $0 + $1.count })
    for (taker, giver) in givers.enumerated() {
      let given = patients[giver]
      for (k, row) in patients[taker].enumerated() { sources[row] = given[k % given.count] }
    }
    return sources
  }
}
