/// The rectangle between two axes.
package struct PlotFrame: Sendable {
  package let area: PlotBox
  package let x: Axis
  package let y: Axis
  /// Whether y grows downwards: lists are read from the top.
  package let isReversed: Bool

  private static let tickLength = 4.0
  private static let gap = 4.0

  /// Leaves room for the axes' titles and labels.
  /// - Parameters:
  ///   - top: of the rectangle.
  ///   - height: of the rectangle.
  ///   - left: of the rectangle; what the labels of `y` take, if not given.
  ///   - right: room that stays free beside the rectangle.
  package init(
    in canvas: SVGCanvas, x: Axis, y: Axis, top: Double = 12, height: Double,
    left: Double? = nil, right: Double = 16
  ) {
    isReversed = y.scale == .categories
    self.x = x
    self.y = y
    let start = left ?? Self.labelRoom(y, in: canvas)
    area = PlotBox(x: start, y: top, width: canvas.width - start - right, height: height)
  }

  /// A square of which the sides have equal scales, in the middle of the figure.
  package static func square(in canvas: SVGCanvas, x: Axis, y: Axis, side: Double = 340)
    -> PlotFrame
  {
    let left = max(labelRoom(y, in: canvas), (canvas.width - side) / 2)
    return PlotFrame(
      in: canvas, x: x, y: y, height: side, left: left, right: canvas.width - left - side)
  }

  /// What title, labels and ticks of a vertical axis take.
  package static func labelRoom(_ axis: Axis, in canvas: SVGCanvas) -> Double {
    let most = canvas.width * 0.42
    let widest = axis.ticks.map { CharacterWidths.width($0.label, size: SVGCanvas.fontSize) }.max()
    let title = axis.title.isEmpty ? 0 : SVGCanvas.fontSize + gap + 2
    return 4 + title + min(most, widest ?? 0) + gap + tickLength
  }

  package func point(_ x: Double, _ y: Double) -> PlotPoint { PlotPoint(atX(x), atY(y)) }
  package func atX(_ value: Double) -> Double { area.x + self.x.position(value) * area.width }
  package func atY(_ value: Double) -> Double {
    let part = y.position(value)
    return isReversed ? area.y + part * area.height : area.bottom - part * area.height
  }

  /// Draws lines, ticks, labels and titles, and lets the figure grow to hold them.
  package func drawAxes(on canvas: inout SVGCanvas) {
    drawHorizontal(on: &canvas)
    drawVertical(on: &canvas)
  }

  private func drawHorizontal(on canvas: inout SVGCanvas) {
    canvas.line(
      PlotPoint(area.x, area.bottom), PlotPoint(area.right, area.bottom), .axis)
    let size = SVGCanvas.fontSize
    let middle = area.bottom + Self.tickLength + Self.gap + size / 2
    let room = area.width / Double(max(1, x.ticks.count)) - 6
    let shown = x.ticks.map { tick in
      x.scale == .categories
        ? CharacterWidths.shortened(tick.label, to: room, size: size) : tick.label
    }
    // Room for the labels at the ends decides with the rest.
    let every = Self.everyHowManyth(
      zip(x.ticks, shown).map { tick, label in
        SVGCanvas.box(label, at: PlotPoint(atX(tick.value), middle), .middle, size: size)
      }, gap: 6)
    for (index, tick) in x.ticks.enumerated() {
      let position = atX(tick.value)
      if x.scale != .categories {
        canvas.line(
          PlotPoint(position, area.bottom), PlotPoint(position, area.bottom + Self.tickLength),
          .axis)
      }
      if index % every == 0 {
        canvas.text(
          shown[index], at: PlotPoint(position, middle), .middle, full: tick.label)
      }
    }
    var bottom = x.ticks.isEmpty ? area.bottom : middle + size / 2
    if !x.title.isEmpty {
      bottom += Self.gap + 2 + size
      let title = CharacterWidths.shortened(x.title, to: canvas.width - 16, size: size)
      // Centred on the rectangle where that leaves it inside the figure.
      let half = CharacterWidths.width(title, size: size) / 2 + 2
      let centre = min(max(area.x + area.width / 2, half), canvas.width - half)
      canvas.text(
        title, at: PlotPoint(centre, bottom - size / 2), .middle, full: x.title)
    }
    canvas.height = max(canvas.height, bottom + 6)
  }

  private func drawVertical(on canvas: inout SVGCanvas) {
    canvas.line(PlotPoint(area.x, area.y), PlotPoint(area.x, area.bottom), .axis)
    let size = SVGCanvas.fontSize
    let edge = area.x - Self.tickLength - Self.gap
    let titleRoom = y.title.isEmpty ? 0 : size + Self.gap + 2
    let labels = y.ticks.map {
      CharacterWidths.shortened($0.label, to: edge - 4 - titleRoom + 0.01, size: size)
    }
    let every = Self.everyHowManyth(
      zip(y.ticks, labels).map { tick, label in
        SVGCanvas.box(label, at: PlotPoint(edge, atY(tick.value)), .end, size: size)
      }, gap: 1)
    for (index, tick) in y.ticks.enumerated() {
      let position = atY(tick.value)
      if y.scale != .categories {
        canvas.line(
          PlotPoint(area.x - Self.tickLength, position), PlotPoint(area.x, position), .axis)
      }
      if index % every == 0 {
        canvas.text(labels[index], at: PlotPoint(edge, position), .end, full: tick.label)
      }
    }
    guard !y.title.isEmpty else { return }
    let title = CharacterWidths.shortened(y.title, to: area.height + 8, size: size)
    let widest = labels.map { CharacterWidths.width($0, size: size) }.max() ?? 0
    let column = max(4 + size / 2, edge - widest - Self.gap - 2 - size / 2)
    canvas.text(
      title, at: PlotPoint(column, area.y + area.height / 2), .middle, isVertical: true,
      full: y.title)
  }

  /// The least k for which every k-th label keeps its distance from the next.
  static func everyHowManyth(_ boxes: [PlotBox], gap: Double) -> Int {
    var k = 1
    while k < boxes.count {
      let isFree = stride(from: k, to: boxes.count, by: k).allSatisfy { index in
        let (box, last) = (boxes[index], boxes[index - k])
        let wide = PlotBox(
          x: box.x - gap, y: box.y - gap, width: box.width + 2 * gap, height: box.height + 2 * gap)
        return !wide.overlaps(last)
      }
      if isFree { break }
      k += 1
    }
    return k
  }
}
