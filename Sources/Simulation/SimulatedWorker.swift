internal import Study

/// A worker rank without clock and messages of its own: `Worker.serve` step by step, on the same
/// `WorkerQueue`.
struct SimulatedWorker: Sendable {
  enum State: Hashable, Sendable {
    case starting
    /// Looks for messages since a time, with growing sleeps in between.
    case waiting(since: Double)
    case computing
    /// Was told the end.
    case ended
  }

  var state = State.starting
  var queue: WorkerQueue
  /// Orders on their way or not looked at yet, oldest first.
  var mail: [(arrival: Double, bytes: [UInt8])] = []
  /// A look for messages is among the events.
  var isLookPlanned = false
  /// Ended units that are not reported.
  var unreported: [UnitReport] = []
  var lastReport = 0.0
  /// When the last unit ended; nil before the first.
  var lastUnitEnd: Double?

  init(workerCount: Int) { queue = WorkerQueue(workerCount: workerCount) }
}
