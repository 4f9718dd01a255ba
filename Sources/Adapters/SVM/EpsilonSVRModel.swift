package import Components
package import Learning
package import Numerics

/// `eps-svr:` of a study file: the settings of `SVMSettings` and
///
/// | Setting | Default | Range | Meaning (scikit-learn; e1071; option of svm-train) |
/// |---|---|---|---|
/// | `epsilon` | 0.1 | >= 0 | half width of the tube without loss (epsilon; epsilon; -p) |
///
/// `epsilon` is in the unit of the outcome, with `scaling: e1071` in its standard deviations.
package struct EpsilonSVRParameters: ParameterSet {
  package var machine = SVMSettings()
  package var epsilon = 0.1

  package init() {}

  package static let fields: [Field<EpsilonSVRParameters>] =
    SVMSettings.fields.map { $0.lifted(to: \.machine) } + [
      .number(
        "epsilon", \.epsilon, in: 0...Double.greatestFiniteMagnitude,
        "half width of the tube without loss, in units of the outcome as the machine sees it")
    ]
}

/// Support vector regression with a tube of given width (epsilon-SVR) by libsvm. Scores are in the
/// unit of the outcome; a binary outcome is taken as 0 and 1. Row weights are refused.
package struct EpsilonSVRModel: Model {
  package static let id: ComponentID = "eps-svr"
  package static let outcomes = SVMRegression.outcomes
  package static let summary = "Support vector regression (epsilon-SVR) of a number or of 0 and 1."

  package let parameters: EpsilonSVRParameters

  package init(_ parameters: EpsilonSVRParameters) throws(InvalidInput) {
    try parameters.machine.checked()
    self.parameters = parameters
  }

  /// Draws nothing from the stream.
  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedSVM {
    try SVMRegression.fit(
      .epsSVR, .epsilonRegression(parameters.epsilon), parameters.machine, data)
  }
}
