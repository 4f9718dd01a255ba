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
          isConstant[column] = ColumnSummary.isConstant(values)
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

  /// Adds up rows of some lists, 32 at a time in 32 bits.
  /// - Returns: per list, per column the sum and the sum of squares.
  func sums(of lists: [[Int]]) -> [(sums: [Double], squares: [Double])] {
    var sums = [Double](repeating: 0, count: lists.count * columnCount)
    var squares = sums
    var scratch = [Float](repeating: 0, count: 3 * Self.tile)
    values.withUnsafeBufferPointer { values in
      scratch.withUnsafeMutableBufferPointer { scratch in
        guard let base = values.baseAddress, let own = scratch.baseAddress else { return }
        // What stands for a row that there is not.
        let zeros = UnsafePointer(own + 2 * Self.tile)
        // All lists of a few columns: these come from memory once.
        for first in stride(from: 0, to: columnCount, by: Self.tile) {
          let width = min(Self.tile, columnCount - first)
          for (list, rows) in lists.enumerated() {
            let target = list &* columnCount &+ first
            for start in stride(from: 0, to: rows.count, by: 32) {
              own.update(repeating: 0, count: 2 * Self.tile)
              let end = min(start + 32, rows.count)
              for row in stride(from: start, to: end, by: 4) {
                func part(_ row: Int) -> UnsafePointer<Float> {
                  row < end ? base + (rows[row] &* columnCount &+ first) : zeros
                }
                Self.add(
                  (part(row), part(row + 1), part(row + 2), part(row + 3)), width, own,
                  own + Self.tile)
              }
              for i in 0..<width {
                sums[target &+ i] += Double(own[i])
                squares[target &+ i] += Double(own[Self.tile &+ i])
              }
            }
          }
        }
      }
    }
    return lists.indices.map { list in
      let columns = list * columnCount..<(list + 1) * columnCount
      return (Array(sums[columns]), Array(squares[columns]))
    }
  }

  /// Columns that are summed at a time: those of all rows stay in the second cache.
  private static let tile = 256

  /// Adds four rows.
  private static func add(
    _ rows: (
      UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>
    ),
    _ width: Int, _ sums: UnsafeMutablePointer<Float>, _ squares: UnsafeMutablePointer<Float>
  ) {
    var i = 0
    while i < width {
      let (a, b, c, d) = (rows.0[i], rows.1[i], rows.2[i], rows.3[i])
      sums[i] += (a + b) + (c + d)
      squares[i] += (a * a + b * b) + (c * c + d * d)
      i &+= 1
    }
  }
}
