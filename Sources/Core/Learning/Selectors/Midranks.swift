/// Ranks of values; equal values share the mean of their ranks.
struct Midranks {
  /// From 1, one per value.
  let ranks: [Double]
  /// Sum over ties of t^3 - t, t the number of equal values.
  let tieSum: Double

  init(_ values: UnsafeBufferPointer<Double>) {
    let order = (0..<values.count).sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var ties = 0.0
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count && values[order[end]] == values[order[start]] { end += 1 }
      let rank = 0.5 * Double(start + 1 + end)
      for place in start..<end { ranks[order[place]] = rank }
      let t = Double(end - start)
      ties += t * t * t - t
      start = end
    }
    self.ranks = ranks
    tieSum = ties
  }
}
