import ReportingLists
import Testing

/// Numbers of items and scores are those of the publications that the lists name.
@Suite struct ReportingListTests {
  private func whole(_ list: ReportingList) -> [String] {
    list.items.map { String($0.number.prefix { $0.isNumber }) }
  }

  @Test func itemsOfEveryList() {
    #expect(ReportingList.all.map { $0.name } == ["CLEAR", "METRICS", "RQS", "TRIPOD+AI"])
    #expect(ReportingList.clear.items.map { $0.number } == (1...58).map { "\($0)" })
    #expect(ReportingList.metrics.items.map { $0.number } == (1...30).map { "\($0)" })
    #expect(ReportingList.rqs.items.map { $0.number } == (1...16).map { "\($0)" })
    let tripod = ReportingList.tripodAI
    #expect(tripod.items.count == 52)
    #expect(Set(tripod.items.map { $0.number }).count == 52)
    var numbers: [String] = []
    for number in whole(tripod) where numbers.last != number { numbers.append(number) }
    #expect(numbers == (1...27).map { "\($0)" })
    for list in ReportingList.all {
      #expect(list.items.allSatisfy { !$0.name.isEmpty && !$0.section.isEmpty })
      #expect(Set(list.items.map { $0.name }).count == list.items.count, "\(list.name)")
    }
  }

  /// Parts of TRIPOD+AI's items, in the order of Collins 2024, Table 2.
  @Test func partsOfTRIPOD() {
    let parts = [
      "3": "abc", "5": "ab", "6": "abc", "8": "abc", "9": "abc", "12": "abcdefg", "18": "abcdef",
      "20": "abc", "23": "ab", "27": "abc",
    ]
    let expected = (1...27).flatMap { number in
      (parts["\(number)"] ?? "").isEmpty
        ? ["\(number)"] : parts["\(number)", default: ""].map { "\(number)\($0)" }
    }
    #expect(ReportingList.tripodAI.items.map { $0.number } == expected)
  }

  /// METRICS: weights of all items are 100 %, and those of a category follow its rank. RQS: -8 to 36.
  @Test func scoresOfItems() {
    let metrics = ReportingList.metrics.items.compactMap { $0.points }
    #expect(metrics.count == 30 && metrics.allSatisfy { $0.lowerBound == 0 })
    #expect(metrics.reduce(0) { $0 + $1.upperBound } == 10_000)
    let rqs = ReportingList.rqs.items.compactMap { $0.points }
    #expect(rqs.map { $0.upperBound } == [2, 1, 1, 1, 3, 1, 1, 1, 2, 2, 7, 5, 2, 2, 1, 4])
    #expect(rqs.reduce(0) { $0 + $1.upperBound } == 36)
    #expect(rqs.reduce(0) { $0 + $1.lowerBound } == -8)
    for list in [ReportingList.clear, .tripodAI] {
      #expect(list.unit == nil && list.items.allSatisfy { $0.points == nil })
    }
  }

  /// The published online calculator has the same weights with three decimals.
  @Test func weightsOfCalculator() {
    let rounded = [
      37, 74, 92, 44, 29, 44, 29, 34, 22, 11, 62, 31, 41, 20, 20, 30, 20, 60, 30, 35, 23, 18, 12,
      29, 18, 37, 75, 7, 7, 7,
    ]
    for (item, weight) in zip(ReportingList.metrics.items, rounded) {
      let exact = item.points?.upperBound ?? 0
      #expect(abs(exact - 10 * weight) <= 5, "item \(item.number)")
    }
  }

  @Test func emptyEvidenceIsTheAuthors() {
    for list in ReportingList.all {
      let answers = list.answers(StudyEvidence())
      #expect(answers.count == list.items.count)
      for answer in answers {
        #expect(answer.state == .author, "\(list.name) \(answer.item.number)")
        #expect(answer.points == answer.item.points)
      }
      #expect(list.totals(answers).author == list.items.count)
    }
    let metrics = ReportingList.metrics
    #expect(
      metrics.totals(metrics.answers(.init())).score
        == .init(unit: .percent, known: 0, lowest: 0, highest: 100))
    let rqs = ReportingList.rqs
    #expect(
      rqs.totals(rqs.answers(.init())).score
        == .init(unit: .points, known: 0, lowest: -8, highest: 36))
    #expect(ReportingList.clear.totals([]).score == nil)
  }

  /// Whatever a machine can know is known of a study with everything.
  @Test func wholeEvidence() {
    let author = ReportingList.all.map { list in
      list.answers(.example).filter { $0.state == .author }.map { $0.item.number }
    }
    #expect(
      author[0]
        == (Array(1...14) + [16, 19, 20] + Array(49...54) + [58]).map { "\($0)" })
    #expect(
      author[1] == ["1", "2", "3", "5", "6", "7", "8", "9", "10", "16", "28", "29", "30"])
    #expect(author[2] == ["1", "3", "4", "7", "11", "13", "15", "16"])
    #expect(
      author[3] == [
        "1", "2", "3a", "3b", "3c", "4", "5a", "5b", "6b", "6c", "8b", "8c", "9c", "10", "14", "16",
        "17", "18a", "18b", "18c", "18d", "18e", "19", "20c", "25", "26", "27a", "27b", "27c",
      ])
  }

  @Test func sentencesAreWhole() {
    for evidence in [StudyEvidence.example, .nothingFound] {
      for list in ReportingList.all {
        for answer in list.answers(evidence) {
          switch answer.state {
          case .known(_, let text), .notApplicable(let text):
            #expect(text.hasSuffix(".") && !text.hasSuffix(".."), "\(text)")
            #expect(!text.contains("  ") && !text.contains("Optional"), "\(text)")
            #expect(!text.contains(" .") && !text.contains(" ;"), "\(text)")
            #expect(text.first != ";" && text.first != " ", "\(text)")
          case .author: break
          }
        }
      }
    }
  }
}
