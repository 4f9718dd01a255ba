package import Statistics

/// One model in a ROC figure.
package struct ROCFigureCurve: Sendable {
  package let name: String
  /// Lines of (1 - specificity, sensitivity): one, or one per repeat of a cross-validation.
  package let lines: [[PlotPoint]]
  package let area: ReportedEstimate
  package let count: Int
  package let events: Int
  package let unscored: Int

  /// - Parameters:
  ///   - rows: both classes must occur.
  ///   - area: as the study reports it; the area of these rows with DeLong's interval (`deLong`), if not
  ///     given.
  ///   - level: of DeLong's interval.
  package init(_ rows: ScoredClasses, area: ReportedEstimate? = nil, level: Double = 0.95)
    throws(StatisticsError)
  {
    let reported: ReportedEstimate
    if let area {
      reported = area
    } else {
      reported = Self.deLong(
        try AreaUnderROC(scores: rows.scores, positives: rows.positives), level)
    }
    try self.init(name: rows.name, repeats: [rows], area: reported)
  }

  /// - Parameter repeats: the pooled scores of each repeat of a cross-validation.
  package init(name: String, repeats: [ScoredClasses], area: ReportedEstimate)
    throws(StatisticsError)
  {
    guard let first = repeats.first else { throw StatisticsError("\(name): no scores") }
    var lines: [[PlotPoint]] = []
    for rows in repeats {
      let curve = try ROCCurve(scores: rows.scores, positives: rows.positives)
      lines.append(curve.points.map { PlotPoint(1 - $0.specificity, $0.sensitivity) })
    }
    self.name = name
    self.lines = lines
    self.area = area
    count = first.scores.count
    events = first.events
    unscored = first.unscored
  }

  /// The area with DeLong's interval on the logit scale; an area of 0 or 1 has none.
  /// - Parameter level: above 0 and below 1.
  package static func deLong(_ area: AreaUnderROC, _ level: Double) -> ReportedEstimate {
    guard let limits = try? area.interval(level: level, scale: .logit) else {
      return ReportedEstimate(area.area)
    }
    return ReportedEstimate(
      area.area, lower: limits.lower, upper: limits.upper, method: "DeLong 1988, logit scale")
  }
}

extension Figure {
  /// Sensitivity against 1 - specificity of one or several models.
  /// - Parameters:
  ///   - level: of the intervals, as the caption says it.
  ///   - note: a last sentence of the caption, such as what rows these are.
  package static func roc(
    _ curves: [ROCFigureCurve], level: Double = 0.95, note: String = ""
  ) -> Figure {
    var canvas = SVGCanvas()
    let frame = PlotFrame.square(
      in: canvas, x: .linear("1 − specificity", from: 0, to: 1),
      y: .linear("Sensitivity", from: 0, to: 1))
    frame.drawAxes(on: &canvas)
    canvas.line(frame.point(0, 0), frame.point(1, 1), .faint, width: 1)
    for (index, curve) in curves.enumerated() {
      let isOne = curve.lines.count == 1
      for line in curve.lines {
        canvas.path(
          line.map { frame.point($0.x, $0.y) }, .series(index), width: isOne ? 1.75 : 1,
          dash: Ink.series(index).dash, opacity: isOne ? 1 : 0.6)
      }
    }
    Legend.draw(
      curves.enumerated().map { .series($0, "\($1.name), AUC \($1.area.text)") }, on: &canvas)
    let each = curves.map {
      "\($0.name): AUC \($0.area.text), \(CaptionText.counts($0.count, events: $0.events))"
    }
    let methods = CaptionText.distinct(curves.map(\.area.method))
    let isRepeated = curves.contains { $0.lines.count > 1 }
    return Figure(
      title: curves.count == 1 ? "ROC curve" : "ROC curves",
      caption: CaptionText.joined([
        each.joined(separator: "; ") + ".",
        methods.isEmpty
          ? "" : "\(NumberText.level(level)) intervals: \(methods.joined(separator: "; ")).",
        isRepeated ? "One line per repeat of the cross-validation, its folds pooled." : "",
        CaptionText.unscored(curves.map(\.unscored).max() ?? 0), note,
      ]),
      description: "Sensitivity against 1 minus specificity. " + each.joined(separator: "; ")
        + ".",
      canvas: canvas)
  }
}
