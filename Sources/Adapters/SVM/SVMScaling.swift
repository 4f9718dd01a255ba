internal import Learning

/// The scaling of R's `e1071::svm(scale = TRUE)`: mean 0 and sample SD 1 (n - 1) of each column
/// and, for a regression, of the outcome; scores are scaled back.
///
/// A constant column stops all scaling, of the other columns and of the outcome too (e1071 warns
/// "constant. Cannot scale data." and goes on unscaled); `constantColumns` tells of it. e1071 then
/// shows NaN for a constant outcome, which is refused here.
package struct SVMScaling: Hashable, Sendable {
  package struct Scale: Hashable, Sendable {
    package let centre: Double
    /// > 0.
    package let width: Double

    func scaled(_ value: Double) -> Double { (value - centre) / width }
    func restored(_ value: Double) -> Double { value * width + centre }
  }

  /// One per column; empty where nothing is scaled.
  package let columns: [Scale]
  /// Nil where the outcome is a class or nothing is scaled.
  package let outcome: Scale?
  /// Columns because of which nothing is scaled though it was asked for.
  package let constantColumns: [Int]

  static let none = SVMScaling(columns: [], outcome: nil, constantColumns: [])

  init(columns: [Scale], outcome: Scale?, constantColumns: [Int]) {
    self.columns = columns
    self.outcome = outcome
    self.constantColumns = constantColumns
  }

  /// - Parameters:
  ///   - data: 2 rows or more, no missing values.
  ///   - values: the outcome of a regression.
  init(fittedTo data: Dataset, outcome values: [Double]?) throws(LearningError) {
    var columns: [Scale] = []
    var constants: [Int] = []
    for column in 0..<data.columnCount {
      let scale = Self.scale(Array(data.features.column(column)))
      if scale.width == 0 { constants.append(column) }
      if !scale.width.isFinite {
        throw LearningError(
          "the values of column \"\(data.names[column])\" are too large to be scaled")
      }
      columns.append(scale)
    }
    guard constants.isEmpty else {
      self.init(columns: [], outcome: nil, constantColumns: constants)
      return
    }
    let outcome = values.map(Self.scale)
    if let outcome, !(outcome.width > 0 && outcome.width.isFinite) {
      throw LearningError(
        outcome.width == 0
          ? "the outcome is constant and cannot be scaled"
          : "the values of the outcome are too large to be scaled")
    }
    self.init(columns: columns, outcome: outcome, constantColumns: [])
  }

  /// Width 0 where the values are constant or their variance is below the smallest number.
  ///
  /// R sums in 80 bits; here sums carry their rounding errors along (Neumaier 1974), so both give
  /// the nearest double but for rare ties. A difference in the last digit would make libsvm take
  /// other steps, and scores differ by its tolerance.
  private static func scale(_ values: [Double]) -> Scale {
    let first = values[0]
    if values.allSatisfy({ $0 == first }) { return Scale(centre: first, width: 0) }
    let count = Double(values.count)
    let (sum, error) = sum(values)
    let quotient = sum / count
    let mean = quotient + (sum.addingProduct(-quotient, count) + error) / count
    let (squares, squaresError) = Self.sum(values.map { ($0 - mean) * ($0 - mean) })
    return Scale(centre: mean, width: ((squares + squaresError) / (count - 1)).squareRoot())
  }

  /// From the first value to the last; the second number is what the first lost to rounding.
  private static func sum(_ values: [Double]) -> (Double, Double) {
    var (sum, error) = (0.0, 0.0)
    for value in values {
      let next = sum + value
      error += sum.magnitude >= value.magnitude ? (sum - next) + value : (value - next) + sum
      sum = next
    }
    return (sum, error)
  }

  /// The values row by row, scaled.
  func rows(of features: FeatureMatrix) -> [Double] {
    let (rowCount, columnCount) = (features.rowCount, features.columnCount)
    var values = [Double](repeating: 0, count: rowCount * columnCount)
    for column in 0..<columnCount {
      features.withColumn(column) { x in
        var i = 0
        while i < rowCount {
          values[i &* columnCount &+ column] = columns.isEmpty ? x[i] : columns[column].scaled(x[i])
          i &+= 1
        }
      }
    }
    return values
  }
}
