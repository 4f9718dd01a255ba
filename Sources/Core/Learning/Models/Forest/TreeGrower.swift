internal import Numerics

/// Grows trees on the rows of one table, one after the other (Breiman 2001, Machine Learning 45:5;
/// the order of decisions and the treatment of constant columns are scikit-learn's).
///
/// A node looks at columns in random order until it has seen `columnsPerNode` of them and at least
/// one that varies in it, and takes the best threshold, midway between neighbouring values; of
/// equally good ones the first that was found, low thresholds first. Rows of a node are brought
/// into the order of a column by marking their places in a bit set, which costs their number plus
/// 1/64 of all rows.
///
/// While thresholds are compared, continuous outcomes are rounded to a multiple of a power of two
/// that makes all sums exact (about 2^-38 of the largest distance from the mean for 4096 rows):
/// columns that divide a node in the same way are then equally good to the last bit, whichever side
/// comes first.
final class TreeGrower<Gain: SplitGain> {
  struct Limits {
    var columnsPerNode: Int
    var depth: Int
    var rowsPerLeaf: Int
    var rowsPerSplit: Int
  }

  private struct Split {
    var column = -1
    /// Place in the column's order of the last row that goes left.
    var lastPlace: Int32 = 0
    var threshold = 0.0
  }

  private struct Task {
    var start: Int
    var end: Int
    var depth: Int
    /// The node whose right branch this is; -1 for the root and left branches.
    var rightOf: Int
  }

  private let ranked: RankedColumns
  private let limits: Limits
  /// Outcomes less `origin`.
  private let outcome: [Double]
  private let roundedOutcome: [Double]
  private let origin: Double
  private let rowCount: Int
  private let columnCount: Int
  private let weights: UnsafeMutablePointer<Double>
  /// Weight times rounded outcome.
  private let sums: UnsafeMutablePointer<Double>
  /// Rows of the tree; those of a node are together, by row.
  private let rows: UnsafeMutablePointer<Int32>
  private let rest: UnsafeMutablePointer<Int32>
  private let sorted: UnsafeMutablePointer<Int32>
  private let marks: UnsafeMutablePointer<UInt64>
  private let wordCount: Int
  private var columns: [Int] = []

  /// - Parameters:
  ///   - outcome: one per row.
  ///   - origin: subtracted from the outcomes while sums are formed; 0 for classes.
  init(_ ranked: RankedColumns, outcome: [Double], origin: Double, limits: Limits) {
    self.ranked = ranked
    self.limits = limits
    self.outcome = outcome.map { $0 - origin }
    roundedOutcome = Self.rounded(self.outcome)
    self.origin = origin
    rowCount = ranked.features.rowCount
    columnCount = ranked.features.columnCount
    precondition(outcome.count == rowCount && rowCount > 0 && columnCount > 0)
    wordCount = rowCount / 64 + 1
    weights = .allocate(capacity: rowCount)
    sums = .allocate(capacity: rowCount)
    rows = .allocate(capacity: rowCount)
    rest = .allocate(capacity: rowCount)
    sorted = .allocate(capacity: rowCount)
    marks = .allocate(capacity: wordCount)
    marks.initialize(repeating: 0, count: wordCount)
  }

  deinit {
    weights.deallocate()
    sums.deallocate()
    rows.deallocate()
    rest.deallocate()
    sorted.deallocate()
    marks.deallocate()
  }

  /// To multiples of a unit so large that the sum of all fits into 53 bits.
  private static func rounded(_ outcome: [Double]) -> [Double] {
    let largest = outcome.reduce(0) { max($0, $1.magnitude) }
    guard largest.isNormal else { return outcome }
    let bits = Int(largest.exponent) + 1 + (Int.bitWidth - outcome.count.leadingZeroBitCount) - 52
    let unit = Double(sign: .plus, exponent: bits, significand: 1)
    return unit.isNormal ? outcome.map { ($0 / unit).rounded() * unit } : outcome
  }

  /// - Parameter weights: one per row; rows of weight 0 are left out; at least one is above 0.
  func grow(weights given: [Double], using stream: inout RandomStream) -> DecisionTree {
    precondition(given.count == rowCount && given.contains { $0 > 0 })
    var count = 0
    for i in 0..<rowCount {
      weights[i] = given[i]
      sums[i] = given[i] * roundedOutcome[i]
      if given[i] > 0 {
        rows[count] = Int32(truncatingIfNeeded: i)
        count += 1
      }
    }
    columns = Array(0..<columnCount)
    var nodes: [DecisionTree.Node] = []
    var tasks = [Task(start: 0, end: count, depth: 0, rightOf: -1)]
    while let task = tasks.popLast() {
      let index = nodes.count
      if task.rightOf >= 0 { nodes[task.rightOf].right = index }
      var (node, sum, isPure) = describe(task.start, task.end)
      let isLeaf =
        isPure || task.depth >= limits.depth || node.rows < limits.rowsPerSplit
        || node.rows / 2 < limits.rowsPerLeaf
      if !isLeaf,
        let split = bestSplit(task.start, task.end, weight: node.cover, sum: sum, using: &stream)
      {
        node.column = split.column
        node.threshold = split.threshold
        node.left = index + 1
        let middle = divide(task.start, task.end, split)
        let depth = task.depth + 1
        tasks.append(Task(start: middle, end: task.end, depth: depth, rightOf: index))
        tasks.append(Task(start: task.start, end: middle, depth: depth, rightOf: -1))
      }
      nodes.append(node)
    }
    return DecisionTree(nodes: nodes)
  }

  /// A leaf of some rows, their sum of weight times rounded outcome, and whether they all have one
  /// outcome. Sums go by row.
  private func describe(
    _ start: Int, _ end: Int
  ) -> (DecisionTree.Node, sum: Double, isPure: Bool) {
    var (weight, sum, unroundedSum) = (0.0, 0.0, 0.0)
    let first = outcome[Int(rows[start])]
    var isPure = true
    for i in start..<end {
      let row = Int(rows[i])
      weight += weights[row]
      sum += sums[row]
      unroundedSum += weights[row] * outcome[row]
      if outcome[row] != first { isPure = false }
    }
    let mean = isPure ? first : unroundedSum / weight
    var squares = 0.0
    for i in start..<end {
      let row = Int(rows[i])
      let distance = outcome[row] - mean
      squares += weights[row] * (distance * distance)
    }
    let node = DecisionTree.Node(
      column: -1, threshold: 0, left: -1, right: -1, value: origin + mean, cover: weight,
      impurity: isPure ? 0 : Gain.impurity(weight: weight, sum: unroundedSum, squares: squares),
      rows: end - start)
    return (node, sum, isPure)
  }

  private func bestSplit(
    _ start: Int, _ end: Int, weight: Double, sum: Double, using stream: inout RandomStream
  ) -> Split? {
    var best = Split()
    var bestGain = -Double.infinity
    var hasVaried = false
    var unseen = columnCount
    while unseen > 0 && (columnCount - unseen < limits.columnsPerNode || !hasVaried) {
      let drawn = stream.integer(below: unseen)
      unseen -= 1
      columns.swapAt(drawn, unseen)
      let column = columns[unseen]
      sort(start, end, column)
      if scan(column, end - start, weight: weight, sum: sum, &best, &bestGain) {
        hasVaried = true
      }
    }
    return best.column < 0 ? nil : best
  }

  /// Puts the places of a node's rows in a column into `sorted`, rising.
  private func sort(_ start: Int, _ end: Int, _ column: Int) {
    ranked.places.withUnsafeBufferPointer { all in
      let places = all.baseAddress! + column &* rowCount
      if end &- start <= 10 {
        var count = 0
        while count < end &- start {
          let place = places[Int(rows[start &+ count])]
          var k = count
          while k > 0 && sorted[k &- 1] > place {
            sorted[k] = sorted[k &- 1]
            k &-= 1
          }
          sorted[k] = place
          count &+= 1
        }
        return
      }
      var i = start
      while i < end {
        let place = Int(places[Int(rows[i])])
        marks[place &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: place & 63)
        i &+= 1
      }
      var count = 0
      var word = 0
      while word < wordCount {
        var bits = marks[word]
        marks[word] = 0
        while bits != 0 {
          sorted[count] = Int32(truncatingIfNeeded: word &<< 6 &+ bits.trailingZeroBitCount)
          bits &= bits &- 1
          count &+= 1
        }
        word &+= 1
      }
    }
  }

  /// Looks at all thresholds of a column.
  /// - Parameters:
  ///   - count: of rows in the node, their places in `sorted`.
  ///   - sum: of weight times rounded outcome in the node.
  /// - Returns: false where the column is constant in the node.
  private func scan(
    _ column: Int, _ count: Int, weight: Double, sum: Double, _ best: inout Split,
    _ bestGain: inout Double
  ) -> Bool {
    let offset = column &* rowCount
    let (low, high) = (limits.rowsPerLeaf, count &- limits.rowsPerLeaf)
    return ranked.order.withUnsafeBufferPointer { allOrders in
      ranked.features.values.withUnsafeBufferPointer { allValues in
        let order = allOrders.baseAddress! + offset
        let values = allValues.baseAddress! + offset
        var row = Int(order[Int(sorted[0])])
        var value = values[row]
        if value == values[Int(order[Int(sorted[count &- 1])])] { return false }
        var (leftWeight, leftSum) = (0.0, 0.0)
        var i = 1
        while i <= high {
          leftWeight += weights[row]
          leftSum += sums[row]
          row = Int(order[Int(sorted[i])])
          let next = values[row]
          if next != value && i >= low {
            let gain = Gain.gain(
              leftWeight: leftWeight, leftSum: leftSum, rightWeight: weight - leftWeight,
              rightSum: sum - leftSum)
            if gain > bestGain {
              bestGain = gain
              best = Split(
                column: column, lastPlace: sorted[i &- 1], threshold: Self.middle(value, next))
            }
          }
          value = next
          i &+= 1
        }
        return true
      }
    }
  }

  /// Midway between two rising numbers, never the upper one.
  private static func middle(_ low: Double, _ high: Double) -> Double {
    let middle = low / 2 + high / 2
    return middle >= low && middle < high ? middle : low
  }

  /// Brings the rows that go left to the front, keeping their order.
  /// - Returns: where those that go right start.
  private func divide(_ start: Int, _ end: Int, _ split: Split) -> Int {
    let offset = split.column * rowCount
    var (left, right) = (start, 0)
    for i in start..<end {
      let row = rows[i]
      if ranked.places[offset + Int(row)] <= split.lastPlace {
        rows[left] = row
        left += 1
      } else {
        rest[right] = row
        right += 1
      }
    }
    for i in 0..<right { rows[left + i] = rest[i] }
    return left
  }
}
