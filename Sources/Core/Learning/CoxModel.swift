package import Components
package import Numerics

/// `cox:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `penalty` | none | none, ridge, elasticNet | ridge: `alpha` is taken as 0 |
/// | `ties` | efron | efron, breslow | without penalty; penalised fits take Breslow's, as glmnet |
/// | others | | | how lambda is chosen, see `ElasticNetChoice`; unused without penalty |
package struct CoxParameters: ParameterSet {
  package enum Ties: String, Hashable, Sendable, CaseIterable {
    case efron
    case breslow
  }

  package var penalty = RegressionPenalty.none
  package var ties = Ties.efron
  package var net = ElasticNetChoice()

  package init() {}

  package static let fields: [Field<CoxParameters>] =
    [
      .choice("penalty", \.penalty, RegressionPenalty.summary),
      .choice("ties", \.ties, "tied event times without penalty; penalised fits take breslow"),
    ] + ElasticNetChoice.fields.map { $0.lifted(to: \.net) }
}

/// Cox's proportional hazards: maximum partial likelihood, ridge or elastic net, entry times
/// allowed. Scores are log hazard ratios against a row of zeros.
package struct CoxModel: Model {
  package static let id: ComponentID = "cox"
  package static let outcomes: Set<OutcomeKind> = [.survival]
  package static let summary =
    "Cox's proportional hazards: partial likelihood (Efron or Breslow), ridge or elastic net."

  package let parameters: CoxParameters

  package init(_ parameters: CoxParameters) throws(InvalidInput) {
    try parameters.net.checked()
    if parameters.net.measure == .auc {
      throw InvalidInput("measure", "auc needs a binary outcome; a Cox model has deviance only")
    }
    self.parameters = parameters
  }

  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedLinear {
    guard case .survival(let time, let event, let entry) = data.outcome else {
      throw LearningError("cox needs survival times")
    }
    if parameters.penalty != .none {
      var net = parameters.net
      if parameters.penalty == .ridge { net.alpha = 0 }
      let (fit, deviations) = try net.fit(data, using: &stream)
      return FittedLinear(.cox, fit, deviations: deviations)
    }
    try RegressionInput.check(data)
    let weights = RegressionInput.unitWeights(data)
    switch parameters.ties {
    case .efron:
      let loss = EfronLoss(time: time, event: event, entry: entry, weights: weights)
      return try unpenalised(data, loss, weights)
    case .breslow:
      let loss = CoxLoss(time: time, event: event, entry: entry, weights: weights)
      return try unpenalised(data, loss, weights)
    }
  }

  private func unpenalised<Loss: ElasticNetLoss>(
    _ data: Dataset, _ loss: Loss, _ weights: [Double]
  ) throws(LearningError) -> FittedLinear {
    do {
      let newton = try NewtonRegression(loss, data.features, weights: weights)
      return FittedLinear(
        .cox, intercept: 0, coefficients: newton.coefficients, deviations: newton.deviations)
    } catch {
      if error == .collinear { throw RegressionInput.collinear(data) }
      throw LearningError(
        "the partial likelihood has no finite maximum: a combination of the columns orders the "
          + "events; choose penalty ridge or elasticNet, or fewer columns")
    }
  }
}
