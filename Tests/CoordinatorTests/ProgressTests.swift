import Coordinator
import Foundation
import Study
import Testing

private struct Plan: WorkPlan {
  var unitCount: Int
  var title: String { "trial" }
  var stages: [StudyStage] { [] }
  func name(ofUnit unit: Int) -> String { "unit \(unit)" }
  func labels(ofUnit unit: Int) -> [(name: String, text: String)] { [("patient", "p\(unit)")] }
}

/// Lines that a run of `count` units wrote, a thousand units a second, unit 17 failing.
private func lines(_ count: Int) -> [String] {
  var lines: [String] = []
  var time = 0.0
  let progress = Progress(
    plan: Plan(unitCount: count), begunBefore: 0, rankCount: 3,
    output: .init(
      jsonLine: { lines.append($0) }, display: { _ in }, isTerminal: false, now: { time }))
  for unit in 0..<count {
    time = Double(unit) / 1000
    progress.unitEnded(
      UnitReport(
        unit: unit, status: unit == 17 ? .failed : .finished, seconds: 0.5,
        message: unit == 17 ? "why" : ""), rank: 1)
    progress.tick(remainingSeconds: nil, workerCount: 2)
  }
  progress.end("complete")
  return lines
}

@Suite struct ProgressTests {
  @Test func everyUnitHasALine() {
    let lines = lines(1000)
    #expect(lines.count { $0.hasPrefix("{\"event\":\"unit\"") } == 1000)
    #expect(!lines.contains { $0.hasPrefix("{\"event\":\"units\"") })
  }

  /// Start, the failed unit, a sum per second, the last sum, end.
  @Test func veryManyUnitsAreSummedUp() {
    let lines = lines(200_000)
    #expect(lines.count { $0.hasPrefix("{\"event\":\"unit\"") } == 1)
    #expect((200...203).contains(lines.count))
    let counts = lines.compactMap { line -> Int? in
      guard let start = line.range(of: "\"count\":") else { return nil }
      return Int(line[start.upperBound...].prefix { $0.isNumber })
    }
    #expect(counts.reduce(0, +) == 199_999)
    #expect(lines.last?.hasPrefix("{\"event\":\"end\"") == true)
  }
}
