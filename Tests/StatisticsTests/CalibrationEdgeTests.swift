import Foundation
import Statistics
import Testing

/// Inputs for which R warns, returns NaN or stops: what we do instead.
@Suite("Edges of calibration")
struct CalibrationEdgeTests {
  @Test func perfectCalibrationHasSlopeOne() throws {
    // 2 of 8, 4 of 8 and 6 of 8 rows are positive, as predicted.
    let p = [0.25, 0.5, 0.75].flatMap { [Double](repeating: $0, count: 8) }
    let positives = [2, 4, 6].flatMap { k in (0..<8).map { $0 < k } }
    let fit = try LogisticCalibration(probabilities: p, positives: positives)
    #expect(abs(fit.intercept.value) < 1e-14)
    #expect(abs(try #require(fit.slope).value - 1) < 1e-13)
    #expect(try #require(fit.test).p > 1 - 1e-12)
    let curve = try CalibrationCurve(probabilities: p, positives: positives)
    #expect(curve.meanError < 1e-12 && curve.maximumError < 1e-12)
    let groups = try CalibrationBins(probabilities: p, positives: positives)
    // The smallest probability is the first border and joins the next group.
    #expect(groups.bins.map(\.observed.trials) == [16, 8])
    #expect(try HosmerLemeshow(groups, rows: .new).chiSquared < 1e-20)
    #expect(throws: StatisticsError.self) { try HosmerLemeshow(groups, rows: .fitted) }
  }

  @Test func slopesThatDoNotExistAreExplained() throws {
    let equal = try LogisticCalibration(
      probabilities: [0.3, 0.3, 0.3], positives: [true, false, false])
    #expect(equal.slope == nil && equal.test == nil)
    #expect(equal.slopeNote?.contains("equal") == true)
    #expect(abs(equal.intercept.value - (log(0.5) - log(0.3 / 0.7))) < 1e-13)
    let separated = try LogisticCalibration(
      probabilities: [0.1, 0.2, 0.8, 0.9], positives: [false, false, true, true])
    #expect(separated.slope == nil && separated.slopeNote?.contains("separate") == true)
    let given = 2 * (log(0.9) + log(0.8))
    #expect(abs(try #require(separated.test).chiSquared + 2 * given) < 1e-10)
    let two = try LogisticCalibration(probabilities: [0.2, 0.6], positives: [true, false])
    #expect(two.slope == nil && two.intercept.standardError.isFinite)
  }

  @Test func certainProbabilitiesAreCounted() throws {
    let fit = try LogisticCalibration(
      probabilities: [0, 1, 0.2, 0.7, 0.4], positives: [false, true, false, true, true])
    #expect(fit.excludedRowCount == 2)
    #expect(throws: StatisticsError.self) {
      try LogisticCalibration(probabilities: [0, 1], positives: [false, true])
    }
    let right = try CalibrationBins(
      probabilities: [0, 0, 0.5, 0.5, 1, 1], positives: [false, false, true, false, true, true],
      count: 3)
    #expect(try HosmerLemeshow(right, rows: .new).chiSquared == 0)
    let wrong = try CalibrationBins(
      probabilities: [0, 0, 0.5, 0.5, 1, 1], positives: [true, false, true, false, true, true],
      count: 3)
    let test = try HosmerLemeshow(wrong, rows: .new)
    #expect(test.chiSquared == .infinity && test.p == 0)
  }

  @Test func smallAndConstantInputs() throws {
    #expect(throws: StatisticsError.self) {
      try LogisticCalibration(probabilities: [0.1, 0.4], positives: [true, true])
    }
    let curve = try CalibrationCurve(probabilities: [0.4, 0.1], positives: [true, false])
    #expect(curve.points.map(\.probability) == [0.1, 0.4])
    #expect(curve.points.allSatisfy { $0.observed.isFinite })
    let single = try CalibrationCurve(probabilities: [0.25], positives: [true])
    #expect(single.meanError == 0.75)
    let ties = try CalibrationCurve(
      probabilities: [Double](repeating: 0.5, count: 4), positives: [true, false, false, false])
    #expect(ties.meanError == 0.25)
    let bins = try CalibrationBins(
      probabilities: [0.1, 0.2, 0.3], positives: [true, false, true], count: 10)
    #expect(bins.bins.map(\.observed.trials) == [1, 1, 1])
    #expect(throws: StatisticsError.self) {
      try CalibrationBins(probabilities: [.nan], positives: [true])
    }
    #expect(throws: StatisticsError.self) { try LocalRegression(degree: 3, span: 0.5) }
    #expect(throws: StatisticsError.self) { try LocalRegression(degree: 1, span: 0) }
  }

  @Test func decisionsAndMovesAreChecked() throws {
    #expect(DecisionCurve.defaultThresholds.count == 99)
    #expect(throws: StatisticsError.self) {
      try DecisionCurve(probabilities: [0.1], positives: [true], thresholds: [1])
    }
    #expect(throws: StatisticsError.self) {
      try DecisionCurve(probabilities: [0.1], positives: [false])
    }
    let curve = try DecisionCurve(
      probabilities: [0.2, 0.6], positives: [false, true], thresholds: [0.2, 0.5])
    #expect(curve.points.map(\.netBenefit) == [0.375, 0.5])
    #expect(throws: StatisticsError.self) { try curve.netBenefitIntervals(resamples: [[2]]) }
    #expect(throws: StatisticsError.self) { try curve.netBenefitIntervals(resamples: [[]]) }
    let without = try curve.standardisedIntervals(resamples: [[0, 0], [1, 1]])
    #expect(without[0].undefinedCount == 1)
    let none = try Reclassification(
      old: [0.2, 0.6], new: [0.2, 0.6], positives: [false, true], categories: .continuous,
      withTests: true)
    #expect(none.nri.value == 0 && none.nri.test == nil && none.idi.standardError == nil)
    #expect(throws: StatisticsError.self) {
      try Reclassification(
        old: [0.2, 0.6], new: [0.2, 0.6], positives: [false, true],
        categories: .cutOffs([0.5, 0.4]))
    }
    #expect(throws: StatisticsError.self) {
      try Reclassification(
        old: [0.2, 0.6], new: [0.2, 0.6], positives: [true, true], categories: .continuous)
    }
    #expect(Reclassification.warning.contains("63 %"))
    // A cut-off's probability lies above it.
    let border = try Reclassification(
      old: [0.3, 0.3], new: [0.5, 0.2], positives: [true, false], categories: .cutOffs([0.5]))
    #expect(border.events.up == 1 && border.nonevents.down == 0)
  }
}
