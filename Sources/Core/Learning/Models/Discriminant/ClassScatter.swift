internal import Numerics

/// Two classes of rows about their own means: what a linear discriminant is made of.
///
/// A column that holds one value within a class has exactly that value as its mean there, so that
/// it does not vary by rounding.
struct ClassScatter {
  let columnCount: Int
  /// Rows of class 0 and of class 1.
  let counts: [Int]
  /// Means of class 0 and of class 1, one per column.
  let means: [[Double]]
  /// Differences from the means, class by class, column by column: row i of column j of class k is
  /// `centred[k][j * counts[k] + i]`.
  let centred: [[Double]]

  /// - Parameter classes: 0 or 1 per row, both present.
  init(_ features: FeatureMatrix, classes: [UInt8]) {
    let rows = (0..<2).map { kind in classes.indices.filter { Int(classes[$0]) == kind } }
    var means: [[Double]] = [[], []]
    var centred: [[Double]] = [[], []]
    for kind in 0..<2 {
      centred[kind].reserveCapacity(rows[kind].count * features.columnCount)
      for column in 0..<features.columnCount {
        let values = features.withColumn(column) { x in rows[kind].map { x[$0] } }
        let isConstant = values.allSatisfy { $0 == values[0] }
        let mean = isConstant ? values[0] : ColumnSummary.mean(values)
        means[kind].append(mean)
        for value in values { centred[kind].append(value - mean) }
      }
    }
    columnCount = features.columnCount
    counts = rows.map(\.count)
    self.means = means
    self.centred = centred
  }

  var rowCount: Int { counts[0] + counts[1] }

  /// Mean of class 1 minus mean of class 0.
  var difference: [Double] { zip(means[1], means[0]).map { $0 - $1 } }

  /// Sum of squared differences from the mean within a class, one per column.
  func sumsOfSquares(_ kind: Int) -> [Double] {
    let count = counts[kind]
    return centred[kind].withUnsafeBufferPointer { x in
      (0..<columnCount).map { j in
        PairwiseSum.sum((0..<count).map { x[j * count + $0] * x[j * count + $0] })
      }
    }
  }

  /// All rows, those of class 0 first, each number times the factor of its column and class.
  /// - Parameter factors: of class 0 and class 1, one per column.
  /// - Returns: column by column.
  func scaled(by factors: [[Double]]) -> [Double] {
    var all: [Double] = []
    all.reserveCapacity(rowCount * columnCount)
    for j in 0..<columnCount {
      for kind in 0..<2 {
        let (start, factor) = (j * counts[kind], factors[kind][j])
        for i in start..<start + counts[kind] { all.append(centred[kind][i] * factor) }
      }
    }
    return all
  }
}
