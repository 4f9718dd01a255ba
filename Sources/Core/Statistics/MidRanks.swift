/// Ranks 1, 2, ... of numbers; equal numbers share the mean of their ranks.
struct MidRanks {
  let ranks: [Double]
  /// Σ (t³ - t) over the groups of t equal numbers.
  let tieSum: Double

  init(_ values: [Double]) {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var tieSum = 0.0
    var first = 0
    while first < order.count {
      var end = first + 1
      while end < order.count && values[order[end]] == values[order[first]] { end += 1 }
      let t = Double(end - first)
      tieSum += t * t * t - t
      for k in first..<end { ranks[order[k]] = Double(first + end + 1) / 2 }
      first = end
    }
    self.ranks = ranks
    self.tieSum = tieSum
  }
}
