/// What one rank did, in order of time.
package struct TimelineLane: Hashable, Sendable {
  package struct Span: Hashable, Sendable {
    /// Seconds since the start of the run.
    package var start: Double
    package var end: Double
    /// Place in the list of kinds.
    package var kind: Int

    package init(start: Double, end: Double, kind: Int = 0) {
      self.start = start
      self.end = end
      self.kind = kind
    }
  }

  package var name: String
  package var spans: [Span]

  package init(_ name: String, _ spans: [Span]) {
    self.name = name
    self.spans = spans
  }
}

extension Figure {
  /// One line per rank, with the units that it computed.
  /// - Parameter kinds: names of the kinds of work: "search", "estimate".
  package static func timeline(
    _ lanes: [TimelineLane], kinds: [String], note: String = ""
  ) -> Figure {
    let spans = lanes.flatMap(\.spans).filter { $0.start.isFinite && $0.end >= $0.start }
    let last = spans.map(\.end).max() ?? 1
    var canvas = SVGCanvas()
    let (unit, divisor) = last >= 7200 ? ("h", 3600.0) : last >= 300 ? ("min", 60) : ("s", 1)
    let height = lanes.count <= 24 ? 16.0 : max(2, 400 / Double(lanes.count))
    let frame = PlotFrame(
      in: canvas,
      x: .linear("Time since the start (\(unit))", from: 0, to: last > 0 ? last / divisor : 1),
      y: .categories("", lanes.map(\.name)), height: height * Double(max(1, lanes.count)) + 2)
    for (index, lane) in lanes.enumerated() {
      let y = frame.atY(Double(index) + 0.5)
      let bar = height * 0.72
      for span in merged(lane.spans, within: 0.3 * last / frame.area.width) {
        let left = frame.atX(span.start / divisor)
        canvas.rectangle(
          PlotBox(
            x: left, y: y - bar / 2, width: max(0.3, frame.atX(span.end / divisor) - left),
            height: bar),
          fill: .series(span.kind), opacity: 0.8)
      }
    }
    frame.drawAxes(on: &canvas)
    Legend.draw(
      kinds.enumerated().map { Legend.Entry(.box(.series($0), opacity: 0.8), $1) }, on: &canvas)
    let busy = spans.reduce(0) { $0 + ($1.end - $1.start) }
    let share = lanes.isEmpty || last == 0 ? 0 : busy / (last * Double(lanes.count))
    let summary =
      "\(NumberText.count(lanes.count)) \(lanes.count == 1 ? "rank" : "ranks"), "
      + "\(NumberText.count(spans.count)) units in \(NumberText.significant(last / divisor)) "
      + "\(unit); the ranks computed \(NumberText.percentage(share)) of the time."
    return Figure(
      title: "Timeline of the run", caption: CaptionText.joined([summary, note]),
      description: summary, canvas: canvas)
  }

  /// Neighbouring spans of one kind become one where nobody could see the gap.
  private static func merged(_ spans: [TimelineLane.Span], within gap: Double)
    -> [TimelineLane.Span]
  {
    var result: [TimelineLane.Span] = []
    let usable = spans.filter { $0.start.isFinite && $0.end >= $0.start }
    for span in usable.sorted(by: { ($0.start, $0.end, $0.kind) < ($1.start, $1.end, $1.kind) }) {
      if let last = result.last, last.kind == span.kind, span.start - last.end < gap {
        result[result.count - 1].end = max(last.end, span.end)
      } else {
        result.append(span)
      }
    }
    return result
  }
}
