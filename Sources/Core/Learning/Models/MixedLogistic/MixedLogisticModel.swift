package import Components
package import Numerics

/// `glmm:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `quadraturePoints` | 1 | 1...25 | lme4's `nAGQ`; 1 is Laplace's approximation |
/// | `standardErrors` | hessian | hessian, pirls | lme4's `vcov(use.hessian =)` true or false |
/// | `confidence` | 0.95 | 0.5...0.999 | of the Wald intervals |
package struct MixedLogisticParameters: ParameterSet {
  package enum StandardErrors: String, Hashable, Sendable, CaseIterable {
    /// From the second derivatives of the deviance by coefficients and SD: the SD is estimated.
    case hessian
    /// From the weighted least squares at the modes: the SD is taken as known.
    case pirls
  }

  package var quadraturePoints = 1
  package var standardErrors = StandardErrors.hessian
  package var confidence = 0.95

  package init() {}

  package static let fields: [Field<MixedLogisticParameters>] = [
    .integer(
      "quadraturePoints", \.quadraturePoints, in: 1...25,
      "nodes of the adaptive Gauss-Hermite rule per group; 1 is Laplace's approximation"),
    .choice(
      "standardErrors", \.standardErrors,
      "from all second derivatives (hessian) or with the SD of the groups taken as known (pirls)"),
    .number("confidence", \.confidence, in: 0.5...0.999, "of the Wald intervals"),
  ]
}

/// Logistic regression with a normal random intercept per group of rows (patient), by maximum
/// marginal likelihood (Breslow & Clayton 1993; Pinheiro & Bates 1995): lme4's
/// `glmer(y ~ x + (1 | group), binomial)`.
///
/// Scores are log odds from the fixed effects alone, those of a group whose intercept is 0. A row
/// weight multiplies the row's log-likelihood, as if the row stood there so many times in its group.
/// Where the variance of the groups is estimated as 0, the fit is that of `logistic`. Where the
/// outcome is constant within every group, the variance is not identified: the fit carries a warning,
/// and `cluster-logistic` and `gee` with independence answer the question. A constant column has
/// coefficient 0.
/// Errors: collinear columns, separated classes, one group, no finite maximum.
///
/// Diagnostics: rows, groups, quadraturePoints, sigma (SD of the intercepts), logLik, deviance
/// (-2 logLik), AIC (parameters: coefficients of columns that vary, intercept, sigma), iterations,
/// singular and converged (1 or 0).
package struct MixedLogisticModel: Model {
  package static let id: ComponentID = "glmm"
  package static let outcomes: Set<OutcomeKind> = [.binary]
  package static let summary =
    "Logistic regression with a random intercept per patient; scores are fixed-effects log odds."

  package let parameters: MixedLogisticParameters

  package init(_ parameters: MixedLogisticParameters) throws(InvalidInput) {
    var problems: [Problem] = []
    if !(1...25).contains(parameters.quadraturePoints) {
      problems.append(
        Problem("quadraturePoints", "\(parameters.quadraturePoints) is not in 1...25"))
    }
    problems += WaldConfidence.problems(parameters.confidence)
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
  }

  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedClusteredLogistic {
    let design = try ClusteredDesign(data, for: Self.id)
    let likelihood = MixedLikelihood(
      design: design, rule: GaussHermite(parameters.quadraturePoints))
    let isConstant = Self.isConstantWithinGroups(data)
    let fit = MixedLogisticFit(likelihood)
    if !fit.isConverged && !isConstant {
      throw LearningError(
        "\(Self.id): the marginal likelihood has no finite maximum (the SD of the groups reached "
          + "\(fit.theta[design.width]) after \(fit.iterations) steps): within the groups a "
          + "combination of the columns nearly separates the classes; use fewer columns, or "
          + "\(ClusterLogisticModel.id) or \(GEELogisticModel.id)")
    }
    var warnings: [String] = []
    if isConstant { warnings.append(Self.notIdentified(fit)) }
    if fit.isSingular {
      warnings.append(
        "singular fit: the variance of the groups is estimated as 0, so the coefficients are those "
          + "of a logistic regression without groups")
    }
    let covariance = covariance(likelihood, fit, &warnings)
    let beta = Array(fit.theta.dropLast())
    var estimate = design.estimate(beta, covariance: covariance)
    if fit.isSingular {
      // The very bits of the regression without groups.
      estimate = ClusteredDesign.Estimate(
        intercept: design.plain.intercept, coefficients: design.plain.coefficients,
        covariance: estimate.covariance)
    }
    return FittedClusteredLogistic(
      .mixed, names: data.names, estimate, deviations: design.columns.deviations,
      confidence: parameters.confidence, diagnostics: diagnostics(design, fit),
      warnings: warnings)
  }

  /// -2 log of the marginal likelihood of given parameters, on the scale of the table.
  /// - Parameters:
  ///   - sigma: SD of the intercepts, >= 0.
  ///   - quadraturePoints: 1 to 25.
  package static func deviance(
    of data: Dataset, intercept: Double, coefficients: [Double], sigma: Double,
    quadraturePoints: Int
  ) throws(LearningError) -> Double {
    let design = try ClusteredDesign(data, for: Self.id)
    precondition(coefficients.count == data.columnCount)
    let likelihood = MixedLikelihood(design: design, rule: GaussHermite(quadraturePoints))
    return likelihood.value(design.standardised(intercept: intercept, coefficients) + [sigma])
      .deviance
  }

  /// Whether no group holds rows of both classes, so that the variance of the groups is not
  /// identified; false where the outcome is not binary.
  package static func isConstantWithinGroups(_ data: Dataset) -> Bool {
    guard case .binary(let classes) = data.outcome else { return false }
    return RowGroups(data.groups).areConstant(classes)
  }

  private static func notIdentified(_ fit: MixedLogisticFit) -> String {
    let end =
      fit.isConverged
      ? "the fit depends on the approximation of the integral"
      : "the likelihood has no finite maximum and the fit is where the search ended"
    return "the outcome is constant within every group, so the variance of the groups is not "
      + "identified: \(end), and coefficients and standard errors must not be interpreted; use "
      + "\(ClusterLogisticModel.id), or \(GEELogisticModel.id) with correlation independence, instead"
  }

  /// Of beta on the standardised scale.
  private func covariance(
    _ likelihood: MixedLikelihood, _ fit: MixedLogisticFit, _ warnings: inout [String]
  ) -> [Double] {
    let width = likelihood.design.width
    if parameters.standardErrors == .hessian {
      let full = likelihood.hessian(fit.theta, isFine: true)
      // At sigma = 0 the mixed derivatives vanish, as the likelihood is even in sigma.
      let order = fit.isSingular ? width : width + 1
      var half: [Double] = []
      for i in 0..<order { half += (0..<order).map { full[i * (width + 1) + $0] / 2 } }
      if let inverse = SmallSymmetric.inverse(half, order: order) {
        return (0..<width).flatMap { i in (0..<width).map { inverse[i * order + $0] } }
      }
      warnings.append(
        "the second derivatives of the deviance are not positive definite: the standard errors are "
          + "those of standardErrors pirls")
    }
    if let inverse = SmallSymmetric.inverse(
      likelihood.conditionalInformation(fit.theta), order: width)
    {
      return inverse
    }
    warnings.append("the fitted probabilities are all 0 or 1: there are no standard errors")
    return [Double](repeating: 0, count: width * width)
  }

  private func diagnostics(
    _ design: ClusteredDesign, _ fit: MixedLogisticFit
  ) -> [FittedClusteredLogistic.Diagnostic] {
    [
      .init("rows", Double(design.rowCount)), .init("groups", Double(design.groups.count)),
      .init("quadraturePoints", Double(parameters.quadraturePoints)),
      .init("sigma", fit.theta[design.width]), .init("logLik", -fit.deviance / 2),
      .init("deviance", fit.deviance),
      .init("AIC", fit.deviance + 2 * Double(design.width + 1)),
      .init("iterations", Double(fit.iterations)), .init("singular", fit.isSingular ? 1 : 0),
      .init("converged", fit.isConverged ? 1 : 0),
    ]
  }
}
