package import Study

/// Follows a run: a bar on a terminal, a plain line per interval in a log, and always one JSON
/// object per line in `progress.jsonl`.
package final class Progress: RunObserver {
  /// Where the lines go. Writing must not fail the run.
  package struct Output {
    package var jsonLine: (String) -> Void
    package var display: (String) -> Void
    /// The display is a terminal: one line that rewrites itself.
    package var isTerminal: Bool
    /// Seconds since 1970.
    package var now: () -> Double

    package init(
      jsonLine: @escaping (String) -> Void, display: @escaping (String) -> Void,
      isTerminal: Bool, now: @escaping () -> Double
    ) {
      self.jsonLine = jsonLine
      self.display = display
      self.isTerminal = isTerminal
      self.now = now
    }
  }

  /// Seconds between two lines in a log, and between two redraws of the bar.
  private static let logInterval = 10.0
  private static let barInterval = 0.2
  /// Failures that are shown as they happen; later ones are counted, and listed at the end.
  private static let shownFailures = 20
  /// In a run of more units, `progress.jsonl` has a line of its own only for failed ones: a line
  /// costs rank 0 ten microseconds.
  private static let listedUnits = 100_000
  /// Seconds between two lines that sum up finished units.
  private static let sumInterval = 1.0

  private let plan: any WorkPlan
  private let output: Output
  private let total: Int
  private let start: Double
  private var lastShown: Double
  /// Finished units that no line in `progress.jsonl` speaks of yet.
  private var unlisted = (count: 0, seconds: 0.0)
  private var lastSum: Double
  /// Units that earlier starts did.
  private var doneBefore = 0
  package private(set) var doneNow = 0
  package private(set) var failedNow = 0

  /// - Parameters:
  ///   - begunBefore: units that earlier starts began, repeats included.
  package init(
    plan: any WorkPlan, begunBefore: Int, rankCount: Int, output: Output
  ) {
    self.plan = plan
    self.output = output
    total = plan.unitCount
    start = output.now()
    lastShown = start
    lastSum = start
    output.jsonLine(
      jsonObject([
        ("event", .text("start")), ("time", .number(start)), ("units", .integer(total)),
        ("started", .integer(begunBefore)),
        ("ranks", .integer(rankCount)),
      ]))
  }

  /// Units of the stage that begins that earlier starts did.
  package func add(doneBefore count: Int) {
    doneBefore += count
    output.jsonLine(
      jsonObject([
        ("event", .text("stage")), ("time", .number(output.now())), ("done", .integer(doneBefore)),
      ]))
  }

  package func unitEnded(_ report: UnitReport, rank: Int) {
    doneNow += 1
    if report.status == .failed { failedNow += 1 }
    if total > Self.listedUnits, report.status == .finished {
      unlisted.count += 1
      unlisted.seconds += report.seconds
      return
    }
    var fields: [(String, JSONValue)] = [
      ("event", .text("unit")), ("time", .number(output.now())), ("unit", .integer(report.unit)),
    ]
    fields += plan.labels(ofUnit: report.unit).map { ($0.name, .text($0.text)) }
    fields += [
      ("rank", .integer(rank)), ("seconds", .number(report.seconds)),
      ("status", .text(report.status.word)),
    ]
    if !report.message.isEmpty { fields.append(("message", .text(report.message))) }
    output.jsonLine(jsonObject(fields))
    if report.status == .failed, failedNow <= Self.shownFailures {
      show("failed: \(plan.name(ofUnit: report.unit)): \(report.message)")
    }
  }

  package func tick(remainingSeconds: Double?, workerCount: Int) {
    let now = output.now()
    if now - lastSum >= Self.sumInterval { writeSum(now) }
    guard now - lastShown >= (output.isTerminal ? Self.barInterval : Self.logInterval) else {
      return
    }
    lastShown = now
    let line = statusLine(remainingSeconds: remainingSeconds.map { $0 / Double(workerCount) })
    output.display(output.isTerminal ? "\r\u{1B}[K" + bar() + " " + line : line + "\n")
  }

  /// The last words of a run.
  package func end(_ word: String) {
    if output.isTerminal { output.display("\r\u{1B}[K") }
    writeSum(output.now())
    output.jsonLine(
      jsonObject([
        ("event", .text("end")), ("time", .number(output.now())), ("status", .text(word)),
        ("done", .integer(doneBefore + doneNow)), ("failed_now", .integer(failedNow)),
      ]))
  }

  /// A line for the finished units that have none of their own.
  private func writeSum(_ now: Double) {
    lastSum = now
    guard unlisted.count > 0 else { return }
    output.jsonLine(
      jsonObject([
        ("event", .text("units")), ("time", .number(now)), ("count", .integer(unlisted.count)),
        ("seconds", .number(unlisted.seconds)),
      ]))
    unlisted = (0, 0)
  }

  private func show(_ line: String) {
    output.display((output.isTerminal ? "\r\u{1B}[K" : "") + line + "\n")
  }

  private func statusLine(remainingSeconds: Double?) -> String {
    let elapsed = output.now() - start
    let rate = elapsed > 0 ? Double(doneNow) / elapsed : 0
    var line = "\(doneBefore + doneNow) / \(total) units"
    line += ", \(decimal(rate, rate < 10 ? 2 : 0)) per second"
    if let remainingSeconds { line += ", about \(duration(remainingSeconds)) left" }
    if failedNow > 0 { line += ", \(failedNow) failed" }
    return line
  }

  private func bar() -> String {
    let width = 24
    let filled = total == 0 ? width : width * (doneBefore + doneNow) / total
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: ".", count: width - filled) + "]"
  }
}
