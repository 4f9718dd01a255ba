import Components
import Coordinator
import Foundation
import Study
import Synchronization
import TestSupport
import Testing
import Worker

/// A unit's result is its number; unit 13 fails.
private final class FakeComputer: UnitComputing {
  let microseconds: UInt32
  init(microseconds: UInt32) { self.microseconds = microseconds }

  func compute(unit: Int) throws(UnitFailure) -> any UnitOutput {
    if microseconds > 0 { usleep(microseconds) }
    if unit == 13 { throw UnitFailure(file: "f", message: "thirteen") }
    return UnitResult(
      values: [Double(unit)], regions: [], inputHashes: [],
      seconds: 0)
  }
}

private final class FakeIsolation: IsolatedComputing {
  func compute(unit: Int) throws(JournalError) -> IsolatedEnd {
    .died(message: "isolated", seconds: 0)
  }
}

private final class Recorder: RunObserver {
  var reports: [(unit: Int, rank: Int, message: String)] = []
  var onReport: (Int) -> Void = { _ in }

  func unitEnded(_ report: UnitReport, rank: Int) {
    reports.append((report.unit, rank, report.message))
    onReport(reports.count)
  }
  func tick(remainingSeconds: Double?, workerCount: Int) {}
}

private let fingerprint = [UInt8](repeating: 7, count: 32)

/// What a fake run left behind.
private struct Outcome: Sendable {
  var end: RunEnd
  var units: [Int]
  var ranks: Set<Int>
  var messages: [Int: String]
}

private func run(
  units: Int, ranks: Int, microseconds: UInt32 = 0, isolated: Set<Int> = [],
  stopAfter: Int = .max, folder: String
) throws -> Outcome {
  let outcome = Mutex<Outcome?>(nil)
  let stop = StopRequest()
  try InProcessWorld.run(size: ranks) { world in
    if world.rank == 0 {
      let recorder = Recorder()
      recorder.onReport = { if $0 == stopAfter { stop.request(signal: 10) } }
      var coordinator = Coordinator(
        communicator: world,
        dispatcher: Dispatcher(units: (0..<units).map { ($0, 1) }, workerCount: ranks - 1),
        isolated: isolated, stop: stop, observer: recorder)
      let end = try coordinator.run()
      let reports = recorder.reports
      outcome.withLock {
        $0 = Outcome(
          end: end, units: reports.map(\.unit), ranks: Set(reports.map(\.rank)),
          messages: Dictionary(uniqueKeysWithValues: reports.map { ($0.unit, $0.message) }))
      }
    } else {
      let journal = try JournalWriter(folder: folder, rank: world.rank, fingerprint: fingerprint)
      let worker = Worker(
        computer: FakeComputer(microseconds: microseconds), isolation: FakeIsolation(),
        journal: journal, fingerprint: { UInt64($0) }, stop: stop,
        now: { Date().timeIntervalSince1970 })
      try worker.serve(world)
      try journal.close()
    }
  }
  return try #require(outcome.withLock { $0 })
}

@Suite(.timeLimit(.minutes(1))) struct CoordinatorTests {
  @Test(arguments: [2, 3, 6])
  func everyUnitIsDoneOnce(_ ranks: Int) throws {
    let folder = try TestFolder()
    let outcome = try run(units: 500, ranks: ranks, folder: folder.path)
    #expect(outcome.end == .complete)
    #expect(outcome.units.sorted() == Array(0..<500))
    #expect(outcome.messages[13] == "f: thirteen")
    let index = try JournalReader.readAll(folder: folder.path, fingerprint: fingerprint)
    #expect((0..<500).allSatisfy { index.record(of: $0)?.kind == ($0 == 13 ? .failed : .finished) })
    #expect(index.startCount == 500)
  }

  @Test func moreRanksThanUnitsAndNoUnitsEnd() throws {
    let folder = try TestFolder()
    #expect(try run(units: 2, ranks: 6, folder: folder.path).units.count == 2)
    #expect(try run(units: 0, ranks: 3, folder: folder.path).end == .complete)
  }

  @Test func workIsSpread() throws {
    let folder = try TestFolder()
    let outcome = try run(units: 40, ranks: 5, microseconds: 5_000, folder: folder.path)
    #expect(outcome.ranks == [1, 2, 3, 4])
  }

  @Test func aStopLeavesTheRestAndLosesNothing() throws {
    let folder = try TestFolder()
    let outcome = try run(
      units: 400, ranks: 4, microseconds: 1_000, stopAfter: 50, folder: folder.path)
    #expect(outcome.end == .stopped)
    #expect(outcome.units.count < 400)
    let index = try JournalReader.readAll(folder: folder.path, fingerprint: fingerprint)
    // What is in the journal was reported, and nothing was begun and left.
    #expect(index.recordCount == outcome.units.count)
    #expect(index.startCount == outcome.units.count)
  }

  @Test func isolatedUnitsGoToAChild() throws {
    let folder = try TestFolder()
    let outcome = try run(units: 10, ranks: 3, isolated: [4], folder: folder.path)
    #expect(outcome.messages[4] == "isolated")
    #expect(outcome.units.count == 10)
  }

  @Test func messagesKeepTheirContent() throws {
    let report = WorkerReport(
      ended: [UnitReport(unit: 5, status: .failed, seconds: 0.5, message: "no ä")],
      isStopping: true, fault: "disk")
    #expect(try WorkerReport(bytes: report.bytes) == report)
    let order = WorkOrder(units: [3, 1], isolated: [1], isEnd: false)
    #expect(try WorkOrder(bytes: order.bytes) == order)
    for count in 0..<report.bytes.count {
      #expect(throws: MalformedBytes.self) {
        try WorkerReport(bytes: Array(report.bytes[..<count]))
      }
    }
  }
}
