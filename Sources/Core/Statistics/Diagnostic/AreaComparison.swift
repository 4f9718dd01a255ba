/// The difference of two areas under ROC curves. DeLong, DeLong & Clarke-Pearson 1988.
///
/// For predictions of locked models on independent rows. The difference of nested models on the
/// rows that fitted them does not follow the normal distribution (Demler, Pencina & D'Agostino
/// 2012).
package struct AreaComparison: Sendable {
  /// The first area minus the second.
  package let difference: Double
  package let standardError: Double
  /// Nil where the variance of the difference is 0.
  package let test: NormalTest?
  /// Unpaired only: degrees of freedom after Satterthwaite and the p-value of Student's t with
  /// them, as in pROC.
  package let degreesOfFreedom: Double?
  package let welchP: Double?

  /// Two scores of the same rows.
  package init(paired first: [Double], _ second: [Double], positives: [Bool])
    throws(StatisticsError)
  {
    let a = try AreaUnderROC(scores: first, positives: positives)
    let b = try AreaUnderROC(scores: second, positives: positives)
    // The variance of the differences is exactly 0 where both scores rank alike.
    guard let variance = a.varianceOfDifference(b) else { throw Self.tooFew }
    difference = a.area - b.area
    standardError = variance.squareRoot()
    test = standardError == 0 ? nil : NormalTest(difference / standardError)
    degreesOfFreedom = nil
    welchP = nil
  }

  /// Areas of two independent groups of rows.
  package init(unpaired first: AreaUnderROC, _ second: AreaUnderROC) throws(StatisticsError) {
    guard let a = first.variance, let b = second.variance else { throw Self.tooFew }
    difference = first.area - second.area
    standardError = (a + b).squareRoot()
    guard standardError > 0 else {
      test = nil
      degreesOfFreedom = nil
      welchP = nil
      return
    }
    let test = NormalTest(difference / standardError)
    let rows = Double(first.positiveComponents.count + first.negativeComponents.count)
    let otherRows = Double(second.positiveComponents.count + second.negativeComponents.count)
    let freedom = (a + b) * (a + b) / (a * a / (rows - 1) + b * b / (otherRows - 1))
    self.test = test
    degreesOfFreedom = freedom
    welchP = StudentT(degreesOfFreedom: freedom).twoSided(test.z)
  }

  package func interval(level: Double = 0.95) throws(StatisticsError) -> Interval {
    try InputChecks.level(level)
    let reach = Normal.factor(level: level) * standardError
    return Interval(difference - reach, difference + reach)
  }

  private static var tooFew: StatisticsError {
    StatisticsError("a comparison of areas needs two rows of each class")
  }
}
