package import Coordinator

/// How a simulated hand-out went.
package struct SimulatedRun: Hashable, Sendable {
  package var end: RunEnd
  package var workerCount: Int
  package var unitCount: Int
  /// Seconds until every worker was told the end.
  package var makespan: Double
  /// Seconds of computing, over all workers.
  package var computeSeconds: Double
  /// Seconds in which rank 0 did something.
  package var coordinatorSeconds: Double
  /// Messages to and from rank 0.
  package var reports: Int
  package var orders: Int
  package var reportBytes: Int
  package var orderBytes: Int
  /// The longest time that a worker waited between two of its units, seconds.
  package var longestWait: Double
  /// The longest time between a worker's last unit and the end of the run, seconds.
  package var longestTail: Double
  /// Bytes of rank 0's list of units.
  package var listBytes: Int

  /// The share of the workers' time in which they computed, 0 ... 1.
  package var efficiency: Double {
    makespan > 0 ? computeSeconds / (Double(workerCount) * makespan) : 1
  }

  /// The share of its time in which rank 0 did something, 0 ... 1.
  package var coordinatorShare: Double { makespan > 0 ? coordinatorSeconds / makespan : 0 }

  package var coordinatorSecondsPerUnit: Double {
    unitCount > 0 ? coordinatorSeconds / Double(unitCount) : 0
  }

  /// Both stages one after the other, with everybody waiting for everybody in between.
  package func followed(by next: SimulatedRun) -> SimulatedRun {
    precondition(workerCount == next.workerCount)
    return SimulatedRun(
      end: end == .complete ? next.end : end, workerCount: workerCount,
      unitCount: unitCount + next.unitCount, makespan: makespan + next.makespan,
      computeSeconds: computeSeconds + next.computeSeconds,
      coordinatorSeconds: coordinatorSeconds + next.coordinatorSeconds,
      reports: reports + next.reports, orders: orders + next.orders,
      reportBytes: reportBytes + next.reportBytes, orderBytes: orderBytes + next.orderBytes,
      longestWait: max(longestWait, next.longestWait),
      longestTail: max(longestTail, next.longestTail),
      listBytes: max(listBytes, next.listBytes))
  }
}
