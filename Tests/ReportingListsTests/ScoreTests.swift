import ReportingLists
import Testing

/// Expected numbers are sums by hand over the published scores.
@Suite struct ScoreTests {
  private func answer(
    _ list: ReportingList, _ number: String, _ change: (inout StudyEvidence) -> Void
  ) -> Answer? {
    var evidence = StudyEvidence()
    change(&evidence)
    return list.answers(evidence).first { $0.item.number == number }
  }

  /// Of an item of RQS.
  private func points(
    _ number: String, _ change: (inout StudyEvidence) -> Void
  ) -> ClosedRange<Int>? {
    answer(.rqs, number, change)?.points
  }

  @Test func validationOfRQS() {
    #expect(points("12") { $0.testRows = 10 } == -5...5)
    func validation(
      _ test: Int, _ external: Int, _ sites: Int?,
      _ scheme: StudyEvidence.Validation.Scheme = .folds
    ) -> ClosedRange<Int>? {
      points("12") {
        ($0.testRows, $0.externalRows, $0.externalSites) = (test, external, sites)
        $0.validation = .init(scheme)
      }
    }
    #expect(validation(0, 0, nil, .splits) == 2...4)
    #expect(validation(0, 0, nil, .leaveSiteOut) == -5...5)
    #expect(validation(0, 10, 3, .leaveSiteOut) == 5...5)
    #expect(validation(0, 0, nil) == -5 ... -5)
    #expect(validation(10, 0, nil) == 2...4)
    #expect(validation(0, 10, nil) == 3...5)
    #expect(validation(10, 10, 1) == 3...4)
    #expect(validation(0, 10, 2) == 4...4)
    #expect(validation(0, 10, 3) == 5...5)
    #expect(validation(0, 10, 7) == 5...5)
  }

  @Test func statisticsOfRQS() {
    func discrimination(
      _ interval: String, _ scheme: StudyEvidence.Validation.Scheme, _ permutations: Int? = nil,
      _ outcome: StudyEvidence.Outcome = .binary
    ) -> ClosedRange<Int>? {
      points("9") {
        $0.outcome = outcome
        $0.performance = [.init("auc", interval: interval)]
        $0.validation = .init(scheme, folds: 5)
        $0.permutations = permutations
      }
    }
    #expect(discrimination("LeDell 2015", .folds) == 2...2)
    #expect(discrimination("", .folds, 99) == 2...2)
    #expect(discrimination("", .folds) == 0...1)
    #expect(discrimination("DeLong 1988", .none) == 1...1)
    #expect(discrimination("", .none) == 0...0)
    #expect(discrimination("bootstrap", .folds, nil, .continuous) == 0...2)
    #expect(points("10") { ($0.hasCalibration, $0.validation) = (true, .init(.folds)) } == 2...2)
    #expect(points("10") { ($0.hasCalibration, $0.validation) = (true, .init(.none)) } == 1...1)
    #expect(points("10") { ($0.hasCalibration, $0.validation) = (false, .init(.folds)) } == 0...0)
    #expect(points("10") { $0.hasCalibration = true } == 0...2)
  }

  @Test func reductionOfRQS() {
    #expect(points("5") { $0.selection = ["mrmr"] } == 3...3)
    #expect(points("5") { $0.selection = [] } == -3...3)
    #expect(points("5") { ($0.selection, $0.multipleTesting) = ([], "") } == -3 ... -3)
    #expect(points("5") { ($0.selection, $0.multipleTesting) = ([], "Holm") } == 3...3)
  }

  @Test func cutOffsOfRQS() {
    #expect(points("8") { ($0.cutOff, $0.isCutOffOptimised) = ("the median", false) } == 1...1)
    #expect(points("8") { ($0.cutOff, $0.isCutOffOptimised) = ("Youden's index", true) } == 0...1)
    #expect(points("8") { ($0.cutOff, $0.models) = ("", ["cox"]) } == 1...1)
    #expect(points("8") { $0.models = ["cox"] } == 0...1)
  }

  @Test func wholeScores() {
    let rqs = ReportingList.rqs
    // 2: 1, 5: 3, 6: 1, 8: 1, 9: 2, 10: 2, 12: 3 to 4, 14: 2; the author's up to 19.
    #expect(
      rqs.totals(rqs.answers(.example)).score
        == .init(unit: .points, known: 15, lowest: 15, highest: 35))
    // 5: -3, 12: -5; 14 is the author's where there are no decision curves, 8 without a model.
    #expect(
      rqs.totals(rqs.answers(.nothingFound)).score
        == .init(unit: .points, known: -8, lowest: -8, highest: 14))
  }

  /// An item that does not apply leaves both sides of the fraction.
  @Test func conditionalWeights() throws {
    let list = ReportingList.metrics
    let answers = list.answers(.example)
    #expect(answers[16].points == nil)
    let score = try #require(list.totals(answers).score)
    // Known: 12-15, 18, 20-22, 24-27.
    let known = 311 + 415 + 200 + 200 + 599 + 352 + 234 + 176 + 293 + 176 + 375 + 749
    #expect(abs(score.known - 100 * Double(known) / 9800) < 1e-12)
    #expect(score.lowest == score.known)
    #expect(score.highest == 100)
    var totals = list.totals(answers)
    #expect(totals.notApplicable == 1 && totals.author == 13 && totals.no == 0)
    totals = list.totals(list.answers(.nothingFound))
    #expect(totals.yes + totals.partly + totals.no + totals.notApplicable + totals.author == 30)
    // Only 23 (one image) is fulfilled.
    let least = try #require(totals.score)
    #expect(abs(least.known - 100 * 117 / 9800) < 1e-12)
    #expect(least.highest < 70)
  }

  /// More knowledge never gives a wider range of points.
  @Test func knowledgeNarrows() {
    let changes: [(inout StudyEvidence, StudyEvidence) -> Void] = [
      { ($0.testRows, $0.externalRows) = ($1.testRows, $1.externalRows) },
      { $0.externalSites = $1.externalSites }, { $0.performance = $1.performance },
      { $0.validation = $1.validation }, { $0.outcome = $1.outcome },
      { $0.hasCalibration = $1.hasCalibration }, { $0.selection = $1.selection },
      { $0.repeatability = $1.repeatability }, { $0.comparisonTests = $1.comparisonTests },
      { $0.hasClinicalModel = $1.hasClinicalModel },
      { $0.hasDecisionCurves = $1.hasDecisionCurves },
      { $0.multipleTesting = $1.multipleTesting }, { $0.cutOff = $1.cutOff },
    ]
    for source in [StudyEvidence.example, .nothingFound] {
      for list in [ReportingList.metrics, .rqs] {
        var evidence = StudyEvidence()
        var before = list.answers(evidence)
        for change in changes {
          change(&evidence, source)
          let after = list.answers(evidence)
          for (old, new) in zip(before, after) {
            guard let wide = old.points, let narrow = new.points else { continue }
            #expect(
              wide.lowerBound <= narrow.lowerBound && narrow.upperBound <= wide.upperBound,
              "\(list.name) \(old.item.number): \(wide) became \(narrow)")
          }
          before = after
        }
      }
    }
  }

  @Test func verdictsOfMETRICS() {
    func state(_ number: String, _ change: (inout StudyEvidence) -> Void) -> Verdict? {
      let found = answer(.metrics, number, change)?.state
      guard case .known(let verdict, _) = found else { return nil }
      return verdict
    }
    #expect(state("4") { $0.sites = 2 } == .partly)
    #expect(state("4") { $0.sites = 1 } == .no)
    func software(_ isIBSI: Bool) -> Verdict? {
      state("12") { ($0.software, $0.isIBSIProfile) = (("RadCohort", "1"), isIBSI) }
    }
    #expect(software(true) == .yes)
    #expect(software(false) == .partly)
    func split(_ scheme: StudyEvidence.Validation.Scheme, _ isAsPublished: Bool) -> Verdict? {
      state("18") {
        $0.validation = .init(scheme, folds: 5, isAsPublishedToo: isAsPublished)
        ($0.testRows, $0.externalRows) = (0, 0)
      }
    }
    #expect(split(.folds, false) == .yes)
    #expect(split(.folds, true) == .partly)
    #expect(split(.none, false) == .no)
    func external(_ scheme: StudyEvidence.Validation.Scheme) -> [Verdict?] {
      ["26", "27"].map { number in
        state(number) { ($0.testRows, $0.externalRows, $0.validation) = (0, 0, .init(scheme)) }
      }
    }
    #expect(external(.folds) == [.no, .no])
    #expect(external(.splits) == [.yes, .no])
    #expect(external(.leaveSiteOut) == [.no, .partly])
    #expect(state("23") { $0.images = ["CT"] } == .yes)
    #expect(state("23") { $0.images = ["CT", "PET"] } == nil)
    #expect(state("24") { ($0.hasVolumeModel, $0.comparisonTests) = (true, ["DeLong"]) } == .yes)
    #expect(state("24") { $0.hasVolumeModel = true } == .partly)
    #expect(state("24") { $0.hasVolumeModel = false } == .no)
  }
}
