package import Statistics

extension Figure {
  /// Precision against recall, with the prevalence as baseline: what uninformative scores reach.
  /// - Parameter models: each needs a positive row.
  package static func precisionRecall(_ models: [ScoredClasses], note: String = "")
    throws(StatisticsError) -> Figure
  {
    var canvas = SVGCanvas()
    let frame = PlotFrame.square(
      in: canvas, x: .linear("Recall (sensitivity)", from: 0, to: 1),
      y: .linear("Precision (positive predictive value)", from: 0, to: 1))
    frame.drawAxes(on: &canvas)
    var entries: [Legend.Entry] = []
    var each: [String] = []
    var prevalences: [Double] = []
    for (index, model) in models.enumerated() {
      let curve = try PrecisionRecall(scores: model.scores, positives: model.positives)
      var line: [PlotPoint] = []
      var recall = 0.0
      // Steps, so that the area below the line is the average precision.
      for point in curve.points {
        line.append(frame.point(recall, point.precision))
        line.append(frame.point(point.recall, point.precision))
        recall = point.recall
      }
      if !prevalences.contains(curve.prevalence) {
        prevalences.append(curve.prevalence)
        canvas.line(
          frame.point(0, curve.prevalence), frame.point(1, curve.prevalence), .muted, dash: "3 3")
      }
      canvas.path(line, .series(index), width: 1.75, dash: Ink.series(index).dash)
      let value = NumberText.fixed(curve.averagePrecision)
      entries.append(.series(index, "\(model.name), average precision \(value)"))
      each.append(
        "\(model.name): average precision \(value), area after Davis & Goadrich 2006"
          + " \(NumberText.fixed(curve.interpolatedArea)), "
          + CaptionText.counts(model.scores.count, events: model.events))
    }
    let baseline = prevalences.map { NumberText.fixed($0) }
    let name = prevalences.count == 1 ? "Prevalence" : "Prevalences"
    let label = "\(name) \(CaptionText.list(baseline))"
    entries.append(Legend.Entry(.line(.muted, dash: "3 3"), label))
    Legend.draw(entries, on: &canvas)
    return Figure(
      title: models.count == 1 ? "Precision-recall curve" : "Precision-recall curves",
      caption: CaptionText.joined([
        each.joined(separator: "; ") + ". \(label): the precision of uninformative scores.",
        CaptionText.unscored(models.map(\.unscored).max() ?? 0), note,
      ]),
      description: "Precision against recall. " + each.joined(separator: "; ") + ". \(label).",
      canvas: canvas)
  }
}
