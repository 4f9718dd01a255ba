/// How well scores rank the times of events. A pair of rows counts where it is known who had the
/// event first; equal scores count one half, pairs of events at the same time not at all. Higher
/// scores speak for earlier events.
///
/// Harrell, Lee & Mark 1996; Uno et al. 2011; variance by the infinitesimal jackknife as in R's
/// `survival::concordance`.
package struct Concordance: Sendable {
  package enum Weighting: Sendable {
    /// Every pair counts 1.
    case harrell
    /// Pairs count 1 / G(t-)² with the Kaplan-Meier estimate G of staying uncensored, for events at
    /// times up to and including `limit` (nil: all); not for left-truncated data. The variance
    /// takes G as known.
    case uno(limit: Double?)
  }

  package let concordant: Double
  package let discordant: Double
  /// Pairs with equal scores.
  package let tied: Double
  /// (concordant + tied / 2) / all.
  package let index: Double
  /// Per row, what the index changes per unit of the row's weight; the sum of squares is the
  /// variance.
  package let influence: [Double]

  package var standardError: Double {
    influence.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// - Parameters:
  ///   - data: right-censored, for Harrell's index also left-truncated.
  ///   - scores: finite, one per row.
  package init(_ data: FollowUp, scores: [Double], weighting: Weighting = .harrell)
    throws(StatisticsError)
  {
    try InputChecks.count(scores.count, "scores", equals: data.count)
    try InputChecks.finite(scores, "scores")
    let eventWeights = try Self.weights(data, weighting)
    let places = Self.places(scores)
    let later = Pairs(data, places, eventWeights).asFirst
    let earlier = Pairs(data, places, eventWeights).asSecond
    var (more, less, same) = (0.0, 0.0, 0.0)
    for i in scores.indices where data.event[i] {
      more += eventWeights[i] * later[i].less
      less += eventWeights[i] * later[i].more
      same += eventWeights[i] * later[i].same
    }
    let all = more + less + same
    if !(all > 0) {
      throw StatisticsError(
        "a concordance needs a pair of rows of which one is known to have had the event first")
    }
    (concordant, discordant, tied) = (more, less, same)
    let index = (more + same / 2) / all
    self.index = index
    influence = scores.indices.map { i in
      let w = eventWeights[i]
      let own = later[i]
      let won = w * (own.less + own.same / 2) + earlier[i].more + earlier[i].same / 2
      let pairs =
        w * (own.less + own.more + own.same) + earlier[i].less + earlier[i].more + earlier[i].same
      return (won - index * pairs) / all
    }
  }

  /// Wald's interval. The logit scale covers better in small samples, but has none where the standard
  /// error is 0, as that of a perfect ranking is, or where the index is 0 or 1.
  package func interval(level: Double = 0.95, scale: AreaUnderROC.IntervalScale = .area)
    throws(StatisticsError) -> Interval?
  {
    try InputChecks.level(level)
    let error = standardError
    if scale == .logit && error == 0 { return nil }
    return AreaUnderROC.interval(of: index, standardError: error, level: level, scale: scale)
  }

  /// The test of equal indices of two scores for the same rows; nil where they agree in all rows.
  package func difference(_ other: Concordance) -> (standardError: Double, test: NormalTest)? {
    precondition(influence.count == other.influence.count, "a comparison needs the same rows")
    var sum = 0.0
    for i in influence.indices {
      let gap = influence[i] - other.influence[i]
      sum += gap * gap
    }
    return sum == 0
      ? nil : (sum.squareRoot(), NormalTest((index - other.index) / sum.squareRoot()))
  }

  /// 0, 1, ... by ascending score.
  private static func places(_ scores: [Double]) -> [Int] {
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var places = [Int](repeating: 0, count: scores.count)
    var place = 0
    for (k, row) in order.enumerated() {
      if k > 0 && scores[order[k - 1]] < scores[row] { place += 1 }
      places[row] = place
    }
    return places
  }

  private static func weights(_ data: FollowUp, _ weighting: Weighting)
    throws(StatisticsError) -> [Double]
  {
    switch weighting {
    case .harrell:
      return data.event.map { $0 ? 1 : 0 }
    case .uno(let limit):
      try CensoringDistribution.refuseEntries(data, "Uno's concordance")
      let censoring = CensoringDistribution(data)
      return data.time.indices.map { i in
        guard data.event[i], data.time[i] <= limit ?? .infinity else { return 0 }
        let uncensored = censoring.probability(justBefore: data.time[i])
        return 1 / (uncensored * uncensored)
      }
    }
  }
}

/// For every row sums over its comparable partners, by the partner's score.
private struct Pairs {
  struct Sums {
    var less = 0.0
    var same = 0.0
    var more = 0.0
  }

  let data: FollowUp
  let places: [Int]
  let weights: [Double]
  /// By descending time; at one time the censored rows before the events.
  let order: [Int]

  init(_ data: FollowUp, _ places: [Int], _ weights: [Double]) {
    (self.data, self.places, self.weights) = (data, places, weights)
    order = data.time.indices.sorted {
      (-data.time[$0], data.event[$0] ? 1 : 0, $0) < (-data.time[$1], data.event[$1] ? 1 : 0, $1)
    }
  }

  /// Counts of the rows that outlive the event of a row; zeros for rows without.
  var asFirst: [Sums] {
    var tree = PrefixSums(places.count)
    var result = [Sums](repeating: Sums(), count: places.count)
    let entries = data.entry.map { entry in
      entry.indices.sorted { (-entry[$0], $0) < (-entry[$1], $1) }
    }
    var leaving = 0
    var first = 0
    while first < order.count {
      let t = data.time[order[first]]
      var end = first
      while end < order.count && data.time[order[end]] == t { end += 1 }
      let group = order[first..<end]
      for row in group where !data.event[row] { tree.add(places[row], 1) }
      if let entries, let entry = data.entry {
        while leaving < entries.count && entry[entries[leaving]] >= t {
          tree.add(places[entries[leaving]], -1)
          leaving += 1
        }
      }
      for row in group where data.event[row] { result[row] = tree.sums(around: places[row]) }
      for row in group where data.event[row] { tree.add(places[row], 1) }
      first = end
    }
    return result
  }

  /// Weights of the events that a row outlives.
  var asSecond: [Sums] {
    var tree = PrefixSums(places.count)
    var result = [Sums](repeating: Sums(), count: places.count)
    let ascending = Array(order.reversed())
    let entries = data.entry.map { entry in
      entry.indices.sorted { (entry[$0], $0) < (entry[$1], $1) }
    }
    var entering = 0
    var first = 0
    while first < ascending.count {
      let t = data.time[ascending[first]]
      var end = first
      while end < ascending.count && data.time[ascending[end]] == t { end += 1 }
      let group = ascending[first..<end]
      // Events up to and including the entry do not count.
      if let entries, let entry = data.entry {
        while entering < entries.count && entry[entries[entering]] < t {
          let row = entries[entering]
          let before = tree.sums(around: places[row])
          result[row] = Sums(less: -before.less, same: -before.same, more: -before.more)
          entering += 1
        }
      }
      for row in group where data.event[row] { add(tree.sums(around: places[row]), &result[row]) }
      for row in group where data.event[row] { tree.add(places[row], weights[row]) }
      for row in group where !data.event[row] { add(tree.sums(around: places[row]), &result[row]) }
      first = end
    }
    return result
  }

  private func add(_ sums: Sums, _ result: inout Sums) {
    result.less += sums.less
    result.same += sums.same
    result.more += sums.more
  }
}

/// Sums over places 0..<count that can be changed and asked for in O(log n). Fenwick 1994.
private struct PrefixSums {
  private var tree: [Double]
  private var total = 0.0

  init(_ count: Int) { tree = [Double](repeating: 0, count: count + 1) }

  mutating func add(_ place: Int, _ value: Double) {
    total += value
    var i = place + 1
    while i < tree.count {
      tree[i] += value
      i += i & -i
    }
  }

  private func below(_ place: Int) -> Double {
    var (sum, i) = (0.0, place)
    while i > 0 {
      sum += tree[i]
      i -= i & -i
    }
    return sum
  }

  func sums(around place: Int) -> Pairs.Sums {
    let (less, upTo) = (below(place), below(place + 1))
    return Pairs.Sums(less: less, same: upTo - less, more: total - upTo)
  }
}
