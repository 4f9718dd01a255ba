import Evaluation
import Learning
import Numerics
import Testing

@Suite("Splits and sites")
struct SplitTests {
  private func split(
    _ training: Int, _ test: Int, _ patients: Patients,
    _ stratification: Stratification = .outcome, index: Int = 0
  ) throws -> Partition {
    var stream = RandomStream(seed: 5, domain: .split, index: UInt64(index))
    let made = try Partitions.split(
      training: training, test: test, of: patients, stratification: stratification, using: &stream)
    #expect(made.all.count == 1)
    return made.all[0]
  }

  /// (patients, positive, ratio, training patients, positive ones among them), counted by hand.
  @Test(arguments: [
    (100, 30, (3, 2), 60, 18), (100, 30, (7, 3), 70, 21), (15, 5, (7, 3), 11, 4),
    (10, 2, (9, 1), 8, 1), (10, 5, (9, 1), 8, 4), (11, 5, (1, 1), 6, 3), (4, 2, (1, 1), 2, 1),
    (5, 2, (1, 9), 2, 1), (30, 3, (19, 1), 28, 2),
  ])
  func sizes(_ n: Int, _ positive: Int, _ ratio: (Int, Int), _ size: Int, _ hits: Int) throws {
    let classes = (0..<n).map { UInt8($0 < positive ? 1 : 0) }
    let part = try split(ratio.0, ratio.1, try Patients(outcome: .binary(classes)))
    #expect(part.training.count == size && part.test.count == n - size)
    #expect(part.training.count { classes[$0] == 1 } == hits)
  }

  @Test(arguments: 0..<40)
  func patientsStayTogether(_ seed: Int) throws {
    let data = SyntheticRows(patients: 12 + seed, hasLesions: true, steps: 0, seed: 700 + seed)
    let sites = data.groups.map { "site \($0 % 4)" }
    let patients = try Patients(outcome: data.classes, groups: data.groups, sites: sites)
    let part = try split(7, 3, patients, Stratification(bySite: seed % 2 == 0), index: seed)
    #expect((part.training + part.test).sorted() == Array(data.groups.indices))
    #expect(
      Set(part.training.map { data.groups[$0] }).isDisjoint(with: part.test.map { data.groups[$0] })
    )
    for rows in [part.training, part.test] { #expect(rows.contains { data.positives[$0] }) }
  }

  @Test func everybodyIsDrawnEquallyOften() throws {
    let patients = try Patients(outcome: .binary((0..<20).map { $0 < 8 ? 1 : 0 }))
    var counts = [Int](repeating: 0, count: 20)
    for index in 0..<2000 {
      for row in try split(3, 2, patients, index: index).training { counts[row] += 1 }
    }
    // 5 of 8 and 7 of 12 are training rows; 5 standard errors.
    for row in 0..<20 {
      let expected = row < 8 ? 1250.0 : 1166.7
      #expect(abs(Double(counts[row]) - expected) < 112)
    }
  }

  /// Bins of a continuous outcome need not be in both parts: the total holds.
  @Test func binsDoNotMoveTheTotal() throws {
    let patients = try Patients(outcome: .continuous((0..<20).map { Double($0 * $0) }))
    let part = try split(9, 1, patients, Stratification(continuousBins: 10))
    #expect(part.test.count == 2)
  }

  @Test func refused() throws {
    let one = try Patients(outcome: .binary([1, 0, 0, 0]))
    #expect(throws: LearningError.self) { try split(3, 2, one) }
    #expect(throws: LearningError.self) { try split(0, 2, one, .none) }
    #expect(throws: LearningError.self) { try split(3, -1, one, .none) }
    let single = try Patients(outcome: .continuous([1, 2]), groups: [3, 3])
    #expect(throws: LearningError.self) { try split(1, 1, single) }
    let two = try Patients(outcome: .continuous([1, 2]))
    #expect(try split(99, 1, two).test.count == 1)
  }

  @Test func sitesAreLeftOut() throws {
    let sites = ["Ulm", "Bonn", "Ulm", "Bonn", "Trier", "Ulm"]
    let patients = try Patients(outcome: .binary([1, 0, 0, 1, 1, 1]), sites: sites)
    let made = try Partitions.leaveOneSiteOut(patients)
    #expect(made.all.map(\.label) == ["Bonn", "Trier", "Ulm"])
    #expect(made.all.map(\.test) == [[1, 3], [4], [0, 2, 5]])
    #expect(made.all[0].training == [0, 2, 4, 5])
    let mixed = try Patients(
      outcome: .binary([1, 0, 0, 1, 1, 1]), groups: [0, 0, 1, 2, 3, 4], sites: sites)
    #expect(throws: LearningError.self) { try Partitions.leaveOneSiteOut(mixed) }
    let alone = try Patients(outcome: .binary([1, 0]), sites: ["Ulm", "Ulm"])
    #expect(throws: LearningError.self) { try Partitions.leaveOneSiteOut(alone) }
    let none = try Patients(outcome: .binary([1, 0]))
    #expect(throws: LearningError.self) { try Partitions.leaveOneSiteOut(none) }
    let oneClass = try Patients(outcome: .binary([1, 0, 1]), sites: ["Ulm", "Ulm", "Bonn"])
    let message = #expect(throws: LearningError.self) {
      try Partitions.leaveOneSiteOut(oneClass)
    }?.message
    #expect(message?.contains("Ulm") == true)
  }

  @Test func givenPartitions() throws {
    let patients = try Patients(outcome: .binary([1, 0, 0, 1]), groups: [0, 0, 1, 2])
    let made = try Partitions.given(isTest: [false, false, true, true], of: patients)
    #expect(made.all == [Partition(training: [0, 1], test: [2, 3])])
    #expect(throws: LearningError.self) {
      try Partitions.given(isTest: [false, true, true, false], of: patients)
    }
    #expect(throws: LearningError.self) {
      try Partitions.given(isTest: [false, false, false, false], of: patients)
    }
    #expect(throws: LearningError.self) {
      try Partitions.given(isTest: [true, true, false, true], of: patients)
    }
    let folds = try Partitions.given(folds: ["b", "b", "a", "a"], of: patients)
    #expect(folds.all.map(\.test) == [[2, 3], [0, 1]])
    #expect(folds.all.map(\.label) == ["a", "b"])
  }
}
