package import Statistics

/// Mean and single curves of a score along the values of one column.
package struct DependenceCurves: Hashable, Sendable {
  package let column: String
  /// Ascending.
  package let grid: [Double]
  /// One number per grid value.
  package let average: [Double]
  /// One curve per patient.
  package let curves: [[Double]]
  /// The values of the column in the rows.
  package let values: [Double]

  package init(
    column: String, grid: [Double], average: [Double], curves: [[Double]], values: [Double]
  ) throws(StatisticsError) {
    if grid.isEmpty || ([average] + curves).contains(where: { $0.count != grid.count }) {
      throw StatisticsError(
        "column \"\(column)\": a curve has not one number for each of \(grid.count) grid values")
    }
    if !(grid + average + values + curves.joined()).allSatisfy(\.isFinite) {
      throw StatisticsError("column \"\(column)\": a value of its curves is not a finite number")
    }
    self.column = column
    self.grid = grid
    self.average = average
    self.curves = curves
    self.values = values
  }
}

extension Figure {
  /// Partial dependence (Friedman 2001) as a thick line, individual curves as thin ones, and the
  /// values of the rows as ticks at the bottom.
  /// - Parameters:
  ///   - unit: of the score: "log odds".
  ///   - limit: individual curves that are drawn, spread evenly over the patients.
  package static func partialDependence(
    _ data: DependenceCurves, model: String, unit: String, limit: Int = 60, note: String = ""
  ) -> Figure {
    let count = min(limit, data.curves.count)
    let shown = (0..<count).map { data.curves[$0 * data.curves.count / count] }
    var canvas = SVGCanvas()
    let frame = PlotFrame(
      in: canvas, x: .linear(data.column, covering: data.grid),
      y: .linear("Score (\(unit))", covering: data.average + shown.joined()), height: 260)
    for curve in shown { draw(curve, data.grid, .axis, 0.75, 0.3, frame, on: &canvas) }
    draw(data.average, data.grid, .series(1), 2.5, 1, frame, on: &canvas)
    for value in data.values where frame.x.contains(value) {
      let x = frame.atX(value)
      canvas.path(
        [PlotPoint(x, frame.area.bottom), PlotPoint(x, frame.area.bottom - 6)], .axis, width: 0.75,
        opacity: 0.6)
    }
    frame.drawAxes(on: &canvas)
    Legend.draw(
      [
        Legend.Entry(.line(.series(1), dash: nil), "Mean"),
        Legend.Entry(.line(.axis, dash: nil), "Single patients"),
      ], on: &canvas)
    let outside = data.values.count { !frame.x.contains($0) }
    let last = data.grid.count - 1
    return Figure(
      title: "Partial dependence on \(data.column): \(model)",
      caption: CaptionText.joined([
        "Score with \(data.column) set to each value, all other columns as they are; mean over "
          + "\(NumberText.count(data.curves.count)) patients and "
          + (count < data.curves.count
            ? "\(NumberText.count(count)) of their curves." : "their curves."),
        "Ticks: values of the rows"
          + (outside == 0 ? "." : "; \(NumberText.count(outside)) are outside."), note,
      ]),
      description: "Mean score along \(data.column)"
        + (last == 0
          ? ", one value only."
          : ": from \(NumberText.significant(data.average[0])) at "
            + "\(NumberText.significant(data.grid[0])) to "
            + "\(NumberText.significant(data.average[last])) at "
            + "\(NumberText.significant(data.grid[last]))."),
      canvas: canvas)
  }

  private static func draw(
    _ curve: [Double], _ grid: [Double], _ ink: Ink, _ width: Double, _ opacity: Double,
    _ frame: PlotFrame, on canvas: inout SVGCanvas
  ) {
    if curve.count == 1 {
      canvas.mark(at: frame.point(grid[0], curve[0]), ink, radius: width + 1, opacity: opacity)
      return
    }
    canvas.path(
      zip(grid, curve).map { frame.point($0, $1) }, ink, width: width, opacity: opacity)
  }
}
