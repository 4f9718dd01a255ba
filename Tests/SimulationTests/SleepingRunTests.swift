import Coordinator
import Glibc
import Simulation
import Study
import Synchronization
import TestSupport
import Testing
import Worker

private final class NoIsolation: IsolatedComputing {
  func compute(unit: Int) throws(JournalError) -> IsolatedEnd { .died(message: "", seconds: 0) }
}

private final class Listener: RunObserver {
  var units: [Int] = []
  func unitEnded(_ report: UnitReport, rank: Int) { units.append(report.unit) }
  func tick(remainingSeconds: Double?, workerCount: Int) {}
}

private func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

@Suite(.timeLimit(.minutes(1))) struct SleepingRunTests {
  /// A real hand-out, with threads as ranks, takes what the simulation says. Sleeps are never
  /// shorter than asked for, so the lower limit is sharp; the upper one is for a machine that does
  /// other things (under mpirun with 64 workers the two are within 3 %).
  @Test func aRealRunTakesWhatTheSimulationSays() throws {
    let (count, workers) = (160, 8)
    let durations = LogNormalDurations(mean: 0.02, variation: 0.5)
    let folder = try TestFolder()
    let real = Mutex((seconds: 0.0, units: [Int]()))
    try InProcessWorld.run(size: workers + 1) { world in
      let stop = StopRequest()
      if world.rank == 0 {
        let listener = Listener()
        var coordinator = Coordinator(
          communicator: world,
          dispatcher: Dispatcher(
            runs: [UnitRun(units: 0..<count, cost: 1)], workerCount: workers),
          isolated: [], stop: stop, observer: listener)
        let start = now()
        _ = try coordinator.run()
        let seconds = now() - start
        let units = listener.units
        real.withLock { $0 = (seconds, units) }
      } else {
        let journal = try JournalWriter(
          folder: folder.path, rank: world.rank, fingerprint: [UInt8](repeating: 7, count: 32))
        let worker = Worker(
          computer: SleepingUnits(seconds: durations.seconds), isolation: NoIsolation(),
          journal: journal, fingerprint: { UInt64($0) }, stop: stop, now: now)
        try worker.serve(world)
        try journal.close()
      }
    }
    var timings = ClusterTimings()
    timings.unitOverhead = 0
    let simulated = try SimulatedCluster.run(
      [UnitRun(units: 0..<count, cost: 1)], workerCount: workers, timings: timings,
      seconds: durations.seconds)
    let (seconds, units) = real.withLock { $0 }
    #expect(units.sorted() == Array(0..<count))
    #expect(seconds > simulated.computeSeconds / Double(workers))
    #expect(seconds > 0.85 * simulated.makespan)
    #expect(seconds < 4 * simulated.makespan)
  }
}
