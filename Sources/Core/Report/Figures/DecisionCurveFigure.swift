package import Statistics

extension Figure {
  /// Net benefit against the threshold probability: true positives minus false positives weighted
  /// by the odds of the threshold, per row. Vickers & Elkin 2006, Medical Decision Making 26.
  /// - Parameters:
  ///   - models: scores are probabilities, of the same rows.
  ///   - thresholds: the part of the axis that is clinically meaningful, inside 0...1.
  package static func decisionCurves(
    _ models: [ScoredClasses], thresholds: ClosedRange<Double> = 0.01...0.99, note: String = ""
  ) throws(StatisticsError) -> Figure {
    if !(thresholds.lowerBound > 0 && thresholds.upperBound < 1) {
      throw StatisticsError("thresholds must be between 0 and 1; they are \(thresholds)")
    }
    guard let first = models.first else { throw StatisticsError("no model to compare") }
    for model in models { try model.checkProbabilities() }
    let prevalence = Double(first.events) / Double(first.scores.count)
    let steps = 200
    let grid = (0...steps).map {
      thresholds.lowerBound + (thresholds.upperBound - thresholds.lowerBound) * Double($0)
        / Double(steps)
    }
    let all = grid.map { PlotPoint($0, prevalence - (1 - prevalence) * $0 / (1 - $0)) }
    let curves = models.map { model in grid.map { PlotPoint($0, netBenefit(model, at: $0)) } }
    let highest = max(prevalence, curves.joined().map(\.y).max() ?? 0, 0.01)
    var canvas = SVGCanvas()
    let y = Axis.linear("Net benefit", covering: [-0.15 * highest, highest])
    let frame = PlotFrame(
      in: canvas, x: .linear("Threshold probability", from: 0, to: 1), y: y, height: 280)
    frame.drawAxes(on: &canvas)
    canvas.line(frame.point(0, 0), frame.point(1, 0), .muted, width: 1)
    for line in above(y.lower, all) {
      canvas.path(line.map { frame.point($0.x, $0.y) }, .muted, width: 1, dash: "3 3")
    }
    for (index, curve) in curves.enumerated() {
      for line in above(y.lower, curve) {
        canvas.path(
          line.map { frame.point($0.x, $0.y) }, .series(index), width: 1.75,
          dash: Ink.series(index).dash)
      }
    }
    Legend.draw(
      models.enumerated().map { .series($0, $1.name) } + [
        Legend.Entry(.line(.muted, dash: "3 3"), "Treat all"),
        Legend.Entry(.line(.muted, dash: nil), "Treat none"),
      ], on: &canvas)
    let counts = CaptionText.counts(first.scores.count, events: first.events)
    return Figure(
      title: models.count == 1 ? "Decision curve" : "Decision curves",
      caption: CaptionText.joined([
        "Net benefit per row (Vickers & Elkin 2006) of \(CaptionText.list(models.map(\.name))),"
          + " of treating all rows and of treating none; \(counts). Without intervals.",
        CaptionText.unscored(models.map(\.unscored).max() ?? 0), note,
      ]),
      description: "Net benefit against threshold probability; \(counts). "
        + zip(models, curves).map { model, curve in
          "\(model.name): " + benefits(curve)
        }.joined(separator: "; ") + ".",
      canvas: canvas)
  }

  private static func netBenefit(_ model: ScoredClasses, at threshold: Double) -> Double {
    var (hits, alarms) = (0, 0)
    for (score, isPositive) in zip(model.scores, model.positives) where score >= threshold {
      if isPositive { hits += 1 } else { alarms += 1 }
    }
    return (Double(hits) - Double(alarms) * threshold / (1 - threshold))
      / Double(model.scores.count)
  }

  private static func benefits(_ curve: [PlotPoint]) -> String {
    [0.25, 0.5, 0.75].map { part in
      let point = curve[Int(part * Double(curve.count - 1))]
      return "\(NumberText.fixed(point.y, places: 3)) at \(NumberText.fixed(point.x))"
    }.joined(separator: ", ")
  }

  /// The pieces of a line that lie above a level, cut where they cross it.
  private static func above(_ level: Double, _ line: [PlotPoint]) -> [[PlotPoint]] {
    var pieces: [[PlotPoint]] = []
    var piece: [PlotPoint] = []
    for (index, point) in line.enumerated() {
      if index > 0, (line[index - 1].y >= level) != (point.y >= level) {
        let last = line[index - 1]
        let part = (level - last.y) / (point.y - last.y)
        piece.append(PlotPoint(last.x + part * (point.x - last.x), level))
        if point.y < level {
          pieces.append(piece)
          piece = []
        }
      }
      if point.y >= level { piece.append(point) }
    }
    if piece.count > 1 { pieces.append(piece) }
    return pieces
  }
}
