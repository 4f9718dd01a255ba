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

  private let plan: StudyPlan
  private let output: Output
  private let total: Int
  private let start: Double
  private var lastShown: Double
  /// Units that earlier starts did.
  private var doneBefore = 0
  package private(set) var doneNow = 0
  package private(set) var failedNow = 0

  /// - Parameters:
  ///   - begunBefore: units that earlier starts began, repeats included.
  package init(
    plan: StudyPlan, begunBefore: Int, rankCount: Int, output: Output
  ) {
    self.plan = plan
    self.output = output
    total = plan.unitCount
    start = output.now()
    lastShown = start
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
    let cohortRow = plan.cohort.rows[plan.row(ofUnit: report.unit)]
    var fields: [(String, JSONValue)] = [
      ("event", .text("unit")), ("time", .number(output.now())), ("unit", .integer(report.unit)),
      ("patient", .text(cohortRow.patient)), ("image", .text(plan.part(ofUnit: report.unit))),
      ("rank", .integer(rank)), ("seconds", .number(report.seconds)),
      ("status", .text(report.status.word)),
    ]
    if !cohortRow.lesion.isEmpty { fields.append(("lesion", .text(cohortRow.lesion))) }
    if !cohortRow.session.isEmpty { fields.append(("session", .text(cohortRow.session))) }
    if !report.message.isEmpty { fields.append(("message", .text(report.message))) }
    output.jsonLine(jsonObject(fields))
    if report.status == .failed {
      show("failed: \(plan.name(ofUnit: report.unit)): \(report.message)")
    }
  }

  package func tick(remainingSeconds: Double?, workerCount: Int) {
    let now = output.now()
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
    output.jsonLine(
      jsonObject([
        ("event", .text("end")), ("time", .number(output.now())), ("status", .text(word)),
        ("done", .integer(doneBefore + doneNow)), ("failed_now", .integer(failedNow)),
      ]))
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
