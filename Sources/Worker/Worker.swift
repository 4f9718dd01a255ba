package import Study

/// Computes one unit; the outcome is complete, nothing is written.
package protocol UnitComputing: AnyObject {
  func compute(unit: Int) throws(UnitFailure) -> any UnitOutput
}

/// Computes one unit in a process of its own, which journals how the unit ended.
package protocol IsolatedComputing: AnyObject {
  /// - Throws: when no process could be had, or it failed for a reason that is not the unit's.
  func compute(unit: Int) throws(JournalError) -> IsolatedEnd
}

/// How a process of its own ended.
package enum IsolatedEnd: Hashable, Sendable {
  /// The unit's end is in the process's journal.
  case journaled(UnitReport)
  /// The process died by a signal; nothing is in its journal.
  case died(message: String, seconds: Double)
}

/// Does units one by one: start record, compute, end record, report.
///
/// Used by every worker rank, and by the only rank of a run without a launcher.
package final class Worker {
  private let computer: any UnitComputing
  private let isolation: any IsolatedComputing
  private let journal: JournalWriter
  private let fingerprint: (Int) -> UInt64
  private let stop: StopRequest
  private let now: () -> Double
  private let date: () -> Double

  /// - Parameters:
  ///   - fingerprint: of a unit's input files, stored with its result.
  ///   - now: a monotonic clock, seconds.
  ///   - date: seconds since 1970.
  package init(
    computer: any UnitComputing, isolation: any IsolatedComputing, journal: JournalWriter,
    fingerprint: @escaping (Int) -> UInt64, stop: StopRequest, now: @escaping () -> Double,
    date: @escaping () -> Double = { .nan }
  ) {
    self.computer = computer
    self.isolation = isolation
    self.journal = journal
    self.fingerprint = fingerprint
    self.stop = stop
    self.now = now
    self.date = date
  }

  /// Computes one unit and journals it; when this returns, the unit survives any process death.
  package func perform(unit: Int, isolated: Bool) throws(JournalError) -> UnitReport {
    let print = fingerprint(unit)
    if isolated {
      switch try isolation.compute(unit: unit) {
      case .journaled(let report): return report
      case .died(let message, let seconds):
        let failure = UnitFailure(file: "", message: message, seconds: seconds)
        try journal.append(.failed, unit: unit, fingerprint: print, payload: failure.payload)
        return UnitReport(unit: unit, status: .failed, seconds: seconds, message: message)
      }
    }
    var begun = ByteWriter()
    begun.write(date())
    try journal.append(.started, unit: unit, fingerprint: print, payload: begun.bytes)
    let start = now()
    let outcome = Result { () throws(UnitFailure) in
      let result = try computer.compute(unit: unit)
      // The numbers must belong to the files that the fingerprint speaks of.
      guard fingerprint(unit) == print else {
        throw UnitFailure(file: "", message: "an input file changed while it was read")
      }
      return result
    }
    let seconds = now() - start
    switch outcome {
    case .success(var result):
      result.seconds = seconds
      try journal.append(.finished, unit: unit, fingerprint: print, payload: result.payload)
      return UnitReport(unit: unit, status: .finished, seconds: seconds, message: "")
    case .failure(var failure):
      failure.seconds = seconds
      try journal.append(.failed, unit: unit, fingerprint: print, payload: failure.payload)
      return UnitReport(
        unit: unit, status: .failed, seconds: seconds, message: failure.description)
    }
  }

  /// The life of a worker rank: takes orders from rank 0 until it is told the end.
  package func serve(_ communicator: any Communicator) throws {
    var queue = WorkerQueue(workerCount: communicator.size - 1)
    var ended: [UnitReport] = []
    var lastReport = now()
    func report(isStopping: Bool = false, fault: String = "") throws {
      let report = WorkerReport(
        ended: ended, isStopping: isStopping, fault: fault)
      try communicator.send(report.bytes, to: 0, tag: .report)
      ended.removeAll(keepingCapacity: true)
      lastReport = now()
    }
    var isStopping = false
    while true {
      let mayWait = queue.isEmpty || isStopping
      if let message = try mayWait
        ? communicator.waitForMessage(timeout: 1) : communicator.probe()
      {
        let order = try WorkOrder(bytes: try communicator.receive(message))
        if order.isEnd { return }
        queue.add(order)
        continue
      }
      guard !isStopping, let next = queue.next else { continue }
      if stop.isRequested {
        try report(isStopping: true)
        isStopping = true
        continue
      }
      do throws(JournalError) {
        ended.append(try perform(unit: next.unit, isolated: next.isIsolated))
      } catch {
        try report(isStopping: true, fault: error.description)
        isStopping = true
        continue
      }
      if queue.end(secondsSinceReport: now() - lastReport) { try report() }
    }
  }
}
