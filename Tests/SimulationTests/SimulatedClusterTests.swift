import Coordinator
import Simulation
import Study
import Testing

private func run(
  _ count: Int, _ workers: Int, _ timings: ClusterTimings = ClusterTimings(),
  seconds: @escaping (Int) -> Double
) throws -> SimulatedRun {
  try SimulatedCluster.run(
    [UnitRun(units: 0..<count, cost: 1)], workerCount: workers, timings: timings,
    seconds: seconds)
}

@Suite struct SimulatedClusterTests {
  private static let free: ClusterTimings = {
    var timings = ClusterTimings()
    timings.latency = 0
    timings.handling = .fixed(perReport: 0, perUnit: 0)
    timings.messageSeconds = 0
    timings.reportSeconds = 0
    timings.unitOverhead = 0
    timings.oversleep = 0
    return timings
  }()

  @Test func everyUnitIsComputedOnce() throws {
    for workers in [1, 2, 5, 300] {
      var asked = [Int](repeating: 0, count: 1000)
      let run = try run(1000, workers) { unit in
        asked[unit] += 1
        return 0.01
      }
      #expect(asked == [Int](repeating: 1, count: 1000))
      #expect(run.unitCount == 1000)
      #expect(run.end == .complete)
    }
  }

  @Test func theSameRunTwiceIsTheSame() throws {
    let durations = LogNormalDurations(mean: 0.05, variation: 1)
    let first = try run(2000, 17) { durations.seconds(ofUnit: $0) }
    #expect(try run(2000, 17) { durations.seconds(ofUnit: $0) } == first)
  }

  /// Where messages cost nothing, one worker takes exactly the sum, and ten with ten equal rounds
  /// exactly a tenth of it.
  @Test func freeMessagesLoseNothing() throws {
    let one = try run(64, 1, Self.free) { Double($0) }
    #expect(abs(one.makespan - 2016) < 0.02)
    let ten = try run(100, 10, Self.free) { _ in 3 }
    #expect(abs(ten.makespan - 30) < 0.02)
    #expect(ten.longestWait < 0.02)
  }

  /// No order of hand-out is better than the longest unit or the mean load; greedy hand-out is
  /// within the mean load and two units (the one computed and the one ahead).
  @Test func makespanIsWithinItsBounds() throws {
    for workers in [3, 16, 63] {
      let durations = LogNormalDurations(mean: 2, variation: 0.7, seed: UInt64(workers))
      let all = (0..<500).map(durations.seconds)
      let (sum, longest) = (all.reduce(0, +), all.max() ?? 0)
      let run = try run(500, workers) { all[$0] }
      #expect(run.makespan >= max(longest, sum / Double(workers)))
      #expect(run.makespan <= sum / Double(workers) + 2 * longest)
      #expect(abs(run.computeSeconds - sum) < 1e-9 * sum)
    }
  }

  @Test func shortUnitsShareMessagesAndKeepWorkersBusy() throws {
    let run = try run(300_000, 100) { _ in 0.005 }
    #expect(run.efficiency > 0.98)
    #expect(Double(run.unitCount) / Double(run.reports) > 20)
    #expect(run.coordinatorShare < 0.05)
    #expect(run.listBytes < 1000)
  }

  @Test func manyWorkersDoNotFloodRankZero() throws {
    let run = try run(400_000, 4000) { _ in 0.1 }
    #expect(run.efficiency > 0.85)
    // Batches of two seconds, and small ones near the end.
    #expect(Double(run.unitCount) / Double(run.reports) > 4)
    #expect(run.coordinatorShare < 0.15)
  }

  /// A coordinator that takes long per report is what a thousand workers wait for.
  @Test func aSlowCoordinatorShows() throws {
    var timings = ClusterTimings()
    timings.handling = .fixed(perReport: 0.01, perUnit: 0)
    let slow = try run(20_000, 1000, timings) { _ in 1 }
    let quick = try run(20_000, 1000) { _ in 1 }
    #expect(slow.coordinatorShare > 0.95)
    #expect(slow.efficiency < 0.2)
    #expect(quick.efficiency > 0.9)
  }

  @Test func startUpIsCounted() throws {
    var timings = ClusterTimings()
    timings.startUp = 7
    let late = try run(100, 10, timings) { _ in 1 }
    #expect(abs(late.makespan - (try run(100, 10) { _ in 1 }).makespan - 7) < 0.05)
  }

  @Test func aStopLeavesTheRest() throws {
    let stop = StopRequest()
    var computed = 0
    let run = try SimulatedCluster.run(
      [UnitRun(units: 0..<1000, cost: 1)], workerCount: 4, stop: stop
    ) { _ in
      computed += 1
      if computed == 100 { stop.request(signal: 10) }
      return 1
    }
    #expect(run.end == .stopped)
    #expect(run.unitCount < 120)
  }

  @Test func moreWorkersThanUnitsAndNoUnitsEnd() throws {
    #expect(try run(3, 50) { _ in 1 }.unitCount == 3)
    #expect(try run(0, 5) { _ in 1 }.end == .complete)
  }

  @Test func theRealClockMeasuresTheCoordinatorItself() throws {
    var timings = ClusterTimings()
    timings.handling = .measured
    timings.messageSeconds = 0
    let run = try run(100_000, 16, timings) { _ in 0.0005 }
    #expect(run.coordinatorSeconds > 0)
    // About 0.3 microseconds; the limit is for a machine that does other things.
    #expect(run.coordinatorSecondsPerUnit < 20e-6)
  }
}
