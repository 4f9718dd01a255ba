package import Components
package import Learning
package import Numerics

/// `nu-svr:` of a study file: the settings of `SVMSettings` and
///
/// | Setting | Default | Range | Meaning (scikit-learn; e1071; option of svm-train) |
/// |---|---|---|---|
/// | `nu` | 0.5 | > 0 and <= 1 | see below (nu; nu; -n) |
///
/// At most this part of the rows lies outside the tube, at least this part are support vectors.
package struct NuSVRParameters: ParameterSet {
  package var machine = SVMSettings()
  package var nu = 0.5

  package init() {}

  package static let fields: [Field<NuSVRParameters>] =
    SVMSettings.fields.map { $0.lifted(to: \.machine) } + [
      .number(
        "nu", \.nu, in: 0...1, exclusiveLower: true,
        "upper bound of the part of rows outside the tube, lower bound of support vectors")
    ]
}

/// Support vector regression whose tube is as wide as nu allows (nu-SVR) by libsvm. Scores are in
/// the unit of the outcome; a binary outcome is taken as 0 and 1. Row weights are refused.
package struct NuSVRModel: Model {
  package static let id: ComponentID = "nu-svr"
  package static let outcomes = SVMRegression.outcomes
  package static let summary = "Support vector regression (nu-SVR) of a number or of 0 and 1."

  package let parameters: NuSVRParameters

  package init(_ parameters: NuSVRParameters) throws(InvalidInput) {
    try parameters.machine.checked()
    self.parameters = parameters
  }

  /// Draws nothing from the stream.
  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedSVM {
    try SVMRegression.fit(.nuSVR, .nuRegression(parameters.nu), parameters.machine, data)
  }
}
