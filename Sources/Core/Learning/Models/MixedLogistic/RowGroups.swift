/// Rows put together by group; groups in the order in which they first appear, rows of a group in
/// the order of the table.
struct RowGroups: Hashable, Sendable {
  /// Row numbers of the table, group after group.
  let rows: [Int]
  /// Group g holds `rows[starts[g]..<starts[g + 1]]`.
  let starts: [Int]

  /// - Parameter groups: one number per row.
  init(_ groups: [Int]) {
    var place: [Int: Int] = [:]
    var members: [[Int]] = []
    for (row, group) in groups.enumerated() {
      if let index = place[group] {
        members[index].append(row)
      } else {
        place[group] = members.count
        members.append([row])
      }
    }
    rows = Array(members.joined())
    var starts = [0]
    for group in members { starts.append(starts[starts.count - 1] + group.count) }
    self.starts = starts
  }

  var count: Int { starts.count - 1 }

  func range(_ group: Int) -> Range<Int> { starts[group]..<starts[group + 1] }

  /// Rows of the largest group.
  var longest: Int { (0..<count).reduce(0) { max($0, range($1).count) } }

  /// Pairs of rows within groups.
  var pairCount: Int {
    (0..<count).reduce(0) { $0 + range($1).count * (range($1).count - 1) / 2 }
  }

  /// Whether no group holds two different values.
  func areConstant(_ values: [UInt8]) -> Bool {
    (0..<count).allSatisfy { group in
      let first = values[rows[starts[group]]]
      return range(group).allSatisfy { values[rows[$0]] == first }
    }
  }
}
