internal import Learning
internal import Numerics

/// Shapley values of a linear score where columns count as independent: slope * (x - mean), the mean
/// being that of the training rows (Lundberg & Lee 2017, corollary 1).
struct LinearShapley {
  private let slopes: [Double]
  private let names: [String]
  /// Of columns with a slope; 0 for the others.
  private let means: [Double]

  /// - Parameters:
  ///   - training: rows as the model sees them, at least one.
  ///   - names: one per column.
  init(
    slopes: [Double], training: FeatureMatrix, names: [String]
  ) throws(LearningError) {
    precondition(slopes.count == training.columnCount && slopes.count == names.count)
    var means = [Double](repeating: 0, count: slopes.count)
    for column in slopes.indices where slopes[column] != 0 {
      let values = Array(training.column(column))
      for value in values { try Self.check(value, names[column], "a training row") }
      // Adding up could move the mean of a constant by its rounding.
      means[column] =
        training.isConstant(column) ? values[0] : PairwiseSum.sum(values) / Double(values.count)
    }
    self.slopes = slopes
    self.names = names
    self.means = means
  }

  /// The score of the mean row, which is the mean score.
  func baseline(of predictor: any Predictor) throws(LearningError) -> Double {
    let row = FeatureMatrix(rowCount: 1, columnCount: means.count, values: means)
    return try predictor.scores(row)[0]
  }

  func contributions(_ features: FeatureMatrix) throws(LearningError) -> FeatureMatrix {
    var values = [Double](repeating: 0, count: features.rowCount * features.columnCount)
    for column in slopes.indices where slopes[column] != 0 {
      for (row, value) in features.column(column).enumerated() {
        try Self.check(value, names[column], "row \(row + 1)")
        values[column * features.rowCount + row] = slopes[column] * (value - means[column])
      }
    }
    return FeatureMatrix(
      rowCount: features.rowCount, columnCount: features.columnCount, values: values)
  }

  private static func check(
    _ value: Double, _ name: String, _ place: String
  ) throws(LearningError) {
    if !value.isFinite {
      throw LearningError(
        "column \"\(name)\" is \(value.isNaN ? "missing" : "infinite") in \(place); a linear score "
          + "cannot be divided there")
    }
  }
}
