package import Components
package import Numerics

/// `cluster-logistic:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `correction` | CR1 | CR0, CR1, CR1S | factor of the variance for few groups |
/// | `confidence` | 0.95 | 0.5...0.999 | of the Wald intervals |
package struct ClusterLogisticParameters: ParameterSet {
  /// With G groups, N rows and p coefficients.
  package enum Correction: String, Hashable, Sendable, CaseIterable {
    /// 1.
    case none = "CR0"
    /// G / (G - 1).
    case groups = "CR1"
    /// G / (G - 1) * (N - 1) / (N - p), Stata's.
    case groupsAndRows = "CR1S"
  }

  package var correction = Correction.groups
  package var confidence = 0.95

  package init() {}

  package static let fields: [Field<ClusterLogisticParameters>] = [
    .choice(
      "correction", \.correction,
      "factor of the variance: 1 (CR0), G / (G - 1) (CR1) or also (N - 1) / (N - p) (CR1S)"),
    .number("confidence", \.confidence, in: 0.5...0.999, "of the Wald intervals"),
  ]
}

/// Logistic regression by maximum likelihood with standard errors that hold where the rows of a group
/// (patient) belong together (Liang & Zeger 1986; Cameron & Miller 2015, equation 11): R's
/// `sandwich::vcovCL`, clubSandwich's CR0, CR1 and CR1S.
///
/// Coefficients and scores are those of `logistic` without penalty; scores are log odds. A row weight
/// multiplies the row's log-likelihood. A constant column has coefficient 0. Errors: collinear
/// columns, separated classes, one group.
///
/// Diagnostics: rows, groups, logLik, deviance (-2 logLik) and AIC, all three as if rows were
/// independent, varianceFactor.
package struct ClusterLogisticModel: Model {
  package static let id: ComponentID = "cluster-logistic"
  package static let outcomes: Set<OutcomeKind> = [.binary]
  package static let summary =
    "Logistic regression with cluster-robust (sandwich) standard errors; scores are log odds."

  package let parameters: ClusterLogisticParameters

  package init(_ parameters: ClusterLogisticParameters) throws(InvalidInput) {
    let problems = WaldConfidence.problems(parameters.confidence)
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
  }

  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedClusteredLogistic {
    let design = try ClusteredDesign(data, for: Self.id)
    let beta = design.standardised(intercept: design.plain.intercept, design.plain.coefficients)
    let eta = design.predictor(beta)
    var residuals = eta
    var slopes = eta
    var logLikelihood = 0.0
    for i in eta.indices {
      let row = LogisticCurve.likelihood(eta[i], outcome: design.outcome[i])
      logLikelihood += design.weights[i] * row.log
      residuals[i] = design.weights[i] * (design.outcome[i] - row.mu)
      slopes[i] = design.weights[i] * LogisticCurve.at(eta[i]).slope
    }
    guard let bread = SmallSymmetric.inverse(design.gram(slopes), order: design.width) else {
      throw LearningError(
        "\(Self.id): the fitted probabilities are all near 0 or 1, so there are no standard errors; "
          + "use fewer columns")
    }
    let factor = factor(design)
    let meat = design.outerProducts(
      design.groupTotals(residuals), [Double](repeating: factor, count: design.groups.count))
    let scaled = design.estimate(
      beta, covariance: SmallSymmetric.sandwich(bread, meat, order: design.width))
    return FittedClusteredLogistic(
      .clusterRobust, names: data.names,
      ClusteredDesign.Estimate(
        intercept: design.plain.intercept, coefficients: design.plain.coefficients,
        covariance: scaled.covariance),
      deviations: design.columns.deviations, confidence: parameters.confidence,
      diagnostics: [
        .init("rows", Double(design.rowCount)), .init("groups", Double(design.groups.count)),
        .init("logLik", logLikelihood), .init("deviance", -2 * logLikelihood),
        .init("AIC", -2 * logLikelihood + 2 * Double(design.width)),
        .init("varianceFactor", factor),
      ], warnings: FewGroups.warnings(design))
  }

  private func factor(_ design: ClusteredDesign) -> Double {
    let groups = Double(design.groups.count)
    let rows = Double(design.rowCount)
    return switch parameters.correction {
    case .none: 1
    case .groups: groups / (groups - 1)
    case .groupsAndRows:
      groups / (groups - 1) * (rows - 1) / (rows - Double(design.width))
    }
  }
}
