package import Components
package import Numerics

/// `logistic:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `penalty` | none | none, ridge, elasticNet | ridge: `alpha` is taken as 0 |
/// | others | | | how lambda is chosen, see `ElasticNetChoice`; unused without penalty |
package struct LogisticParameters: ParameterSet {
  package var penalty = RegressionPenalty.none
  package var net = ElasticNetChoice()

  package init() {}

  package static let fields: [Field<LogisticParameters>] =
    [.choice("penalty", \.penalty, RegressionPenalty.summary)]
    + ElasticNetChoice.fields.map { $0.lifted(to: \.net) }
}

/// What keeps the coefficients of a regression small.
package enum RegressionPenalty: String, Hashable, Sendable, CaseIterable {
  case none
  case ridge
  case elasticNet

  static let summary = "none (maximum likelihood), ridge (alpha is taken as 0) or elasticNet"
}

/// Logistic regression: maximum likelihood, ridge or elastic net. Scores are log odds.
///
/// Without penalty, rows weighted, a constant column has coefficient 0; classes that a combination
/// of columns separates have no finite maximum (Albert & Anderson 1984) and are refused.
package struct LogisticModel: Model {
  package static let id: ComponentID = "logistic"
  package static let outcomes: Set<OutcomeKind> = [.binary]
  package static let summary =
    "Logistic regression: maximum likelihood, ridge or elastic net; scores are log odds."

  package let parameters: LogisticParameters

  package init(_ parameters: LogisticParameters) throws(InvalidInput) {
    try parameters.net.checked()
    self.parameters = parameters
  }

  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedLinear {
    guard case .binary(let classes) = data.outcome else {
      throw LearningError("logistic needs a binary outcome")
    }
    if parameters.penalty == .none { return try unpenalised(data, classes) }
    var net = parameters.net
    if parameters.penalty == .ridge {
      net.alpha = 0
      if net.choice == .fixed,
        let fit = try RidgeLogistic.fitted(
          data, classes, lambda: net.lambda, standardises: net.standardise)
      {
        return fit
      }
    }
    let (fit, deviations) = try net.fit(data, using: &stream)
    return FittedLinear(.logistic, fit, deviations: deviations)
  }

  private func unpenalised(
    _ data: Dataset, _ classes: [UInt8]
  ) throws(LearningError) -> FittedLinear {
    try RegressionInput.check(data)
    let weights = RegressionInput.unitWeights(data)
    let loss = BinomialLoss(classes: classes, weights: weights, boundsCurvature: false)
    do {
      let newton = try NewtonRegression(loss, data.features, weights: weights)
      return FittedLinear(
        .logistic, intercept: newton.intercept, coefficients: newton.coefficients,
        deviations: newton.deviations)
    } catch {
      switch error {
      case .collinear: throw RegressionInput.collinear(data)
      case .unbounded(let direction):
        if Self.separates(direction, classes) {
          throw LearningError(
            "the classes are separated by a combination of the columns: maximum likelihood has no "
              + "finite coefficients; choose penalty ridge or elasticNet, or fewer columns")
        }
        throw LearningError("the logistic regression did not converge; choose a penalty")
      }
    }
  }

  /// Whether going on in a direction never brings a row nearer to the other class.
  private static func separates(_ direction: [Double], _ classes: [UInt8]) -> Bool {
    let size = direction.reduce(0) { max($0, $1.magnitude) }
    return zip(direction, classes).allSatisfy { step, positive in
      (positive == 1 ? step : -step) >= -1e-3 * size
    }
  }
}
