/// The distributions of sums of mid-ranks under permutation, by counting. Streitberg & Röhmel 1986:
/// twice a mid-rank is a whole number.
enum RankPermutations {
  /// P(|V - E| >= |v - E|) of the sum V of ranks with random signs.
  static func signedRank(_ ranks: [Double], observed: Double) -> Double {
    let doubled = ranks.map { Int(2 * $0) }
    let top = doubled.reduce(0, +)
    var counts = [Double](repeating: 0, count: top + 1)
    counts[0] = 1
    var reach = 0
    for rank in doubled {
      reach += rank
      for k in stride(from: reach, through: rank, by: -1) { counts[k] += counts[k - rank] }
    }
    return outer(counts, Int(2 * observed), centre: top)
  }

  /// P(|W - E| >= |w - E|) of the sum W of the ranks of `count` randomly chosen rows.
  static func rankSum(_ ranks: [Double], count: Int, observed: Double) -> Double {
    let doubled = ranks.map { Int(2 * $0) }
    let top = doubled.sorted().suffix(count).reduce(0, +)
    let width = top + 1
    var counts = [Double](repeating: 0, count: (count + 1) * width)
    counts[0] = 1
    for (index, rank) in doubled.enumerated() {
      var chosen = min(count, index + 1)
      while chosen > 0 {
        let (own, less) = (chosen * width, (chosen - 1) * width)
        var sum = rank
        while sum <= top {
          counts[own + sum] += counts[less + sum - rank]
          sum += 1
        }
        chosen -= 1
      }
    }
    // Twice the mean of a doubled sum is count · (number of rows + 1) · 2.
    return outer(
      Array(counts[(count * width)...]), Int(2 * observed), centre: count * (ranks.count + 1) * 2)
  }

  /// - Parameter centre: twice the mean.
  private static func outer(_ counts: [Double], _ observed: Int, centre: Int) -> Double {
    let distance = abs(2 * observed - centre)
    var (far, all) = (0.0, 0.0)
    for (value, count) in counts.enumerated() {
      all += count
      if abs(2 * value - centre) >= distance { far += count }
    }
    return min(1, far / all)
  }
}
