/// A point of a figure or of its data.
package struct PlotPoint: Hashable, Sendable {
  package var x: Double
  package var y: Double
  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// An upright rectangle; y grows downwards.
package struct PlotBox: Hashable, Sendable {
  package var x: Double
  package var y: Double
  package var width: Double
  package var height: Double

  package init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  package var right: Double { x + width }
  package var bottom: Double { y + height }

  package func overlaps(_ other: PlotBox) -> Bool {
    x < other.right && other.x < right && y < other.bottom && other.y < bottom
  }
}

/// A colour by its role. The colours themselves are variables of the style sheet, one set for light
/// and one for dark pages.
package enum Ink: Hashable, Sendable {
  case text
  case muted
  case axis
  case faint
  case paper
  /// Of the data, from 0 on; six that people with any colour vision can tell apart.
  case series(Int)

  var name: String {
    switch self {
    case .text: "text"
    case .muted: "muted"
    case .axis: "axis"
    case .faint: "faint"
    case .paper: "paper"
    case .series(let index): "s\(index % 6 + 1)"
    }
  }

  /// Lines of different series differ in their dashes too.
  var dash: String? {
    guard case .series(let index) = self else { return nil }
    return [nil, "7 3", "2 2.5", "9 3 2 3", "12 4", "4 2 1 2 1 2"][index % 6]
  }
}

/// Builds one figure as SVG. Equal calls give equal text: numbers have at most two decimals.
package struct SVGCanvas: Sendable {
  package enum Anchor: String, Sendable { case start, middle, end }

  /// A text with the box that it takes by `CharacterWidths`.
  package struct PlacedText: Hashable, Sendable {
    package let text: String
    package let box: PlotBox
  }

  package static let fontSize = 12.0

  package let width: Double
  /// May grow while the figure is built.
  package var height: Double
  package private(set) var texts: [PlacedText] = []
  private var elements: [String] = []

  package init(width: Double = 480, height: Double = 0) {
    self.width = width
    self.height = height
  }

  // MARK: Shapes

  /// - Parameter isClosed: a filled area without outline instead of a line.
  package mutating func path(
    _ points: [PlotPoint], _ ink: Ink, width: Double = 1.5, dash: String? = nil,
    opacity: Double = 1, isClosed: Bool = false
  ) {
    guard let first = points.first, points.count > 1 else { return }
    var data = "M\(Self.pair(first))"
    for point in points.dropFirst() { data += "L\(Self.pair(point))" }
    if isClosed {
      elements.append(
        "<path class=\"f-\(ink.name)\" d=\"\(data)Z\"\(Self.opacity("fill-opacity", opacity))/>")
    } else {
      let dashes = dash.map { " stroke-dasharray=\"\($0)\"" } ?? ""
      elements.append(
        "<path class=\"k-\(ink.name)\" d=\"\(data)\" stroke-width=\"\(Self.number(width))\"\(dashes)"
          + "\(Self.opacity("stroke-opacity", opacity))/>")
    }
  }

  package mutating func line(
    _ start: PlotPoint, _ end: PlotPoint, _ ink: Ink, width: Double = 1, dash: String? = nil
  ) {
    path([start, end], ink, width: width, dash: dash)
  }

  /// - Parameters:
  ///   - outline: none by default.
  ///   - name: what a pointer at rest is told.
  package mutating func rectangle(
    _ box: PlotBox, fill: Ink, opacity: Double = 1, outline: Ink? = nil, name: String? = nil
  ) {
    let classes = "f-\(fill.name)" + (outline.map { " o-\($0.name)" } ?? "")
    let start =
      "<rect class=\"\(classes)\" x=\"\(Self.number(box.x))\" y=\"\(Self.number(box.y))\""
      + " width=\"\(Self.number(box.width))\" height=\"\(Self.number(box.height))\""
      + Self.opacity("fill-opacity", opacity)
    elements.append(start + Self.end("rect", name))
  }

  /// Many rectangles of one colour as one element.
  package mutating func rectangles(_ boxes: [PlotBox], fill: Ink, opacity: Double = 1) {
    if boxes.isEmpty { return }
    let data = boxes.map { box -> String in
      let width = Self.number(box.width)
      return "M\(Self.number(box.x)) \(Self.number(box.y))h\(width)v\(Self.number(box.height))"
        + "h-\(width)z"
    }
    elements.append(
      "<path class=\"f-\(fill.name)\" d=\"\(data.joined())\""
        + "\(Self.opacity("fill-opacity", opacity))/>")
  }

  /// A point mark; series differ in shape too: circle, square, triangle, diamond.
  package mutating func mark(
    at centre: PlotPoint, _ ink: Ink, radius: Double = 3, opacity: Double = 1, name: String? = nil
  ) {
    let r = radius
    let corners: [PlotPoint]
    switch ink {
    case .series(let index) where index % 4 == 1:
      corners = [(-r, -r), (r, -r), (r, r), (-r, r)].map { PlotPoint($0.0, $0.1) }
    case .series(let index) where index % 4 == 2:
      corners = [(0, -1.2 * r), (1.1 * r, 0.9 * r), (-1.1 * r, 0.9 * r)].map {
        PlotPoint($0.0, $0.1)
      }
    case .series(let index) where index % 4 == 3:
      corners = [(0, -1.3 * r), (1.3 * r, 0), (0, 1.3 * r), (-1.3 * r, 0)].map {
        PlotPoint($0.0, $0.1)
      }
    default: corners = []
    }
    let transparency = Self.opacity("fill-opacity", opacity)
    if corners.isEmpty {
      elements.append(
        "<circle class=\"f-\(ink.name)\" cx=\"\(Self.number(centre.x))\""
          + " cy=\"\(Self.number(centre.y))\" r=\"\(Self.number(r))\"\(transparency)"
          + Self.end("circle", name))
      return
    }
    let data = corners.map { Self.pair(PlotPoint(centre.x + $0.x, centre.y + $0.y)) }
    elements.append(
      "<path class=\"f-\(ink.name)\" d=\"M\(data.joined(separator: "L"))Z\"\(transparency)"
        + Self.end("path", name))
  }

  // MARK: Texts

  /// The box of a text whose baseline passes a little below `at`: the point is its middle in height.
  package static func box(
    _ text: String, at: PlotPoint, _ anchor: Anchor, size: Double, isBold: Bool = false,
    isVertical: Bool = false
  ) -> PlotBox {
    let length = CharacterWidths.width(text, size: size, isBold: isBold)
    let start = anchor == .start ? 0 : anchor == .middle ? -length / 2 : -length
    return isVertical
      ? PlotBox(x: at.x - size / 2, y: at.y - length - start, width: size, height: length)
      : PlotBox(x: at.x + start, y: at.y - size / 2, width: length, height: size)
  }

  /// Whether a box is inside the figure's width and free of texts.
  package func isFree(_ box: PlotBox) -> Bool {
    box.x >= 0 && box.right <= width && box.y >= 0 && !texts.contains { $0.box.overlaps(box) }
  }

  /// Places a text if it is inside the figure's width and touches no other text.
  /// - Parameters:
  ///   - at: middle of its height; start, middle or end of its width.
  ///   - full: the whole of a shortened text, told to a pointer at rest and to readers of the screen.
  /// - Returns: whether there was room.
  @discardableResult
  package mutating func text(
    _ text: String, at: PlotPoint, _ anchor: Anchor = .start, _ ink: Ink = .text,
    size: Double = SVGCanvas.fontSize, isBold: Bool = false, isVertical: Bool = false,
    full: String? = nil
  ) -> Bool {
    let box = Self.box(
      text, at: at, anchor, size: size, isBold: isBold, isVertical: isVertical)
    guard !text.isEmpty, isFree(box) else { return false }
    texts.append(PlacedText(text: text, box: box))
    let baseline = size * 0.35
    let place =
      isVertical
      ? "transform=\"translate(\(Self.number(at.x + baseline)) \(Self.number(at.y))) rotate(-90)\""
      : "x=\"\(Self.number(at.x))\" y=\"\(Self.number(at.y + baseline))\""
    let side = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    let style =
      (size == Self.fontSize ? "" : " font-size=\"\(Self.number(size))\"")
      + (isBold ? " font-weight=\"600\"" : "")
    let hint = full.flatMap { $0 == text ? nil : "<title>\(Markup.escaped($0))</title>" } ?? ""
    elements.append(
      "<text class=\"f-\(ink.name)\" \(place)\(side)\(style)>\(hint)\(Markup.escaped(text))</text>")
    return true
  }

  // MARK: Output

  /// The finished element.
  /// - Parameters:
  ///   - id: unique in the page; ASCII letters, digits and hyphens.
  ///   - description: what a person who cannot see the figure is told.
  ///   - isStandalone: with the style sheet, for a file of its own.
  package func svg(
    id: String, title: String, description: String, isStandalone: Bool = false
  ) -> String {
    let size = "0 0 \(Self.number(width)) \(Self.number(height))"
    let sheet = isStandalone ? "<style>\(StyleSheet.standaloneFigure)</style>\n" : ""
    return """
      <svg xmlns="http://www.w3.org/2000/svg" class="figure" viewBox="\(size)" role="img" \
      aria-labelledby="\(id)-title \(id)-desc" font-size="\(Self.number(Self.fontSize))">
      <title id="\(id)-title">\(Markup.escaped(title))</title>
      <desc id="\(id)-desc">\(Markup.escaped(description))</desc>
      \(sheet)\(elements.joined(separator: "\n"))
      </svg>
      """
  }

  /// At most two decimals, without trailing zeros.
  package static func number(_ value: Double) -> String {
    precondition(value.isFinite && value.magnitude < 1e9, "a coordinate is \(value)")
    let hundredths = Int((value * 100).rounded())
    let (whole, part) = (hundredths.magnitude / 100, hundredths.magnitude % 100)
    let sign = hundredths < 0 ? "-" : ""
    if part == 0 { return "\(sign)\(whole)" }
    return part % 10 == 0
      ? "\(sign)\(whole).\(part / 10)"
      : "\(sign)\(whole).\(part < 10 ? "0" : "")\(part)"
  }

  private static func pair(_ point: PlotPoint) -> String {
    "\(number(point.x)) \(number(point.y))"
  }

  private static func opacity(_ attribute: String, _ value: Double) -> String {
    value == 1 ? "" : " \(attribute)=\"\(number(value))\""
  }

  private static func end(_ element: String, _ name: String?) -> String {
    name.map { "><title>\(Markup.escaped($0))</title></\(element)>" } ?? "/>"
  }
}
