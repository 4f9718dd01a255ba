internal import Components

/// The rows of a logistic regression of grouped rows: group after group, columns standardised, those
/// that are constant left out, an intercept in front.
struct ClusteredDesign: Sendable {
  let groups: RowGroups
  /// 1 or 0, one per row, in the order of the groups.
  let outcome: [Double]
  /// As given, or 1; in the order of the groups.
  let weights: [Double]
  let columns: StandardisedColumns
  /// The columns with a coefficient.
  let order: [Int]
  /// Maximum likelihood as if rows were independent, on the scale of the table.
  let plain: Plain

  struct Plain: Hashable, Sendable {
    let intercept: Double
    let coefficients: [Double]
  }

  /// What is fitted, on the scale of the table.
  struct Estimate: Hashable, Sendable {
    let intercept: Double
    let coefficients: [Double]
    /// Of (intercept, coefficients), row by row; 0 for a constant column.
    let covariance: [Double]
  }

  /// Coefficients including the intercept.
  var width: Int { order.count + 1 }
  var rowCount: Int { outcome.count }

  /// - Throws: rows that cannot be fitted, fewer than two groups, collinear columns, classes that a
  ///   combination of columns separates.
  init(_ data: Dataset, for model: ComponentID) throws(LearningError) {
    guard case .binary(let classes) = data.outcome else {
      throw LearningError("\(model) needs a binary outcome")
    }
    try RegressionInput.check(data)
    groups = RowGroups(data.groups)
    guard groups.count > 1 else {
      throw LearningError("\(model) needs rows of 2 groups (patients) or more, found 1 group")
    }
    let unit = RegressionInput.unitWeights(data)
    do {
      let newton = try NewtonRegression(
        BinomialLoss(classes: classes, weights: unit), data.features, weights: unit)
      plain = Plain(intercept: newton.intercept, coefficients: newton.coefficients)
    } catch {
      if error == .collinear {
        throw LearningError(
          "\(model): \(data.columnCount) columns and \(data.rowCount) rows: columns are sums of "
            + "others, so the coefficients are not determined; drop correlated columns")
      }
      throw LearningError(
        "\(model): a combination of the columns separates the classes, so maximum likelihood has no "
          + "finite coefficients; use fewer columns, or logistic with a penalty")
    }
    let rows = groups.rows
    outcome = rows.map { Double(classes[$0]) }
    weights =
      data.weights.isEmpty
      ? [Double](repeating: 1, count: rows.count) : rows.map { data.weights[$0] }
    columns = StandardisedColumns(
      data.features.rows(rows), weights: rows.map { unit[$0] }, scaling: true)
    let isConstant = columns.isConstant
    order = isConstant.indices.filter { !isConstant[$0] }
  }

  /// Coefficients of the table on the standardised scale, intercept first.
  func standardised(intercept: Double, _ coefficients: [Double]) -> [Double] {
    var first = intercept
    for j in coefficients.indices { first += coefficients[j] * columns.means[j] }
    return [first] + order.map { coefficients[$0] * columns.scales[$0] }
  }

  /// Coefficients and covariance of the standardised scale on that of the table.
  func estimate(_ beta: [Double], covariance: [Double]) -> Estimate {
    var coefficients = [Double](repeating: 0, count: columns.columnCount)
    var intercept = beta[0]
    for (index, j) in order.enumerated() {
      coefficients[j] = beta[index + 1] / columns.scales[j]
      intercept -= coefficients[j] * columns.means[j]
    }
    // Rows of the change of scale: column 0 of the standardised coefficients is the intercept.
    var map = [[Double]](
      repeating: [Double](repeating: 0, count: width), count: columns.columnCount + 1)
    map[0][0] = 1
    for (index, j) in order.enumerated() {
      map[0][index + 1] = -columns.means[j] / columns.scales[j]
      map[j + 1][index + 1] = 1 / columns.scales[j]
    }
    var full: [Double] = []
    for left in map {
      let product = (0..<width).map { k in
        (0..<width).reduce(0) { $0 + left[$1] * covariance[$1 * width + k] }
      }
      for right in map { full.append((0..<width).reduce(0) { $0 + product[$1] * right[$1] }) }
    }
    return Estimate(intercept: intercept, coefficients: coefficients, covariance: full)
  }

  /// The linear predictor, one number per row.
  func predictor(_ beta: [Double]) -> [Double] {
    var sum = [Double](repeating: beta[0], count: rowCount)
    for (index, j) in order.enumerated() { columns.add(beta[index + 1], j, to: &sum) }
    return sum
  }

  /// Sum over rows of a number per row times the row.
  func total(_ factors: [Double]) -> [Double] {
    [factors.reduce(0, +)] + order.map { columns.dot($0, factors) }
  }

  /// For each group, the sum over its rows of a number per row times the row; group after group,
  /// `width` numbers each.
  func groupTotals(_ factors: [Double]) -> [Double] {
    var totals = [Double](repeating: 0, count: groups.count * width)
    for group in 0..<groups.count {
      for i in groups.range(group) { totals[group * width] += factors[i] }
    }
    for (index, j) in order.enumerated() {
      let start = j * rowCount
      for group in 0..<groups.count {
        var sum = 0.0
        for i in groups.range(group) { sum += factors[i] * columns.values[start + i] }
        totals[group * width + index + 1] = sum
      }
    }
    return totals
  }

  /// Sum over rows of a number per row times the row's product with itself, row by row.
  func gram(_ factors: [Double]) -> [Double] {
    var gram = [Double](repeating: 0, count: width * width)
    for a in 0..<width {
      let weighted = a == 0 ? factors : zip(factors, columns.column(order[a - 1])).map { $0 * $1 }
      for (b, value) in total(weighted).enumerated() where b >= a {
        gram[a * width + b] = value
        gram[b * width + a] = value
      }
    }
    return gram
  }

  /// Sum over groups of a factor times the product of the group's totals with themselves.
  func outerProducts(_ totals: [Double], _ factors: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: width * width)
    for group in 0..<groups.count {
      let start = group * width
      for a in 0..<width {
        let left = factors[group] * totals[start + a]
        for b in 0..<width { sum[a * width + b] += left * totals[start + b] }
      }
    }
    return sum
  }
}
