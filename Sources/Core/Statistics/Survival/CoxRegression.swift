internal import Glibc
internal import Numerics

/// Proportional hazards: λ(t | x) = λ_s(t) e^{x β} in stratum s. Cox 1972; intervals and tests as in
/// R's `survival::coxph`.
package struct CoxRegression: Sendable {
  package enum VarianceMethod: Sendable {
    /// The inverse of the information.
    case model
    /// The sandwich of Lin & Wei 1989, every row on its own.
    case robust
    /// The same with the rows of a cluster summed.
    case clustered([Int])
  }

  package struct Coefficient: Sendable {
    package let estimate: Double
    /// From the chosen variance.
    package let standardError: Double
    /// From the inverse of the information.
    package let modelStandardError: Double
    package let test: NormalTest
    /// Of the estimate; its exponential is that of the hazard ratio.
    package let interval: Interval
    package var hazardRatio: Double { exp(estimate) }
    package var hazardRatioInterval: Interval {
      Interval(exp(interval.lower), exp(interval.upper))
    }
  }

  package let coefficients: [Coefficient]
  /// Of the estimates, row-major, by the chosen method.
  package let variance: [Double]
  package let modelVariance: [Double]
  package let nullLogLikelihood: Double
  package let logLikelihood: Double
  package let likelihoodRatio: ChiSquaredTest
  /// From the chosen variance; nil where that is singular, as with fewer clusters than columns.
  package let wald: ChiSquaredTest?
  package let score: ChiSquaredTest
  package let rowCount: Int
  package let eventCount: Int
  package let iterations: Int
  /// False where a coefficient grows without bound or Newton's method stood still: then estimates,
  /// standard errors and Wald's tests mean nothing, the likelihood ratio and the score test do.
  package let isConverged: Bool
  /// Columns whose coefficient grows without bound because the likelihood is monotone.
  package let divergingColumns: [Int]
  /// Means of the covariates, weighted.
  package let means: [Double]
  /// (x - mean) β per row.
  package let linearPredictor: [Double]
  let sets: CoxRiskSets
  /// Estimates in scaled covariates.
  let scaledBeta: [Double]

  /// - Parameters:
  ///   - data: right-censored or left-truncated.
  ///   - columns: covariates, one array per column; names for messages are `names`.
  ///   - names: of the columns; by default their numbers.
  ///   - strata: of the rows; each has its own baseline hazard.
  ///   - weights: of the rows, > 0.
  ///   - ties: of events at the same time.
  ///   - method: of the variance.
  ///   - level: of intervals.
  /// - Throws: where there is no event, a value is not finite, or a column depends on the others.
  package init(
    _ data: FollowUp, columns: [[Double]], names: [String] = [], strata: [Int]? = nil,
    weights: [Double]? = nil, ties: CoxTies = .efron, variance method: VarianceMethod = .model,
    level: Double = 0.95
  ) throws(StatisticsError) {
    try InputChecks.level(level)
    let labels = columns.indices.map { names.count > $0 ? names[$0] : "\($0 + 1)" }
    try Self.check(data, columns, labels, strata, weights, method)
    let sets = CoxRiskSets(
      data, columns, strata: strata ?? [Int](repeating: 0, count: data.count),
      weights: weights ?? [Double](repeating: 1, count: data.count), ties: ties)
    let maximum: CoxMaximum
    do {
      maximum = try CoxMaximum(sets)
    } catch {
      throw StatisticsError(
        "column \(labels[error.row]) is constant among the rows at risk or a combination of the"
          + " columns before it; a Cox model has no estimate for it")
    }
    let robust = Self.robust(sets, maximum, method)
    let p = columns.count
    func unscaled(_ matrix: [Double]) -> [Double] {
      matrix.indices.map { matrix[$0] / (sets.scales[$0 / p] * sets.scales[$0 % p]) }
    }
    let chosen = robust ?? maximum.variance
    (variance, modelVariance) = (unscaled(chosen), unscaled(maximum.variance))
    let factor = Normal.factor(level: level)
    coefficients = columns.indices.map { c in
      let estimate = maximum.beta[c] / sets.scales[c]
      let error = chosen[c * p + c].squareRoot() / sets.scales[c]
      return Coefficient(
        estimate: estimate, standardError: error,
        modelStandardError: maximum.variance[c * p + c].squareRoot() / sets.scales[c],
        test: NormalTest(estimate / error),
        interval: Interval(estimate - factor * error, estimate + factor * error))
    }
    nullLogLikelihood = maximum.start.value
    logLikelihood = maximum.end.value
    likelihoodRatio = ChiSquaredTest(
      max(0, 2 * (maximum.end.value - maximum.start.value)), degreesOfFreedom: p)
    score = ChiSquaredTest(maximum.scoreTest, degreesOfFreedom: p)
    wald = Self.wald(maximum.beta, chosen, p)
    (rowCount, eventCount) = (data.count, data.eventCount)
    (iterations, isConverged) = (maximum.iterations, maximum.isConverged)
    (divergingColumns, means) = (maximum.diverging, sets.centres)
    let linear = sets.linear(maximum.beta)
    var predictor = linear
    for (k, row) in sets.order.enumerated() { predictor[row] = linear[k] }
    linearPredictor = predictor
    (self.sets, scaledBeta) = (sets, maximum.beta)
  }

  private static func wald(_ beta: [Double], _ variance: [Double], _ p: Int) -> ChiSquaredTest? {
    let factor = try? CholeskyFactor(variance, order: p)
    return factor.map { ChiSquaredTest($0.form(beta), degreesOfFreedom: p) }
  }

  private static func check(
    _ data: FollowUp, _ columns: [[Double]], _ labels: [String], _ strata: [Int]?,
    _ weights: [Double]?, _ method: VarianceMethod
  ) throws(StatisticsError) {
    if columns.isEmpty { throw StatisticsError("a Cox model needs a covariate") }
    if data.eventCount == 0 { throw StatisticsError("a Cox model needs an event; there is none") }
    for (column, label) in zip(columns, labels) {
      try InputChecks.count(column.count, "values of column \(label)", equals: data.count)
      try InputChecks.finite(column, "values of column \(label)")
    }
    if let strata { try InputChecks.count(strata.count, "strata", equals: data.count) }
    if case .clustered(let clusters) = method {
      try InputChecks.count(clusters.count, "clusters", equals: data.count)
      if Set(clusters).count < 2 {
        throw StatisticsError("a clustered variance needs two clusters; all rows are in one")
      }
    }
    if let weights {
      try InputChecks.count(weights.count, "weights", equals: data.count)
      try InputChecks.finite(weights, "weights")
      if let row = weights.firstIndex(where: { $0 <= 0 }) {
        throw StatisticsError("weights must be above 0; row \(row + 1) is \(weights[row])")
      }
    }
  }

  /// Σ over clusters of the squared sums of the rows' influences; nil for the model's variance.
  private static func robust(
    _ sets: CoxRiskSets, _ maximum: CoxMaximum, _ method: VarianceMethod
  ) -> [Double]? {
    let clusters: [Int]
    switch method {
    case .model: return nil
    case .robust: clusters = Array(sets.order.indices)
    case .clustered(let codes): clusters = codes
    }
    let p = sets.width
    let residuals = CoxScoreResiduals(sets, maximum.beta).values
    // Rows of the data in their order, so that sums do not depend on that of the risk sets.
    let position = sets.order.indices.sorted { sets.order[$0] < sets.order[$1] }
    let codes = Set(clusters).sorted()
    var index: [Int: Int] = [:]
    for (k, code) in codes.enumerated() { index[code] = k }
    var sums = [Double](repeating: 0, count: codes.count * p)
    for (row, i) in position.enumerated() {
      let base = index[clusters[row], default: 0] * p
      for c in 0..<p { sums[base + c] += sets.weights[i] * residuals[i * p + c] }
    }
    var result = [Double](repeating: 0, count: p * p)
    for k in codes.indices {
      let influence = (0..<p).map { i in
        (0..<p).reduce(0) { $0 + maximum.variance[i * p + $1] * sums[k * p + $1] }
      }
      for i in 0..<p {
        for j in 0..<p { result[i * p + j] += influence[i] * influence[j] }
      }
    }
    return result
  }
}
