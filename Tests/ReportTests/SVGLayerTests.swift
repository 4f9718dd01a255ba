import Report
import Statistics
import Testing

@Suite struct SVGLayerTests {
  @Test func linearTicksAreRoundNumbers() {
    let axis = Axis.linear("", covering: [0.03, 0.97])
    #expect(axis.ticks.map(\.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(axis.ticks.map(\.value) == [0, 0.2, 0.4, 0.6, 0.8, 1])
    let days = Axis.linear("", covering: [0, 4100])
    #expect(days.ticks.map(\.label) == ["0", "1,000", "2,000", "3,000", "4,000", "5,000"])
    let negative = Axis.linear("", covering: [-0.07, 0.12])
    #expect(negative.lower <= -0.07 && negative.upper >= 0.12)
    #expect(negative.ticks.contains { $0.value == 0 })
  }

  @Test(arguments: [
    [], [3.0], [0], [-7, -7], [.nan, .infinity], [1e-9, 2e-9], [1e12, 3e12],
    [1, 1.0000000000000002],
  ])
  func linearAxisCoversWhatIsFinite(values: [Double]) {
    let axis = Axis.linear("", covering: values)
    #expect(axis.lower < axis.upper && axis.ticks.count > 1)
    for value in values where value.isFinite { #expect(axis.contains(value)) }
    for tick in axis.ticks { #expect(axis.position(tick.value).isFinite) }
  }

  @Test func logarithmicTicks() {
    let axis = Axis.logarithmic("", covering: [0.13, 8.1])
    #expect(axis.ticks.map(\.label) == ["0.2", "0.5", "1", "2", "5"])
    #expect((axis.position((axis.lower * axis.upper).squareRoot()) - 0.5).magnitude < 1e-12)
    let narrow = Axis.logarithmic("", covering: [0.9, 1.2])
    #expect(narrow.ticks.count > 2)
    #expect(narrow.ticks.allSatisfy { narrow.contains($0.value) })
    #expect(Axis.logarithmic("", covering: [-1, 0, .nan]).ticks.count > 1)
  }

  @Test func coordinatesHaveAtMostTwoDecimals() {
    let table: [(Double, String)] = [
      (1, "1"), (1.5, "1.5"), (1.05, "1.05"), (-0.001, "0"), (-3.456, "-3.46"), (12.999, "13"),
    ]
    for (value, text) in table { #expect(SVGCanvas.number(value) == text) }
  }

  @Test func aTextThatTouchesAnotherIsNotPlaced() {
    var canvas = SVGCanvas(width: 100, height: 50)
    let first = canvas.text("first", at: PlotPoint(10, 10))
    let second = canvas.text("second", at: PlotPoint(12, 14))
    let third = canvas.text("third", at: PlotPoint(10, 26))
    let outside = canvas.text("outside of the figure", at: PlotPoint(60, 40))
    #expect(first && !second && third && !outside)
    #expect(canvas.texts.map(\.text) == ["first", "third"])
  }

  @Test func shorteningKeepsBothEnds() {
    let name = "wavelet-LLH_glcm_ClusterShade"
    let short = CharacterWidths.shortened(name, to: 100, size: 12)
    #expect(CharacterWidths.width(short, size: 12) <= 100)
    #expect(short.hasPrefix("wav") && short.hasSuffix("Shade") && short.contains("…"))
    #expect(CharacterWidths.shortened(name, to: 500, size: 12) == name)
  }

  @Test func widthsAreHelveticas() {
    // Sum of the widths in Adobe's font metrics of Helvetica: A 667, V 667, 0 556, space 278.
    #expect(CharacterWidths.width("AV 0", size: 1000) == 2168)
  }

  @Test func histogramBinsHoldEveryValueOnce() {
    let values = (0...100).map { Double($0) / 100 }
    let bins = HistogramBins(values)
    #expect(bins.counts.reduce(0, +) == 101)
    #expect(bins.edges.count == bins.counts.count + 1)
  }

  @Test func boxSummaryIsTukeys() {
    // numpy.percentile([1, 2, 3, 4, 100], [25, 50, 75]) = 2, 3, 4.
    let box = BoxSummary([4, 1, 100, 3, 2])
    #expect(box.lowerQuartile == 2 && box.median == 3 && box.upperQuartile == 4)
    #expect(box.lowerWhisker == 1 && box.upperWhisker == 4)
  }
}
