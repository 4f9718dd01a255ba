package import Statistics

/// One group in a figure of survival.
package struct SurvivalGroup: Sendable {
  package let name: String
  package let followUp: FollowUp

  package init(name: String, _ followUp: FollowUp) {
    self.name = name
    self.followUp = followUp
  }

  /// Rows under observation just before a time; at time 0 those that have entered.
  package func atRisk(_ time: Double) -> Int {
    followUp.time.indices.count { row in
      followUp.time[row] >= time
        && (followUp.entry.map { $0[row] < time || ($0[row] == 0 && time == 0) } ?? true)
    }
  }
}

extension Figure {
  /// Product-limit curves with bands of their intervals, marks where rows are censored, and the
  /// numbers at risk below.
  /// - Parameters:
  ///   - groups: the log-rank test compares them if there are several.
  ///   - timeTitle: with its unit: "Time since diagnosis (days)".
  ///   - scale: of the interval.
  ///   - comparison: stands for the log-rank test in the caption, where that would mislead.
  package static func kaplanMeier(
    _ groups: [SurvivalGroup], timeTitle: String, survivalTitle: String = "Survival",
    scale: KaplanMeier.IntervalScale = .log, level: Double = 0.95,
    comparison: String? = nil, note: String = ""
  ) throws(StatisticsError) -> Figure {
    if groups.isEmpty { throw StatisticsError("a survival figure needs a group") }
    var curves: [KaplanMeier] = []
    for group in groups {
      curves.append(try KaplanMeier(group.followUp, scale: scale, level: level))
    }
    let last = groups.compactMap { $0.followUp.time.max() }.max() ?? 1
    var canvas = SVGCanvas()
    let y = Axis.linear(survivalTitle, from: 0, to: 1)
    let names = groups.map { CharacterWidths.width($0.name, size: SVGCanvas.fontSize) }.max() ?? 0
    let left = max(PlotFrame.labelRoom(y, in: canvas), min(130, names + 30))
    let frame = PlotFrame(
      in: canvas, x: .linear(timeTitle, from: 0, to: last > 0 ? last * 1.02 : 1), y: y, height: 270,
      left: left)
    frame.drawAxes(on: &canvas)
    for (index, curve) in curves.enumerated() {
      drawCurve(curve, groups[index].followUp.time.max() ?? 0, index, frame, on: &canvas)
    }
    drawRiskTable(groups, frame, on: &canvas)
    Legend.draw(groups.enumerated().map { .series($0, $1.name) }, on: &canvas)
    let each = zip(groups, curves).map { group, curve in
      "\(group.name): \(CaptionText.counts(group.followUp.count, events: curve.eventCount)), "
        + "median \(curve.median.text)"
    }
    let test = comparison ?? logRank(groups)
    let method =
      "Bands: \(NumberText.level(level)) intervals of each time (Greenwood 1926, "
      + "\(scale == .logLog ? "log-log" : scale.rawValue) scale); small strokes: censored rows."
    return Figure(
      title: groups.count == 1 ? "Survival" : "Survival by group",
      caption: CaptionText.joined([
        each.joined(separator: "; ") + ".", test, method, note,
      ]),
      description: "Kaplan-Meier curves. " + each.joined(separator: "; ") + ". " + test,
      canvas: canvas)
  }

  private static func drawCurve(
    _ curve: KaplanMeier, _ last: Double, _ index: Int, _ frame: PlotFrame,
    on canvas: inout SVGCanvas
  ) {
    var line = [frame.point(0, 1)]
    var upper = [frame.point(0, 1)]
    var lower = upper
    func level(_ path: [PlotPoint]) -> Double { path[path.count - 1].y }
    for step in curve.steps where step.events > 0 {
      let x = frame.atX(step.time)
      line += [PlotPoint(x, level(line)), frame.point(step.time, step.survival)]
      // Survival 0 has no interval: the band closes on the curve.
      let limits = step.interval.map { ($0.lower, $0.upper) } ?? (step.survival, step.survival)
      lower += [PlotPoint(x, level(lower)), frame.point(step.time, limits.0)]
      upper += [PlotPoint(x, level(upper)), frame.point(step.time, limits.1)]
    }
    let end = frame.atX(last)
    line.append(PlotPoint(end, level(line)))
    lower.append(PlotPoint(end, level(lower)))
    upper.append(PlotPoint(end, level(upper)))
    canvas.path(upper + lower.reversed(), .series(index), opacity: 0.13, isClosed: true)
    canvas.path(line, .series(index), width: 1.75, dash: Ink.series(index).dash)
    for step in curve.steps where step.censored > 0 {
      let at = frame.point(step.time, step.survival)
      canvas.line(PlotPoint(at.x, at.y - 4), PlotPoint(at.x, at.y + 4), .series(index), width: 1)
    }
  }

  private static func drawRiskTable(
    _ groups: [SurvivalGroup], _ frame: PlotFrame, on canvas: inout SVGCanvas
  ) {
    let size = SVGCanvas.fontSize
    var y = canvas.height + size / 2 + 6
    canvas.text("At risk", at: PlotPoint(8, y), .start, .muted)
    let widest = groups.map { NumberText.count($0.followUp.count) }.max { $0.count < $1.count }
    let every = PlotFrame.everyHowManyth(
      frame.x.ticks.map {
        SVGCanvas.box(
          widest ?? "", at: PlotPoint(frame.atX($0.value), 0), .middle, size: size)
      }, gap: 4)
    for group in groups {
      y += size + 5
      let name = CharacterWidths.shortened(group.name, to: frame.area.x - 24, size: size)
      canvas.text(name, at: PlotPoint(8, y), full: group.name)
      for (place, tick) in frame.x.ticks.enumerated() where place % every == 0 {
        canvas.text(
          NumberText.count(group.atRisk(tick.value)), at: PlotPoint(frame.atX(tick.value), y),
          .middle)
      }
    }
    canvas.height = y + size / 2 + 6
  }

  private static func logRank(_ groups: [SurvivalGroup]) -> String {
    guard groups.count > 1 else { return "" }
    let hasEntry = groups.contains { $0.followUp.entry != nil }
    let entry = groups.flatMap { $0.followUp.entry ?? $0.followUp.time.map { _ in -1 } }
    do {
      let all = try FollowUp(
        time: groups.flatMap(\.followUp.time), event: groups.flatMap(\.followUp.event),
        entry: hasEntry ? entry : nil)
      let numbers = groups.indices.flatMap { index in
        [Int](repeating: index, count: groups[index].followUp.count)
      }
      let test = try LogRank(all, groups: numbers).test
      if test.degreesOfFreedom == 0 {
        return "No log-rank test: no event happened while two of the groups were at risk."
      }
      return "Log-rank test: \(NumberText.pValue(test.p)) (chi-squared "
        + "\(NumberText.fixed(test.chiSquared)), \(test.degreesOfFreedom) degree"
        + "\(test.degreesOfFreedom == 1 ? "" : "s") of freedom)."
    } catch {
      return "No log-rank test: \(error)."
    }
  }
}

extension KaplanMeier.Median {
  /// 638 (410 to not reached); the time alone where both limits are not defined.
  package var text: String {
    func text(_ time: Double?) -> String {
      time.map { NumberText.significant($0, digits: $0 >= 1000 ? 4 : 3) } ?? "not reached"
    }
    if time == nil || (lower == nil && upper == nil) { return text(time) }
    return "\(text(time)) (\(text(lower)) to \(text(upper)))"
  }
}
