package import Statistics
internal import Glibc

extension Figure {
  /// Observed against predicted probability, in groups and as a smooth curve, with the distribution
  /// of the predictions below.
  /// - Parameters:
  ///   - rows: scores are probabilities.
  ///   - bins: groups of about equal count, see `CalibrationBins`.
  ///   - recalibration: intercept and slope of a logistic regression of the class on the logit of
  ///     the probability, drawn as a line.
  ///   - level: of Wilson's intervals.
  package static func calibration(
    _ rows: ScoredClasses, bins: Int = 10,
    recalibration: (intercept: Double, slope: Double)? = nil, level: Double = 0.95,
    note: String = ""
  ) throws(StatisticsError) -> Figure {
    try rows.checkProbabilities()
    var canvas = SVGCanvas()
    let y = Axis.linear("Observed proportion", from: 0, to: 1)
    let x = Axis.linear("Predicted probability", from: 0, to: 1)
    let bare = Axis(title: "", scale: .linear, lower: 0, upper: 1, ticks: [])
    let frame = PlotFrame.square(in: canvas, x: bare, y: y, side: 320)
    frame.drawAxes(on: &canvas)
    canvas.line(frame.point(0, 0), frame.point(1, 1), .faint)
    var entries = [Legend.Entry(.line(.faint, dash: nil), "Ideal")]
    let smooth = try CalibrationCurve(probabilities: rows.scores, positives: rows.positives)
    canvas.path(
      // A local regression may leave 0...1.
      smooth.points.map { frame.point($0.probability, min(1, max(0, $0.observed))) }, .series(2),
      width: 1.75, dash: Ink.series(2).dash)
    entries.append(.series(2, "Loess"))
    if let (intercept, slope) = recalibration, intercept.isFinite, slope.isFinite {
      let line = (1..<200).map { index -> PlotPoint in
        let p = Double(index) / 200
        return frame.point(p, 1 / (1 + exp(-(intercept + slope * log(p / (1 - p))))))
      }
      canvas.path(line, .series(1), width: 1.5, dash: Ink.series(1).dash)
      entries.append(
        .series(
          1,
          "Logistic: intercept \(NumberText.fixed(intercept)), slope \(NumberText.fixed(slope))"))
    }
    let groups = try CalibrationBins(
      probabilities: rows.scores, positives: rows.positives, count: max(1, bins), level: level
    ).bins
    for group in groups {
      canvas.line(
        frame.point(group.meanProbability, group.interval.lower),
        frame.point(group.meanProbability, group.interval.upper), .series(0), width: 1.25)
      canvas.mark(
        at: frame.point(group.meanProbability, group.observed.value ?? .nan), .series(0),
        radius: 3.5)
    }
    drawStrip(rows, x, below: frame, on: &canvas)
    entries.insert(Legend.Entry(.mark(.series(0)), "Groups of rows"), at: 0)
    Legend.draw(entries, on: &canvas)
    let counts = CaptionText.counts(rows.scores.count, events: rows.events)
    return Figure(
      title: "Calibration: \(rows.name)",
      caption: CaptionText.joined([
        "\(counts). Points: \(groups.count) groups of about equal count with "
          + "\(NumberText.level(level)) intervals (Wilson 1927). Curve: loess of degree 2, span 0.75"
          + " (Austin & Steyerberg 2019).",
        "Below: the predictions of positive rows upwards, of negative rows downwards.",
        CaptionText.unscored(rows.unscored), note,
      ]),
      description: "Observed proportion against mean predicted probability in \(groups.count) "
        + "groups: "
        + groups.map {
          "\(NumberText.fixed($0.meanProbability)) predicted, "
            + "\($0.observed.successes) of \($0.observed.trials) observed"
        }.joined(separator: "; ") + ".",
      canvas: canvas)
  }

  /// Counts in 20 equal bins, positive rows upwards and negative rows downwards.
  private static func drawStrip(
    _ rows: ScoredClasses, _ x: Axis, below frame: PlotFrame, on canvas: inout SVGCanvas
  ) {
    let count = 20
    var up = [Int](repeating: 0, count: count)
    var down = up
    for (score, isPositive) in zip(rows.scores, rows.positives) {
      let bin = min(count - 1, Int(score * Double(count)))
      if isPositive { up[bin] += 1 } else { down[bin] += 1 }
    }
    let most = Double(max(1, (up + down).max() ?? 1))
    let strip = PlotFrame(
      in: canvas, x: x,
      y: Axis(title: "", scale: .linear, lower: -most, upper: most, ticks: []),
      top: frame.area.bottom + 8, height: 56, left: frame.area.x,
      right: canvas.width - frame.area.right)
    let width = 1 / Double(count)
    for bin in 0..<count {
      for (value, index) in [(Double(up[bin]), 1), (-Double(down[bin]), 0)] where value != 0 {
        let left = strip.atX(Double(bin) * width)
        canvas.rectangle(
          PlotBox(
            x: left + 0.5, y: min(strip.atY(value), strip.atY(0)),
            width: strip.atX(Double(bin + 1) * width) - left - 1,
            height: (strip.atY(value) - strip.atY(0)).magnitude),
          fill: .series(index), opacity: 0.6)
      }
    }
    canvas.line(strip.point(0, 0), strip.point(1, 0), .axis, width: 0.75)
    strip.drawAxes(on: &canvas)
  }
}
