package import Numerics

/// Folds for the choice of lambda: rows of one group stay together, outcomes are spread evenly.
package enum ElasticNetFolds {
  /// Fold of each row, 0 ..< `count`.
  ///
  /// Groups are put into strata (binary: whether they hold a positive row; survival: an event;
  /// continuous: one stratum), shuffled there, and each goes to the fold with the fewest rows of its
  /// stratum; ties: the fewest rows at all, then the lowest number.
  /// - Throws: where there are fewer groups than folds.
  package static func assign(
    _ data: Dataset, count: Int, using stream: inout RandomStream
  ) throws(LearningError) -> [Int] {
    precondition(count >= 2)
    var groups: [Int] = []
    var place: [Int: Int] = [:]
    var sizes: [Int] = []
    var isPositive: [Bool] = []
    for row in 0..<data.rowCount {
      let group = data.groups[row]
      let index = place[group] ?? groups.count
      if index == groups.count {
        place[group] = index
        groups.append(group)
        sizes.append(0)
        isPositive.append(false)
      }
      sizes[index] += 1
      if Self.isPositive(data.outcome, row) { isPositive[index] = true }
    }
    guard groups.count >= count else {
      throw LearningError(
        "\(count) folds need as many patients, the training rows come from \(groups.count)")
    }
    var foldOfGroup = [Int](repeating: 0, count: groups.count)
    var rows = [Int](repeating: 0, count: count)
    for stratum in [true, false] {
      var members = (0..<groups.count).filter { isPositive[$0] == stratum }
      stream.shuffle(&members)
      var inStratum = [Int](repeating: 0, count: count)
      for member in members {
        var best = 0
        for fold in 1..<count
        where (inStratum[fold], rows[fold]) < (inStratum[best], rows[best]) { best = fold }
        foldOfGroup[member] = best
        inStratum[best] += sizes[member]
        rows[best] += sizes[member]
      }
    }
    return data.groups.map { foldOfGroup[place[$0] ?? 0] }
  }

  private static func isPositive(_ outcome: Outcome, _ row: Int) -> Bool {
    switch outcome {
    case .binary(let classes): classes[row] == 1
    case .continuous: false
    case .survival(_, let event, _): event[row] == 1
    }
  }
}
