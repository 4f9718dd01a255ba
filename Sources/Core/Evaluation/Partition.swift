/// Training and test rows of one fit. No patient is in both.
package struct Partition: Hashable, Sendable {
  /// Ascending.
  package let training: [Int]
  /// Ascending.
  package let test: [Int]
  /// 0, 1, ...; 0 where nothing is repeated.
  package let repetition: Int
  /// 0, 1, ... within the repetition.
  package let fold: Int
  /// What the fold is called, such as the site that is left out.
  package let label: String?

  package init(
    training: [Int], test: [Int], repetition: Int = 0, fold: Int = 0, label: String? = nil
  ) {
    self.training = training
    self.test = test
    self.repetition = repetition
    self.fold = fold
    self.label = label
  }

  /// FNV-1a, 64 bits (Fowler, Noll & Vo), of the number of training rows, the training rows, the
  /// number of test rows and the test rows, each as 8 bytes, the lowest first.
  package var fingerprint: UInt64 {
    var hash = FNV1a()
    for rows in [training, test] {
      hash.add(UInt64(rows.count))
      for row in rows { hash.add(UInt64(row)) }
    }
    return hash.value
  }

  /// The same partition of a table from which `rows` were taken, in the numbers of that table: an
  /// inner fold of `outer.training` becomes `inner.inTable(of: outer.training)`.
  package func inTable(of rows: [Int]) -> Partition {
    Partition(
      training: training.map { rows[$0] }, test: test.map { rows[$0] }, repetition: repetition,
      fold: fold, label: label)
  }
}

struct FNV1a {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ word: UInt64) {
    var rest = word
    for _ in 0..<8 {
      value = (value ^ (rest & 0xff)) &* 0x100_0000_01b3
      rest >>= 8
    }
  }
}
