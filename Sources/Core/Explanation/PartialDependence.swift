package import Evaluation
package import Learning
internal import Numerics

/// Mean score over the rows with one column of the table set to a value for all of them (Friedman
/// 2001, Annals of Statistics 29:1189, section 8.2, by brute force), and the curve of each patient
/// (individual conditional expectation, Goldstein et al. 2015).
package struct PartialDependence: Hashable, Sendable {
  package enum Response: String, Hashable, Sendable, CaseIterable {
    case score
    case probability
  }

  package let column: String
  /// Values that the column is set to, ascending.
  package let grid: [Double]
  /// Mean over the patients at each value.
  package let average: [Double]
  /// Patients by grid: the mean over a patient's rows.
  package let curves: FeatureMatrix
  /// What the column is in the rows, missing values left out.
  package let values: [Double]
  package let response: Response
}

extension FittedPipeline {
  /// - Parameters:
  ///   - column: of the table, one of `inputs`.
  ///   - rows: over which is averaged.
  ///   - points: of the grid; a column with fewer different values has these for its grid.
  ///   - share: the grid leaves out this share of the values at each end, in 0..<0.5.
  /// - Throws: a column that is not there or has no value, ends of the grid that are equal, no
  ///   probabilities, rows that cannot be scored.
  package func partialDependence(
    of column: String, rows: PipelineRows, response: PartialDependence.Response = .score,
    points: Int = 100, share: Double = 0.05
  ) throws(LearningError) -> PartialDependence {
    precondition(points >= 2 && share >= 0 && share < 0.5)
    guard let place = inputs.firstIndex(of: column) else {
      throw LearningError("partial dependence: the pipeline takes no column \"\(column)\"")
    }
    let features = rows.features.materialised
    let values = features.column(place).filter { !$0.isNaN }
    let grid = try PartialDependence.grid(values, column: column, points: points, share: share)
    let patients = PipelineRows.rowsOfPatients(rows.groups)
    var curves: [[Double]] = []
    for value in grid {
      let same = [Double](repeating: value, count: rows.rowCount)
      let prepared = try prepared(
        features.replacing(place, with: same), sites: rows.sites, groups: rows.groups)
      let said =
        response == .score
        ? try predictor.scores(prepared) : try predictor.probabilities(prepared)
      guard let said else {
        throw LearningError("partial dependence: \"\(predictor.state.kind)\" has no probabilities")
      }
      let matrix = FeatureMatrix(rowCount: said.count, columnCount: 1, values: said)
      curves.append(matrix.means(over: patients).values)
    }
    return PartialDependence(
      column: column, grid: grid,
      average: curves.map { PairwiseSum.sum($0) / Double($0.count) },
      curves: FeatureMatrix(rowCount: patients.count, columns: curves), values: values,
      response: response)
  }
}

extension PartialDependence {
  /// The grid of scikit-learn: all different values if they are fewer than `points`, else equal steps
  /// between two percentiles.
  static func grid(
    _ values: [Double], column: String, points: Int, share: Double
  ) throws(LearningError) -> [Double] {
    if let bad = values.first(where: { $0.isInfinite }) {
      throw LearningError("partial dependence: column \"\(column)\" has the value \(bad)")
    }
    let sorted = values.sorted()
    var different: [Double] = []
    for value in sorted where value != different.last { different.append(value) }
    if different.isEmpty {
      throw LearningError("partial dependence: column \"\(column)\" has no value in any row")
    }
    if different.count < points { return different }
    let (low, high) = (quantile(sorted, share), quantile(sorted, 1 - share))
    guard high > low else {
      throw LearningError(
        "partial dependence: \(Int(100 - 200 * share)) percent of the values of column "
          + "\"\(column)\" are \(low); leave out a smaller share at the ends")
    }
    let step = (high - low) / Double(points - 1)
    return (0..<points).map { $0 == points - 1 ? high : Double($0) * step + low }
  }

  /// Quantile with both constants 0.4, as `scipy.stats.mquantiles`.
  private static func quantile(_ sorted: [Double], _ probability: Double) -> Double {
    if sorted.count == 1 { return sorted[0] }
    let position = Double(sorted.count) * probability + 0.4 + 0.2 * probability
    let below = min(max(Int(position), 1), sorted.count - 1)
    let part = min(max(position - Double(below), 0), 1)
    return (1 - part) * sorted[below - 1] + part * sorted[below]
  }
}
