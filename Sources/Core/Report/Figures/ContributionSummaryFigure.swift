extension Figure {
  /// Every contribution of the leading columns as a dot, coloured by the column's value
  /// (the summary plot of Lundberg et al. 2020).
  /// - Parameters:
  ///   - counted: what a dot is: "patient".
  ///   - method: "TreeSHAP, path dependent".
  ///   - limit: how many columns are drawn; the caption says if there are more.
  package static func contributionSummary(
    _ data: ColumnContributions, model: String, counted: String, method: String, limit: Int = 20,
    note: String = ""
  ) -> Figure {
    let shown = data.leading(limit)
    var canvas = SVGCanvas()
    let frame = PlotFrame(
      in: canvas,
      x: .linear(
        "Contribution (\(data.unit))", covering: shown.flatMap { data.contributions[$0] } + [0]),
      y: .categories("", shown.map { data.names[$0] }),
      height: 24 * Double(max(1, shown.count)) + 4)
    let zero = frame.atX(0)
    canvas.line(PlotPoint(zero, frame.area.y), PlotPoint(zero, frame.area.bottom), .faint)
    for (place, column) in shown.enumerated() {
      drawSwarm(
        data.contributions[column], ValueRanks(data.values[column]),
        middle: frame.atY(Double(place) + 0.5), frame, on: &canvas)
    }
    frame.drawAxes(on: &canvas)
    let hasMissing = shown.contains { data.values[$0].contains { $0.isNaN } }
    drawValueKey(hasMissing: hasMissing, on: &canvas)
    let sizes = data.meanSizes
    return Figure(
      title: "Contributions to the score: \(model)",
      caption: CaptionText.joined([
        "Each dot is the contribution of a column to the score of one \(counted) "
          + "(\(method)), n = \(NumberText.count(data.rowCount)). Colour: rank of the column's value "
          + "among the rows.", data.limitNote(shown.count), note,
      ]),
      description: "Contributions to the score, columns by mean size: "
        + shown.map { "\(data.names[$0]) \(NumberText.significant(sizes[$0]))" }
        .joined(separator: "; ") + ".",
      canvas: canvas)
  }

  /// Dots of nearly equal contribution stand above and below each other, the later the further out.
  private static func drawSwarm(
    _ contributions: [Double], _ ranks: ValueRanks, middle: Double, _ frame: PlotFrame,
    on canvas: inout SVGCanvas
  ) {
    let radius = contributions.count > 400 ? 1.5 : contributions.count > 120 ? 2.0 : 2.5
    let order = contributions.indices.sorted { (contributions[$0], $0) < (contributions[$1], $1) }
    let bins = order.map { Int((frame.atX(contributions[$0]) / (1.6 * radius)).rounded(.down)) }
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count && bins[end] == bins[start] { end += 1 }
      let spacing = min(1.7 * radius, 20 / Double(max(1, end - start)))
      for place in start..<end {
        let row = order[place]
        let side = (place - start) % 2 == 0 ? 1.0 : -1.0
        let step = Double((place - start + 1) / 2)
        let centre = PlotPoint(frame.atX(contributions[row]), middle + side * step * spacing)
        drawDot(ranks.ranks[row], at: centre, radius: radius, on: &canvas)
      }
      start = end
    }
  }

  /// Blue circles for low values, grey ones in the middle, orange squares for high values; missing
  /// values are rings.
  private static func drawDot(
    _ rank: Double, at centre: PlotPoint, radius: Double, on canvas: inout SVGCanvas
  ) {
    guard !rank.isNaN else {
      canvas.mark(at: centre, .axis, radius: radius)
      canvas.mark(at: centre, .paper, radius: radius - 0.8)
      return
    }
    switch rank {
    case ..<0.2: canvas.mark(at: centre, .series(0), radius: radius)
    case ..<0.4: canvas.mark(at: centre, .series(0), radius: radius, opacity: 0.5)
    case ..<0.6: canvas.mark(at: centre, .faint, radius: radius)
    case ..<0.8: canvas.mark(at: centre, .series(1), radius: 0.88 * radius, opacity: 0.5)
    default: canvas.mark(at: centre, .series(1), radius: 0.88 * radius)
    }
  }

  private static func drawValueKey(hasMissing: Bool, on canvas: inout SVGCanvas) {
    let size = SVGCanvas.fontSize
    let y = canvas.height + size / 2 + 6
    var x = 14.0
    func place(_ text: String) {
      canvas.text(text, at: PlotPoint(x, y))
      x += CharacterWidths.width(text, size: size) + 10
    }
    place("Value: low")
    for step in 0..<5 {
      drawDot((Double(step) + 0.5) / 5, at: PlotPoint(x, y), radius: 4, on: &canvas)
      x += 13
    }
    place("high")
    if hasMissing {
      x += 8
      drawDot(.nan, at: PlotPoint(x, y), radius: 4, on: &canvas)
      x += 10
      place("missing")
    }
    canvas.height = y + size / 2 + 6
  }
}

/// Places of values among each other: 0 for the lowest, 1 for the highest, equal values alike; 1/2
/// where all are equal; NaN where there is no value.
struct ValueRanks: Hashable {
  let ranks: [Double]

  init(_ values: [Double]) {
    let order = values.indices.filter { !values[$0].isNaN }.sorted {
      (values[$0], $0) < (values[$1], $1)
    }
    var ranks = [Double](repeating: .nan, count: values.count)
    let last = Double(order.count - 1)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count && values[order[end]] == values[order[start]] { end += 1 }
      let middle = Double(start + end - 1) / 2
      for place in start..<end { ranks[order[place]] = last > 0 ? middle / last : 0.5 }
      start = end
    }
    self.ranks = ranks
  }
}
