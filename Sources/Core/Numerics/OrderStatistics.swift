/// Order statistics and percentiles without sorting everything.
package struct OrderStatistics {
  private let values: UnsafeBufferPointer<Double>
  private let minimum: Double
  private let scale: Double
  /// `starts[b]` values lie in buckets before bucket b.
  private var starts: [Int]
  private var sortedBuckets: [Int: [Double]] = [:]

  private static let bucketCount = 4096

  /// - Parameter values: finite, at least one; must outlive this value.
  package init(_ values: UnsafeBufferPointer<Double>, minimum: Double, maximum: Double) {
    precondition(!values.isEmpty)
    self.values = values
    self.minimum = minimum
    let width = (maximum - minimum) / Double(Self.bucketCount)
    scale = width > 0 && width.isFinite && (1 / width).isFinite ? 1 / width : 0
    var counts = [Int](repeating: 0, count: Self.bucketCount + 1)
    let (low, factor) = (minimum, scale)
    counts.withUnsafeMutableBufferPointer { buffer in
      let c = buffer.baseAddress!
      let last = Self.bucketCount - 1
      var i = 0
      while i < values.count {
        // Rounding keeps the order: bucket numbers never fall while values rise.
        let bucket = min(Int((values[i] - low) * factor), last)
        c[bucket &+ 1] &+= 1
        i &+= 1
      }
    }
    for b in 0..<Self.bucketCount { counts[b + 1] += counts[b] }
    starts = counts
  }

  /// Sorts the buckets that hold `ranks`, in one sweep over the values.
  private mutating func prepare(_ ranks: [Int]) {
    var slots = [Int8](repeating: -1, count: Self.bucketCount)
    var wanted: [Int] = []
    for rank in ranks {
      let bucket = self.bucket(of: rank)
      if slots[bucket] < 0 && sortedBuckets[bucket] == nil {
        slots[bucket] = Int8(wanted.count)
        wanted.append(bucket)
      }
    }
    if wanted.isEmpty { return }
    var found = wanted.map { bucket -> [Double] in
      var list: [Double] = []
      list.reserveCapacity(starts[bucket + 1] - starts[bucket])
      return list
    }
    let last = Self.bucketCount - 1
    slots.withUnsafeBufferPointer { slot in
      var i = 0
      while i < values.count {
        let value = values[i]
        let s = slot[min(Int((value - minimum) * scale), last)]
        if s >= 0 { found[Int(s)].append(value) }
        i &+= 1
      }
    }
    for (bucket, list) in zip(wanted, found) { sortedBuckets[bucket] = list.sorted() }
  }

  private func bucket(of rank: Int) -> Int {
    var (low, high) = (0, Self.bucketCount - 1)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle + 1] > rank { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func value(rank: Int) -> Double {
    let bucket = self.bucket(of: rank)
    return sortedBuckets[bucket]![rank - starts[bucket]]
  }

  /// Percentiles by linear interpolation between order statistics (Hyndman & Fan 1996, type 7),
  /// in numpy's arithmetic: from the nearer neighbour, so that the result is monotone.
  /// - Parameter percentages: in 0...100, at most 50 of them.
  package mutating func percentiles(_ percentages: [Double]) -> [Double] {
    let last = Double(values.count - 1)
    let positions = percentages.map { $0 / 100 * last }
    prepare(
      positions.flatMap { [Int($0), Swift.min(Int($0) + 1, values.count - 1)] })
    return positions.map { position in
      let below = Int(position)
      let t = position - Double(below)
      let a = value(rank: below)
      let b = value(rank: Swift.min(below + 1, values.count - 1))
      let difference = b - a
      return t >= 0.5 ? b - difference * (1 - t) : a + difference * t
    }
  }

  /// The middle value, or the mean of the two middle values.
  package mutating func median() -> Double {
    let (low, high) = ((values.count - 1) / 2, values.count / 2)
    prepare([low, high])
    return low == high ? value(rank: low) : (value(rank: low) + value(rank: high)) / 2
  }
}
