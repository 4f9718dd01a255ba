extension Figure {
  /// Points of one or several kinds.
  /// - Parameters:
  ///   - series: name and points of every kind, at most 6; points that are not finite are left out.
  ///   - hasDiagonal: draws y = x, for two values of one quantity.
  ///   - summary: what the points say, for the caption.
  package static func scatter(
    _ series: [(name: String, points: [PlotPoint])], x: String, y: String, title: String,
    hasDiagonal: Bool = false, summary: String, note: String = ""
  ) -> Figure {
    let shown = series.map { entry in
      (name: entry.name, points: entry.points.filter { $0.x.isFinite && $0.y.isFinite })
    }
    let points = shown.flatMap(\.points)
    let missing = series.reduce(0) { $0 + $1.points.count } - points.count
    var canvas = SVGCanvas()
    let all = hasDiagonal ? points.flatMap { [$0.x, $0.y] } : []
    let frame = PlotFrame.square(
      in: canvas, x: .linear(x, covering: hasDiagonal ? all : points.map(\.x)),
      y: .linear(y, covering: hasDiagonal ? all : points.map(\.y)))
    frame.drawAxes(on: &canvas)
    if hasDiagonal {
      let (low, high) = (frame.x.lower, frame.x.upper)
      canvas.line(frame.point(low, low), frame.point(high, high), .faint)
    }
    for (index, entry) in shown.enumerated() {
      for point in entry.points {
        canvas.mark(
          at: frame.point(point.x, point.y), .series(index), radius: 2.5, opacity: 0.7)
      }
    }
    if shown.count > 1 {
      Legend.draw(
        shown.enumerated().map { Legend.Entry(.box(.series($0), opacity: 0.7), $1.name) },
        on: &canvas)
    }
    let counts = "n = \(NumberText.count(points.count))"
    return Figure(
      title: title,
      caption: CaptionText.joined([
        "\(counts). \(summary)",
        missing == 0 ? "" : "\(NumberText.count(missing)) points without a value are left out.",
        note,
      ]),
      description: "\(y) against \(x); \(counts). \(summary)", canvas: canvas)
  }
}
