package import Study

/// What the coordinator tells the outside while a run goes on.
package protocol RunObserver: AnyObject {
  /// A unit ended on a rank; it is in the journal.
  func unitEnded(_ report: UnitReport, rank: Int)
  /// Called between messages, some hundred times a second at most.
  func tick(remainingSeconds: Double?, workerCount: Int)
}

/// How the hand-out of units ended.
package enum RunEnd: Hashable, Sendable {
  case complete
  /// A signal asked to stop; what is not done is left for the next start.
  case stopped
  /// A worker cannot go on (its journal cannot be written, say).
  case fault(String)
}

/// Rank 0 of a run on several ranks: hands out units, collects reports, sleeps in between.
package struct Coordinator {
  private let communicator: any Communicator
  private let stop: StopRequest
  private let observer: any RunObserver
  private var dispatcher: Dispatcher
  private let isolated: Set<Int>
  /// Units that each worker holds, by rank.
  private var held: [Int]
  /// Units of the last batch that each worker was sent, by rank.
  private var lastBatch: [Int]
  /// Workers that were sent the end.
  private var ended: [Bool]
  private var fault: String?
  /// A worker was told to stop: nothing new is handed out to the others either.
  private var isStopping = false
  /// Units without a report.
  private var unitsLeft: Int

  /// - Parameter isolated: units to be done in a child process.
  package init(
    communicator: any Communicator, dispatcher: Dispatcher, isolated: Set<Int>,
    stop: StopRequest, observer: any RunObserver
  ) {
    precondition(communicator.rank == 0 && communicator.size > 1)
    self.communicator = communicator
    self.dispatcher = dispatcher
    unitsLeft = dispatcher.remainingCount
    self.isolated = isolated
    self.stop = stop
    self.observer = observer
    held = [Int](repeating: 0, count: communicator.size)
    lastBatch = held
    ended = [Bool](repeating: false, count: communicator.size)
    ended[0] = true
  }

  /// Runs until every worker has been told the end.
  package mutating func run() throws -> RunEnd {
    for worker in 1..<communicator.size { try sendNext(to: worker) }
    while ended.contains(false) {
      observer.tick(
        remainingSeconds: dispatcher.remainingSeconds, workerCount: communicator.size - 1)
      guard let message = try communicator.waitForMessage(timeout: 0.25) else { continue }
      let report = try WorkerReport(bytes: try communicator.receive(message))
      try handle(report, from: message.source)
    }
    if let fault { return .fault(fault) }
    // A stop that came when everything was handed out has stopped nothing.
    return unitsLeft == 0 ? .complete : .stopped
  }

  private mutating func handle(_ report: WorkerReport, from worker: Int) throws {
    for ended in report.ended {
      dispatcher.record(unit: ended.unit, seconds: ended.seconds)
      observer.unitEnded(ended, rank: worker)
    }
    held[worker] -= report.ended.count
    unitsLeft -= report.ended.count
    if !report.fault.isEmpty, fault == nil { fault = "rank \(worker): \(report.fault)" }
    if report.isStopping {
      // The worker waits for the end only; what it holds is left for the next start.
      isStopping = true
      try sendEnd(to: worker)
    } else {
      try sendNext(to: worker)
    }
  }

  private mutating func sendNext(to worker: Int) throws {
    if stop.isRequested || fault != nil || isStopping {
      // The worker finishes what it holds and reports; it is told the end when it holds nothing.
      if held[worker] == 0 { try sendEnd(to: worker) }
      return
    }
    // A report in the midst of a batch: the worker still has the one ahead.
    guard held[worker] <= lastBatch[worker] else { return }
    // One batch to compute and one ahead.
    var units = held[worker] == 0 ? dispatcher.next(held: 0) : []
    let first = units.count
    let ahead = dispatcher.next(held: held[worker] + first)
    units += ahead
    if units.isEmpty {
      if held[worker] == 0 { try sendEnd(to: worker) }
      return
    }
    held[worker] += units.count
    lastBatch[worker] = ahead.isEmpty ? first : ahead.count
    let order = WorkOrder(
      units: units, reportAfter: first,
      isolated: isolated.isEmpty ? [] : units.filter(isolated.contains))
    try communicator.send(order.bytes, to: worker, tag: .order)
  }

  private mutating func sendEnd(to worker: Int) throws {
    guard !ended[worker] else { return }
    ended[worker] = true
    try communicator.send(
      WorkOrder(units: [], isEnd: true).bytes, to: worker, tag: .order)
  }
}
