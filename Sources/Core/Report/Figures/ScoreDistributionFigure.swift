package import Statistics

/// Quartiles and whiskers of a box plot.
package struct BoxSummary: Hashable {
  package let median: Double
  package let lowerQuartile: Double
  package let upperQuartile: Double
  /// The furthest values within 1.5 times the distance of the quartiles (Tukey 1977).
  package let lowerWhisker: Double
  package let upperWhisker: Double

  /// - Parameter values: finite, at least one.
  package init(_ values: [Double]) {
    let sorted = values.sorted()
    // Hyndman & Fan 1996, type 7.
    func quantile(_ part: Double) -> Double {
      let position = part * Double(sorted.count - 1)
      let below = Int(position)
      let next = min(below + 1, sorted.count - 1)
      return sorted[below] + (position - Double(below)) * (sorted[next] - sorted[below])
    }
    let (low, high) = (quantile(0.25), quantile(0.75))
    let reach = 1.5 * (high - low)
    (median, lowerQuartile, upperQuartile) = (quantile(0.5), low, high)
    lowerWhisker = sorted.first { $0 >= low - reach } ?? low
    upperWhisker = sorted.last { $0 <= high + reach } ?? high
  }
}

extension Figure {
  /// Every score as a dot beside the box of its class.
  /// - Parameters:
  ///   - classNames: of negative and positive rows.
  ///   - axis: what a score is: "Predicted probability".
  package static func scoreDistribution(
    _ rows: ScoredClasses, classNames: (negative: String, positive: String),
    axis: String = "Score", note: String = ""
  ) throws(StatisticsError) -> Figure {
    if rows.scores.isEmpty { throw StatisticsError("\(rows.name): no row has a score") }
    let classes = [(classNames.negative, false), (classNames.positive, true)].map { name, sign in
      (
        name: name,
        values: rows.scores.indices.filter { rows.positives[$0] == sign }.map {
          rows.scores[$0]
        }
      )
    }
    var canvas = SVGCanvas()
    let frame = PlotFrame(
      in: canvas,
      x: .categories("", classes.map { "\($0.name) (n = \(NumberText.count($0.values.count)))" }),
      y: .linear(axis, covering: rows.scores), height: 280)
    frame.drawAxes(on: &canvas)
    for (index, part) in classes.enumerated() where !part.values.isEmpty {
      drawBox(BoxSummary(part.values), index, frame, on: &canvas)
      drawDots(part.values, index, frame, on: &canvas)
    }
    let each = classes.filter { !$0.values.isEmpty }.map { part in
      let box = BoxSummary(part.values)
      return "\(part.name): median \(NumberText.significant(box.median)), quartiles "
        + "\(NumberText.significant(box.lowerQuartile)) to "
        + "\(NumberText.significant(box.upperQuartile)), n = \(NumberText.count(part.values.count))"
    }
    return Figure(
      title: "Scores by class: \(rows.name)",
      caption: CaptionText.joined([
        each.joined(separator: "; ")
          + ". Dots: rows. Box: quartiles and median; whiskers: furthest values within 1.5 times"
          + " the distance of the quartiles.",
        CaptionText.unscored(rows.unscored), note,
      ]),
      description: each.joined(separator: "; ") + ".", canvas: canvas)
  }

  private static func drawBox(
    _ box: BoxSummary, _ index: Int, _ frame: PlotFrame, on canvas: inout SVGCanvas
  ) {
    let centre = frame.atX(Double(index) + 0.22)
    let half = 0.07 * frame.area.width / 2
    for (start, end) in [
      (box.lowerWhisker, box.lowerQuartile), (box.upperQuartile, box.upperWhisker),
    ] {
      canvas.line(
        PlotPoint(centre, frame.atY(start)), PlotPoint(centre, frame.atY(end)), .series(index))
    }
    let top = frame.atY(box.upperQuartile)
    canvas.rectangle(
      PlotBox(
        x: centre - half, y: top, width: 2 * half, height: frame.atY(box.lowerQuartile) - top),
      fill: .series(index), opacity: 0.18, outline: .series(index))
    let middle = frame.atY(box.median)
    canvas.line(
      PlotPoint(centre - half, middle), PlotPoint(centre + half, middle), .series(index), width: 2)
  }

  /// Dots of nearly equal height stand side by side, the later the further out.
  private static func drawDots(
    _ values: [Double], _ index: Int, _ frame: PlotFrame, on canvas: inout SVGCanvas
  ) {
    let radius = values.count > 400 ? 1.75 : values.count > 120 ? 2.25 : 2.75
    let rowHeight = 1.5 * radius
    let centre = frame.atX(Double(index) + 0.6)
    let room = 0.3 * frame.area.width / 2
    let heights = values.sorted().map { frame.atY($0) }
    let rows = heights.map { Int(($0 / rowHeight).rounded(.down)) }
    var start = 0
    while start < rows.count {
      var end = start
      while end < rows.count && rows[end] == rows[start] { end += 1 }
      let spacing = min(2.1 * radius, 2 * room / Double(max(1, end - start)))
      for place in start..<end {
        let step = (place - start + 1) / 2
        let side = (place - start) % 2 == 0 ? 1.0 : -1.0
        canvas.mark(
          at: PlotPoint(centre + side * Double(step) * spacing, heights[place]), .series(index),
          radius: radius, opacity: 0.75)
      }
      start = end
    }
  }
}
