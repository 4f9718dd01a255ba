package import Components
package import Numerics

/// `gee:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `correlation` | exchangeable | exchangeable, independence | of the rows of a group |
/// | `moments` | degrees | degrees, counts | denominators of scale and correlation |
/// | `confidence` | 0.95 | 0.5...0.999 | of the Wald intervals |
package struct GEELogisticParameters: ParameterSet {
  package enum Correlation: String, Hashable, Sendable, CaseIterable {
    /// One correlation between any two rows of a group.
    case exchangeable
    case independence
  }

  /// With N rows, M pairs of rows within groups and p coefficients.
  package enum Moments: String, Hashable, Sendable, CaseIterable {
    /// N - p and M - p (Liang & Zeger 1986, section 4; statsmodels).
    case degrees
    /// N and M (Yan & Fine 2004; geepack).
    case counts
  }

  package var correlation = Correlation.exchangeable
  package var moments = Moments.degrees
  package var confidence = 0.95

  package init() {}

  package static let fields: [Field<GEELogisticParameters>] = [
    .choice("correlation", \.correlation, "working correlation of the rows of a group"),
    .choice(
      "moments", \.moments,
      "denominators of scale and correlation: less the coefficients (degrees) or not (counts)"),
    .number("confidence", \.confidence, in: 0.5...0.999, "of the Wald intervals"),
  ]
}

/// Logistic regression by generalised estimating equations (Liang & Zeger 1986), with robust standard
/// errors: effects on the average of the population, whatever binds the rows of a group (patient).
///
/// Scores are log odds. Row weights are refused: with correlated rows they have no agreed meaning,
/// `cluster-logistic` takes them. A constant column has coefficient 0. Without two rows in any group the
/// correlation is 0. Where the outcome is constant within every group, an exchangeable correlation tends
/// to 1 and the coefficients of columns that vary within groups to 0: such fits are refused or carry
/// a warning, and `independence` is meant. Errors: collinear columns, separated classes, one group, a
/// working correlation that no group of the largest size can have.
///
/// Diagnostics: rows, groups, correlation, scale (mean squared Pearson residual), iterations.
package struct GEELogisticModel: Model {
  package static let id: ComponentID = "gee"
  package static let outcomes: Set<OutcomeKind> = [.binary]
  package static let summary =
    "Logistic regression by generalised estimating equations, robust errors; scores are log odds."

  package let parameters: GEELogisticParameters

  package init(_ parameters: GEELogisticParameters) throws(InvalidInput) {
    let problems = WaldConfidence.problems(parameters.confidence)
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
  }

  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedClusteredLogistic {
    guard data.weights.isEmpty else {
      throw LearningError(
        "\(Self.id) takes no row or class weights; use \(ClusterLogisticModel.id), which does")
    }
    let design = try ClusteredDesign(data, for: Self.id)
    let pairs = design.groups.pairCount
    let isExchangeable = parameters.correlation == .exchangeable
    let taken = parameters.moments == .degrees ? design.width : 0
    if isExchangeable, pairs > 0, pairs <= taken {
      throw LearningError(
        "\(Self.id): \(pairs) pairs of rows within groups cannot give a correlation beside "
          + "\(taken) coefficients; choose correlation independence or moments counts")
    }
    if design.rowCount <= taken {
      throw LearningError(
        "\(Self.id): \(design.rowCount) rows cannot give a scale beside \(taken) coefficients; "
          + "use fewer columns or moments counts")
    }
    var equations = GEEEquations(
      design, isExchangeable: isExchangeable && pairs > 0, taken: taken)
    do { try equations.solve() } catch { throw Self.explained(error) }
    guard let covariance = equations.covariance else { throw Self.explained(.singular) }
    var warnings = FewGroups.warnings(design)
    if isExchangeable && pairs == 0 {
      warnings.append("no group has two rows: the working correlation is that of independence")
    }
    if isExchangeable && pairs > 0 && MixedLogisticModel.isConstantWithinGroups(data) {
      warnings.append(
        "the outcome is constant within every group: an exchangeable correlation near 1 draws the "
          + "coefficients of columns that vary within groups to 0; compare with independence")
    }
    return FittedClusteredLogistic(
      .estimatingEquations, names: data.names,
      design.estimate(equations.beta, covariance: covariance),
      deviations: design.columns.deviations, confidence: parameters.confidence,
      diagnostics: [
        .init("rows", Double(design.rowCount)), .init("groups", Double(design.groups.count)),
        .init("correlation", equations.correlation), .init("scale", equations.scale),
        .init("iterations", Double(equations.iterations)),
      ], warnings: warnings)
  }

  private static func explained(_ failure: GEEEquations.Failure) -> LearningError {
    switch failure {
    case .singular:
      LearningError("\(id): the equations are singular; use fewer columns")
    case .unsteady:
      LearningError("\(id): the equations did not converge; choose correlation independence")
    case .impossible(let correlation, let size):
      LearningError(
        "\(id): a working correlation of \(correlation) is impossible, or all but 1, in a group of "
          + "\(size) rows; choose correlation independence")
    }
  }
}
