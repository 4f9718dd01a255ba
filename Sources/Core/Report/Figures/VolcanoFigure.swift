internal import Glibc
package import Statistics

/// One hypothesis of a volcano plot.
package struct VolcanoPoint: Hashable, Sendable {
  package var name: String
  /// log2 of a ratio; ± infinity is drawn at the edge.
  package var effect: Double
  /// In 0...1.
  package var p: Double
  /// Adjusted for the number of hypotheses.
  package var adjustedP: Double

  package init(_ name: String, effect: Double, p: Double, adjustedP: Double) {
    (self.name, self.effect, self.p, self.adjustedP) = (name, effect, p, adjustedP)
  }

  /// Nil where nothing was tested.
  package init?(_ row: GeneTable.Row) {
    guard let effect = row.log2OddsRatio, let p = row.p, let adjusted = row.benjaminiHochberg
    else { return nil }
    self.init(row.name, effect: effect, p: p, adjustedP: adjusted)
  }
}

extension Figure {
  /// Effects against p-values, one dot per hypothesis; those whose adjusted p-value is within the
  /// limit are marked and named as far as there is room.
  /// - Parameters:
  ///   - axis: of the effect: "log2 odds ratio, mutant / wild type".
  ///   - limit: of the adjusted p-value.
  ///   - method: of tests and adjustment: "Fisher's exact test, Benjamini-Hochberg".
  ///   - labels: at most so many names.
  package static func volcano(
    _ points: [VolcanoPoint], title: String, axis: String, limit: Double = 0.05, method: String,
    labels: Int = 12, note: String = ""
  ) throws(StatisticsError) -> Figure {
    if let bad = points.first(where: { $0.effect.isNaN || !($0.p >= 0 && $0.p <= 1) }) {
      throw StatisticsError("\(bad.name): a volcano plot needs an effect and a p-value in 0...1")
    }
    let finite = points.map(\.effect).filter { $0.isFinite }
    let reach = max(1, finite.reduce(0) { max($0, $1.magnitude) })
    let hasEdge = finite.count < points.count
    let edge = hasEdge ? reach * 1.25 : reach
    // A p-value of 0 is below every number a test can give.
    let heights = points.map { $0.p > 0 ? max(0, -log10($0.p)) : 320 }
    var canvas = SVGCanvas()
    let frame = PlotFrame(
      in: canvas, x: .linear(axis, covering: [-edge, edge]),
      y: .linear("-log10 p", covering: heights + [0, 1]), height: 320)
    let centre = frame.atX(0)
    canvas.line(
      PlotPoint(centre, frame.area.y), PlotPoint(centre, frame.area.bottom), .faint, width: 1.25)
    frame.drawAxes(on: &canvas)
    let places = points.indices.map { k in
      frame.point(max(-edge, min(edge, points[k].effect)), heights[k])
    }
    let isFound = points.map { $0.adjustedP <= limit }
    // Marked dots are drawn last.
    for found in [false, true] {
      for k in points.indices where isFound[k] == found {
        canvas.mark(
          at: places[k], found ? .series(1) : .series(0), radius: found ? 4 : 3,
          opacity: found ? 1 : 0.55, name: points[k].name)
      }
    }
    let order = points.indices.filter { isFound[$0] }.sorted {
      (points[$0].p, $0) < (points[$1].p, $1)
    }
    drawNames(order, points, places, frame, most: labels, on: &canvas)
    Legend.draw(
      [
        .init(.mark(.series(1)), "Adjusted p ≤ \(NumberText.p(limit))"),
        .init(.mark(.series(0)), "Others"),
      ], on: &canvas)
    let found = order.count
    let names = CaptionText.list(order.prefix(labels).map { points[$0].name })
    let summary =
      "\(NumberText.count(points.count)) hypotheses, \(NumberText.count(found)) with an adjusted"
      + " p-value of at most \(NumberText.p(limit))"
    return Figure(
      title: title,
      caption: CaptionText.joined([
        summary + ". \(method)\(method.hasSuffix(".") ? "" : ".")",
        hasEdge ? "Infinite effects stand at the edge." : "", note,
      ]),
      description: summary + (names.isEmpty ? "." : ": \(names)."), canvas: canvas)
  }

  /// Names beside their dots, the smallest p-value first, where they cover no other text.
  private static func drawNames(
    _ order: [Int], _ points: [VolcanoPoint], _ places: [PlotPoint], _ frame: PlotFrame,
    most: Int, on canvas: inout SVGCanvas
  ) {
    let size = SVGCanvas.fontSize
    var drawn = 0
    for k in order where drawn < most {
      let text = CharacterWidths.shortened(points[k].name, to: frame.area.width / 3, size: size)
      let isLeft = places[k].x > frame.area.x + frame.area.width / 2
      let anchor: SVGCanvas.Anchor = isLeft ? .end : .start
      let place = PlotPoint(places[k].x + (isLeft ? -8 : 8), places[k].y)
      let box = SVGCanvas.box(text, at: place, anchor, size: size)
      let isInside =
        box.x >= frame.area.x && box.right <= frame.area.right && box.y >= 0
        && box.bottom <= frame.area.bottom
      if !isInside || !canvas.isFree(box) { continue }
      canvas.text(text, at: place, anchor, full: points[k].name)
      drawn += 1
    }
  }
}
