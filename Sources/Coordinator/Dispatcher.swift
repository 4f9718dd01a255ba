/// Decides which units a worker gets next. A value without clock or messages, so that tests and
/// simulations drive the same code as a run.
///
/// Longest units go first; a worker holds one batch ahead of the one it computes, so it never waits
/// for the coordinator; near the end nobody holds anything ahead, so that the last units spread.
package struct Dispatcher: Sendable {
  /// Seconds of work that a batch should hold: one message per batch, so short units share one.
  package static let batchSeconds = 0.25
  /// Units in a batch, however cheap they look.
  package static let largestBatch = 256

  /// Units not handed out, cheapest first: the next one is the last.
  private var waiting: [Int]
  private let cost: [Int: Double]
  private let workerCount: Int
  private var waitingCost: Double
  /// Of all units without a report, those in hand included.
  private var openCost: Double
  /// Seconds per unit of cost, corrected by every finished unit.
  private var measuredSeconds = 0.0
  private var measuredCost = 0.0

  /// - Parameters:
  ///   - units: what is to be done, with its estimated cost (any scale, >= 0).
  ///   - workerCount: >= 1.
  package init(units: [(unit: Int, cost: Double)], workerCount: Int) {
    precondition(workerCount >= 1)
    let ordered = units.sorted { ($0.cost, $1.unit) < ($1.cost, $0.unit) }
    waiting = ordered.map(\.unit)
    cost = Dictionary(uniqueKeysWithValues: units.map { ($0.unit, $0.cost) })
    waitingCost = units.reduce(0) { $0 + $1.cost }
    openCost = waitingCost
    self.workerCount = workerCount
  }

  package var remainingCount: Int { waiting.count }

  /// Estimated seconds of work without a report, on one worker; nil before the first unit.
  package var remainingSeconds: Double? {
    secondsPerCost.map { $0 * openCost }
  }

  private var secondsPerCost: Double? {
    measuredCost > 0 ? measuredSeconds / measuredCost : nil
  }

  /// The next batch for a worker that has `held` units in hand.
  package mutating func next(held: Int) -> [Int] {
    // Near the end a unit held ahead is a unit that an idle worker could do.
    if held > 0, waiting.count <= workerCount { return [] }
    guard let first = waiting.popLast() else { return [] }
    var batch = [first]
    take(first)
    guard let rate = secondsPerCost else { return batch }
    // A batch never takes more than a fair share of what is left.
    var room = min(Self.batchSeconds, rate * waitingCost / Double(2 * workerCount))
    room -= rate * (cost[first] ?? 0)
    while let unit = waiting.last, batch.count < Self.largestBatch,
      rate * (cost[unit] ?? 0) <= room
    {
      waiting.removeLast()
      take(unit)
      room -= rate * (cost[unit] ?? 0)
      batch.append(unit)
    }
    return batch
  }

  private mutating func take(_ unit: Int) { waitingCost -= cost[unit] ?? 0 }

  /// Corrects the estimate by a unit that took `seconds`.
  package mutating func record(unit: Int, seconds: Double) {
    measuredSeconds += seconds
    measuredCost += cost[unit] ?? 0
    openCost -= cost[unit] ?? 0
  }
}
