internal import Numerics

/// Whether the effect of a covariate on the hazard differs between groups: a Cox model with their
/// products against the one without. The table of the subgroups' hazard ratios comes from the model
/// with the products.
package struct CoxInteraction: Sendable {
  /// The covariate's effect within one group.
  package struct Effect: Sendable {
    package let group: Int
    package let rowCount: Int
    package let eventCount: Int
    package let coefficient: CoxRegression.Coefficient
  }

  /// Columns: the covariate, the groups but the first, the others.
  package let withoutProducts: CoxRegression
  /// The same columns, then the covariate times each group but the first.
  package let withProducts: CoxRegression
  /// Twice the gain of the log likelihood; degrees of freedom: groups less one.
  package let likelihoodRatio: ChiSquaredTest
  /// Of all products; nil where their variance is singular.
  package let wald: ChiSquaredTest?
  /// By ascending group.
  package let effects: [Effect]
  /// False where a coefficient of either model grows without bound: then only the likelihood ratio
  /// means something.
  package var isConverged: Bool { withoutProducts.isConverged && withProducts.isConverged }

  /// - Parameters:
  ///   - data: right-censored or left-truncated.
  ///   - groups: a code per row, at least two codes; the smallest is the reference.
  ///   - covariate: one value per row; not constant within the groups but in all rows.
  ///   - adjusting: further columns of both models.
  ///   - strata: of the rows.
  ///   - ties: of events at the same time.
  ///   - variance: of coefficients; the likelihood ratio does not depend on it.
  ///   - level: of intervals.
  package init(
    _ data: FollowUp, groups: [Int], covariate: [Double], adjusting: [[Double]] = [],
    strata: [Int]? = nil, ties: CoxTies = .efron,
    variance: CoxRegression.VarianceMethod = .model, level: Double = 0.95
  ) throws(StatisticsError) {
    try InputChecks.count(groups.count, "groups", equals: data.count)
    try InputChecks.count(covariate.count, "values of the covariate", equals: data.count)
    let codes = Set(groups).sorted()
    if codes.count < 2 {
      throw StatisticsError("an interaction needs at least two groups; there is one")
    }
    let indicators = codes.dropFirst().map { code in groups.map { $0 == code ? 1.0 : 0 } }
    let products = indicators.map { column in zip(column, covariate).map { $0 * $1 } }
    let labels =
      ["covariate"] + codes.dropFirst().map { "group \($0)" }
      + adjusting.indices.map { "adjusting \($0 + 1)" }
    let columns = [covariate] + indicators + adjusting
    let small = try CoxRegression(
      data, columns: columns, names: labels, strata: strata, ties: ties, variance: variance,
      level: level)
    let large = try CoxRegression(
      data, columns: columns + products,
      names: labels + codes.dropFirst().map { "covariate times group \($0)" }, strata: strata,
      ties: ties, variance: variance, level: level)
    (withoutProducts, withProducts) = (small, large)
    likelihoodRatio = ChiSquaredTest(
      max(0, 2 * (large.logLikelihood - small.logLikelihood)), degreesOfFreedom: products.count)
    wald = large.waldTest(Array(columns.count..<(columns.count + products.count)))
    effects = codes.enumerated().map { k, code in
      let weights = (0..<(columns.count + products.count)).map {
        $0 == 0 || (k > 0 && $0 == columns.count + k - 1) ? 1.0 : 0
      }
      return Effect(
        group: code, rowCount: groups.count { $0 == code },
        eventCount: groups.indices.count { groups[$0] == code && data.event[$0] },
        coefficient: large.contrast(weights, level: level))
    }
  }
}

extension CoxRegression {
  /// Σ c β with the variance cᵀ V c.
  /// - Parameters:
  ///   - weights: c, one per column.
  ///   - level: of the interval, in (0, 1).
  package func contrast(_ weights: [Double], level: Double = 0.95) -> Coefficient {
    let p = coefficients.count
    precondition(weights.count == p, "a contrast has one weight per column")
    var (estimate, own, model) = (0.0, 0.0, 0.0)
    for i in 0..<p where weights[i] != 0 {
      estimate += weights[i] * coefficients[i].estimate
      for j in 0..<p where weights[j] != 0 {
        own += weights[i] * weights[j] * variance[i * p + j]
        model += weights[i] * weights[j] * modelVariance[i * p + j]
      }
    }
    let error = own.squareRoot()
    let reach = Normal.factor(level: level) * error
    return Coefficient(
      estimate: estimate, standardError: error, modelStandardError: model.squareRoot(),
      test: NormalTest(estimate / error), interval: Interval(estimate - reach, estimate + reach))
  }

  /// Whether all coefficients of some columns are 0, from the chosen variance; nil where that is
  /// singular.
  package func waldTest(_ columns: [Int]) -> ChiSquaredTest? {
    let p = coefficients.count
    let block = columns.flatMap { i in columns.map { variance[i * p + $0] } }
    let factor = try? CholeskyFactor(block, order: columns.count)
    return factor.map {
      ChiSquaredTest(
        $0.form(columns.map { coefficients[$0].estimate }), degreesOfFreedom: columns.count)
    }
  }
}
