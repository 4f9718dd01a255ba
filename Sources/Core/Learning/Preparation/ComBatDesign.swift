internal import Numerics

/// Sites and covariates of the training rows, and the columns standardised by them.
///
/// Least squares with one mean per site and common slopes: slopes from the rows centred within
/// their site, then the means (Frisch & Waugh); equal to sva's joint solution.
struct ComBatDesign {
  struct Effects {
    /// Mean without the covariates: of all rows, or of the reference site.
    var mean: Double
    /// Root of the pooled variance, over the count of rows.
    var deviation: Double
    var slopes: [Double]
  }

  /// Rows of each site, ascending.
  private let rowsOfSite: [[Int]]
  private let siteOfRow: [Int]
  private let covariates: [[Double]]
  /// Covariates centred within their site.
  private let centred: [[Double]]
  /// Their matrix of products, row-major.
  private let products: [Double]
  let reference: Int?
  /// Standardised columns, one after the other, that were accepted.
  private(set) var standardised: [[Double]] = []

  /// - Throws: covariates that the sites or one another determine; too few rows.
  init(siteOfRow: [Int], siteCount: Int, covariates: [[Double]], reference: Int?)
    throws(LearningError)
  {
    self.siteOfRow = siteOfRow
    self.covariates = covariates
    self.reference = reference
    rowsOfSite = (0..<siteCount).map { site in siteOfRow.indices.filter { siteOfRow[$0] == site } }
    let rows = rowsOfSite
    centred = covariates.map { Self.centre($0, within: rows) }
    if siteOfRow.count <= siteCount + covariates.count {
      throw LearningError(
        "combat: \(siteOfRow.count) rows are too few for \(siteCount) sites and "
          + "\(covariates.count) covariates")
    }
    if !Self.isIndependent(centred, originals: covariates) {
      throw LearningError(
        "combat: the covariates are determined by the sites or by one another, so their effects "
          + "cannot be told apart")
    }
    let columns = centred
    products = columns.flatMap { a in columns.map { b in Self.product(a, b) } }
  }

  var rowCounts: [Int] { rowsOfSite.map { $0.count } }
  func rows(of site: Int) -> [Int] { rowsOfSite[site] }

  /// Takes a column in; nil where it is constant within a site of two or more rows or has no
  /// residual variance, so that it is not to be adjusted.
  mutating func standardise(_ values: [Double]) -> Effects? {
    for rows in rowsOfSite where rows.count > 1 {
      if rows.allSatisfy({ values[$0] == values[rows[0]] }) { return nil }
    }
    let slopes = self.slopes(of: Self.centre(values, within: rowsOfSite))
    let free = values.indices.map { row in
      var value = values[row]
      for (k, covariate) in covariates.enumerated() { value -= slopes[k] * covariate[row] }
      return value
    }
    let siteMeans = rowsOfSite.map { rows in ColumnSummary.mean(rows.map { free[$0] }) }
    let pooled = reference.map { rowsOfSite[$0] } ?? Array(values.indices)
    let residuals = pooled.map { row in
      let residual = free[row] - siteMeans[siteOfRow[row]]
      return residual * residual
    }
    let deviation = (PairwiseSum.sum(residuals) / Double(pooled.count)).squareRoot()
    let mean = reference.map { siteMeans[$0] } ?? ColumnSummary.mean(free)
    let size = max(values.map { $0.magnitude }.max() ?? 0, mean.magnitude)
    if !(deviation > size * 1e-13) || !deviation.isFinite { return nil }
    standardised.append(free.map { ($0 - mean) / deviation })
    return Effects(mean: mean, deviation: deviation, slopes: slopes)
  }

  private func slopes(of values: [Double]) -> [Double] {
    if covariates.isEmpty { return [] }
    return Eigenvalues.solve(products, centred.map { Self.product($0, values) })!
  }

  private static func centre(_ values: [Double], within rowsOfSite: [[Int]]) -> [Double] {
    var centred = values
    for rows in rowsOfSite where !rows.isEmpty {
      let mean = ColumnSummary.mean(rows.map { values[$0] })
      for row in rows { centred[row] = values[row] - mean }
    }
    return centred
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    PairwiseSum.sum(zip(a, b).map { $0 * $1 })
  }

  /// Gram-Schmidt: what is left of each column must exceed 1e-7 of its size.
  private static func isIndependent(_ columns: [[Double]], originals: [[Double]]) -> Bool {
    var basis: [[Double]] = []
    for (column, original) in zip(columns, originals) {
      var rest = column
      for _ in 0..<2 {
        for direction in basis {
          let share = product(rest, direction)
          for row in rest.indices { rest[row] -= share * direction[row] }
        }
      }
      let length = product(rest, rest).squareRoot()
      if !(length > 1e-7 * product(original, original).squareRoot()) { return false }
      basis.append(rest.map { $0 / length })
    }
    return true
  }
}
