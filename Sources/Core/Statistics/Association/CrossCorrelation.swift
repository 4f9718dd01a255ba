internal import Numerics

/// The correlations of every column of one group, deep features for instance, with every column of
/// another: the matrix, and per column and overall the largest and the mean absolute value. Columns
/// that are constant have no correlation and are named.
package struct CrossCorrelation: Sendable {
  package struct Column: Sendable {
    package let name: String
    package let values: [Double]
    package init(_ name: String, _ values: [Double]) {
      (self.name, self.values) = (name, values)
    }
  }

  /// Of absolute correlations.
  package struct Summary: Hashable, Sendable {
    package let count: Int
    package let maximum: Double
    package let mean: Double
    /// With n - 1; NaN of one value.
    package let standardDeviation: Double

    init?(_ values: [Double]) {
      guard !values.isEmpty else { return nil }
      let described = NumberSummary(values)
      (count, maximum) = (values.count, described.maximum)
      (mean, standardDeviation) = (described.mean, described.standardDeviation)
    }
  }

  package struct Row: Hashable, Sendable {
    package let name: String
    /// Nil where the column is constant, or the other group has only constant ones.
    package let summary: Summary?
    /// The column of the other group with the largest absolute correlation, the first of several.
    package let partner: String?
    /// That correlation, with its sign.
    package let correlation: Double?
  }

  package let kind: Correlation.Kind
  package let rowCount: Int
  package let firstNames: [String]
  package let secondNames: [String]
  /// First group by second group, row-major, in -1...1; NaN where a column is constant.
  package let matrix: [Double]
  /// Per column of the first group.
  package let first: [Row]
  /// Per column of the second group.
  package let second: [Row]
  /// Over all defined elements of the matrix; nil without any.
  package let overall: Summary?
  /// Over the largest absolute correlations of the columns of the first group.
  package let ofMaxima: Summary?
  package let constantColumns: [String]

  /// - Parameters:
  ///   - first, second: one finite value per row each; at least one column in both groups.
  ///   - rowCount: at least 2.
  package init(
    _ first: [Column], _ second: [Column], rowCount: Int, kind: Correlation.Kind
  ) throws(StatisticsError) {
    if first.isEmpty || second.isEmpty {
      throw StatisticsError("a correlation of two groups of columns needs a column in each")
    }
    if rowCount < 2 {
      throw StatisticsError("a correlation needs two rows; there are \(rowCount)")
    }
    let x = try first.map { column throws(StatisticsError) in
      try Self.standardised(column, rowCount, kind)
    }
    let y = try second.map { column throws(StatisticsError) in
      try Self.standardised(column, rowCount, kind)
    }
    let matrix = Self.products(x, y, rowCount)
    let width = second.count
    (self.kind, self.rowCount, self.matrix) = (kind, rowCount, matrix)
    (firstNames, secondNames) = (first.map(\.name), second.map(\.name))
    let own = firstNames
    let other = secondNames
    let rows = first.indices.map { i in
      Self.row(own[i], (0..<width).map { matrix[i * width + $0] }, other)
    }
    self.first = rows
    self.second = (0..<width).map { j in
      Self.row(other[j], first.indices.map { matrix[$0 * width + j] }, own)
    }
    overall = Summary(matrix.filter { !$0.isNaN }.map(\.magnitude))
    ofMaxima = Summary(rows.compactMap { $0.summary?.maximum })
    constantColumns =
      first.indices.filter { x[$0] == nil }.map { own[$0] }
      + second.indices.filter { y[$0] == nil }.map { other[$0] }
  }

  /// Distances from the mean over their length, of values or mid-ranks; nil of a constant column.
  private static func standardised(
    _ column: Column, _ rowCount: Int, _ kind: Correlation.Kind
  ) throws(StatisticsError) -> [Double]? {
    try InputChecks.count(column.values.count, "values of \(column.name)", equals: rowCount)
    try InputChecks.finite(column.values, "values of \(column.name)")
    if column.values.allSatisfy({ $0 == column.values[0] }) { return nil }
    let values = kind == .pearson ? column.values : MidRanks(column.values).ranks
    // Sums of squares of large values must not overflow.
    let scale = values.reduce(0) { max($0, $1.magnitude) }
    let small = values.map { $0 / scale }
    let moments = SampleMoments(small)
    let length = moments.squares.squareRoot()
    return length > 0 ? small.map { ($0 - moments.mean) / length } : nil
  }

  /// Sums over rows in their order.
  private static func products(_ x: [[Double]?], _ y: [[Double]?], _ rowCount: Int) -> [Double] {
    var result = [Double](repeating: .nan, count: x.count * y.count)
    for (i, a) in x.enumerated() {
      guard let a else { continue }
      for (j, b) in y.enumerated() {
        guard let b else { continue }
        var sum = 0.0
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            var row = 0
            while row < rowCount {
              sum += a[row] * b[row]
              row &+= 1
            }
          }
        }
        result[i * y.count + j] = max(-1, min(1, sum))
      }
    }
    return result
  }

  private static func row(_ name: String, _ values: [Double], _ partners: [String]) -> Row {
    var best: Int?
    for (k, value) in values.enumerated() where !value.isNaN {
      if let known = best, values[known].magnitude >= value.magnitude { continue }
      best = k
    }
    return Row(
      name: name, summary: Summary(values.filter { !$0.isNaN }.map(\.magnitude)),
      partner: best.map { partners[$0] }, correlation: best.map { values[$0] })
  }
}
