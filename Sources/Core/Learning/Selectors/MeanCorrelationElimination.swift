/// The elimination of caret::findCorrelation(exact = TRUE) without the whole matrix.
///
/// Columns are put in the order of falling mean absolute correlation. Then for every remaining pair
/// (i, j), i before j, above the threshold: i goes if the mean of its row over the remaining
/// columns exceeds the mean of all remaining elements outside row j, otherwise j goes. Sums of rows
/// are kept up to date for what was removed: in strips of 256 removed columns, and by scalar
/// products for those that were removed since the last strip.
package struct MeanCorrelationElimination {
  private let columns: CorrelationTiles
  private let removedStrip: CorrelationTiles
  private var isRemoved: [Bool]
  /// Sum of |r| with the other columns that remained at the last strip.
  private var rowSums: [Double]
  private var remaining: Int
  /// Sum of |r| over all ordered pairs that remain.
  private var total: Double
  /// Removed since the last strip.
  private var pending: [Int] = []

  /// Columns that stay, ascending.
  package static func kept(_ tiles: CorrelationTiles, threshold: Double) -> [Int] {
    let count = tiles.count
    if count < 2 { return Array(0..<count) }
    let sums = rowSums(tiles)
    // Means that agree to 12 decimals tie, so that rounding does not decide between copies.
    let means = sums.map { ($0 / Double(count - 1) * 1e12).rounded() }
    let order = TopKSelector.falling(means)
    let sorted = CorrelationTiles(rowCount: tiles.rowCount, capacity: count)
    for column in order { sorted.append(tiles.column(column)) }
    var elimination = MeanCorrelationElimination(sorted, order.map { sums[$0] })
    elimination.run(threshold)
    return order.indices.filter { !elimination.isRemoved[$0] }.map { order[$0] }.sorted()
  }

  private init(_ columns: CorrelationTiles, _ rowSums: [Double]) {
    self.columns = columns
    self.rowSums = rowSums
    removedStrip = CorrelationTiles(
      rowCount: columns.rowCount, capacity: CorrelationTiles.side)
    isRemoved = [Bool](repeating: false, count: columns.count)
    remaining = columns.count
    total = rowSums.reduce(0, +)
  }

  /// Sum of |r| of every column with all others, tile by tile of the upper triangle.
  private static func rowSums(_ tiles: CorrelationTiles) -> [Double] {
    let side = CorrelationTiles.side
    let tile = UnsafeMutablePointer<Double>.allocate(capacity: side * side)
    defer { tile.deallocate() }
    var sums = [Double](repeating: 0, count: tiles.blockCount * side)
    sums.withUnsafeMutableBufferPointer { sums in
      for a in 0..<tiles.blockCount {
        for b in a..<tiles.blockCount {
          tiles.tile(a, with: tiles, b, into: tile)
          var j = 0
          while j < side {
            var own = 0.0
            var i = 0
            let end = a == b ? j : side
            while i < end {
              let size = abs(tile[j &* side &+ i])
              own += size
              sums[a &* side &+ i] += size
              i &+= 1
            }
            sums[b &* side &+ j] += own
            j &+= 1
          }
        }
      }
    }
    return Array(sums[..<tiles.count])
  }

  private mutating func run(_ threshold: Double) {
    let side = CorrelationTiles.side
    let count = columns.count
    let blocks = columns.blockCount
    let strip = UnsafeMutablePointer<Double>.allocate(capacity: side * side * blocks)
    defer { strip.deallocate() }
    for block in 0..<blocks {
      let rows = block * side..<min(count, (block + 1) * side)
      if rows.allSatisfy({ isRemoved[$0] }) { continue }
      for other in block..<blocks {
        columns.tile(block, with: columns, other, into: strip + other * side * side)
      }
      for i in rows where !isRemoved[i] {
        var j = i + 1
        while j < count {
          let r = abs(strip[j &* side &+ (i &- rows.lowerBound)])
          if r > threshold, !isRemoved[j] {
            let (sumI, sumJ) = (currentSum(i), currentSum(j))
            let others = Double(remaining - 1)
            let meanI = sumI / others
            let meanWithoutJ = (total - sumJ) / (others * others)
            if meanI > meanWithoutJ * (1 + 1e-12) {
              remove(i, sumI)
              break
            }
            remove(j, sumJ)
            // Row sums of columns before i are never asked for again.
            if pending.count >= side { flush(from: i) }
          }
          j &+= 1
        }
      }
    }
  }

  private func currentSum(_ column: Int) -> Double {
    var sum = rowSums[column]
    for other in pending { sum -= abs(columns.correlation(column, other)) }
    return sum
  }

  private mutating func remove(_ column: Int, _ sum: Double) {
    isRemoved[column] = true
    remaining -= 1
    total -= 2 * sum
    pending.append(column)
  }

  /// Takes the pending columns, 256 at a time, out of the row sums of the columns from `first`.
  private mutating func flush(from first: Int) {
    let side = CorrelationTiles.side
    let tile = UnsafeMutablePointer<Double>.allocate(capacity: side * side)
    defer { tile.deallocate() }
    while pending.count >= side {
      removedStrip.removeAll()
      for column in pending.prefix(side) { removedStrip.append(columns.column(column)) }
      for block in min(first / side, columns.blockCount)..<columns.blockCount {
        removedStrip.tile(0, with: columns, block, into: tile)
        for j in max(first, block * side)..<min(columns.count, (block + 1) * side)
        where !isRemoved[j] {
          let start = (j - block * side) * side
          var sum = 0.0
          var i = 0
          while i < side {
            sum += abs(tile[start &+ i])
            i &+= 1
          }
          rowSums[j] -= sum
        }
      }
      pending.removeFirst(side)
    }
  }
}
