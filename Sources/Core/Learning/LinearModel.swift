package import Components
package import Numerics

/// `linear:` of a study file; settings as `LogisticParameters`.
package struct LinearParameters: ParameterSet {
  package var penalty = RegressionPenalty.none
  package var net = ElasticNetChoice()

  package init() {}

  package static let fields: [Field<LinearParameters>] =
    [.choice("penalty", \.penalty, RegressionPenalty.summary)]
    + ElasticNetChoice.fields.map { $0.lifted(to: \.net) }
}

/// Linear regression of a continuous outcome: least squares, ridge or elastic net. Scores are
/// fitted values. Without penalty a constant column has coefficient 0.
package struct LinearModel: Model {
  package static let id: ComponentID = "linear"
  package static let outcomes: Set<OutcomeKind> = [.continuous]
  package static let summary =
    "Linear regression of a continuous outcome: least squares, ridge or elastic net."

  package let parameters: LinearParameters

  package init(_ parameters: LinearParameters) throws(InvalidInput) {
    try parameters.net.checked()
    if parameters.net.measure == .auc {
      throw InvalidInput("measure", "auc needs a binary outcome; choose deviance")
    }
    self.parameters = parameters
  }

  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedLinear {
    guard case .continuous(let values) = data.outcome else {
      throw LearningError("linear needs a continuous outcome")
    }
    if parameters.penalty == .none { return try unpenalised(data, values) }
    var net = parameters.net
    if parameters.penalty == .ridge { net.alpha = 0 }
    let (fit, deviations) = try net.fit(data, using: &stream)
    return FittedLinear(.linear, fit, deviations: deviations)
  }

  private func unpenalised(
    _ data: Dataset, _ values: [Double]
  ) throws(LearningError) -> FittedLinear {
    try RegressionInput.check(data)
    let weights = RegressionInput.unitWeights(data)
    let mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 }
    let loss = GaussianLoss(outcome: values.map { $0 - mean }, weights: weights)
    do {
      let newton = try NewtonRegression(loss, data.features, weights: weights)
      let columns = StandardisedColumns(data.features, weights: weights, scaling: false)
      let shift = zip(newton.coefficients, columns.means).reduce(0) { $0 + $1.0 * $1.1 }
      return FittedLinear(
        .linear, intercept: mean - shift, coefficients: newton.coefficients,
        deviations: newton.deviations)
    } catch {
      throw RegressionInput.collinear(data)
    }
  }
}
