/// Columns that perturbed images (rotated, shifted, with noise, with changed masks) reproduce.
///
/// Each perturbation is one table of the same patients and columns; perturbations are random draws,
/// so the coefficient is the one-way one of single measurements, ICC(1,1), which McGraw & Wong call
/// ICC(1) (Zwanenburg et al. 2019, Scientific Reports 9:614). It is `ICCFilter` with that form:
/// nothing is computed here. A column that is missing in any perturbation, or constant, is not kept.
extension ICCFilterParameters {
  /// ICC(1,1) whose lower bound of the two-sided 95 % interval is at or above a threshold.
  /// - Parameter threshold: in 0...1; 0.9 is the usual bound of "excellent" (Koo & Li 2016).
  package static func perturbationRobustness(threshold: Double = 0.9) -> ICCFilterParameters {
    var parameters = ICCFilterParameters()
    parameters.form = .oneWay
    parameters.criterion = .lower
    parameters.threshold = threshold
    parameters.confidence = 0.95
    return parameters
  }
}
