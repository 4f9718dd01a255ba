extension Figure {
  /// Bars of the mean size of the contributions of the leading columns.
  /// - Parameters: as `contributionSummary`.
  package static func contributionSizes(
    _ data: ColumnContributions, model: String, counted: String, method: String, limit: Int = 20,
    note: String = ""
  ) -> Figure {
    let shown = data.leading(limit)
    let sizes = data.meanSizes
    let numbers = shown.map { NumberText.significant(sizes[$0]) }
    let beside =
      numbers.map { CharacterWidths.width($0, size: SVGCanvas.fontSize) }.max() ?? 0
    var canvas = SVGCanvas()
    let largest = shown.map { sizes[$0] }.max() ?? 0
    let frame = PlotFrame(
      in: canvas,
      x: .linear(
        "Mean |contribution| (\(data.unit))", covering: [0, largest > 0 ? largest : 1], target: 4),
      y: .categories("", shown.map { data.names[$0] }),
      height: 20 * Double(max(1, shown.count)) + 4, right: beside + 20)
    for (place, column) in shown.enumerated() {
      let y = frame.atY(Double(place) + 0.5)
      if sizes[column] > 0 {
        canvas.rectangle(
          PlotBox(
            x: frame.area.x, y: y - 6.5, width: max(0.5, frame.atX(sizes[column]) - frame.area.x),
            height: 13),
          fill: .series(0), opacity: 0.9, name: "\(data.names[column]): \(numbers[place])")
      }
    }
    frame.drawAxes(on: &canvas)
    for (place, number) in numbers.enumerated() {
      canvas.text(
        number, at: PlotPoint(frame.area.right + 8, frame.atY(Double(place) + 0.5)))
    }
    return Figure(
      title: "Size of contributions: \(model)",
      caption: CaptionText.joined([
        "Mean of the absolute contributions to the score over \(NumberText.count(data.rowCount)) "
          + "\(counted)\(data.rowCount == 1 ? "" : "s") (\(method)).",
        data.limitNote(shown.count), note,
      ]),
      description: "Mean absolute contributions: "
        + zip(shown, numbers).map { "\(data.names[$0]) \($1)" }.joined(separator: "; ") + ".",
      canvas: canvas)
  }
}
