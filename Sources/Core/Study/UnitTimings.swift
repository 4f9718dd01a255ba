/// When, where and how long units were computed: facts of a run, never part of the digest.
package struct UnitTimings: Sendable {
  /// Of every unit; NaN where it was not computed.
  package let seconds: [Double]
  /// The rank that computed it; -1 where none did.
  package let ranks: [Int]
  /// Seconds since the first of these units was begun; NaN where that is not known.
  package let starts: [Double]

  package init(_ index: JournalIndex, seconds: [Double]) {
    self.seconds = seconds
    let records = seconds.indices.map { index.record(of: $0) }
    ranks = records.map { $0.flatMap { index.rank(of: $0) } ?? -1 }
    let first = records.compactMap { $0?.begun }.min() ?? 0
    starts = records.map { record in record?.begun.map { $0 - first } ?? .nan }
  }

  /// `/uns/timings`.
  package var node: ResultNode {
    .group([
      .init("seconds_per_unit", .numbers(seconds)),
      .init("rank_per_unit", .integers(ranks)),
      .init("start_per_unit", .numbers(starts)),
    ])
  }
}
