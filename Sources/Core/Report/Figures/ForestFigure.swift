/// One line of a forest plot.
package struct ForestRow: Hashable, Sendable {
  package var label: String
  /// NaN where it is not defined; the line then says so.
  package var estimate: Double
  package var lower: Double
  package var upper: Double

  package init(_ label: String, _ estimate: Double, _ lower: Double, _ upper: Double) {
    self.label = label
    self.estimate = estimate
    self.lower = lower
    self.upper = upper
  }
}

extension Figure {
  /// Estimates with intervals, one line each, and their numbers beside them.
  /// - Parameters:
  ///   - measure: title of the axis: "AUC", "Hazard ratio per standard deviation".
  ///   - reference: the value of no effect; drawn if it is on the axis.
  ///   - isLogarithmic: of ratios; values must then be positive.
  ///   - method: of the intervals: "95% intervals: DeLong 1988".
  package static func forest(
    _ rows: [ForestRow], title: String, measure: String, reference: Double? = nil,
    isLogarithmic: Bool = false, method: String, note: String = ""
  ) -> Figure {
    func isUsable(_ value: Double) -> Bool { value.isFinite && (!isLogarithmic || value > 0) }
    let numbers = rows.map { NumberText.interval($0.estimate, $0.lower, $0.upper) }
    let size = SVGCanvas.fontSize
    let beside = numbers.map { CharacterWidths.width($0, size: size) }.max() ?? 0
    var values = rows.flatMap { [$0.estimate, $0.lower, $0.upper] }.filter(isUsable)
    if let reference, isUsable(reference) { values.append(reference) }
    var canvas = SVGCanvas()
    let names = Axis.categories("", rows.map(\.label))
    let frame = PlotFrame(
      in: canvas,
      x: isLogarithmic
        ? .logarithmic(measure, covering: values) : .linear(measure, covering: values, target: 4),
      y: names, height: 22 * Double(max(1, rows.count)) + 8,
      left: min(176, PlotFrame.labelRoom(names, in: canvas)), right: beside + 20)
    if let reference, frame.x.contains(reference) {
      let x = frame.atX(reference)
      canvas.line(
        PlotPoint(x, frame.area.y), PlotPoint(x, frame.area.bottom), .faint, width: 1.25)
    }
    frame.drawAxes(on: &canvas)
    for (index, row) in rows.enumerated() {
      let y = frame.atY(Double(index) + 0.5)
      let hasLimits = isUsable(row.lower) && isUsable(row.upper)
      if hasLimits {
        canvas.line(
          PlotPoint(frame.atX(row.lower), y), PlotPoint(frame.atX(row.upper), y), .series(0),
          width: 1.5)
        for limit in [row.lower, row.upper] {
          let x = frame.atX(limit)
          canvas.line(PlotPoint(x, y - 3.5), PlotPoint(x, y + 3.5), .series(0), width: 1.5)
        }
      }
      if isUsable(row.estimate) {
        canvas.mark(
          at: PlotPoint(frame.atX(row.estimate), y), .series(0), radius: 4, name: row.label)
      }
      canvas.text(numbers[index], at: PlotPoint(frame.area.right + 12, y))
    }
    let each = zip(rows, numbers).map { "\($0.label): \($1)" }
    return Figure(
      title: title,
      caption: CaptionText.joined([
        "\(measure) with intervals. \(method)\(method.hasSuffix(".") ? "" : ".")", note,
      ]),
      description: "\(measure). " + each.joined(separator: "; ") + ".", canvas: canvas)
  }
}
