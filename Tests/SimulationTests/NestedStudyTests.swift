import Simulation
import Testing

@Suite struct NestedStudyTests {
  private static let costs = NestedStudyCosts(preparation: 2, fit: 0.0864, variation: 0.3)

  @Test func countsOfTheLargeStudy() {
    let study = NestedStudy.combRadscore
    // The final model, 100 outer folds, 10,000 of permutations, 1,000 resamples.
    #expect(study.refitUnits == 1 + 100 + 10_000 + 1000)
    #expect(study.searchUnits == 10 * study.refitUnits)
    let forecast = NestedStudyForecast(study: study, costs: Self.costs)
    #expect(abs(forecast.searchSeconds - 11.3312) < 1e-9)
    let hours = (111_010 * 11.3312 + 11_101 * 2.0864) / 3600
    #expect(abs(forecast.coreHours - hours) < 1e-6)
  }

  @Test func efficiencyFallsWithRanks() throws {
    var study = NestedStudy.combRadscore
    study.permutations = 20
    study.bootstraps = 0
    let forecast = NestedStudyForecast(study: study, costs: Self.costs)
    let efficiency = try [16, 64, 256, 1024].map { try forecast.simulate(ranks: $0).efficiency }
    #expect(efficiency == efficiency.sorted(by: >))
    #expect(efficiency[0] > 0.98)
    // 2.9 units per worker: the last round is as long as a third of the run.
    #expect(efficiency[3] < 0.8)
  }

  @Test func theTableHasALinePerNumberOfRanks() throws {
    let study = NestedStudy(repeats: 1, outerFolds: 5, innerFolds: 5, gridPoints: 10)
    let forecast = NestedStudyForecast(study: study, costs: Self.costs)
    let lines = try forecast.table(ranks: [2, 3]).split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[2].hasPrefix("| 2 | "))
    #expect(Set(lines.map { $0.count { $0 == "|" } }) == [9])
  }

  @Test func durationsAreAFunctionOfTheUnitWithTheirMean() {
    let durations = LogNormalDurations(mean: 3, variation: 0.5)
    let all = (0..<20_000).map(durations.seconds)
    let mean = all.reduce(0, +) / 20_000
    let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    // Four standard errors of a mean of 20,000.
    #expect(abs(mean - 3) < 4 * 1.5 / 20_000.0.squareRoot())
    #expect(abs(variance.squareRoot() / mean - 0.5) < 0.03)
    #expect(durations.seconds(ofUnit: 17) == all[17])
    #expect(LogNormalDurations(mean: 3, variation: 0).seconds(ofUnit: 5) == 3)
  }
}
