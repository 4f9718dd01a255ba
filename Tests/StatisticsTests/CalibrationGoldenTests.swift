import Foundation
import Statistics
import Testing

/// Oracle: R's glm.fit, lowess and boot, and defining equations written out in
/// scripts/oracles/statistics_calibration.R, which compares itself with rms, Hmisc and MASS.
/// Tolerance 1e-10, relative and absolute, or less where nothing is iterated.
@Suite("Calibration, decision curves and reclassification equal R's")
struct CalibrationGoldenTests {
  static let data = GoldenData("calibration_data")

  private func positives(_ golden: GoldenCase) throws -> [Bool] {
    try column(golden, "positive").map { $0 != 0 }
  }

  private func column(_ golden: GoldenCase, _ name: String) throws -> [Double] {
    try Self.data.column(golden.text("data") ?? "", name)
  }

  private func check(
    _ values: [Double?], _ golden: GoldenCase, _ field: String, _ tolerance: Double = 1e-10
  ) throws {
    expectClose(
      values, try golden.optionals(field), relative: tolerance, absolute: tolerance,
      "\(golden.name) \(field)")
  }

  @Test func goldenFilesAreComplete() {
    #expect(GoldenCase.all("calibration", kind: "calibration").count == 10)
    #expect(GoldenCase.all("calibration", kind: "decision").count == 5)
    #expect(GoldenCase.all("calibration", kind: "reclassification").count == 10)
  }

  private func values(_ estimate: LogisticCalibration.Estimate?) -> [Double?] {
    guard let e = estimate else { return [] }
    return [e.value, e.standardError, e.interval.lower, e.interval.upper, e.test.p]
  }

  @Test("recalibration", arguments: GoldenCase.all("calibration", kind: "calibration"))
  func recalibration(_ golden: GoldenCase) throws {
    let fit = try LogisticCalibration(
      probabilities: column(golden, golden.text("column") ?? ""), positives: positives(golden))
    try check(values(fit.intercept), golden, "intercept")
    try check(values(fit.slope), golden, "slope")
    try check(
      [fit.interceptBesideSlope?.value, fit.interceptBesideSlope?.standardError], golden,
      "beside")
    let tests = [fit.test, fit.interceptTest, fit.slopeTest]
    try check(tests.map { $0?.chiSquared } + tests.map { $0?.p }, golden, "ratios")
    try check([Double(fit.excludedRowCount), fit.observedToExpected], golden, "counts", 1e-13)
  }

  @Test("groups", arguments: GoldenCase.all("calibration", kind: "calibration"), [10, 5])
  func groups(_ golden: GoldenCase, _ count: Int) throws {
    let p = try column(golden, golden.text("column") ?? "")
    let positives = try positives(golden)
    let groups = try CalibrationBins(
      probabilities: p, positives: positives, count: count, interval: .exact)
    try check(
      groups.bins.flatMap {
        [Double($0.observed.successes), Double($0.observed.trials), $0.meanProbability]
      }, golden, "groups\(count)", 1e-13)
    let new = try HosmerLemeshow(groups, rows: .new)
    let expected = try golden.optionals("test\(count)")
    expectClose([new.chiSquared, new.p], [expected[0], expected[2]], relative: 1e-10)
    if groups.bins.count > 2 {
      expectClose([try HosmerLemeshow(groups, rows: .fitted).p], [expected[1]], relative: 1e-10)
    } else {
      #expect(throws: StatisticsError.self) { try HosmerLemeshow(groups, rows: .fitted) }
    }
    if count == 5 { return }
    try check(groups.bins.flatMap { [$0.interval.lower, $0.interval.upper] }, golden, "exact")
    let wilson = try CalibrationBins(probabilities: p, positives: positives)
    try check(wilson.bins.flatMap { [$0.interval.lower, $0.interval.upper] }, golden, "wilson")
  }

  @Test("curve", arguments: GoldenCase.all("calibration", kind: "calibration"))
  func curve(_ golden: GoldenCase) throws {
    let p = try column(golden, golden.text("column") ?? "")
    let positives = try positives(golden)
    func errors(_ curve: CalibrationCurve) -> [Double?] {
      [curve.meanError, curve.medianError, curve.error90, curve.maximumError]
    }
    let lowess = try CalibrationCurve(probabilities: p, positives: positives, smoother: .lowess)
    var distinct: [Double] = []
    for (k, point) in lowess.points.enumerated()
    where k == 0 || point.probability != lowess.points[k - 1].probability {
      distinct.append(point.observed)
    }
    try check(distinct, golden, "lowess")
    try check(errors(lowess), golden, "lowessErrors")
    try check(
      errors(CalibrationCurve(probabilities: p, positives: positives)), golden, "loess")
  }

  /// The draws that the oracle makes by the same formula.
  private func resamples(_ count: Int) -> [[Int]] {
    func uniform(_ i: Int, _ j: Int) -> Double {
      var u = (i * 7919 + j * 104729 + 4242) % 65537
      for _ in 0..<3 { u = (u * u + 12345 * u + 67) % 65537 }
      return Double(u) / 65537
    }
    return (0..<99).map { r in
      (0..<count).map { Int(uniform(r * count + $0, 5) * Double(count)) }
    }
  }

  private func limits(_ intervals: [ResampledInterval]) -> [Double?] {
    intervals.flatMap { [$0.percentile?.lower, $0.percentile?.upper] }
  }

  @Test("decision", arguments: GoldenCase.all("calibration", kind: "decision"))
  func decision(_ golden: GoldenCase) throws {
    let positives = try positives(golden)
    let curve = try DecisionCurve(
      probabilities: column(golden, "p"), positives: positives,
      thresholds: golden.numbers("thresholds"))
    let benefit = try golden.numbers("benefit")
    try check(curve.points.map(\.netBenefit), golden, "benefit", 1e-13)
    try check(curve.points.map(\.treatAll), golden, "all", 1e-13)
    try check(curve.points.map(\.interventionsAvoided), golden, "avoided", 1e-12)
    expectClose(
      curve.points.map(\.standardised), benefit.map { $0 / curve.prevalence }, relative: 1e-12,
      absolute: 1e-14)
    let rows = resamples(positives.count)
    try check(limits(curve.netBenefitIntervals(resamples: rows)), golden, "interval", 1e-12)
    try check(limits(curve.gainOverTreatAllIntervals(resamples: rows)), golden, "gain", 1e-12)
    let standardised = try curve.standardisedIntervals(resamples: rows)
    #expect(standardised.allSatisfy { $0.values.allSatisfy { !($0 > 1) } })
  }

  @Test("reclassification", arguments: GoldenCase.all("calibration", kind: "reclassification"))
  func reclassification(_ golden: GoldenCase) throws {
    let positives = try positives(golden)
    let categories: Reclassification.Categories =
      golden.text("cuts") == nil ? .continuous : .cutOffs(try golden.numbers("cuts"))
    let change = try Reclassification(
      old: column(golden, "p"), new: column(golden, "q"), positives: positives,
      categories: categories, withTests: true)
    let all = [
      change.eventNRI, change.noneventNRI, change.nri, change.eventIDI, change.noneventIDI,
      change.idi,
    ]
    try check(all.map(\.value), golden, "values", 1e-13)
    try check(all.map(\.standardError), golden, "errors", 1e-12)
    try check([change.nri.test?.p, change.idi.test?.p], golden, "p")
    let resampled = try change.resampled(resamples(positives.count))
    try check(
      limits([
        resampled.eventNRI, resampled.noneventNRI, resampled.nri, resampled.eventIDI,
        resampled.noneventIDI, resampled.idi,
      ]), golden, "intervals", 1e-12)
    let quiet = try Reclassification(
      old: column(golden, "p"), new: column(golden, "q"), positives: positives,
      categories: categories)
    #expect(quiet.nri.test == nil && quiet.idi.test == nil)
  }
}
