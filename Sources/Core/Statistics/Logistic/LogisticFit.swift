internal import Glibc
internal import Numerics

/// A fitted logistic regression with what its table is made from.
struct LogisticFit {
  let rows: LogisticRows
  let maximum: LogisticMaximum
  /// Of the intercept and the coefficients in their own units, row-major.
  let covariance: [Double]?
  private let isPenalised: Bool
  private let plain: (rows: LogisticRows, maximum: LogisticMaximum)

  init(
    columns: [[Double]], names: [String], positives: [Bool], offset: [Double], isPenalised: Bool
  ) throws(StatisticsError) {
    self.isPenalised = isPenalised
    rows = LogisticRows(columns: columns, positives: positives, offset: offset, isCentred: true)
    try Self.checkRank(rows, names)
    let q = rows.width
    let zero = [Double](repeating: 0, count: q)
    maximum = LogisticMaximum(
      rows, start: zero, free: Array(0..<q), isPenalised: isPenalised)
    if !maximum.isConverged && maximum.direction == nil { throw Self.lost }
    // Only the profile of the intercept needs the columns as they stand.
    let standing = LogisticRows(
      columns: columns, positives: positives, offset: offset, isCentred: false)
    var start = maximum.beta
    for k in 1..<max(1, q) { start[0] -= maximum.beta[k] * rows.centres[k] / rows.scales[k] }
    let again =
      q == 1
      ? maximum
      : LogisticMaximum(standing, start: start, free: Array(0..<q), isPenalised: isPenalised)
    plain = (standing, again)
    covariance = maximum.direction == nil ? Self.unscaled(rows, maximum) : nil
  }

  private static let lost = StatisticsError(
    "the logistic regression did not converge; look for columns with extreme values")

  /// Columns are looked at with equal weights, so that separation is not taken for dependence.
  private static func checkRank(_ rows: LogisticRows, _ names: [String]) throws(StatisticsError) {
    let q = rows.width
    var products = [Double](repeating: 0, count: q * q)
    for i in 0..<rows.count {
      for a in 0..<q {
        for b in 0..<q { products[a * q + b] += rows.x[i * q + a] * rows.x[i * q + b] }
      }
    }
    do {
      _ = try CholeskyFactor(products, order: q)
    } catch {
      throw StatisticsError(
        "\(names[max(0, error.row - 1)]) is a combination of the columns before it in the"
          + " \(rows.count) rows; it has no coefficient of its own")
    }
  }

  private static func unscaled(_ rows: LogisticRows, _ maximum: LogisticMaximum) -> [Double]? {
    let q = rows.width
    let information = maximum.likelihood.information
    guard let factor = try? CholeskyFactor(information, order: q, tolerance: 1e-14) else {
      return nil
    }
    let inverse = factor.inverse
    // Row k of the map from scaled to own units.
    var map = [Double](repeating: 0, count: q * q)
    map[0] = 1
    for k in 1..<max(1, q) {
      map[k] = -rows.centres[k] / rows.scales[k]
      map[k * q + k] = 1 / rows.scales[k]
    }
    var result = [Double](repeating: 0, count: q * q)
    for i in 0..<q {
      for j in 0..<q {
        var sum = 0.0
        for a in 0..<q {
          for b in 0..<q { sum += map[i * q + a] * inverse[a * q + b] * map[j * q + b] }
        }
        result[i * q + j] = sum
      }
    }
    return result
  }

  /// What a penalty lacks because it was taken of scaled columns.
  var penaltyShift: Double {
    isPenalised ? rows.scales.reduce(0) { $0 + log($1) } : 0
  }

  /// The largest log likelihood with some coefficients at 0; of scaled columns.
  func logLikelihood(without columns: [Int], ofPlain: Bool = false) throws(StatisticsError)
    -> Double
  {
    if columns.isEmpty { return maximum.likelihood.value }
    let design = ofPlain ? plain.rows : rows
    let zero = [Double](repeating: 0, count: design.width)
    let fit = LogisticMaximum(
      design, start: zero, free: (0..<design.width).filter { !columns.contains($0) },
      isPenalised: isPenalised)
    if !fit.isConverged && fit.direction == nil { throw Self.lost }
    return fit.likelihood.value
  }

  func test(without columns: [Int], ofPlain: Bool = false) throws(StatisticsError)
    -> ChiSquaredTest
  {
    let other = try logLikelihood(without: columns, ofPlain: ofPlain)
    return ChiSquaredTest(
      max(0, 2 * (maximum.likelihood.value - other)), degreesOfFreedom: columns.count)
  }

  func coefficient(_ column: Int, name: String, level: Double) throws(StatisticsError)
    -> LogisticRegression.Coefficient
  {
    let (design, best) = column == 0 ? plain : (rows, maximum)
    let scale = design.scales[column]
    let factor = Normal.factor(level: level)
    let estimate = estimate(column)
    let error = covariance.map { $0[column * rows.width + column].squareRoot() }
    let reach = error.map { $0 * scale * factor } ?? .infinity
    let profile = LogisticProfile(
      rows: design, isPenalised: isPenalised, column: column, target: factor, maximum: best,
      reach: reach.isFinite && reach > 0 ? reach : max(1, best.beta[column].magnitude))
    return LogisticRegression.Coefficient(
      name: name, estimate: estimate, standardError: error,
      wald: error.map { NormalTest(estimate / $0) },
      waldInterval: error.map { Interval(estimate - factor * $0, estimate + factor * $0) },
      profileInterval: Interval(profile.limit(-1) / scale, profile.limit(1) / scale),
      likelihoodRatio: try test(without: [column], ofPlain: column == 0))
  }

  /// In the units of the column; ± infinity on the way to separation.
  func estimate(_ column: Int) -> Double {
    if let way = plain.maximum.direction ?? maximum.direction {
      let size = way.reduce(0) { max($0, $1.magnitude) }
      if way[column].magnitude > 1e-4 * size {
        return way[column] > 0 ? .infinity : -.infinity
      }
    }
    let value = column == 0 ? plain.maximum.beta[0] : maximum.beta[column]
    return value / rows.scales[column]
  }
}
