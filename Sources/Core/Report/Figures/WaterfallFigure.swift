package import Statistics

extension Figure {
  /// Scores of all rows in descending order as bars from the cut-off.
  /// - Parameters:
  ///   - cutOff: rows with at least this score are called positive.
  ///   - cutOffOrigin: where the cut-off comes from, for the caption: "fixed before the study",
  ///     "Youden, on the same rows".
  package static func waterfall(
    _ rows: ScoredClasses, cutOff: Double, cutOffOrigin: String,
    classNames: (negative: String, positive: String), axis: String = "Score", note: String = ""
  ) throws(StatisticsError) -> Figure {
    if rows.scores.isEmpty { throw StatisticsError("\(rows.name): no row has a score") }
    if !cutOff.isFinite { throw StatisticsError("a cut-off must be a number; it is \(cutOff)") }
    let order = rows.scores.indices.sorted {
      (-rows.scores[$0], $0) < (-rows.scores[$1], $1)
    }
    var canvas = SVGCanvas()
    let frame = PlotFrame(
      in: canvas,
      x: Axis(
        title: "Rows by score", scale: .linear, lower: 0, upper: Double(order.count), ticks: []),
      y: .linear(axis, covering: rows.scores + [cutOff]), height: 240)
    let width = frame.area.width / Double(order.count)
    let zero = frame.atY(cutOff)
    for (place, row) in order.enumerated() {
      let end = frame.atY(rows.scores[row])
      canvas.rectangle(
        PlotBox(
          x: frame.area.x + Double(place) * width, y: min(zero, end),
          width: max(0.25, width * (width > 3 ? 0.84 : 1)), height: max(0.5, (zero - end).magnitude)
        ),
        fill: .series(rows.positives[row] ? 1 : 0), opacity: rows.positives[row] ? 0.95 : 0.75)
    }
    frame.drawAxes(on: &canvas)
    canvas.line(
      PlotPoint(frame.area.x, zero), PlotPoint(frame.area.right, zero), .axis, width: 0.75)
    Legend.draw(
      [
        Legend.Entry(.box(.series(1), opacity: 0.95), classNames.positive),
        Legend.Entry(.box(.series(0), opacity: 0.75), classNames.negative),
      ], on: &canvas)
    let table = try ConfusionTable(scores: rows.scores, positives: rows.positives, cutOff: cutOff)
    let counts = CaptionText.counts(rows.scores.count, events: rows.events)
    let called =
      "At or above the cut-off \(NumberText.significant(cutOff)) (\(cutOffOrigin)): "
      + "\(NumberText.count(table.truePositives)) of \(NumberText.count(rows.events)) rows of "
      + "\(classNames.positive) and \(NumberText.count(table.falsePositives)) of "
      + "\(NumberText.count(rows.scores.count - rows.events)) rows of \(classNames.negative)."
    return Figure(
      title: "Waterfall of scores: \(rows.name)",
      caption: CaptionText.joined([
        "\(counts). \(called)", CaptionText.unscored(rows.unscored), note,
      ]),
      description: "Bars of all scores in descending order; \(counts). \(called)", canvas: canvas)
  }
}
