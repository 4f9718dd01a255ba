package import Coordinator
internal import Glibc
package import Study

/// Rank 0's view of a cluster that is not there: a communicator whose workers are simulated on a
/// virtual clock, so that the coordinator of a run, unchanged, shows what it would do on thousands
/// of ranks.
///
/// Workers follow `Worker.serve` with the `WorkerQueue` of a run; messages are the bytes of a run.
/// Not simulated: failing ranks, a shared network or disk, and memory bandwidth.
package final class SimulatedCluster: Communicator {
  package let rank = 0
  package let size: Int
  private let timings: ClusterTimings
  /// Seconds that a unit takes.
  private let seconds: (Int) -> Double
  private var events = EventQueue()
  /// By rank; the first is rank 0 and does nothing.
  private var workers: [SimulatedWorker]
  /// Reports that rank 0 has not received, oldest first.
  private var inbox: [(message: IncomingMessage, bytes: [UInt8])] = []
  /// Reports on their way to rank 0, by worker, oldest first.
  private var outgoing: [[[UInt8]]]
  private let workerPolling: Polling
  /// Rank 0's time.
  private var clock = 0.0
  /// The real clock when rank 0 went on with its own code.
  private var resumed: Double

  private var computeSeconds = 0.0
  private var coordinatorSeconds = 0.0
  private var unitCount = 0
  private var (reports, orders, reportBytes, orderBytes) = (0, 0, 0, 0)
  private var longestWait = 0.0

  private init(workerCount: Int, timings: ClusterTimings, seconds: @escaping (Int) -> Double) {
    size = workerCount + 1
    self.timings = timings
    self.seconds = seconds
    workers = Array(repeating: SimulatedWorker(workerCount: workerCount), count: size)
    outgoing = Array(repeating: [], count: size)
    workerPolling = Polling(timeout: 1, oversleep: timings.oversleep)
    resumed = realClock()
    for worker in 1..<size {
      events.add(Event(time: timings.startUp, kind: .workerLooks, worker: worker))
    }
  }

  /// Lets the coordinator hand out all units to simulated workers.
  /// - Parameters:
  ///   - runs: the units with their estimated costs.
  ///   - workerCount: ranks without rank 0, >= 1.
  ///   - seconds: what a unit takes, >= 0; asked once per unit.
  /// - Throws: `CommunicationError` where rank 0 waits for ever.
  package static func run(
    _ runs: [UnitRun], workerCount: Int, timings: ClusterTimings = ClusterTimings(),
    stop: StopRequest = StopRequest(), seconds: @escaping (Int) -> Double
  ) throws -> SimulatedRun {
    precondition(workerCount >= 1)
    let dispatcher = Dispatcher(runs: runs, workerCount: workerCount)
    let bytes = dispatcher.storageBytes
    let cluster = SimulatedCluster(
      workerCount: workerCount, timings: timings, seconds: seconds)
    var coordinator = Coordinator(
      communicator: cluster, dispatcher: dispatcher, isolated: [], stop: stop,
      observer: SilentObserver())
    let end = try coordinator.run()
    cluster.spendRealTime()
    return cluster.outcome(end, listBytes: bytes)
  }

  private func outcome(_ end: RunEnd, listBytes: Int) -> SimulatedRun {
    let tail = workers.compactMap { $0.lastUnitEnd }.map { clock - $0 }.max() ?? 0
    return SimulatedRun(
      end: end, workerCount: size - 1, unitCount: unitCount, makespan: clock,
      computeSeconds: computeSeconds, coordinatorSeconds: coordinatorSeconds, reports: reports,
      orders: orders, reportBytes: reportBytes, orderBytes: orderBytes, longestWait: longestWait,
      longestTail: tail, listBytes: listBytes)
  }

  // MARK: Rank 0

  package func send(_ bytes: [UInt8], to rank: Int, tag: MessageTag) {
    precondition(tag == .order && (1..<size).contains(rank))
    spendRealTime()
    spend(timings.messageSeconds)
    orders += 1
    orderBytes += bytes.count
    let arrival = max(clock + travel(bytes.count), workers[rank].mail.last?.arrival ?? 0)
    workers[rank].mail.append((arrival, bytes))
    events.add(Event(time: arrival, kind: .orderArrives, worker: rank))
    resumed = realClock()
  }

  package func probe() throws(CommunicationError) -> IncomingMessage? {
    spendRealTime()
    while let event = events.first, event.time <= clock { happen() }
    resumed = realClock()
    return inbox.first?.message
  }

  package func waitForMessage(timeout: Double) throws(CommunicationError) -> IncomingMessage? {
    if let message = try probe() { return message }
    let polling = Polling(timeout: timeout, oversleep: timings.oversleep)
    let start = clock
    defer { resumed = realClock() }
    while inbox.isEmpty {
      guard let event = events.first else {
        throw CommunicationError(
          call: "waitForMessage", message: "rank 0 and all workers wait for each other")
      }
      guard event.time <= start + polling.length else {
        clock = start + polling.length
        return nil
      }
      happen(isWaitingSince: start, polling)
    }
    return inbox.first?.message
  }

  package func receive(_ message: IncomingMessage) throws(CommunicationError) -> [UInt8] {
    guard let index = inbox.firstIndex(where: { $0.message == message }) else {
      preconditionFailure("a message is received after `probe` announced it")
    }
    let bytes = inbox.remove(at: index).bytes
    spendRealTime()
    spend(timings.messageSeconds)
    if case .fixed(let perReport, let perUnit) = timings.handling {
      // A report begins with the number of its units.
      var reader = ByteReader(bytes)
      let count = (try? reader.readInt()) ?? 0
      spend(perReport + perUnit * Double(count))
    }
    resumed = realClock()
    return bytes
  }

  /// Rank 0 is busy.
  private func spend(_ seconds: Double) {
    clock += seconds
    coordinatorSeconds += seconds
  }

  /// Counts what rank 0's own code took since it went on.
  private func spendRealTime() {
    if timings.handling == .measured { spend(realClock() - resumed) }
  }

  private func travel(_ bytes: Int) -> Double {
    timings.latency + Double(bytes) / timings.bytesPerSecond
  }

  // MARK: Events

  /// The next event happens; a rank 0 that waits sees a report at its next look.
  private func happen(isWaitingSince start: Double? = nil, _ polling: Polling? = nil) {
    guard let event = events.removeFirst() else { return }
    switch event.kind {
    case .workerLooks:
      workers[event.worker].isLookPlanned = false
      look(event.worker, at: event.time)
    case .unitEnds: endUnit(event.worker, at: event.time)
    case .orderArrives:
      guard case .waiting(let since) = workers[event.worker].state,
        !workers[event.worker].isLookPlanned
      else { return }
      workers[event.worker].isLookPlanned = true
      let time = workerPolling.endlessLook(at: event.time, waitingSince: since)
      events.add(Event(time: time, kind: .workerLooks, worker: event.worker))
    case .reportArrives:
      let message = IncomingMessage(source: event.worker, tag: .report)
      inbox.append((message, outgoing[event.worker].removeFirst()))
      if let start, let polling {
        clock = polling.look(at: event.time, waitingSince: start) ?? start + polling.length
      }
    }
  }

  /// A worker takes what has come and begins a unit, or waits.
  private func look(_ worker: Int, at time: Double) {
    while let first = workers[worker].mail.first, first.arrival <= time {
      workers[worker].mail.removeFirst()
      guard let order = try? WorkOrder(bytes: first.bytes) else {
        preconditionFailure("an order of the coordinator is malformed")
      }
      if order.isEnd {
        workers[worker].state = .ended
        return
      }
      workers[worker].queue.add(order)
    }
    guard let unit = workers[worker].queue.next?.unit else {
      if case .waiting = workers[worker].state { return }
      workers[worker].state = .waiting(since: time)
      return
    }
    if let end = workers[worker].lastUnitEnd { longestWait = max(longestWait, time - end) }
    workers[worker].state = .computing
    let taken = seconds(unit)
    precondition(taken >= 0)
    computeSeconds += taken
    workers[worker].unreported.append(
      UnitReport(unit: unit, status: .finished, seconds: taken, message: ""))
    events.add(
      Event(time: time + timings.unitOverhead + taken, kind: .unitEnds, worker: worker))
  }

  private func endUnit(_ worker: Int, at time: Double) {
    unitCount += 1
    var time = time
    workers[worker].lastUnitEnd = time
    if workers[worker].queue.end(secondsSinceReport: time - workers[worker].lastReport) {
      let bytes = WorkerReport(ended: workers[worker].unreported).bytes
      workers[worker].unreported.removeAll(keepingCapacity: true)
      time += timings.reportSeconds
      workers[worker].lastReport = time
      reports += 1
      reportBytes += bytes.count
      outgoing[worker].append(bytes)
      events.add(
        Event(time: time + travel(bytes.count), kind: .reportArrives, worker: worker))
    }
    look(worker, at: time)
  }

  // MARK: Collectives: the hand-out has none

  package func broadcast(_ bytes: [UInt8], from root: Int) -> [UInt8] {
    preconditionFailure("simulated workers take no part in a broadcast")
  }

  package func gather(_ bytes: [UInt8]) -> [[UInt8]] {
    preconditionFailure("simulated workers take no part in a gather")
  }

  package func barrier() { preconditionFailure("simulated workers take no part in a barrier") }
  package func abort(exitCode: Int32) -> Never { exit(exitCode) }
}

/// Seconds that this thread has computed: other programs on the machine do not count.
private func realClock() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

private final class SilentObserver: RunObserver {
  func unitEnded(_ report: UnitReport, rank: Int) {}
  func tick(remainingSeconds: Double?, workerCount: Int) {}
}
