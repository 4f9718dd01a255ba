internal import Glibc
internal import Numerics
internal import Statistics

/// Coefficients of a logistic regression with Wald's tests and intervals, for reports.
package struct CoefficientTable: Hashable, Sendable {
  /// What follows from an estimate and its standard error by the normal distribution.
  package struct Wald: Hashable, Sendable {
    package let standardError: Double
    /// Estimate over standard error.
    package let z: Double
    /// Two-sided.
    package let p: Double
    /// Interval of the odds ratio.
    package let lower: Double
    package let upper: Double
  }

  package struct Row: Hashable, Sendable {
    package let name: String
    /// Change of the log odds per unit of the column.
    package let estimate: Double
    /// exp(estimate).
    package let oddsRatio: Double
    /// Nil for a column that was constant in the training rows and has no estimate.
    package let wald: Wald?
  }

  /// The intercept, then one row per column of the fit.
  package let rows: [Row]
  /// Of the intervals, such as 0.95.
  package let confidence: Double

  /// Name of the first row.
  package static let intercept = "(Intercept)"

  /// - Parameters:
  ///   - estimates: intercept first.
  ///   - variances: of the estimates; 0 for a column without estimate.
  ///   - confidence: in (0, 1).
  package init(names: [String], estimates: [Double], variances: [Double], confidence: Double) {
    precondition(estimates.count == names.count + 1 && variances.count == estimates.count)
    let distance = NormalQuantile.value(at: 0.5 + confidence / 2)
    self.confidence = confidence
    rows = ([Self.intercept] + names).enumerated().map { index, name in
      let estimate = estimates[index]
      var wald: Wald?
      if variances[index] > 0 {
        let error = variances[index].squareRoot()
        wald = Wald(
          standardError: error, z: estimate / error, p: Normal.twoSided(estimate / error),
          lower: exp(estimate - distance * error), upper: exp(estimate + distance * error))
      }
      return Row(name: name, estimate: estimate, oddsRatio: exp(estimate), wald: wald)
    }
  }
}
