import Evaluation
import Learning
import Numerics
import Statistics
import Testing

@Suite("Permutation and bootstrap")
struct ResamplingTests {
  private func stream(_ domain: RandomDomain, _ index: Int = 0) -> RandomStream {
    RandomStream(seed: 3, domain: domain, index: UInt64(index))
  }

  // MARK: Permutation

  @Test func rowsOfAPatientMoveTogether() throws {
    let outcome = Outcome.binary([1, 1, 1, 0, 0, 1, 0, 0, 0])
    let groups = [0, 0, 0, 1, 1, 2, 3, 4, 4]
    let permutation = try OutcomePermutation(try Patients(outcome: outcome, groups: groups))
    #expect(permutation.hasOneOutcomePerPatient && permutation.movableCount == 5)
    var stream = stream(.permutation)
    var seen: Set<[UInt8]> = []
    for _ in 0..<200 {
      guard case .binary(let classes) = permutation.permuted(using: &stream) else { return }
      #expect(classes[0] == classes[1] && classes[1] == classes[2] && classes[3] == classes[4])
      let ofPatients = [classes[0], classes[3], classes[5], classes[6], classes[7]]
      #expect(ofPatients.reduce(0, +) == 2)
      seen.insert(ofPatients)
    }
    #expect(seen.count == 10)
  }

  @Test func mixedPatientsExchangeWithTheirLikes() throws {
    let outcome = Outcome.continuous([1, 2, 3, 4, 5, 6, 7])
    let groups = [0, 0, 1, 1, 2, 3, 4]
    let permutation = try OutcomePermutation(try Patients(outcome: outcome, groups: groups))
    #expect(!permutation.hasOneOutcomePerPatient)
    var stream = stream(.permutation)
    for _ in 0..<50 {
      let source = permutation.draw(using: &stream)
      #expect(source.sorted() == Array(0..<7))
      #expect(source[..<2] == [0, 1] || source[..<2] == [2, 3])
      #expect(source[2..<4] == [0, 1] || source[2..<4] == [2, 3])
    }
  }

  @Test func outcomesStayInTheirSite() throws {
    let outcome = Outcome.binary([1, 0, 0, 1, 1, 1])
    let sites = ["a", "a", "a", "b", "b", "b"]
    let patients = try Patients(outcome: outcome)
    let permutation = try OutcomePermutation(patients, within: sites)
    var stream = stream(.permutation)
    for _ in 0..<50 {
      let source = permutation.draw(using: &stream)
      #expect(Set(source[..<3]) == [0, 1, 2] && Set(source[3...]) == [3, 4, 5])
    }
    #expect(throws: LearningError.self) {
      try OutcomePermutation(patients, within: ["a", "b", "b", "c", "c", "c"])
    }
    #expect(throws: LearningError.self) {
      try OutcomePermutation(try Patients(outcome: .binary([1, 1, 1])))
    }
    let mixed = try Patients(outcome: outcome, groups: [0, 1, 2, 0, 4, 5])
    #expect(throws: LearningError.self) { try OutcomePermutation(mixed, within: sites) }
  }

  @Test func undefinedPermutationsCountAgainst() throws {
    let test = try PermutationTest(
      observed: 0.9, permuted: [0.5, .nan, 0.9, 0.4], isHigherBetter: true)
    #expect(test.atLeastAsGood == 2 && test.undefinedCount == 1 && test.p == 0.6)
    #expect(throws: LearningError.self) {
      try PermutationTest(observed: .nan, permuted: [1], isHigherBetter: true)
    }
    #expect(throws: LearningError.self) {
      try PermutationTest(observed: 1, permuted: [], isHigherBetter: true)
    }
  }

  // MARK: Bootstrap

  @Test func resamplesHoldWholePatients() throws {
    let data = SyntheticRows.lesions
    let patients = try Patients(outcome: data.classes, groups: data.groups)
    let resampling = try PatientResampling(patients, stratification: .outcome)
    let isPositive = patients.rows.map { rows in rows.contains { data.positives[$0] } }
    var stream = stream(.bootstrap)
    for _ in 0..<50 {
      let sample = resampling.draw(using: &stream)
      #expect(sample.counts.reduce(0, +) == patients.count)
      for row in data.groups.indices {
        let count = sample.counts[data.groups[row]]
        #expect(sample.rows.count { $0 == row } == count)
        #expect(sample.outOfBag.contains(row) == (count == 0))
      }
      let drawn = zip(sample.counts, isPositive).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
      #expect(drawn == isPositive.count { $0 })
    }
  }

  /// The fast sweep against the metric of the repeated rows: equal bits.
  @Test func fastAreaEqualsPlainArea() throws {
    let data = SyntheticRows.lesions
    let patients = try Patients(outcome: data.classes, groups: data.groups)
    let draws = SyntheticRows.draws(patients: patients.count, replicates: 100, seed: 800)
    let fast = try MetricBootstrap(.auc, of: patients, scores: data.scores, draws: draws)
    for (value, draw) in zip(fast.values, draws) {
      let rows = draw.flatMap { patients.rows[$0] }
      let plain = Metric.auc.value(data.classes.rows(rows), scores: rows.map { data.scores[$0] })
      #expect(value.bitPattern == plain.value.bitPattern)
    }
  }

  @Test func equalStreamsGiveEqualBits() throws {
    let data = SyntheticRows.single
    let patients = try Patients(outcome: data.classes)
    let runs = try (0..<2).map { _ in
      var stream = stream(.bootstrap)
      return try MetricBootstrap(
        .auc, of: patients, scores: data.scores, replicates: 300, using: &stream)
    }
    #expect(runs[0].values.map(\.bitPattern) == runs[1].values.map(\.bitPattern))
  }

  /// 2000 resamples of 300 patients; measured at a few hundredths of a second.
  @Test func areaIsFast() throws {
    let data = SyntheticRows(patients: 300, hasLesions: false, steps: 0, seed: 900)
    let patients = try Patients(outcome: data.classes)
    var stream = stream(.bootstrap)
    var values = 0
    let time = try ContinuousClock().measure {
      values = try MetricBootstrap(
        .auc, of: patients, scores: data.scores, replicates: 2000, using: &stream
      ).values.count
    }
    #expect(values == 2000 && time < .seconds(1), "\(time)")
  }

  @Test func perfectSeparation() throws {
    let patients = try Patients(outcome: .binary([0, 0, 0, 1, 1, 1]))
    var stream = stream(.bootstrap)
    let bootstrap = try MetricBootstrap(
      .auc, of: patients, scores: [1, 2, 3, 4, 5, 6], replicates: 500, using: &stream)
    #expect(bootstrap.estimate == 1 && bootstrap.undefinedCount > 0)
    #expect(bootstrap.acceleration == nil)
    #expect(try bootstrap.interval(.percentile).limits == Interval(1, 1))
    let bca = try bootstrap.interval(.bca)
    #expect(bca.limits == nil && bca.note != nil)
  }

  @Test func tiesEverywhere() throws {
    let patients = try Patients(outcome: .binary([0, 1, 0, 1]))
    var stream = stream(.bootstrap)
    let bootstrap = try MetricBootstrap(
      .auc, of: patients, scores: [2, 2, 2, 2], replicates: 100, stratification: .outcome,
      using: &stream)
    #expect(bootstrap.values.allSatisfy { $0 == 0.5 })
    #expect(try bootstrap.interval(.basic).limits == Interval(0.5, 0.5))
    #expect(try bootstrap.interval(.bca).limits == nil)
  }

  @Test func twoPatients() throws {
    let patients = try Patients(outcome: .binary([0, 1]))
    var stream = stream(.bootstrap)
    let bootstrap = try MetricBootstrap(
      .auc, of: patients, scores: [1, 2], replicates: 20, using: &stream)
    #expect(bootstrap.undefinedCount > 0 && bootstrap.acceleration == nil)
    #expect(try bootstrap.interval(.percentile).limits == Interval(1, 1))
    let one = try Patients(outcome: .binary([1, 1]))
    #expect(throws: LearningError.self) {
      try MetricBootstrap(.auc, of: one, scores: [1, 2], draws: [[0, 1]])
    }
    #expect(throws: LearningError.self) {
      try MetricBootstrap(.auc, of: patients, scores: [1, 2], draws: [])
    }
    let empty = try MetricBootstrap(.auc, of: patients, scores: [1, 2], draws: [[0, 0]])
    #expect(try empty.interval(.percentile).limits == nil)
    #expect(throws: LearningError.self) { try empty.interval(.percentile, level: 1) }
  }

  @Test func extremeLimitsAreMarked() throws {
    let few = try BootstrapInterval(.percentile, estimate: 3, values: [1, 2, 3, 4, 5])
    #expect(few.limits == Interval(1, 5) && few.note != nil)
    let many = try BootstrapInterval(
      .percentile, estimate: 3, values: (1...199).map { Double($0) }, level: 0.9)
    #expect(many.limits?.lower == 10 && many.note == nil)
  }
}
