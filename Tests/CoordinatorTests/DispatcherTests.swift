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
