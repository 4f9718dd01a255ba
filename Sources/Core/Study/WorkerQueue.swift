/// What a worker has in hand, and when it reports. A value without clock or messages, so that the
/// workers of a run and those of a simulation follow the same rules.
///
/// A worker holds two batches: it computes one, and the other makes sure that it need not wait for
/// rank 0. It reports when a batch is done, which is when rank 0 sends the next one, and in a batch
/// that takes long, once per `reportInterval`.
package struct WorkerQueue: Sendable {
  /// Reports that rank 0 gets per second at most from workers that compute short units: they cost
  /// it some percent of its time.
  package static let reportsPerSecond = 2000.0

  /// Seconds between two reports of one of `workerCount` workers at which rank 0 gets
  /// `reportsPerSecond`.
  package static func pace(workerCount: Int) -> Double {
    Double(workerCount) / reportsPerSecond
  }

  /// Seconds after which a worker reports though its batch is not done.
  private let reportInterval: Double
  /// Oldest first; none is empty.
  private var batches: [[Int]] = []
  /// Units of the first batch that have been begun.
  private var begun = 0
  private var isolated: Set<Int> = []

  /// - Parameter workerCount: of the whole run, >= 1.
  package init(workerCount: Int) {
    reportInterval = max(1, Self.pace(workerCount: workerCount))
  }

  /// Nothing is left to begin.
  package var isEmpty: Bool { batches.isEmpty }

  package mutating func add(_ order: WorkOrder) {
    for batch in [order.units[..<order.reportAfter], order.units[order.reportAfter...]]
    where !batch.isEmpty {
      batches.append(Array(batch))
    }
    isolated.formUnion(order.isolated)
  }

  /// The unit to do now, and whether in a child process; nil where nothing is in hand.
  package var next: (unit: Int, isIsolated: Bool)? {
    guard let batch = batches.first else { return nil }
    return (batch[begun], isolated.contains(batch[begun]))
  }

  /// The unit `next` has ended.
  /// - Returns: whether to report now.
  package mutating func end(secondsSinceReport: Double) -> Bool {
    begun += 1
    if let batch = batches.first, begun == batch.count {
      batches.removeFirst()
      begun = 0
      return true
    }
    return secondsSinceReport > reportInterval
  }
}
