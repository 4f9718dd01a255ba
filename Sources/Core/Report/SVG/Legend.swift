/// The key of a figure, in rows below everything else.
package struct Legend: Sendable {
  package enum Sample: Hashable, Sendable {
    case line(Ink, dash: String?)
    case mark(Ink)
    case box(Ink, opacity: Double)
  }

  package struct Entry: Hashable, Sendable {
    package let sample: Sample
    package let label: String
    package init(_ sample: Sample, _ label: String) {
      self.sample = sample
      self.label = label
    }

    /// A line in the ink and dashes of a series.
    package static func series(_ index: Int, _ label: String) -> Entry {
      Entry(.line(.series(index), dash: Ink.series(index).dash), label)
    }
  }

  /// Places the entries from left to right and down, and lets the figure grow.
  package static func draw(_ entries: [Entry], on canvas: inout SVGCanvas, left: Double = 12) {
    let size = SVGCanvas.fontSize
    var x = left
    var y = canvas.height + size / 2 + 4
    let right = canvas.width - 8
    for entry in entries {
      let sampleWidth = if case .line = entry.sample { 26.0 } else { 12.0 }
      let label = CharacterWidths.shortened(
        entry.label, to: right - left - sampleWidth - 6, size: size)
      let width = sampleWidth + 6 + CharacterWidths.width(label, size: size)
      if x > left && x + width > right {
        x = left
        y += size + 7
      }
      draw(entry.sample, x, y, sampleWidth, on: &canvas)
      canvas.text(label, at: PlotPoint(x + sampleWidth + 6, y), full: entry.label)
      x += width + 18
    }
    if !entries.isEmpty { canvas.height = y + size / 2 + 6 }
  }

  private static func draw(
    _ sample: Sample, _ x: Double, _ y: Double, _ width: Double, on canvas: inout SVGCanvas
  ) {
    switch sample {
    case .line(let ink, let dash):
      canvas.line(PlotPoint(x, y), PlotPoint(x + width, y), ink, width: 1.75, dash: dash)
    case .mark(let ink):
      canvas.mark(at: PlotPoint(x + width / 2, y), ink, radius: 3.5)
    case .box(let ink, let opacity):
      canvas.rectangle(
        PlotBox(x: x, y: y - 5, width: 10, height: 10), fill: ink, opacity: opacity)
    }
  }
}
