package import Statistics

extension Figure {
  /// How one score comes about: bars from the baseline to the score, the largest contribution first,
  /// what is left in one bar.
  /// - Parameters:
  ///   - row: of the data.
  ///   - patient: as the caption names it.
  ///   - limit: contributions with bars of their own.
  package static func patientContributions(
    _ data: ColumnContributions, row: Int, patient: String, model: String, method: String,
    limit: Int = 12, note: String = ""
  ) throws(StatisticsError) -> Figure {
    guard (0..<data.rowCount).contains(row) else {
      throw StatisticsError("there is no row \(row + 1) among \(data.rowCount)")
    }
    let own = data.contributions.map { $0[row] }
    let order = own.indices.sorted { (-own[$0].magnitude, $0) < (-own[$1].magnitude, $1) }
    // One bar for a single column more would only hide its name.
    let count = order.count <= limit + 1 ? order.count : limit
    var steps = order.prefix(count).map { (label: label(data, $0, row), size: own[$0]) }
    if count < order.count {
      steps.append(
        (
          label: "\(NumberText.count(order.count - count)) other columns",
          size: order.dropFirst(count).reduce(0) { $0 + own[$1] }
        ))
    }
    let score = steps.reduce(data.baseline) { $0 + $1.size }
    let canvas = drawSteps(steps, from: data.baseline, unit: data.unit)
    let numbers = steps.map { "\($0.label): \(signed($0.size))" }
    return Figure(
      title: "Contributions for \(patient): \(model)",
      caption: CaptionText.joined([
        "From the mean score \(NumberText.significant(data.baseline)) (thin line) to the score "
          + "\(NumberText.significant(score)) of \(patient) (\(data.unit); \(method)). Bars: "
          + "contributions of columns with their values, the largest first.", note,
      ]),
      description: "From the mean score \(NumberText.significant(data.baseline)) to "
        + "\(NumberText.significant(score)): " + numbers.joined(separator: "; ") + ".",
      canvas: canvas)
  }

  private static func label(_ data: ColumnContributions, _ column: Int, _ row: Int) -> String {
    let value = data.values[column][row]
    return "\(data.names[column]) = \(value.isNaN ? "missing" : NumberText.significant(value))"
  }

  private static func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + NumberText.significant(value)
  }

  private static func drawSteps(
    _ steps: [(label: String, size: Double)], from baseline: Double, unit: String
  ) -> SVGCanvas {
    var ends = [baseline]
    for step in steps { ends.append(ends[ends.count - 1] + step.size) }
    let numbers = steps.map { signed($0.size) }
    let size = SVGCanvas.fontSize
    let beside = numbers.map { CharacterWidths.width($0, size: size) }.max() ?? 0
    var canvas = SVGCanvas()
    let frame = PlotFrame(
      in: canvas, x: .linear("Score (\(unit))", covering: ends, target: 4),
      y: .categories("", steps.map(\.label)), height: 22 * Double(max(1, steps.count)) + 4,
      right: beside + 20)
    let start = frame.atX(baseline)
    canvas.line(
      PlotPoint(start, frame.area.y), PlotPoint(start, frame.area.bottom), .faint, width: 1.25)
    for (place, step) in steps.enumerated() {
      let y = frame.atY(Double(place) + 0.5)
      let (from, to) = (frame.atX(ends[place]), frame.atX(ends[place + 1]))
      canvas.rectangle(
        PlotBox(x: min(from, to), y: y - 7, width: max(0.75, (to - from).magnitude), height: 14),
        fill: .series(step.size < 0 ? 0 : 1), opacity: 0.9, name: "\(step.label): \(numbers[place])"
      )
      if place + 1 < steps.count {
        let below = frame.atY(Double(place) + 1.5)
        canvas.line(PlotPoint(to, y + 7), PlotPoint(to, below - 7), .axis, width: 0.75)
      }
    }
    frame.drawAxes(on: &canvas)
    for (place, number) in numbers.enumerated() {
      canvas.text(
        number, at: PlotPoint(frame.area.right + 8, frame.atY(Double(place) + 0.5)), .start,
        steps[place].size == 0 ? .muted : .text)
    }
    Legend.draw(
      [
        Legend.Entry(.box(.series(1), opacity: 0.9), "Raises the score"),
        Legend.Entry(.box(.series(0), opacity: 0.9), "Lowers the score"),
      ], on: &canvas)
    return canvas
  }
}
