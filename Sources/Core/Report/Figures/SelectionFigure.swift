/// How often one feature reached the model.
package struct SelectionRow: Hashable, Sendable {
  package var feature: String
  /// Part of the fits of the outer partitions, in 0...1; NaN without any.
  package var frequency: Double
  /// Part of the fits on resampled patients; NaN without any.
  package var bootstrapFrequency: Double
  /// Whether the final model uses it.
  package var isFinal: Bool

  package init(
    _ feature: String, frequency: Double, bootstrapFrequency: Double = .nan, isFinal: Bool
  ) {
    self.feature = feature
    self.frequency = frequency
    self.bootstrapFrequency = bootstrapFrequency
    self.isFinal = isFinal
  }
}

extension Figure {
  /// Bars of selection frequencies, in the given order.
  /// - Parameters:
  ///   - fits: of the outer partitions.
  ///   - limit: how many lines are drawn; the caption says if there are more.
  package static func selectionFrequency(
    _ rows: [SelectionRow], pipeline: String, fits: Int, limit: Int = 30, note: String = ""
  ) -> Figure {
    let shown = Array(rows.prefix(limit))
    var canvas = SVGCanvas()
    let frame = PlotFrame(
      in: canvas, x: .linear("Part of the fits", from: 0, to: 1),
      y: .categories("", shown.map(\.feature)), height: 18 * Double(max(1, shown.count)) + 4)
    for (index, row) in shown.enumerated() {
      let y = frame.atY(Double(index) + 0.5)
      if row.frequency > 0 {
        canvas.rectangle(
          PlotBox(
            x: frame.area.x, y: y - 6, width: frame.atX(min(1, row.frequency)) - frame.area.x,
            height: 12),
          fill: .series(0), opacity: row.isFinal ? 0.9 : 0.35,
          name: "\(row.feature): \(NumberText.percentage(row.frequency))")
      }
      if row.bootstrapFrequency.isFinite {
        canvas.mark(
          at: frame.point(min(1, max(0, row.bootstrapFrequency)), Double(index) + 0.5), .series(1),
          radius: 3)
      }
    }
    frame.drawAxes(on: &canvas)
    var entries = [
      Legend.Entry(.box(.series(0), opacity: 0.9), "In the final model"),
      Legend.Entry(.box(.series(0), opacity: 0.35), "Not in the final model"),
    ]
    let isResampled = shown.contains { $0.bootstrapFrequency.isFinite }
    if isResampled { entries.append(Legend.Entry(.mark(.series(1)), "Resampled patients")) }
    Legend.draw(entries, on: &canvas)
    let finals = rows.count { $0.isFinal }
    return Figure(
      title: "Selected features: \(pipeline)",
      caption: CaptionText.joined([
        "Part of the \(NumberText.count(fits)) fits of the outer partitions in which a feature "
          + "reached the model; \(NumberText.count(finals)) "
          + "\(finals == 1 ? "feature is" : "features are") in the final model.",
        rows.count > shown.count
          ? "The \(NumberText.count(shown.count)) most frequent of "
            + "\(NumberText.count(rows.count)) features." : "",
        note,
      ]),
      description: "Selection frequency: "
        + shown.map { "\($0.feature) \(NumberText.percentage($0.frequency, places: 0))" }
        .joined(separator: "; ") + ".",
      canvas: canvas)
  }
}
