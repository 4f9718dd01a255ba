extension Figure {
  /// A square of correlations: blue for positive, orange for negative, stronger for larger.
  /// - Parameters:
  ///   - names: of the features, in the order of the matrix; group similar ones before.
  ///     Up to about 60 can be read; up to 40, a cell tells a pointer at rest its value.
  ///   - matrix: row-major, in -1...1; NaN where it is not defined.
  ///   - kind: "Spearman", "Pearson".
  ///   - count: rows that the correlations are of.
  package static func correlation(
    names: [String], matrix: [Double], kind: String, count: Int, note: String = ""
  ) -> Figure {
    precondition(matrix.count == names.count * names.count, "a correlation matrix is square")
    let n = names.count
    let size = SVGCanvas.fontSize
    var canvas = SVGCanvas()
    let numbered = names.enumerated().map { "\($0 + 1)  \($1)" }
    let widest = numbered.map { CharacterWidths.width($0, size: size) }.max() ?? 0
    let left = min(190, widest + 12)
    let side = min(36, (canvas.width - left - 14) / Double(max(1, n)))
    let top = 22.0
    let places = numbered.indices.map { (Double($0) + 0.5) * side }
    let every = max(1, Int(((size + 1) / side).rounded(.up)))
    for (index, place) in places.enumerated() where index % every == 0 {
      let label = CharacterWidths.shortened(numbered[index], to: left - 12, size: size)
      canvas.text(label, at: PlotPoint(left - 6, top + place), .end, full: names[index])
    }
    let across = PlotFrame.everyHowManyth(
      places.enumerated().map { index, place in
        SVGCanvas.box("\(index + 1)", at: PlotPoint(left + place, 12), .middle, size: size)
      }, gap: 3)
    for (index, place) in places.enumerated() where index % across == 0 {
      canvas.text("\(index + 1)", at: PlotPoint(left + place, 12), .middle)
    }
    if n > largestNamed {
      drawLevels(matrix, count: n, side: side, left: left, top: top, on: &canvas)
    } else {
      drawCells(names, matrix, side: side, left: left, top: top, on: &canvas)
    }
    let extent = side * Double(n)
    for edge in [0, extent] {
      canvas.line(PlotPoint(left, top + edge), PlotPoint(left + extent, top + edge), .faint)
      canvas.line(PlotPoint(left + edge, top), PlotPoint(left + edge, top + extent), .faint)
    }
    canvas.height = top + extent + 6
    drawKey(left: left, on: &canvas)
    return Figure(
      title: "Correlation of features",
      caption: CaptionText.joined([
        "\(kind) correlation of \(NumberText.count(n)) features, n = \(NumberText.count(count)).",
        matrix.contains { $0.isNaN } ? "Grey: not defined." : "", note,
      ]),
      description: "\(kind) correlation matrix of \(n) features. " + strongest(names, matrix),
      canvas: canvas)
  }

  /// Cells of a larger matrix are too small to be pointed at.
  private static let largestNamed = 40

  private static func drawCells(
    _ names: [String], _ matrix: [Double], side: Double, left: Double, top: Double,
    on canvas: inout SVGCanvas
  ) {
    for row in names.indices {
      for column in names.indices {
        let value = matrix[row * names.count + column]
        let box = PlotBox(
          x: left + Double(column) * side, y: top + Double(row) * side, width: side, height: side)
        guard value.isFinite else {
          canvas.rectangle(box, fill: .faint, opacity: 0.4)
          continue
        }
        if value.magnitude < 0.005 { continue }
        canvas.rectangle(
          box, fill: .series(value < 0 ? 1 : 0), opacity: min(1, value.magnitude),
          name: "\(names[row]), \(names[column]): \(NumberText.fixed(value))")
      }
    }
  }

  /// Steps of opacity in a matrix of more columns than `largestNamed`: neighbours of one step become
  /// one rectangle and all of a step one element, so that the page stays small.
  private static let levels = 20

  private static func drawLevels(
    _ matrix: [Double], count n: Int, side: Double, left: Double, top: Double,
    on canvas: inout SVGCanvas
  ) {
    // From -levels to levels; behind them what is not defined.
    func level(_ value: Double) -> Int {
      value.isFinite ? Int((max(-1, min(1, value)) * Double(levels)).rounded()) : levels + 1
    }
    var boxes = [[PlotBox]](repeating: [], count: 2 * levels + 2)
    for row in 0..<n {
      var start = 0
      while start < n {
        let own = level(matrix[row * n + start])
        var end = start + 1
        while end < n, level(matrix[row * n + end]) == own { end += 1 }
        boxes[own + levels].append(
          PlotBox(
            x: left + Double(start) * side, y: top + Double(row) * side,
            width: Double(end - start) * side, height: side))
        start = end
      }
    }
    for own in -levels...levels where own != 0 {
      canvas.rectangles(
        boxes[own + levels], fill: .series(own < 0 ? 1 : 0),
        opacity: Double(own.magnitude) / Double(levels))
    }
    canvas.rectangles(boxes[2 * levels + 1], fill: .faint, opacity: 0.4)
  }

  private static func drawKey(left: Double, on canvas: inout SVGCanvas) {
    let y = canvas.height + 14
    let start = max(left, 60)
    for step in -4...4 {
      let value = Double(step) / 4
      canvas.rectangle(
        PlotBox(x: start + Double(step + 4) * 16, y: y - 6, width: 16, height: 12),
        fill: .series(value < 0 ? 1 : 0), opacity: value.magnitude)
    }
    for edge in [-6.0, 6] {
      canvas.line(PlotPoint(start, y + edge), PlotPoint(start + 144, y + edge), .faint)
    }
    canvas.text("\u{2212}1", at: PlotPoint(start - 5, y), .end)
    canvas.text("1", at: PlotPoint(start + 149, y))
    canvas.height = y + 14
  }

  private static func strongest(_ names: [String], _ matrix: [Double]) -> String {
    let n = names.count
    var best: (row: Int, column: Int)?
    for row in 0..<n {
      for column in 0..<row where matrix[row * n + column].isFinite {
        let value = matrix[row * n + column].magnitude
        if best.map({ value > matrix[$0.row * n + $0.column].magnitude }) ?? true {
          best = (row, column)
        }
      }
    }
    guard let best else { return "" }
    return "Strongest: \(names[best.column]) with \(names[best.row]), "
      + "\(NumberText.fixed(matrix[best.row * n + best.column]))."
  }
}
