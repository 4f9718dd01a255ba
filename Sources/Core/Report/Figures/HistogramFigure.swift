/// A value that a histogram is compared with.
package struct HistogramMark: Hashable, Sendable {
  package var label: String
  package var value: Double

  package init(_ label: String, _ value: Double) {
    self.label = label
    self.value = value
  }
}

/// Counts in bins between round numbers.
package struct HistogramBins {
  package let edges: [Double]
  package let counts: [Int]

  /// - Parameter values: finite. A bin holds its lower edge, the last also its upper.
  package init(_ values: [Double]) {
    let target = max(8, min(30, Int(Double(values.count).squareRoot() * 1.5)))
    edges = Axis.linear("", covering: values, target: target).ticks.map(\.value)
    var counts = [Int](repeating: 0, count: max(1, edges.count - 1))
    for value in values {
      let above = edges.firstIndex { $0 > value } ?? edges.count - 1
      counts[min(max(0, above - 1), counts.count - 1)] += 1
    }
    self.counts = counts
  }
}

extension Figure {
  /// What the study's metric would be if the outcome had nothing to do with the features, with what
  /// it is.
  /// - Parameters:
  ///   - permuted: the metric of each permutation; those that are not finite are counted.
  ///   - p: (b + 1) / (m + 1).
  ///   - refitted: what was repeated on permuted outcomes: "the whole pipeline".
  package static func permutationNull(
    permuted: [Double], observed: Double, p: Double, metric: String, refitted: String,
    monteCarlo: (lower: Double, upper: Double)? = nil, note: String = ""
  ) -> Figure {
    let finite = permuted.filter { $0.isFinite }
    let interval = monteCarlo.map {
      " (Monte Carlo interval \(NumberText.range($0.lower, $0.upper, places: 3)))"
    }
    let test =
      "Observed \(metric) \(NumberText.fixed(observed, places: 3)), \(NumberText.pValue(p))"
      + (interval ?? "")
    let missing = permuted.count - finite.count
    return histogram(
      values: finite, marks: [HistogramMark("Observed", observed)], title: "Permutation test",
      axis: "\(metric) of permuted outcomes", counted: "Permutations",
      caption: CaptionText.joined([
        "\(test), from \(NumberText.count(permuted.count)) permutations, each with "
          + "\(refitted) refitted; p = (b + 1) / (m + 1).",
        missing == 0 ? "" : "\(NumberText.count(missing)) permutations have no value.", note,
      ]),
      description: test + ".")
  }

  /// Values of a bootstrap or of many splits, with what they are compared with.
  /// - Parameters:
  ///   - counted: what one value comes from: "Resamples", "Splits".
  ///   - marks: estimates and limits, as vertical lines.
  package static func distribution(
    _ values: [Double], marks: [HistogramMark] = [], title: String, axis: String,
    counted: String, note: String = ""
  ) -> Figure {
    let finite = values.filter { $0.isFinite }
    let lines = marks.map { "\($0.label) \(NumberText.fixed($0.value, places: 3))" }
    var summary = "No value is defined"
    if !finite.isEmpty {
      let box = BoxSummary(finite)
      summary =
        "\(NumberText.count(finite.count)) \(counted.lowercased()): median "
        + "\(NumberText.fixed(box.median, places: 3)), quartiles "
        + NumberText.range(box.lowerQuartile, box.upperQuartile, places: 3)
        + ", range \(NumberText.range(finite.min() ?? 0, finite.max() ?? 0, places: 3))"
    }
    let missing = values.count - finite.count
    return histogram(
      values: finite, marks: marks, title: title, axis: axis, counted: counted,
      caption: CaptionText.joined([
        summary + (lines.isEmpty ? "." : "; \(CaptionText.list(lines))."),
        missing == 0
          ? "" : "\(NumberText.count(missing)) \(counted.lowercased()) have no value.", note,
      ]),
      description: ([summary] + lines).joined(separator: "; ") + ".")
  }

  private static func histogram(
    values: [Double], marks: [HistogramMark], title: String, axis: String, counted: String,
    caption: String, description: String
  ) -> Figure {
    let shown = marks.filter { $0.value.isFinite }
    var canvas = SVGCanvas()
    let bins = HistogramBins(values)
    let frame = PlotFrame(
      in: canvas,
      x: .linear(
        axis,
        covering: (values.isEmpty ? [] : [bins.edges[0], bins.edges[bins.edges.count - 1]])
          + shown.map(\.value)),
      y: .linear(counted, covering: [0, Double(bins.counts.max() ?? 1)], target: 4), height: 220)
    for (index, count) in bins.counts.enumerated() where count > 0 {
      let (left, right) = (frame.atX(bins.edges[index]), frame.atX(bins.edges[index + 1]))
      let top = frame.atY(Double(count))
      canvas.rectangle(
        PlotBox(
          x: left + 0.5, y: top, width: max(0.5, right - left - 1),
          height: frame.area.bottom - top),
        fill: .series(0), opacity: 0.55)
    }
    frame.drawAxes(on: &canvas)
    for (index, mark) in shown.enumerated() {
      let x = frame.atX(mark.value)
      canvas.line(
        PlotPoint(x, frame.area.y), PlotPoint(x, frame.area.bottom), .series(index + 1), width: 2,
        dash: index == 0 ? nil : Ink.series(index + 1).dash)
    }
    let entries = shown.enumerated().map { index, mark in
      Legend.Entry(
        .line(.series(index + 1), dash: index == 0 ? nil : Ink.series(index + 1).dash),
        "\(mark.label) \(NumberText.fixed(mark.value, places: 3))")
    }
    Legend.draw(entries, on: &canvas)
    return Figure(title: title, caption: caption, description: description, canvas: canvas)
  }
}
