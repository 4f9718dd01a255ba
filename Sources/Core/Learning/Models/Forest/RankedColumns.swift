/// A table with the order of the rows in each column, found once for all trees.
package struct RankedColumns: Sendable {
  package let features: FeatureMatrix
  /// `order[j * rowCount + r]` is the row at place r of column j, values rising, ties by row.
  let order: [Int32]
  /// `places[j * rowCount + i]` is the place of row i in column j.
  let places: [Int32]

  /// - Precondition: no missing values.
  package init(_ features: FeatureMatrix) {
    let (rows, columns) = (features.rowCount, features.columnCount)
    precondition(rows <= Int(Int32.max))
    self.features = features
    var places = [Int32](repeating: 0, count: rows * columns)
    order = [Int32](unsafeUninitializedCapacity: rows * columns) { order, count in
      var entries = [Entry](repeating: Entry(value: 0, row: 0), count: rows)
      for column in 0..<columns {
        let start = column * rows
        features.withColumn(column) { x in
          for i in 0..<rows { entries[i] = Entry(value: x[i], row: Int32(truncatingIfNeeded: i)) }
        }
        entries.sort()
        for r in 0..<rows {
          order[start + r] = entries[r].row
          places[start + Int(entries[r].row)] = Int32(truncatingIfNeeded: r)
        }
      }
      count = rows * columns
    }
    self.places = places
  }

  private struct Entry: Comparable {
    let value: Double
    let row: Int32

    static func < (a: Entry, b: Entry) -> Bool {
      a.value < b.value || (a.value == b.value && a.row < b.row)
    }
  }
}
