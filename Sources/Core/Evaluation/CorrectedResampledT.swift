package import Learning
internal import Numerics
package import Statistics

/// Mean, interval and test of results (or differences of two models' results) from overlapping
/// training sets: repeated folds or random splits. Nadeau & Bengio 2003, Machine Learning 52:
/// the variance of the mean of J results is (1 / J + test rows / training rows) s², and Student's t
/// has J - 1 degrees of freedom. For r times k folds J = r k (Bouckaert & Frank 2004).
package struct CorrectedResampledT: Sendable {
  package let mean: Double
  package let standardError: Double
  package let degreesOfFreedom: Int
  /// Of a mean of 0, two-sided; nil where all values are equal.
  package let t: Double?
  package let p: Double?

  /// - Parameters:
  ///   - values: finite, at least two.
  ///   - testShare: test rows / training rows, > 0; where sizes differ, of their means.
  package init(_ values: [Double], testShare: Double) throws(LearningError) {
    if values.count < 2 {
      throw LearningError("a corrected t test needs at least 2 results; there are \(values.count)")
    }
    try InputChecks.finite(values, "results of a corrected t test")
    if !(testShare > 0 && testShare.isFinite) {
      throw LearningError("test rows / training rows must be above 0; it is \(testShare)")
    }
    let count = Double(values.count)
    let mean = SampleMoments.mean(values)
    let isConstant = values.allSatisfy { $0 == values[0] }
    let variance = SampleMoments(values, around: mean).variance
    let error = isConstant ? 0 : (variance * (1 / count + testShare)).squareRoot()
    self.mean = isConstant ? values[0] : mean
    standardError = error
    degreesOfFreedom = values.count - 1
    t = error > 0 ? mean / error : nil
    p = error > 0 ? StudentT(degreesOfFreedom: count - 1).twoSided(mean / error) : nil
  }

  /// Results of partitions, one each.
  package init(_ values: [Double], of partitions: Partitions) throws(LearningError) {
    precondition(values.count == partitions.all.count, "results are one per partition")
    let training = partitions.all.reduce(0) { $0 + $1.training.count }
    let test = partitions.all.reduce(0) { $0 + $1.test.count }
    try self.init(values, testShare: Double(test) / Double(training))
  }

  package func interval(level: Double = 0.95) throws(LearningError) -> Interval {
    try InputChecks.level(level)
    let student = StudentT(degreesOfFreedom: Double(degreesOfFreedom))
    let reach = standardError * student.quantile((1 - level) / 2, .upper)
    return Interval(mean - reach, mean + reach)
  }
}
