package import Learning
package import Numerics

/// A metric of fixed predictions with its values in resamples of the patients. The predictions
/// stay as they are: what fitting them adds to the uncertainty is not in it.
package struct MetricBootstrap: Sendable {
  package let metric: Metric
  /// Of the rows as they are.
  package let estimate: Double
  /// One per resample; NaN where the resample does not define the metric.
  package let values: [Double]
  /// Resamples without a value; intervals leave them out.
  package var undefinedCount: Int { values.count { $0.isNaN } }
  /// Efron 1987; by the jackknife over patients. Nil where a patient cannot be left out, or where
  /// leaving one out changes nothing.
  package let acceleration: Double?

  /// - Parameters:
  ///   - replicates: number of resamples, 1999 for instance, so that (R + 1) alpha is whole.
  ///   - stream: gives one draw per patient and resample.
  /// - Throws: no resample, or a metric that the rows do not define.
  package init(
    _ metric: Metric, of patients: Patients, scores: [Double], probabilities: [Double]? = nil,
    cutOff: Double? = nil, replicates: Int, stratification: Stratification = .none,
    using stream: inout RandomStream
  ) throws(LearningError) {
    let resampling = try PatientResampling(patients, stratification: stratification)
    let source = ResampledMetric(metric, patients, scores, probabilities, cutOff)
    var drawing = stream
    try self.init(source, strata: resampling.strata, replicates: replicates) { counts, _ in
      resampling.drawCounts(into: &counts, using: &drawing)
    }
    stream = drawing
  }

  /// The same with given resamples.
  /// - Parameter draws: per resample the numbers of the drawn patients.
  package init(
    _ metric: Metric, of patients: Patients, scores: [Double], probabilities: [Double]? = nil,
    cutOff: Double? = nil, draws: [[Int]], stratification: Stratification = .none
  ) throws(LearningError) {
    let strata = try PatientResampling(patients, stratification: stratification).strata
    let source = ResampledMetric(metric, patients, scores, probabilities, cutOff)
    try self.init(source, strata: strata, replicates: draws.count) { counts, replicate in
      Self.count(draws[replicate], into: &counts)
    }
  }

  private static func count(_ draw: [Int], into counts: inout [Int32]) {
    for patient in counts.indices { counts[patient] = 0 }
    for patient in draw { counts[patient] += 1 }
  }

  /// The metric of a cross-validation, with every fit as it is. Patients are drawn from all folds
  /// together, a patient with all of its rows in all repeats; see `RepeatedMetric` for the mean.
  /// - Parameter folds: per repeat its folds.
  package init(
    _ metric: Metric, repeats folds: [[ScoredFold]], replicates: Int,
    using stream: inout RandomStream
  ) throws(LearningError) {
    let source = try RepeatedMetric(metric, folds)
    let patients = try Patients(
      outcome: .continuous([Double](repeating: 0, count: source.patientCount)))
    let resampling = try PatientResampling(patients)
    var drawing = stream
    try self.init(source, strata: resampling.strata, replicates: replicates) { counts, _ in
      resampling.drawCounts(into: &counts, using: &drawing)
    }
    stream = drawing
  }

  /// The same with given resamples.
  /// - Parameter draws: per resample the drawn patients, numbered in the order of the folds' rows.
  package init(_ metric: Metric, repeats folds: [[ScoredFold]], draws: [[Int]])
    throws(LearningError)
  {
    let source = try RepeatedMetric(metric, folds)
    let strata = [Array(0..<source.patientCount)]
    try self.init(source, strata: strata, replicates: draws.count) { counts, replicate in
      Self.count(draws[replicate], into: &counts)
    }
  }

  private init(
    _ source: some CountedMetric, strata: [[Int]], replicates: Int,
    draw: (inout [Int32], Int) -> Void
  ) throws(LearningError) {
    if replicates < 1 {
      throw LearningError("a bootstrap needs at least 1 replicate; asked for \(replicates)")
    }
    let observed = source.observed
    if let reason = observed.reason {
      throw LearningError("\(source.metric.rawValue) has no bootstrap: \(reason)")
    }
    metric = source.metric
    estimate = observed.value
    var counts = [Int32](repeating: 0, count: source.patientCount)
    var values: [Double] = []
    values.reserveCapacity(replicates)
    for replicate in 0..<replicates {
      draw(&counts, replicate)
      values.append(source.value(counts))
    }
    self.values = values
    acceleration = Self.acceleration(source, strata)
  }

  /// Σ l³ / (6 (Σ l²)^1.5) with l = (n - 1) / n · (mean of the left-out values - left-out value) of
  /// a patient in a stratum of n (Efron 1987; for strata Davison & Hinkley 1997, section 5.3).
  private static func acceleration(_ source: some CountedMetric, _ strata: [[Int]]) -> Double? {
    var counts = [Int32](repeating: 1, count: source.patientCount)
    var (squares, cubes) = (0.0, 0.0)
    for stratum in strata where !stratum.isEmpty {
      var leftOut: [Double] = []
      for patient in stratum {
        counts[patient] = 0
        leftOut.append(source.value(counts))
        counts[patient] = 1
      }
      let n = Double(stratum.count)
      let mean = leftOut.reduce(0, +) / n
      for value in leftOut {
        let l = (n - 1) / n * (mean - value)
        squares += l * l
        cubes += l * l * l
      }
    }
    // Undefined left-out values make both sums NaN.
    return squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : nil
  }

  package func interval(_ kind: BootstrapIntervalKind, level: Double = 0.95)
    throws(LearningError) -> BootstrapInterval
  {
    try BootstrapInterval(
      kind, estimate: estimate, values: values, acceleration: acceleration, level: level)
  }
}
