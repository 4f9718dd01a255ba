import Coordinator
import Testing

@Suite struct DispatcherTests {
  @Test func everyUnitIsHandedOutOnceLongestFirst() {
    var dispatcher = Dispatcher(
      units: (0..<100).map { ($0, Double(($0 * 37) % 100)) }, workerCount: 3)
    var order: [Int] = []
    while case let batch = dispatcher.next(held: 0), !batch.isEmpty { order += batch }
    #expect(order.sorted() == Array(0..<100))
    let costs = order.map { Double(($0 * 37) % 100) }
    #expect(costs == costs.sorted(by: >))
  }

  @Test func nobodyHoldsAheadNearTheEnd() {
    var dispatcher = Dispatcher(units: (0..<4).map { ($0, 1) }, workerCount: 4)
    #expect(dispatcher.next(held: 1).isEmpty)
    #expect(dispatcher.next(held: 0).count == 1)
  }

  @Test func shortUnitsShareABatchAndLongOnesDoNot() {
    var short = Dispatcher(units: (0..<100_000).map { ($0, 1) }, workerCount: 4)
    _ = short.next(held: 0)
    short.record(unit: 99_999, seconds: 0.001)
    let batch = short.next(held: 0).count
    #expect((200...260).contains(batch))

    var long = Dispatcher(units: (0..<100).map { ($0, 1) }, workerCount: 4)
    _ = long.next(held: 0)
    long.record(unit: 0, seconds: 10)
    #expect(long.next(held: 0).count == 1)
  }

  @Test func batchesShrinkTowardsTheEnd() {
    var dispatcher = Dispatcher(units: (0..<1000).map { ($0, 1) }, workerCount: 10)
    _ = dispatcher.next(held: 0)
    dispatcher.record(unit: 0, seconds: 0.001)
    var sizes: [Int] = []
    while case let batch = dispatcher.next(held: 0), !batch.isEmpty { sizes.append(batch.count) }
    #expect(sizes.first ?? 0 >= 40)
    #expect(sizes.last == 1)
    #expect(sizes == sizes.sorted(by: >))
  }

  @Test func remainingTimeFollowsTheMeasuredRate() {
    var dispatcher = Dispatcher(units: [(0, 1), (1, 2), (2, 3)], workerCount: 1)
    #expect(dispatcher.remainingSeconds == nil)
    #expect(dispatcher.next(held: 0) == [2])
    dispatcher.record(unit: 2, seconds: 6)
    #expect(dispatcher.remainingSeconds == 6)
  }
}

@Suite struct UnitRunTests {
  /// Runs and single units are two ways to say the same.
  @Test func runsAndUnitsAreHandedOutAlike() {
    let runs = [
      UnitRun(units: 500..<900, cost: 2), UnitRun(units: 0..<300, cost: 1),
      UnitRun(units: 1000..<1001, cost: 9), UnitRun(units: 300..<400, cost: 2),
    ]
    let units = runs.flatMap { run in run.units.map { (unit: $0, cost: run.cost) } }
    var byRuns = Dispatcher(runs: runs, workerCount: 3)
    var byUnits = Dispatcher(units: units.shuffled(), workerCount: 3)
    #expect(byRuns.remainingCount == 801)
    var order: [Int] = []
    while case let batch = byRuns.next(held: 0), !batch.isEmpty {
      #expect(byUnits.next(held: 0) == batch)
      for unit in batch {
        byRuns.record(unit: unit, seconds: 0.01)
        byUnits.record(unit: unit, seconds: 0.01)
      }
      order += batch
    }
    #expect(order == [1000] + Array(300..<400) + Array(500..<900) + Array(0..<300))
    #expect(abs(byRuns.remainingSeconds ?? 1) < 1e-9)
  }

  @Test func unitsInAFewClassesOfCostTakeNoMemoryEach() {
    let dispatcher = Dispatcher(
      runs: [UnitRun(units: 0..<10_000_000, cost: 1)], workerCount: 100)
    #expect(dispatcher.storageBytes < 1000)
    let listed = Dispatcher(
      units: (0..<100_000).map { ($0, $0 < 50_000 ? 1 : 2) }, workerCount: 100)
    #expect(listed.storageBytes < 1000)
  }

  /// Costs are estimates: a batch grows beyond 256 units only as units turn out to be short.
  @Test func batchesOfManyUnitsNeedEvidence() {
    var dispatcher = Dispatcher(
      runs: [UnitRun(units: 0..<10_000_000, cost: 1)], workerCount: 4)
    var sizes: [Int] = []
    for _ in 0..<100 {
      let batch = dispatcher.next(held: 0)
      sizes.append(batch.count)
      for unit in batch { dispatcher.record(unit: unit, seconds: 1e-5) }
    }
    #expect(sizes[..<2] == [1, 256])
    #expect(sizes == sizes.sorted())
    #expect(sizes.last == Dispatcher.largestBatch)
  }

  /// Units that look free are spread like others: 400 of them over 50 workers.
  @Test func noBatchTakesMoreThanItsShareOfTheUnits() {
    var dispatcher = Dispatcher(
      runs: [UnitRun(units: 0..<1, cost: 1), UnitRun(units: 1..<401, cost: 0)], workerCount: 50)
    #expect(dispatcher.next(held: 0) == [0])
    dispatcher.record(unit: 0, seconds: 1)
    #expect(dispatcher.next(held: 0) == [1, 2, 3])
  }

  @Test func costsOfZeroStillShareBatches() {
    var dispatcher = Dispatcher(units: (0..<1000).map { ($0, 0) }, workerCount: 2)
    #expect(dispatcher.next(held: 0) == [0])
    dispatcher.record(unit: 0, seconds: 0.01)
    #expect(dispatcher.next(held: 0).count == 24)
  }
}
