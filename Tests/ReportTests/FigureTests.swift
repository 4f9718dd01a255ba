import Foundation
import Report
import Statistics
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct FigureTests {
  @Test func everyFigureIsSoundSVG() throws {
    for (index, figure) in try SyntheticFigures.all().enumerated() {
      let svg = figure.svg(id: "figure-\(index)", isStandalone: true)
      let reading = XMLReading(svg)
      #expect(reading.isWellFormed, "\(figure.title): \(reading.problem)")
      let bad = reading.attributes.filter {
        ["nan", "inf"].contains($0.value.lowercased()) || $0.value.contains("nan ")
      }
      #expect(bad.isEmpty, "\(figure.title)")
      #expect(reading.elements.contains("desc") && !figure.description.isEmpty)
      #expect(figure.caption.hasSuffix("."), "\(figure.title): \(figure.caption)")
    }
  }

  @Test func textsAreInsideAndDoNotOverlap() throws {
    for figure in try SyntheticFigures.all() {
      let canvas = figure.canvas
      for (index, text) in canvas.texts.enumerated() {
        #expect(text.box.x >= 0 && text.box.right <= canvas.width, "\(figure.title): \(text)")
        #expect(text.box.y >= 0 && text.box.bottom <= canvas.height, "\(figure.title): \(text)")
        for other in canvas.texts[..<index] {
          #expect(!text.box.overlaps(other.box), "\(figure.title): \(text) over \(other)")
        }
      }
    }
  }

  @Test func equalValuesGiveEqualText() throws {
    let first = try SyntheticFigures.all().map { $0.svg(id: "a") }
    #expect(try SyntheticFigures.all().map { $0.svg(id: "a") } == first)
  }

  /// Too few, too many or undefined values are drawn or refused, never crash.
  @Test func extremesAreDrawn() throws {
    let two = try ScoredClasses(
      name: "two", scores: [0.5, .nan, 0.5], positives: [true, true, false])
    var figures: [Figure] = [
      .roc([try ROCFigureCurve(two)]), try .precisionRecall([two]), try .calibration(two),
      try .decisionCurves([two]),
      try .scoreDistribution(two, classNames: SyntheticFigures.classNames),
      try .waterfall(
        two, cutOff: 0.5, cutOffOrigin: "fixed", classNames: SyntheticFigures.classNames),
      .forest([], title: "", measure: "AUC", method: ""),
      .forest(
        [ForestRow("a", 1, 0, .infinity)], title: "", measure: "Odds ratio", reference: 1,
        isLogarithmic: true, method: "none"),
      .permutationNull(
        permuted: [], observed: .nan, p: .nan, metric: "AUC", refitted: "the whole pipeline"),
      .permutationNull(
        permuted: [0.5, 0.5, .nan], observed: 0.5, p: 1, metric: "AUC", refitted: "the model"),
      .distribution([.nan], title: "t", axis: "a", counted: "Splits"),
      .selectionFrequency([], pipeline: "p", fits: 0),
      .correlation(names: [], matrix: [], kind: "Pearson", count: 0),
      .correlation(names: ["a"], matrix: [1], kind: "Pearson", count: 3),
      .timeline([], kinds: []), .timeline([TimelineLane("Rank 1", [])], kinds: ["Unit"]),
    ]
    let names = (0..<120).map { "a_feature_with_a_long_name_\($0)" }
    figures.append(
      .correlation(
        names: names, matrix: (0..<14_400).map { Double($0 % 7 - 3) / 3 }, kind: "Pearson", count: 9
      ))
    figures.append(
      .selectionFrequency(
        names.map { SelectionRow($0, frequency: 0.5, isFinal: false) }, pipeline: "p", fits: 10))
    figures.append(
      .timeline(
        names.enumerated().map { index, _ in
          TimelineLane("Rank \(index)", [.init(start: 0, end: 9000)])
        }, kinds: ["Unit"]))
    let one = try SurvivalGroup(name: "one", FollowUp(time: [0], event: [true]))
    figures.append(try .kaplanMeier([one], timeTitle: "Days"))
    figures.append(try .kaplanMeier([one, one], timeTitle: "Days"))
    for figure in figures {
      let reading = XMLReading(figure.svg(id: "x"))
      #expect(reading.isWellFormed, "\(figure.title): \(reading.problem)")
      for text in figure.canvas.texts {
        #expect(text.box.bottom <= figure.canvas.height, "\(figure.title): \(text)")
      }
    }
  }

  @Test func whatCannotBeDrawnIsRefused() throws {
    #expect(throws: StatisticsError.self) {
      _ = try ScoredClasses(name: "a", scores: [1], positives: [])
    }
    let scores = try ScoredClasses(name: "a", scores: [-2, 3], positives: [false, true])
    #expect(throws: StatisticsError.self) { _ = try Figure.calibration(scores) }
    #expect(throws: StatisticsError.self) { _ = try Figure.decisionCurves([scores]) }
    let one = try ScoredClasses(name: "a", scores: [0.2, 0.3], positives: [true, true])
    #expect(throws: StatisticsError.self) { _ = try ROCFigureCurve(one) }
  }

  @Test func captionsSayCountsAndMethods() throws {
    let rows = try SyntheticFigures.rows("m")
    let caption = Figure.roc([try ROCFigureCurve(rows)]).caption
    #expect(caption.contains("n = 120, \(rows.events) events"))
    #expect(caption.contains("DeLong 1988") && caption.contains("95%"))
    let groups = [
      try SyntheticFigures.group("a", count: 30, scale: 900, stream: 3),
      try SyntheticFigures.group("b", count: 30, scale: 900, stream: 4),
    ]
    let survival = try Figure.kaplanMeier(groups, timeTitle: "Days").caption
    #expect(survival.contains("Log-rank test: p") && survival.contains("Greenwood"))
  }

  /// Counted by hand: rows with entry < t <= time, as `n.risk` of R's survfit is defined.
  @Test func numbersAtRisk() throws {
    let group = SurvivalGroup(
      name: "g", try FollowUp(time: [5, 8, 8, 12], event: [true, false, true, false]))
    #expect([0, 5, 6, 8, 9, 12, 13].map { group.atRisk($0) } == [4, 4, 3, 3, 1, 1, 0])
    let late = SurvivalGroup(
      name: "g", try FollowUp(time: [5, 8], event: [true, true], entry: [0, 6]))
    #expect([0, 5, 6, 7].map { late.atRisk($0) } == [1, 1, 0, 1])
  }

  @Test func goldenFigures() throws {
    let rows = try ScoredClasses(
      name: "model", scores: [0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.2, 0.1],
      positives: [true, true, false, true, false, true, false, false])
    let figures = [
      ("roc", Figure.roc([try ROCFigureCurve(rows)])),
      (
        "forest",
        Figure.forest(
          [ForestRow("Age", 1.3, 1.1, 1.6), ForestRow("Grade <4>", 0.4, 0.2, 0.8)],
          title: "Hazard ratios", measure: "Hazard ratio", reference: 1, isLogarithmic: true,
          method: "95% intervals: Wald")
      ),
    ]
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    for (name, figure) in figures {
      let text =
        "<!-- RadCohort's own drawing, looked at; regression only, 2026-11-21 -->\n"
        + figure.svg(id: name, isStandalone: true) + "\n"
      let file = folder.appending(path: "\(name).svg")
      if ProcessInfo.processInfo.environment["RADCOHORT_UPDATE_GOLDEN"] == "1" {
        try text.write(to: file, atomically: true, encoding: .utf8)
      }
      #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }
  }
}

/// What Foundation's parser finds in a text.
final class XMLReading: NSObject, XMLParserDelegate {
  private(set) var isWellFormed = false
  private(set) var problem = ""
  private(set) var elements: [String] = []
  private(set) var attributes: [(name: String, value: String)] = []

  init(_ text: String) {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
    problem = parser.parserError.map { "\($0), line \(parser.lineNumber)" } ?? ""
  }

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName: String?, attributes attributeDict: [String: String]
  ) {
    elements.append(elementName)
    for (name, value) in attributeDict { attributes.append((name, value)) }
  }
}
