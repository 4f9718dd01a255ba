import Study
import Testing

@Suite struct WorkerQueueTests {
  /// Begins and ends all units; the numbers are those after which the worker reports.
  private func reports(_ queue: inout WorkerQueue, seconds: Double = 0) -> [Int] {
    var reports: [Int] = []
    while let next = queue.next {
      if queue.end(secondsSinceReport: seconds) { reports.append(next.unit) }
    }
    return reports
  }

  @Test func aReportFollowsEachBatch() {
    var queue = WorkerQueue(workerCount: 4)
    #expect(queue.isEmpty)
    queue.add(WorkOrder(units: Array(0..<5), reportAfter: 3))
    queue.add(WorkOrder(units: [9, 7], reportAfter: 0))
    #expect(!queue.isEmpty)
    #expect(reports(&queue) == [2, 4, 7])
    #expect(queue.isEmpty)
  }

  @Test func longUnitsAreReportedOnceASecond() {
    var queue = WorkerQueue(workerCount: 4)
    queue.add(WorkOrder(units: [0, 1, 2]))
    #expect(reports(&queue, seconds: 1.01) == [0, 1, 2])
    var many = WorkerQueue(workerCount: 8000)
    many.add(WorkOrder(units: [0, 1, 2]))
    #expect(reports(&many, seconds: 3.9) == [2])
  }

  @Test func isolatedUnitsAreKnown() {
    var queue = WorkerQueue(workerCount: 1)
    queue.add(WorkOrder(units: [4, 5], isolated: [5]))
    #expect(queue.next?.isIsolated == false)
    _ = queue.end(secondsSinceReport: 0)
    #expect(queue.next?.unit == 5)
    #expect(queue.next?.isIsolated == true)
  }

  @Test func ordersAreShortAndComeBackWhole() throws {
    let long = WorkOrder(units: Array(1000..<17_000), reportAfter: 8000)
    #expect(long.bytes.count < 64)
    #expect(try WorkOrder(bytes: long.bytes) == long)
    let mixed = WorkOrder(units: [5, 4, 3, 4, 5, 9], reportAfter: 2, isolated: [9], isEnd: false)
    #expect(try WorkOrder(bytes: mixed.bytes) == mixed)
    for count in 0..<mixed.bytes.count {
      #expect(throws: MalformedBytes.self) { try WorkOrder(bytes: Array(mixed.bytes[..<count])) }
    }
  }
}
