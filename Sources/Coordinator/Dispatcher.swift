internal import Study

/// Decides which units a worker gets next. A value without clock or messages, so that tests and
/// simulations drive the same code as a run.
///
/// Longest units go first; a worker holds one batch ahead of the one it computes, so it never waits
/// for the coordinator; near the end nobody holds anything ahead, so that the last units spread.
package struct Dispatcher: Sendable {
  /// Seconds of work that a batch holds at least, where units are short and there are enough: one
  /// message per batch, so short units share one.
  package static let shortestBatchSeconds = 0.25
  /// Units in a batch however cheap they look, as long as few were measured.
  package static let firstLargestBatch = 256
  /// Units in a batch however many were measured.
  package static let largestBatch = 16_384

  private var units: UnitRuns
  private let workerCount: Int
  /// Seconds of work in a batch: more on many workers, so that rank 0 is not flooded.
  private let batchSeconds: Double
  private var waitingCost: Double
  /// Of all units without a report, those in hand included.
  private var openCost: Double
  /// Seconds per unit of cost, corrected by every finished unit.
  private var measuredSeconds = 0.0
  private var measuredCost = 0.0
  private var measuredCount = 0

  /// - Parameters:
  ///   - units: what is to be done, no unit twice, with its estimated cost (any scale, >= 0).
  ///   - workerCount: >= 1.
  package init(units: [(unit: Int, cost: Double)], workerCount: Int) {
    self.init(UnitRuns(units), workerCount)
  }

  /// For studies of millions of units in a few classes of cost: takes no memory per unit.
  /// - Parameters:
  ///   - runs: what is to be done, no unit twice, in any order.
  ///   - workerCount: >= 1.
  package init(runs: [UnitRun], workerCount: Int) {
    self.init(UnitRuns(runs), workerCount)
  }

  private init(_ units: UnitRuns, _ workerCount: Int) {
    precondition(workerCount >= 1)
    self.units = units
    self.workerCount = workerCount
    batchSeconds = max(
      Self.shortestBatchSeconds, WorkerQueue.pace(workerCount: workerCount))
    waitingCost = units.totalCost
    openCost = waitingCost
  }

  /// Units that are not handed out.
  package var remainingCount: Int { units.waitingCount }

  /// Bytes of the list of units.
  package var storageBytes: Int { units.storageBytes }

  /// Estimated seconds of work without a report, on one worker; nil before the first unit.
  package var remainingSeconds: Double? {
    secondsPerCost.map { $0 * openCost }
  }

  private var secondsPerCost: Double? {
    measuredCost > 0 ? measuredSeconds / measuredCost : nil
  }

  /// Units in a batch at most. Costs are estimates, so batches grow with what was measured, as far
  /// as twice what a worker has done so far, and never take more than a fair share of the units.
  private var batchLimit: Int {
    let proven = max(Self.firstLargestBatch, 2 * measuredCount / workerCount)
    return min(Self.largestBatch, proven, max(1, units.waitingCount / (2 * workerCount)))
  }

  /// The next batch for a worker that has `held` units in hand.
  package mutating func next(held: Int) -> [Int] {
    // Near the end a unit held ahead is a unit that an idle worker could do.
    if held > 0, units.waitingCount <= workerCount { return [] }
    var batch: [Int] = []
    var spent = take(into: &batch)
    guard let rate = secondsPerCost else { return batch }
    // A batch never takes more than a fair share of what is left.
    let fairShare = rate * waitingCost / Double(2 * workerCount)
    var room = min(batchSeconds, fairShare) - rate * spent
    let limit = batchLimit
    while let cost = units.nextCost, batch.count < limit, rate * cost <= room {
      spent = take(into: &batch)
      room -= rate * spent
    }
    return batch
  }

  /// - Returns: the cost of the unit that was taken, 0 where none is left.
  private mutating func take(into batch: inout [Int]) -> Double {
    guard let cost = units.nextCost, let unit = units.popNext() else { return 0 }
    waitingCost -= cost
    batch.append(unit)
    return cost
  }

  /// Corrects the estimate by a unit that took `seconds`.
  package mutating func record(unit: Int, seconds: Double) {
    let cost = units.cost(of: unit)
    measuredSeconds += seconds
    measuredCost += cost
    measuredCount += 1
    openCost -= cost
  }
}
