/// Rows sorted by score once, for areas under ROC curves of many resamples of them.
struct RankedRows: Sendable {
  /// The row at each place, by ascending score.
  let rows: [Int32]
  /// Per place: bit 0: the row is positive; bit 1: the next score is higher.
  private let flags: [UInt8]

  /// - Parameter scores: finite.
  init(scores: [Double], positives: [Bool]) {
    precondition(scores.count == positives.count)
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    rows = order.map { Int32($0) }
    flags = order.indices.map { place in
      let isLast = place + 1 == order.count || scores[order[place]] < scores[order[place + 1]]
      return (positives[order[place]] ? 1 : 0) | (isLast ? 2 : 0)
    }
  }

  /// The area of the rows as they are; nil where they are of one class.
  var area: Double? {
    area(numbers: [Int32](0..<Int32(rows.count)), counts: [Int32](repeating: 1, count: rows.count))
  }

  /// The area where each row counts as often as its patient was drawn; nil where one class is left.
  /// Whole numbers up to the last division: exact, and equal in bits to that of the repeated rows.
  /// - Parameters:
  ///   - numbers: the patient of the row at each place.
  ///   - counts: how often each patient was drawn.
  func area(numbers: [Int32], counts: [Int32]) -> Double? {
    precondition(numbers.count == flags.count)
    return numbers.withUnsafeBufferPointer { numbers in
      counts.withUnsafeBufferPointer { counts in
        flags.withUnsafeBufferPointer { flags in Self.sweep(numbers, counts, flags) }
      }
    }
  }

  private static func sweep(
    _ numbers: UnsafeBufferPointer<Int32>, _ counts: UnsafeBufferPointer<Int32>,
    _ flags: UnsafeBufferPointer<UInt8>
  ) -> Double? {
    // Twice the number of pairs in which the positive row has the higher score.
    var wins = 0
    var (below, tiedPositives, tiedNegatives, positives) = (0, 0, 0, 0)
    var place = 0
    while place < numbers.count {
      let count = Int(counts[Int(numbers[place])])
      let flag = flags[place]
      let positive = count &* Int(flag & 1)
      tiedPositives &+= positive
      tiedNegatives &+= count &- positive
      if flag & 2 != 0 {
        wins &+= tiedPositives &* (2 &* below &+ tiedNegatives)
        below &+= tiedNegatives
        positives &+= tiedPositives
        (tiedPositives, tiedNegatives) = (0, 0)
      }
      place &+= 1
    }
    if below == 0 || positives == 0 { return nil }
    return Double(wins) / Double(2 &* below &* positives)
  }
}
