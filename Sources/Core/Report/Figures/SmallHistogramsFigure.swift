/// A cell of a figure of many small histograms.
private enum SmallHistogram {
  static let perRow = 4
  static let height = 78.0
  static let barHeight = 40.0
  static let fontSize = 9.0
}

extension Figure {
  /// Many small histograms in rows of four.
  /// - Parameter features: those without a finite value leave their cell empty.
  package static func smallHistograms(
    _ features: [(name: String, values: [Double])], note: String = ""
  ) -> Figure {
    let perRow = SmallHistogram.perRow
    var canvas = SVGCanvas()
    let width = canvas.width / Double(perRow)
    for (index, feature) in features.enumerated() {
      drawSmall(
        feature,
        in: PlotBox(
          x: Double(index % perRow) * width + 4,
          y: Double(index / perRow) * SmallHistogram.height + 2,
          width: width - 8, height: SmallHistogram.height - 4),
        on: &canvas)
    }
    canvas.height = Double((features.count + perRow - 1) / perRow) * SmallHistogram.height + 2
    let summary =
      "Histograms of \(NumberText.count(features.count)) columns, each from its least to its"
      + " greatest value."
    return Figure(
      title: "Distributions of features",
      caption: CaptionText.joined([summary, note]), description: summary, canvas: canvas)
  }

  private static func drawSmall(
    _ feature: (name: String, values: [Double]), in box: PlotBox, on canvas: inout SVGCanvas
  ) {
    let size = SmallHistogram.fontSize
    let finite = feature.values.filter { $0.isFinite }
    guard let lowest = finite.min(), let highest = finite.max() else { return }
    canvas.text(
      CharacterWidths.shortened(feature.name, to: box.width, size: size),
      at: PlotPoint(box.x, box.y + 6), size: size, full: feature.name)
    let count = max(5, min(20, Int(Double(finite.count).squareRoot() * 1.5)))
    var bins = [Int](repeating: 0, count: count)
    for value in finite {
      // Halves, so that the difference of the largest numbers is one.
      let place =
        highest > lowest ? (value / 2 - lowest / 2) / (highest / 2 - lowest / 2) : 0.5
      bins[min(count - 1, Int(place * Double(count)))] += 1
    }
    let most = Double(bins.max() ?? 1)
    let bottom = box.y + 14 + SmallHistogram.barHeight
    let step = box.width / Double(count)
    for (index, bin) in bins.enumerated() where bin > 0 {
      let height = Double(bin) / most * SmallHistogram.barHeight
      canvas.rectangle(
        PlotBox(
          x: box.x + Double(index) * step, y: bottom - height, width: step * 0.9, height: height),
        fill: .series(0), opacity: 0.6)
    }
    canvas.line(PlotPoint(box.x, bottom), PlotPoint(box.right, bottom), .axis, width: 0.75)
    let limits = [lowest, highest]
    let digits =
      [3, 2].first { digits in
        limits.map {
          CharacterWidths.width(NumberText.significant($0, digits: digits), size: size)
        }.reduce(6, +) <= box.width
      } ?? 1
    let texts = limits.map { NumberText.significant($0, digits: digits) }
    canvas.text(texts[0], at: PlotPoint(box.x, bottom + 8), .start, .muted, size: size)
    canvas.text(texts[1], at: PlotPoint(box.right, bottom + 8), .end, .muted, size: size)
  }
}
