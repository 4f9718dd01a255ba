/// A table in 32 bits, row by row, its columns brought to mean 0 and standard deviation 1: sums over
/// many sets of rows run along the columns.
package struct RowTable: Sendable {
  let rowCount: Int
  let columnCount: Int
  /// Row i from `i * columnCount` on; not finite throughout a column that is not finite somewhere.
  private let values: [Float]
  /// Columns of one value only.
  let isConstant: [Bool]

  /// Values that a table may have, 34 MB: a larger one is looked at where it is.
  package static let limit = 1 << 23

  package init(_ features: FeatureMatrix) {
    let (rows, columns) = (features.rowCount, features.columnCount)
    (rowCount, columnCount) = (rows, columns)
    var isConstant = [Bool](repeating: false, count: columns)
    values = [Float](unsafeUninitializedCapacity: rows * columns) { target, count in
      for column in 0..<columns {
        features.withColumn(column) { values in
          isConstant[column] = values.allSatisfy { $0 == values[0] }
          let centre = ColumnSummary.mean(values)
          let squares = ColumnSummary.sumOfSquares(values, mean: centre)
          let scale = isConstant[column] ? 0 : (Double(rows) / squares).squareRoot()
          for row in 0..<rows {
            target.initializeElement(
              at: row &* columns &+ column, to: Float((values[row] - centre) * scale))
          }
        }
      }
      count = rows * columns
    }
    self.isConstant = isConstant
  }

  /// Adds up rows, 32 at a time in 32 bits.
  /// - Returns: per column the sum and the sum of squares.
  func sums(of rows: [Int]) -> (sums: [Double], squares: [Double]) {
    var sums = [Double](repeating: 0, count: columnCount)
    var squares = sums
    var part = [Float](repeating: 0, count: 2 * Self.tile)
    values.withUnsafeBufferPointer { values in
      part.withUnsafeMutableBufferPointer { part in
        guard let base = values.baseAddress, let own = part.baseAddress else { return }
        for first in stride(from: 0, to: columnCount, by: Self.tile) {
          let width = min(Self.tile, columnCount - first)
          for start in stride(from: 0, to: rows.count, by: 32) {
            for i in 0..<2 * Self.tile { own[i] = 0 }
            var row = start
            let end = min(start + 32, rows.count)
            while row < end {
              Self.add(
                base + (rows[row] &* columnCount &+ first),
                base + (rows[min(row &+ 1, end - 1)] &* columnCount &+ first),
                row &+ 1 < end ? 1 : 0, width, own, own + Self.tile)
              row &+= 2
            }
            for i in 0..<width {
              sums[first &+ i] += Double(own[i])
              squares[first &+ i] += Double(own[Self.tile &+ i])
            }
          }
        }
      }
    }
    return (sums, squares)
  }

  /// Columns that are summed at a time: their sums stay in the nearest cache.
  private static let tile = 1024

  /// Adds row a, and row b times 1 or 0.
  private static func add(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ factor: Float, _ width: Int,
    _ sums: UnsafeMutablePointer<Float>, _ squares: UnsafeMutablePointer<Float>
  ) {
    var i = 0
    while i < width {
      let (x, y) = (a[i], factor * b[i])
      sums[i] += x + y
      squares[i] += x * x + y * y
      i &+= 1
    }
  }
}
