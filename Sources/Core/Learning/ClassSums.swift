/// What a comparison of two classes has to know of every column: the numbers of rows, and sums and
/// sums of squares of the distances from a value of the column's own.
package struct ClassSums: Sendable {
  /// The negative class, then the positive one.
  let counts: [Int]
  /// Per class, per column.
  private(set) var sums: [[Double]]
  private(set) var squares: [[Double]]
  /// Columns of one value only.
  let isConstant: [Bool]
  /// What rounding may do to the sums.
  let precision: Precision

  enum Precision: Hashable, Sendable {
    case single
    case double

    /// The share of a sum of squares that must be left when the mean is taken off.
    var leastRest: Double { self == .double ? 1e-4 : 1e-2 }
    /// What a quotient of sums may be off by then, relative: for `single` that 32 numbers in a row are
    /// added in 32 bits (at most 4e-6 of the sum), and a t of at least 1 among at most 1e5 rows.
    var tolerance: Double { self == .double ? 1e-5 : 2e-3 }
  }

  /// - Returns: nil where the outcome has no classes.
  package init?(_ data: Dataset) {
    guard case .binary(let classes) = data.outcome else { return nil }
    self = PartSums(data.features, classes, parts: [Array(classes.indices)]).whole
  }

  fileprivate init(
    counts: [Int], sums: [[Double]], squares: [[Double]], isConstant: [Bool],
    precision: Precision
  ) {
    (self.counts, self.sums, self.squares) = (counts, sums, squares)
    (self.isConstant, self.precision) = (isConstant, precision)
  }

  package var columnCount: Int { sums[0].count }

  package func columns(_ indices: [Int]) -> ClassSums {
    if indices.counts(upTo: columnCount) { return self }
    return ClassSums(
      counts: counts, sums: sums.map { sums in indices.map { sums[$0] } },
      squares: squares.map { squares in indices.map { squares[$0] } },
      isConstant: indices.map { isConstant[$0] }, precision: precision)
  }
}

/// The sums of the classes of a table cut into parts: all parts but one, as in cross-validation,
/// cost one look at the table together.
package struct PartSums: Sendable {
  /// Rows of each class of each part: list `2 * part + side`, side 1 being the positive class.
  private let counts: [Int]
  /// Per list, per column.
  private let sums: [[Double]]
  private let squares: [[Double]]
  private let isConstant: [Bool]
  private let precision: ClassSums.Precision

  /// Classes of the rows of a table, 1 being positive, and the rows of each part, repeats included.
  package typealias Cut = (classes: [UInt8], parts: [[Int]])

  /// The sums of a table cut in several ways, all in one look at it.
  package static func all(of table: RowTable, _ cuts: [Cut]) -> [PartSums] {
    let lists = cuts.map { Self.lists($0.classes, $0.parts) }
    var found = table.sums(of: Array(lists.joined()))[...]
    return lists.map { own in
      defer { found = found.dropFirst(own.count) }
      return PartSums(own, found.prefix(own.count), of: table)
    }
  }

  private init(
    _ lists: [[Int]], _ found: ArraySlice<(sums: [Double], squares: [Double])>, of table: RowTable
  ) {
    (counts, sums, squares) = (lists.map(\.count), found.map(\.sums), found.map(\.squares))
    (isConstant, precision) = (table.isConstant, .single)
  }

  /// The rows of the negative and of the positive class of each part.
  private static func lists(_ classes: [UInt8], _ parts: [[Int]]) -> [[Int]] {
    parts.flatMap { rows in
      [rows.filter { classes[$0] != 1 }, rows.filter { classes[$0] == 1 }]
    }
  }

  /// Looks at every column once.
  /// - Parameters:
  ///   - features: fastest as a whole table.
  ///   - classes: one per row of `features`: 1 is positive.
  ///   - parts: rows of each, repeats included.
  package init(_ features: FeatureMatrix, _ classes: [UInt8], parts: [[Int]]) {
    let lists = Self.lists(classes, parts)
    counts = lists.map(\.count)
    let rows = Array(lists.joined())
    var ends = [0]
    for count in counts { ends.append(ends[ends.count - 1] + count) }
    let columns = features.columnCount
    // Column by column as they are made: list after list.
    var found = [Double](repeating: 0, count: 2 * lists.count * columns)
    var isConstant = [Bool](repeating: false, count: columns)
    found.withUnsafeMutableBufferPointer { found in
      for column in 0..<columns {
        features.withColumn(column) { values in
          guard let centre = values.first else { return }
          isConstant[column] = ColumnSummary.isConstant(values)
          rows.withUnsafeBufferPointer { rows in
            for list in 0..<ends.count - 1 {
              let (sum, square) = Self.sums(values, rows, ends[list]..<ends[list + 1], centre)
              found[2 * list * columns + column] = sum
              found[(2 * list + 1) * columns + column] = square
            }
          }
        }
      }
    }
    sums = lists.indices.map { Array(found[2 * $0 * columns..<(2 * $0 + 1) * columns]) }
    squares = lists.indices.map { Array(found[(2 * $0 + 1) * columns..<(2 * $0 + 2) * columns]) }
    (self.isConstant, precision) = (isConstant, .double)
  }

  /// All parts together.
  package var whole: ClassSums { total { _ in true } }

  /// All parts but one.
  package func leavingOut(_ part: Int) -> ClassSums { total { $0 != part } }

  private func total(of isWanted: (Int) -> Bool) -> ClassSums {
    let lists = (0..<2).map { side in
      counts.indices.filter { $0 % 2 == side && isWanted($0 / 2) }
    }
    return ClassSums(
      counts: lists.map { $0.reduce(0) { $0 + counts[$1] } },
      sums: lists.map { Self.total($0.map { sums[$0] }) },
      squares: lists.map { Self.total($0.map { squares[$0] }) }, isConstant: isConstant,
      precision: precision)
  }

  /// The sum of lists, some columns at a time, which stay in the nearest cache.
  private static func total(_ lists: [[Double]]) -> [Double] {
    guard let first = lists.first else { return [] }
    return [Double](unsafeUninitializedCapacity: first.count) { total, count in
      count = first.count
      guard let target = total.baseAddress else { return }
      for start in stride(from: 0, to: count, by: 1024) {
        let columns = start..<min(start + 1024, count)
        for column in columns { (target + column).initialize(to: first[column]) }
        for list in lists.dropFirst() {
          list.withUnsafeBufferPointer { list in
            for column in columns { target[column] += list[column] }
          }
        }
      }
    }
  }

  private static func sums(
    _ values: UnsafeBufferPointer<Double>, _ rows: UnsafeBufferPointer<Int>, _ range: Range<Int>,
    _ centre: Double
  ) -> (Double, Double) {
    var (sum, squares) = (SIMD4<Double>(), SIMD4<Double>())
    var i = range.lowerBound
    while i &+ 4 <= range.upperBound {
      let distance =
        SIMD4(values[rows[i]], values[rows[i &+ 1]], values[rows[i &+ 2]], values[rows[i &+ 3]])
        - centre
      sum += distance
      squares += distance * distance
      i &+= 4
    }
    while i < range.upperBound {
      let distance = values[rows[i]] - centre
      sum[0] += distance
      squares[0] += distance * distance
      i &+= 1
    }
    return (sum.sum(), squares.sum())
  }
}
