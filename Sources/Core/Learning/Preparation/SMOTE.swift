package import Components
package import Numerics

/// `smote:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `neighbours` | 5 | 1...100 | nearest rows of the smaller class to choose from |
package struct SMOTEParameters: ParameterSet {
  package var neighbours = 5

  package init() {}

  package static let fields: [Field<SMOTEParameters>] = [
    .integer("neighbours", \.neighbours, in: 1...100, "nearest rows of the class to choose from")
  ]
}

/// Synthetic rows of the smaller class on the segments between a row and one of its nearest
/// neighbours, until both classes have the same count (Chawla et al. 2002, JAIR 16:321).
///
/// - Distances are Euclidean on columns scaled to SD 1 over all rows, so they do not depend on
///   whether the table was scaled; ties go to the earlier row. One random position per synthetic
///   row.
/// - Neighbours are of another patient, and exact copies of a row of the same patient (as in a
///   bootstrap sample) count once, so nothing is synthesised between a patient's own rows.
/// - Every row of the class is used equally often; what is left over after whole rounds goes to
///   rows drawn without replacement.
/// - Synthetic rows follow the others and have patient, site and weight of the row that they start
///   from. To be used inside the innermost training part: a later split would see its neighbours.
package struct SMOTE: Balancing {
  package static let id: ComponentID = "smote"
  package static let summary = "Synthetic rows of the smaller class between near neighbours."

  package let parameters: SMOTEParameters

  package init(_ parameters: SMOTEParameters) throws(InvalidInput) {
    if !(1...100).contains(parameters.neighbours) {
      throw InvalidInput("neighbours", "\(parameters.neighbours) is not in 1...100")
    }
    self.parameters = parameters
  }

  /// - Throws: no binary outcome, missing values, fewer than k + 1 patients in the smaller class.
  package func balanced(_ data: Dataset, using stream: inout RandomStream)
    throws(LearningError) -> Dataset
  {
    let classes = try data.requireClasses(for: Self.id)
    try data.requireFinite(for: Self.id)
    let positives = classes.indices.filter { classes[$0] == 1 }
    let negatives = classes.indices.filter { classes[$0] == 0 }
    let needed = abs(positives.count - negatives.count)
    if needed == 0 { return data }
    let smaller = positives.count < negatives.count ? positives : negatives
    let table = data.features
    let rows = Self.withoutCopies(smaller, data)
    let neighbours = nearest(rows, data)
    if let lonely = neighbours.firstIndex(where: { $0.count < parameters.neighbours }) {
      throw LearningError(
        "\(Self.id): \(parameters.neighbours) neighbours of other patients are asked for and row "
          + "\(rows[lonely] + 1) has \(neighbours[lonely].count) in its class")
    }
    var starts: [Int] = []
    while needed - starts.count >= rows.count { starts += rows.indices }
    var rest = Array(rows.indices)
    stream.shuffle(&rest)
    starts += rest.prefix(needed - starts.count).sorted()
    var ends: [Int] = []
    var positions: [Double] = []
    for start in starts {
      ends.append(rows[neighbours[start][stream.integer(below: parameters.neighbours)]])
      positions.append(stream.uniform())
    }
    let origins = starts.map { rows[$0] }
    var values: [Double] = []
    values.reserveCapacity((data.rowCount + needed) * data.columnCount)
    for column in 0..<table.columnCount {
      let old = Array(table.column(column))
      values += old
      for (place, origin) in origins.enumerated() {
        values.append(old[origin] + positions[place] * (old[ends[place]] - old[origin]))
      }
    }
    var balanced = data.rows(Array(classes.indices) + origins)
    balanced.features = FeatureMatrix(
      rowCount: data.rowCount + needed, columnCount: data.columnCount, values: values)
    return balanced
  }

  /// Rows without those that repeat an earlier row of the same patient.
  private static func withoutCopies(_ rows: [Int], _ data: Dataset) -> [Int] {
    let (values, count) = (data.features.values, data.rowCount)
    func isCopy(_ a: Int, _ b: Int) -> Bool {
      data.groups[a] == data.groups[b]
        && (0..<data.columnCount).allSatisfy { values[$0 * count + a] == values[$0 * count + b] }
    }
    var kept: [Int] = []
    for row in rows where !kept.contains(where: { isCopy($0, row) }) { kept.append(row) }
    return kept
  }

  /// For each row the places of its nearest rows of other patients, at most k, nearest first.
  private func nearest(_ rows: [Int], _ data: Dataset) -> [[Int]] {
    let count = rows.count
    var squares = [Double](repeating: 0, count: count * count)
    for column in 0..<data.columnCount where !data.features.isConstant(column) {
      let values = Array(data.features.column(column))
      let mean = ColumnSummary.mean(values)
      let variance = ColumnSummary.sumOfSquares(values, mean: mean) / Double(values.count)
      for a in 0..<count {
        let value = values[rows[a]]
        var b = a &+ 1
        while b < count {
          let difference = values[rows[b]] - value
          squares[a &* count &+ b] += difference * difference / variance
          b &+= 1
        }
      }
    }
    return (0..<count).map { a in
      let others = (0..<count).filter { data.groups[rows[$0]] != data.groups[rows[a]] }
      let distances = others.map { squares[min(a, $0) * count + max(a, $0)] }
      let order = others.indices.sorted {
        (distances[$0], $0) < (distances[$1], $1)
      }
      return order.prefix(parameters.neighbours).map { others[$0] }
    }
  }
}
