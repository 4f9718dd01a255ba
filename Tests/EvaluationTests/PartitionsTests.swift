import Evaluation
import Learning
import Numerics
import Testing

@Suite("Partitions")
struct PartitionsTests {
  private func stream(_ index: Int = 0) -> RandomStream {
    RandomStream(seed: 11, domain: .fold, index: UInt64(index))
  }

  private func folds(
    _ count: Int, _ patients: Patients, repeats: Int = 1,
    _ stratification: Stratification = .outcome, index: Int = 0
  ) throws -> Partitions {
    var stream = stream(index)
    return try Partitions.folds(
      count, repeats: repeats, of: patients, stratification: stratification, using: &stream)
  }

  /// Rows are divided, patients are not, every class is in every fold, and the spread is that of
  /// the fewest-rows rule: no class differs by more than its largest patient between folds.
  @Test(arguments: 0..<60)
  func foldsHoldTheirPromises(_ seed: Int) throws {
    let data = SyntheticRows(
      patients: 25 + seed, hasLesions: seed % 3 != 0, steps: 0, seed: 500 + seed)
    let outcome = [data.classes, data.continuous, data.survival][seed % 3]
    let patients = try Patients(outcome: outcome, groups: data.groups)
    let count = 2 + seed % 4
    let made = try folds(
      count, patients, repeats: 2, Stratification(continuousBins: seed % 5), index: seed)
    #expect(made.all.count == 2 * count)
    for repetition in 0..<2 {
      let parts = made.all.filter { $0.repetition == repetition }
      #expect(parts.map(\.fold) == Array(0..<count))
      #expect(parts.flatMap(\.test).sorted() == Array(0..<patients.rowCount))
      for part in parts {
        #expect((part.training + part.test).sorted() == Array(0..<patients.rowCount))
        let training = Set(part.training.map { data.groups[$0] })
        #expect(training.isDisjoint(with: part.test.map { data.groups[$0] }))
        #expect(part.test == part.test.sorted() && part.training == part.training.sorted())
      }
      let positives: (Int) -> Bool = { row in
        switch outcome {
        case .binary(let classes): classes[row] == 1
        case .survival(_, let event, _): event[row] == 1
        case .continuous: false
        }
      }
      if outcome.kind != .continuous {
        #expect(parts.allSatisfy { part in part.test.contains(where: positives) })
        let ofPositivePatients = parts.map { part in
          part.test.count { row in
            patients.rows[patients.patientOfRow[row]].contains(where: positives)
          }
        }
        let largest = patients.rows.map(\.count).max() ?? 1
        #expect((ofPositivePatients.max() ?? 0) - (ofPositivePatients.min() ?? 0) <= largest)
      }
    }
  }

  /// One row per patient: class counts and sizes differ by one at most.
  @Test func singleRowsAreSpreadEvenly() throws {
    for positives in [5, 6, 13, 30, 48] {
      let classes = (0..<53).map { UInt8($0 < positives ? 1 : 0) }
      let made = try folds(5, try Patients(outcome: .binary(classes)))
      for sizes in [
        made.all.map(\.test.count), made.all.map { $0.test.count { classes[$0] == 1 } },
      ] {
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
      }
    }
  }

  @Test func sitesAreSpreadToo() throws {
    let classes = (0..<60).map { UInt8($0 % 3 == 0 ? 1 : 0) }
    let sites = (0..<60).map { $0 % 2 == 0 ? "Ulm" : "Bonn" }
    let patients = try Patients(outcome: .binary(classes), sites: sites)
    let made = try folds(5, patients, Stratification(bySite: true))
    for part in made.all {
      for site in ["Ulm", "Bonn"] {
        #expect(part.test.count { sites[$0] == site && classes[$0] == 1 } == 2)
        #expect(part.test.count { sites[$0] == site && classes[$0] == 0 } == 4)
      }
    }
  }

  /// Every class is in every fold even where its patients are scattered over many small sites.
  @Test func manySmallSites() throws {
    let classes = (0..<40).map { UInt8($0 < 5 ? 1 : 0) }
    let sites = (0..<40).map { "site \($0 % 7)" }
    let patients = try Patients(outcome: .binary(classes), sites: sites)
    for index in 0..<20 {
      let made = try folds(5, patients, Stratification(bySite: true), index: index)
      #expect(made.all.allSatisfy { part in part.test.count { classes[$0] == 1 } == 1 })
    }
  }

  @Test func tooFewPatients() throws {
    let patients = try Patients(outcome: .binary([1, 1, 1, 0, 0, 0, 0, 0]))
    #expect(throws: LearningError.self) { try folds(4, patients) }
    let message = #expect(throws: LearningError.self) { try folds(5, patients) }?.message ?? ""
    #expect(message.contains("3 patients have a positive row, 5 have none"))
    #expect(try folds(8, patients, .none).all.allSatisfy { $0.test.count == 1 })
    #expect(throws: LearningError.self) { try folds(9, patients, .none) }
    #expect(throws: LearningError.self) { try folds(1, patients) }
    #expect(throws: LearningError.self) { try folds(3, patients, repeats: 0) }
    let grouped = try Patients(outcome: .binary([1, 1, 1, 0, 0, 0]), groups: [5, 5, 5, 9, 9, 7])
    #expect(throws: LearningError.self) { try folds(2, grouped) }
    let two = try Patients(outcome: .binary([1, 0]))
    #expect(throws: LearningError.self) { try folds(2, two) }
    #expect(try folds(2, two, .none).all.map(\.test.count) == [1, 1])
    #expect(throws: LearningError.self) { try Patients(outcome: .binary([])) }
    #expect(throws: LearningError.self) { try Patients(outcome: .continuous([1, .nan])) }
    #expect(throws: LearningError.self) { try Patients(outcome: .binary([0, 2])) }
    let censored = Outcome.survival(time: [1, 2, 3, 4], event: [1, 0, 0, 0], entry: [])
    let survival = try Patients(outcome: censored)
    #expect(throws: LearningError.self) { try folds(2, survival) }
  }

  @Test func equalStreamsGiveEqualFolds() throws {
    let patients = try Patients(SyntheticRows.lesions.classes, groups: SyntheticRows.lesions.groups)
    let first = try folds(5, patients, repeats: 3)
    let again = try folds(5, patients, repeats: 3)
    #expect(first == again)
    let other = try folds(5, patients, repeats: 3, index: 1)
    #expect(first.fingerprint != other.fingerprint)
    #expect(Set(first.all.map(\.fingerprint)).count == 15)
    // Frozen: another value means that published folds cannot be made again.
    #expect(first.fingerprint == 4_920_633_096_701_949_776)
  }

  /// FNV-1a by scripts/oracles/evaluation_metrics.py.
  @Test func fingerprints() throws {
    let golden = GoldenValues("metrics")
    for (name, part) in [
      ("small", Partition(training: [0, 2, 3], test: [1])),
      ("wide", Partition(training: [5, 300, 70000], test: [0, 1, 299])),
    ] {
      let expected = try golden.texts("fingerprint", name)[0]
      #expect(part.fingerprint == UInt64(expected, radix: 16))
    }
  }

  @Test func innerFoldsAreMappedBack() {
    let inner = Partition(training: [0, 2], test: [1], repetition: 1, fold: 3, label: "x")
    let outer = inner.inTable(of: [4, 7, 9])
    #expect(outer == Partition(training: [4, 9], test: [7], repetition: 1, fold: 3, label: "x"))
  }

  @Test func continuousBinsKeepTies() throws {
    let values = (0..<40).map { Double($0 / 4) }
    let made = try folds(
      4, try Patients(outcome: .continuous(values)), Stratification(continuousBins: 10))
    for part in made.all { #expect(part.test.map { values[$0] } == (0..<10).map { Double($0) }) }
  }
}

extension Patients {
  init(_ outcome: Outcome, groups: [Int]) throws(LearningError) {
    try self.init(outcome: outcome, groups: groups)
  }
}
