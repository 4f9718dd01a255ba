/// A variable of a table of Cox models: a number, or a category with an indicator column for every
/// level but the first.
package struct CoxVariable: Sendable {
  package let name: String
  /// Labels of the columns; the variable's name for a number, the levels but the first for a category.
  package let labels: [String]
  /// Column by column, nil where the value is missing.
  package let columns: [[Double?]]

  /// - Parameter values: nil and NaN are missing.
  package static func number(_ name: String, _ values: [Double?]) -> CoxVariable {
    let known = values.map { value in value.flatMap { $0.isNaN ? nil : $0 } }
    return CoxVariable(name: name, labels: [name], columns: [known])
  }

  /// - Parameters:
  ///   - codes: 0, 1, ... into the levels; nil is missing.
  ///   - levels: at least two names; the first is the reference.
  package static func category(_ name: String, codes: [Int?], levels: [String])
    throws(StatisticsError) -> CoxVariable
  {
    if levels.count < 2 {
      throw StatisticsError("variable \(name) needs at least two levels; it has \(levels.count)")
    }
    for (row, code) in codes.enumerated() {
      if let code, !levels.indices.contains(code) {
        throw StatisticsError(
          "codes of variable \(name) must be in 0...\(levels.count - 1); row \(row + 1) is \(code)")
      }
    }
    return CoxVariable(
      name: name, labels: Array(levels.dropFirst()),
      columns: levels.indices.dropFirst().map { level in
        codes.map { code in code.map { $0 == level ? 1 : 0 } }
      })
  }

  var count: Int { columns[0].count }

  func isKnown(_ row: Int) -> Bool { columns.allSatisfy { $0[row] != nil } }

  func known(_ rows: [Int]) -> [[Double]] {
    columns.map { column in rows.compactMap { column[$0] } }
  }
}
