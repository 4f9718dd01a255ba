import Report
import Statistics
import Testing

@Suite struct VolcanoFigureTests {
  static let axis = "log2 odds ratio, mutant / wild type"

  static func points(_ count: Int, found: Int) -> [VolcanoPoint] {
    (0..<count).map { index in
      let effect = 6 * (SyntheticFigures.spread(index, 5) - 0.5)
      let p =
        index < found ? 1e-4 * SyntheticFigures.spread(index, 6) : 0.2 + Double(index % 7) / 10
      return VolcanoPoint("GENE\(index)", effect: effect, p: p, adjustedP: min(1, p * 20))
    }
  }

  static func figures() throws -> [Figure] {
    try [
      .volcano(points(60, found: 9), title: "Genes", axis: axis, method: "Fisher's exact test"),
      .volcano(points(2000, found: 300), title: "Many", axis: axis, method: "Fisher's exact test."),
      .volcano([], title: "None", axis: axis, method: "None"),
      .volcano(
        [
          VolcanoPoint("all", effect: .infinity, p: 0.001, adjustedP: 0.002),
          VolcanoPoint("none", effect: -.infinity, p: 0, adjustedP: 0),
          VolcanoPoint("<b>", effect: 0, p: 1, adjustedP: 1),
        ], title: "Edges", axis: axis, method: "Fisher's exact test"),
    ]
  }

  @Test func figuresAreSound() throws {
    for (index, figure) in try Self.figures().enumerated() {
      let reading = XMLReading(figure.svg(id: "volcano-\(index)", isStandalone: true))
      #expect(reading.isWellFormed, "\(figure.title): \(reading.problem)")
      #expect(
        !reading.attributes.contains { ["nan", "inf"].contains($0.value.lowercased()) },
        "\(figure.title)")
      #expect(figure.caption.hasSuffix("."), "\(figure.caption)")
      let texts = figure.canvas.texts
      for (place, text) in texts.enumerated() {
        #expect(text.box.x >= 0 && text.box.right <= figure.canvas.width, "\(text)")
        #expect(text.box.y >= 0 && text.box.bottom <= figure.canvas.height, "\(text)")
        #expect(!texts[..<place].contains { $0.box.overlaps(text.box) }, "\(text)")
      }
    }
    #expect(try Self.figures()[3].caption.contains("Infinite effects"))
  }

  @Test func pointsComeFromGeneTables() throws {
    let table = try GeneTable(
      [
        .init("IDH1", [true, true, true, false, false, false, nil]),
        .init("never", [false, false, false, false, false, false, false]),
      ], isFirst: [true, true, true, false, false, false, false],
      groups: (first: "mutant", second: "wild type"))
    let points = table.rows.compactMap { VolcanoPoint($0) }
    #expect(points.count == 1 && points[0].effect == .infinity && points[0].name == "IDH1")
    #expect(throws: StatisticsError.self) {
      try Figure.volcano(
        [VolcanoPoint("a", effect: .nan, p: 0.1, adjustedP: 0.1)], title: "", axis: "", method: "")
    }
  }
}
