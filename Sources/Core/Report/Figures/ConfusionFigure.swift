package import Statistics

extension Figure {
  /// Rows by true and predicted class, with the measures that follow from the four counts.
  /// - Parameter cutOff: what was called positive, for the caption: "probability of at least 0.5".
  package static func confusion(
    _ table: ConfusionTable, name: String, cutOff: String,
    classNames: (negative: String, positive: String), level: Double = 0.95, note: String = ""
  ) throws(StatisticsError) -> Figure {
    var canvas = SVGCanvas()
    let side = (x: 150.0, y: 76.0)
    let origin = PlotPoint(132, 50)
    let size = SVGCanvas.fontSize
    canvas.text(
      "Predicted", at: PlotPoint(origin.x + side.x, 14), .middle, .muted)
    canvas.text(
      "True", at: PlotPoint(14, origin.y + side.y), .middle, .muted, isVertical: true)
    let names = [classNames.positive, classNames.negative]
    for (place, name) in names.enumerated() {
      let short = CharacterWidths.shortened(name, to: side.x - 12, size: size)
      canvas.text(
        short, at: PlotPoint(origin.x + (Double(place) + 0.5) * side.x, 36), .middle, full: name)
      let beside = CharacterWidths.shortened(name, to: origin.x - 36, size: size)
      canvas.text(
        beside, at: PlotPoint(origin.x - 8, origin.y + (Double(place) + 0.5) * side.y), .end,
        full: name)
    }
    let counts = [
      [table.truePositives, table.falseNegatives], [table.falsePositives, table.trueNegatives],
    ]
    for (line, values) in counts.enumerated() {
      let whole = values[0] + values[1]
      for (place, value) in values.enumerated() {
        let box = PlotBox(
          x: origin.x + Double(place) * side.x, y: origin.y + Double(line) * side.y,
          width: side.x, height: side.y)
        let share = whole == 0 ? 0 : Double(value) / Double(whole)
        canvas.rectangle(
          box, fill: .series(line == place ? 0 : 1), opacity: 0.05 + 0.3 * share, outline: .paper)
        let centre = PlotPoint(box.x + side.x / 2, box.y + side.y / 2)
        canvas.text(
          NumberText.count(value), at: PlotPoint(centre.x, centre.y - 9), .middle, size: 20,
          isBold: true)
        canvas.text(
          whole == 0 ? "no row" : "\(NumberText.percentage(share)) of row",
          at: PlotPoint(centre.x, centre.y + 15), .middle)
      }
    }
    canvas.height = origin.y + 2 * side.y + 10
    let summary = CaptionText.counts(
      table.count, events: table.truePositives + table.falseNegatives)
    return Figure(
      title: "Confusion table: \(name)",
      caption: CaptionText.joined([
        "\(summary). Called positive: \(cutOff). "
          + CaptionText.list(try measures(table, level)).capitalised
          + "; \(NumberText.level(level)) intervals: Clopper & Pearson 1934.", note,
      ]),
      description: "True positives \(table.truePositives), false negatives "
        + "\(table.falseNegatives), false positives \(table.falsePositives), true negatives "
        + "\(table.trueNegatives).",
      canvas: canvas)
  }

  /// "sensitivity 0.54 (0.39 to 0.69)" and so on.
  private static func measures(_ table: ConfusionTable, _ level: Double)
    throws(StatisticsError) -> [String]
  {
    return try [
      ("sensitivity", table.sensitivity), ("specificity", table.specificity),
      ("positive predictive value", table.positivePredictiveValue),
      ("negative predictive value", table.negativePredictiveValue), ("accuracy", table.accuracy),
    ].map { measure, proportion throws(StatisticsError) in
      let limits = try proportion.interval(.exact, level: level)
      let value = NumberText.interval(
        proportion.value ?? .nan, limits?.lower ?? .nan, limits?.upper ?? .nan)
      return "\(measure) \(value)"
    }
  }
}

extension String {
  /// With a capital first letter.
  var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
