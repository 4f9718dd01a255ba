package import Components

/// Whether the model itself brings columns and outcome to one scale.
package enum SVMScalingRule: String, CaseIterable, Hashable, Sendable {
  case none
  /// As R's e1071 does by default, see `SVMScaling`.
  case e1071
}

/// The settings that all support vector machines share.
///
/// | Setting | Default | Range | Meaning (scikit-learn; e1071; option of svm-train) |
/// |---|---|---|---|
/// | `kernel` | rbf | linear, poly, rbf, sigmoid | (kernel; kernel; -t) |
/// | `C` | 1 | > 0 | cost of a row beyond the margin or tube (C; cost; -c) |
/// | `gammaRule` | auto | auto, scale, fixed | where gamma comes from (gamma: "auto", "scale") |
/// | `gamma` | 0 | >= 0 | of `gammaRule: fixed`, else 0 (gamma; gamma; -g) |
/// | `degree` | 3 | 1...20 | of poly (degree; degree; -d) |
/// | `coef0` | 0 | | of poly and sigmoid (coef0; coef0; -r) |
/// | `tolerance` | 0.001 | > 0 and <= 1 | of the optimality conditions (tol; tolerance; -e) |
/// | `shrinking` | true | | libsvm's heuristic (shrinking; shrinking; -h) |
/// | `scaling` | none | none, e1071 | to mean 0 and SD 1, see `SVMScaling` (none; scale; none) |
///
/// libsvm stops after 10^7 steps too, with a line on the standard error output: large values in a
/// linear or poly kernel need so many; scale them.
package struct SVMSettings: Hashable, Sendable {
  package var kernel = SVMKernel.rbf
  package var cost = 1.0
  package var gammaRule = GammaRule.auto
  package var gamma = 0.0
  package var degree = 3
  package var coef0 = 0.0
  package var tolerance = 0.001
  package var shrinking = true
  package var scaling = SVMScalingRule.none

  package init() {}

  private static let finite = Double.greatestFiniteMagnitude

  package static let fields: [Field<SVMSettings>] = [
    .choice("kernel", \.kernel, "linear, poly, rbf (radial) or sigmoid"),
    .number(
      "C", \.cost, in: 0...finite, exclusiveLower: true,
      "cost of a row beyond the margin or the tube"),
    .choice(
      "gammaRule", \.gammaRule,
      "auto: 1 / columns; scale: 1 / (columns * variance of all values); fixed: `gamma`"),
    .number("gamma", \.gamma, in: 0...finite, "gamma of `gammaRule: fixed`"),
    .integer("degree", \.degree, in: 1...20, "degree of the poly kernel"),
    .number("coef0", \.coef0, in: -finite...finite, "constant in the poly and sigmoid kernels"),
    .number(
      "tolerance", \.tolerance, in: 0...1, exclusiveLower: true,
      "violation of the optimality conditions at which libsvm stops"),
    .flag("shrinking", \.shrinking, "libsvm's shrinking heuristic"),
    .choice(
      "scaling", \.scaling,
      "e1071: columns, and the outcome of a regression, to mean 0 and sample SD 1 as R's e1071"),
  ]

  /// - Throws: a `gamma` that is not read, or none where one is needed.
  func checked() throws(InvalidInput) {
    if gammaRule == .fixed && gamma == 0 {
      throw InvalidInput("gamma", "gammaRule fixed needs gamma > 0, found \(gamma)")
    }
    if gammaRule != .fixed && gamma != 0 {
      throw InvalidInput(
        "gamma", "\(gamma) is only read with gammaRule fixed; found \(gammaRule.rawValue)")
    }
  }
}
