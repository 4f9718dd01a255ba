internal import Numerics

/// Columns in three bins at mean - SD and mean + SD, as bit masks, and their mutual information.
struct ThreeBins {
  private let rowCount: Int
  private let columnCount: Int
  /// 64-bit words per mask.
  private let wordCount: Int
  /// For each column the mask of the rows in the low bin, then of those in the high bin.
  private let masks: [UInt64]
  /// Rows in the low, middle and high bin of each column.
  private let counts: [Int]
  /// k ln k for k = 0 ... rowCount.
  private let entropyTerms: [Double]

  init(_ table: FeatureMatrix, _ columns: [Int]) {
    self.init(rowCount: table.rowCount, columns.map { Self.bins(Array(table.column($0))) })
  }

  /// - Parameter bins: -1, 0 or 1 for every row of every column.
  private init(rowCount: Int, _ bins: [[Int]]) {
    self.rowCount = rowCount
    columnCount = bins.count
    let words = (rowCount + 63) / 64
    wordCount = words
    var masks = [UInt64](repeating: 0, count: bins.count * 2 * words)
    var counts = [Int](repeating: 0, count: bins.count * 3)
    for (column, values) in bins.enumerated() {
      for (row, bin) in values.enumerated() {
        counts[column * 3 + bin + 1] += 1
        if bin != 0 {
          let mask = column * 2 + (bin < 0 ? 0 : 1)
          masks[mask * words + row / 64] |= 1 << UInt64(row % 64)
        }
      }
    }
    self.masks = masks
    self.counts = counts
    entropyTerms = (0...rowCount).map {
      $0 < 2 ? 0 : Double($0) * PortableLogarithm.value(of: Double($0))
    }
  }

  private static func bins(_ values: [Double]) -> [Int] {
    let mean = ColumnSummary.mean(values)
    let deviation =
      (ColumnSummary.sumOfSquares(values, mean: mean) / Double(values.count - 1)).squareRoot()
    return values.map { $0 > mean + deviation ? 1 : $0 < mean - deviation ? -1 : 0 }
  }

  /// Mutual information in nats of every column with classes 0 and 1.
  func information(withClasses classes: [Double]) -> [Double] {
    information(with: ThreeBins(rowCount: rowCount, [classes.map { $0 == 1 ? 1 : 0 }]))
  }

  /// The same with a continuous outcome in three bins.
  func information(withBinned outcome: [Double]) -> [Double] {
    information(with: ThreeBins(rowCount: rowCount, [Self.bins(outcome)]))
  }

  private func information(with target: ThreeBins) -> [Double] {
    var sums = [Double](repeating: 0, count: columnCount)
    add(target, 0, to: &sums)
    return sums
  }

  /// Adds the mutual information of every column with column `index` to `sums`.
  func addInformation(with index: Int, to sums: inout [Double]) { add(self, index, to: &sums) }

  private func add(_ other: ThreeBins, _ index: Int, to sums: inout [Double]) {
    let n = Double(rowCount)
    let logN = entropyTerms[rowCount] / n
    let otherCounts = (0..<3).map { other.counts[index * 3 + $0] }
    let otherEntropy = otherCounts.reduce(0.0) { $0 + entropyTerms[$1] }
    let (b0, b2) = (otherCounts[0], otherCounts[2])
    let words = wordCount
    masks.withUnsafeBufferPointer { mine in
      other.masks.withUnsafeBufferPointer { theirs in
        let (otherLow, otherHigh) = (index &* 2 &* words, (index &* 2 &+ 1) &* words)
        for column in 0..<columnCount {
          let (low, high) = (column &* 2 &* words, (column &* 2 &+ 1) &* words)
          var (ll, lh, hl, hh) = (0, 0, 0, 0)
          var w = 0
          while w < words {
            let (a, b) = (mine[low &+ w], mine[high &+ w])
            let (c, d) = (theirs[otherLow &+ w], theirs[otherHigh &+ w])
            ll &+= (a & c).nonzeroBitCount
            lh &+= (a & d).nonzeroBitCount
            hl &+= (b & c).nonzeroBitCount
            hh &+= (b & d).nonzeroBitCount
            w &+= 1
          }
          let (a0, a1, a2) = (counts[column * 3], counts[column * 3 + 1], counts[column * 3 + 2])
          let (lm, hm) = (a0 - ll - lh, a2 - hl - hh)
          let (ml, mh) = (b0 - ll - hl, b2 - lh - hh)
          let mm = a1 - ml - mh
          let joint =
            (entropyTerms[ll] + entropyTerms[lm] + entropyTerms[lh])
            + (entropyTerms[ml] + entropyTerms[mm] + entropyTerms[mh])
            + (entropyTerms[hl] + entropyTerms[hm] + entropyTerms[hh])
          let own = entropyTerms[a0] + entropyTerms[a1] + entropyTerms[a2]
          sums[column] += max((joint - own - otherEntropy) / n + logN, 0)
        }
      }
    }
  }
}
