package import Components
package import Learning

/// Keeps the features that repeated measurements reproduce: masks of several readers, test and
/// retest scans, or perturbed images.
package struct Repeatability: Sendable {
  private let filter: ICCFilter

  package init(_ parameters: ICCFilterParameters) throws(InvalidInput) {
    filter = try ICCFilter(parameters)
  }

  /// - Parameter measurements: two or more tables; rows that all of them have are compared.
  /// - Returns: the table without the features that are not repeated, their number, and the number of
  ///   rows that were compared.
  /// - Throws: features that a measurement does not have as numbers, fewer than two common rows.
  package func kept(
    of table: ModelTable, by measurements: [ModelTable]
  ) throws(InvalidInput) -> (table: ModelTable, dropped: Int, rows: Int) {
    let features = table.columns.filter { $0.kind == .feature }.map(\.name)
    var problems: [Problem] = []
    for measurement in measurements {
      let missing = features.filter { name in
        if case .numbers? = measurement[name]?.values { false } else { true }
      }
      if let first = missing.first {
        problems.append(
          Problem(
            measurement.file,
            "\(missing.count) features of \(table.file) are not among its numbers, such as"
              + " \"\(first)\""))
      }
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    let (rows, keys) = Self.commonRows(measurements)
    if keys < 2 {
      let files = measurements.map(\.file).joined(separator: ", ")
      throw InvalidInput(
        files, "\(keys) rows are in all tables of repeated measurements; at least 2 are needed")
    }
    let matrices = zip(measurements, rows).map { table, rows in
      FeatureMatrix(
        rowCount: keys,
        columns: features.map { name in
          guard case .numbers(let numbers)? = table[name]?.values else {
            preconditionFailure("column \(name) was checked")
          }
          return rows.map { numbers[$0] }
        })
    }
    let kept: Set<String>
    do throws(LearningError) {
      kept = Set(filter.kept(try filter.estimates(matrices)).map { features[$0] })
    } catch {
      throw InvalidInput(table.file, error.message)
    }
    let left = table.columns.filter { $0.kind != .feature || kept.contains($0.name) }
    return (
      try ModelTable(keys: table.keys, columns: left, sources: table.sources),
      features.count - kept.count, keys
    )
  }

  /// Per table, the rows of the keys that all have, in the order of the first.
  private static func commonRows(_ tables: [ModelTable]) -> (rows: [[Int]], count: Int) {
    let places = tables.map { table in
      Dictionary(table.keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let common = tables[0].keys.filter { key in places.allSatisfy { $0[key] != nil } }
    return (places.map { places in common.compactMap { places[$0] } }, common.count)
  }
}
