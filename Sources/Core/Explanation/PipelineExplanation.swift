package import Evaluation
package import Learning
internal import Numerics

extension ConstantPredictor: LinearPredictor {
  package var slopes: [Double]? { [] }
  package var space: ScoreSpace { .score }
}

extension FittedPipeline {
  package var explainability: Explainability {
    do throws(LearningError) {
      _ = try columnOrigins()
    } catch {
      return .permutationOnly(error.message)
    }
    switch predictor {
    case let model as any TreePredictor: return .exact(.trees, model.space)
    case let model as any LinearPredictor where model.slopes != nil:
      return .exact(.linear, model.space)
    default:
      return .permutationOnly(
        "the scores of \"\(predictor.state.kind)\" cannot be divided among columns exactly")
    }
  }

  /// Contributions of the table's columns to the scores of rows.
  ///
  /// Preparation is folded in: what a column of the model gives, the column of the table gives from
  /// which it was made.
  /// - Parameters:
  ///   - rows: to explain; at least none.
  ///   - background: rows of the training part, from which linear models count; trees do not read it.
  /// - Throws: a model that cannot be explained exactly, no background for a linear model, rows that
  ///   cannot be scored, missing values of a linear model.
  package func explanation(
    of rows: PipelineRows, background: PipelineRows?
  ) throws(LearningError) -> Explanation {
    let method: Explanation.Method
    let space: ScoreSpace
    switch explainability {
    case .exact(let itsMethod, let itsSpace): (method, space) = (itsMethod, itsSpace)
    case .permutationOnly(let reason):
      throw LearningError("\(reason); permutation importance can be had")
    }
    let prepared = try prepared(rows.features, sites: rows.sites, groups: rows.groups)
    let scores = try predictor.scores(prepared)
    let (baseline, contributions) = try contributions(prepared, background)
    let origins = try columnOrigins()
    let places = Set(origins).sorted()
    return Explanation(
      columns: places.map { inputs[$0] }, method: method, space: space, baseline: baseline,
      contributions: collected(contributions, origins, places),
      values: rows.features.columns(places).materialised, scores: scores,
      rows: Array(0..<rows.rowCount), notes: harmonisationNotes)
  }

  /// Contributions of the columns that the model sees.
  private func contributions(
    _ prepared: FeatureMatrix, _ background: PipelineRows?
  ) throws(LearningError) -> (baseline: Double, contributions: FeatureMatrix) {
    if let model = predictor as? any TreePredictor {
      let trees = TreeShapley(try model.ensemble())
      return (trees.expectation, trees.contributions(prepared))
    }
    guard let background, background.rowCount > 0 else {
      throw LearningError(
        "contributions to a linear score are counted from the means of training rows: none were given"
      )
    }
    let slopes = (predictor as? any LinearPredictor)?.slopes ?? []
    let training = try self.prepared(
      background.features, sites: background.sites, groups: background.groups)
    let linear = try LinearShapley(slopes: slopes, training: training, names: selected)
    return (try linear.baseline(of: predictor), try linear.contributions(prepared))
  }

  /// Columns of the model that come from one column of the table, added.
  private func collected(
    _ contributions: FeatureMatrix, _ origins: [Int], _ places: [Int]
  ) -> FeatureMatrix {
    if origins == places { return contributions }
    let rowCount = contributions.rowCount
    var columns = [[Double]](
      repeating: [Double](repeating: 0, count: rowCount), count: places.count)
    for (column, origin) in origins.enumerated() {
      guard let place = places.firstIndex(of: origin) else { continue }
      for (row, value) in contributions.column(column).enumerated() { columns[place][row] += value }
    }
    return FeatureMatrix(rowCount: rowCount, columns: columns)
  }
}
