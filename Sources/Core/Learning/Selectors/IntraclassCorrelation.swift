internal import Statistics

package enum ICCForm: String, CaseIterable, Hashable, Sendable {
  /// One-way random effects, single measurement: ICC(1,1).
  case oneWay = "ICC(1)"
  /// Two-way, absolute agreement, single measurement: ICC(2,1).
  case agreement = "ICC(A,1)"
  /// Two-way, consistency, single measurement: ICC(3,1).
  case consistency = "ICC(C,1)"
  /// The same of the mean of k measurements.
  case oneWayMean = "ICC(k)"
  case agreementMean = "ICC(A,k)"
  case consistencyMean = "ICC(C,k)"
}

/// An intraclass correlation with its confidence interval.
package struct ICCEstimate: Hashable, Sendable {
  package var value: Double
  package var lower: Double
  package var upper: Double

  static let undefined = ICCEstimate(value: .nan, lower: .nan, upper: .nan)
}

/// Intraclass correlation coefficients of repeated measurements, with F-based confidence intervals
/// (McGraw & Wong 1996, Psychological Methods 1:30, tables 4 and 7).
package enum IntraclassCorrelation {
  /// One estimate per column.
  ///
  /// A column with a missing or infinite value, or with one value only in all measurements, has no
  /// estimate: all three numbers are NaN. Perfect repetition gives 1 with the interval [1, 1].
  /// - Parameters:
  ///   - measurements: two or more tables of the same rows (patients) and columns (features).
  ///   - confidence: of the two-sided interval, in (0, 1).
  /// - Throws: tables of different shapes, fewer than two tables or rows.
  package static func estimates(
    _ measurements: [FeatureMatrix], form: ICCForm, confidence: Double = 0.95
  ) throws(LearningError) -> [ICCEstimate] {
    precondition(confidence > 0 && confidence < 1)
    guard let first = measurements.first, measurements.count >= 2 else {
      throw LearningError("icc needs two or more measurements, there are \(measurements.count)")
    }
    for (place, table) in measurements.enumerated()
    where table.rowCount != first.rowCount || table.columnCount != first.columnCount {
      throw LearningError(
        "icc: measurement \(place + 1) has \(table.rowCount) rows and \(table.columnCount) columns, "
          + "the first has \(first.rowCount) and \(first.columnCount)")
    }
    if first.rowCount < 2 {
      throw LearningError("icc needs at least 2 rows, there are \(first.rowCount)")
    }
    return (0..<first.columnCount).map { column in
      let values = measurements.map { Array($0.column(column)) }
      return estimate(values, form, tail: (1 - confidence) / 2)
    }
  }

  /// - Parameter values: one array of rows per measurement.
  private static func estimate(_ values: [[Double]], _ form: ICCForm, tail: Double)
    -> ICCEstimate
  {
    let origin = values[0][0]
    if !values.allSatisfy({ $0.allSatisfy { $0.isFinite } }) { return .undefined }
    if values.allSatisfy({ $0.allSatisfy { $0 == origin } }) { return .undefined }
    let squares = MeanSquares(values)
    switch form {
    case .oneWay: return simple(squares, squares.within, squares.withinDegrees, tail, mean: false)
    case .oneWayMean:
      return simple(squares, squares.within, squares.withinDegrees, tail, mean: true)
    case .consistency:
      return simple(squares, squares.error, squares.errorDegrees, tail, mean: false)
    case .consistencyMean:
      return simple(squares, squares.error, squares.errorDegrees, tail, mean: true)
    case .agreement: return agreement(squares, tail, mean: false)
    case .agreementMean: return agreement(squares, tail, mean: true)
    }
  }

  /// Forms whose F is the mean square of rows over one other mean square.
  private static func simple(
    _ squares: MeanSquares, _ noise: Double, _ noiseDegrees: Double, _ tail: Double, mean: Bool
  ) -> ICCEstimate {
    if noise == 0 {
      return squares.rows > 0 ? ICCEstimate(value: 1, lower: 1, upper: 1) : .undefined
    }
    let (k, degrees) = (squares.k, squares.rowDegrees)
    let ratio = squares.rows / noise
    let low = ratio / FisherF(degrees, noiseDegrees).quantile(tail, .upper)
    let high = ratio * FisherF(noiseDegrees, degrees).quantile(tail, .upper)
    func coefficient(_ f: Double) -> Double { mean ? 1 - 1 / f : (f - 1) / (f + k - 1) }
    return ICCEstimate(
      value: coefficient(ratio), lower: coefficient(low), upper: coefficient(high))
  }

  /// Absolute agreement, with Satterthwaite's degrees of freedom v.
  private static func agreement(_ s: MeanSquares, _ tail: Double, mean: Bool) -> ICCEstimate {
    let (n, k) = (s.n, s.k)
    let numerator = s.rows - s.error
    let single = numerator / (s.rows + (k - 1) * s.error + k / n * (s.columns - s.error))
    func meanOf(_ value: Double) -> Double { k * value / (1 + (k - 1) * value) }
    let value = mean ? numerator / (s.rows + (s.columns - s.error) / n) : single
    if s.error == 0 && s.columns == 0 { return ICCEstimate(value: 1, lower: 1, upper: 1) }
    let a = k * single / (n * (1 - single))
    let b = 1 + k * single * (n - 1) / (n * (1 - single))
    let (partA, partB) = (a * s.columns, b * s.error)
    let v =
      (partA + partB) * (partA + partB)
      / (partA * partA / (k - 1) + partB * partB / s.errorDegrees)
    guard v.isFinite, v > 0 else { return ICCEstimate(value: value, lower: .nan, upper: .nan) }
    let f1 = FisherF(s.rowDegrees, v).quantile(tail, .upper)
    let f2 = FisherF(v, s.rowDegrees).quantile(tail, .upper)
    let noise = k * s.columns + (k * n - k - n) * s.error
    let lower = n * (s.rows - f1 * s.error) / (f1 * noise + n * s.rows)
    let upper = n * (f2 * s.rows - s.error) / (noise + n * f2 * s.rows)
    return mean
      ? ICCEstimate(value: value, lower: meanOf(lower), upper: meanOf(upper))
      : ICCEstimate(value: value, lower: lower, upper: upper)
  }
}

/// Mean squares of a table of n rows and k measurements, two-way and one-way.
private struct MeanSquares {
  let n: Double
  let k: Double
  let rows: Double
  let columns: Double
  let error: Double
  let within: Double

  var rowDegrees: Double { n - 1 }
  var withinDegrees: Double { n * (k - 1) }
  var errorDegrees: Double { (n - 1) * (k - 1) }

  init(_ values: [[Double]]) {
    let (rowCount, count) = (values[0].count, values.count)
    n = Double(rowCount)
    k = Double(count)
    // Distances from the first value: large offsets cost no digits.
    let origin = values[0][0]
    let shifted = values.map { $0.map { $0 - origin } }
    let rowMeans = (0..<rowCount).map { row in
      var sum = 0.0
      for measurement in shifted { sum += measurement[row] }
      return sum / Double(count)
    }
    let columnMeans = shifted.map { ColumnSummary.mean($0) }
    let mean = ColumnSummary.mean(rowMeans)
    var (rowSum, columnSum, errorSum, withinSum) = (0.0, 0.0, 0.0, 0.0)
    for row in 0..<rowCount { rowSum += (rowMeans[row] - mean) * (rowMeans[row] - mean) }
    for place in 0..<count {
      columnSum += (columnMeans[place] - mean) * (columnMeans[place] - mean)
      for row in 0..<rowCount {
        let distance = shifted[place][row] - rowMeans[row]
        let rest = distance - (columnMeans[place] - mean)
        withinSum += distance * distance
        errorSum += rest * rest
      }
    }
    rows = k * rowSum / (n - 1)
    columns = n * columnSum / (k - 1)
    error = errorSum / ((n - 1) * (k - 1))
    within = withinSum / (n * (k - 1))
  }
}
