internal import Study
internal import Worker

/// Cost of a whole study from a few computed units of every stage.
struct Estimate {
  private let unitCount: Int
  private let probed: Int
  private let coreSeconds: Double
  private let longestSeconds: Double
  private let memory: Int

  /// Computes `probe` units of every stage, spread from the dearest to the cheapest; nil where there
  /// is nothing to compute.
  /// - Parameters:
  ///   - stages: units that are of one kind, so that their costs are on one scale.
  ///   - cost: of a unit, any scale.
  /// - Throws: why units of a stage fail, where all that were tried do.
  init?(
    _ computer: any UnitComputing, stages: [Range<Int>], probe: Int, cost: (Int) -> Double
  ) throws(UnitFailure) {
    var probed = 0
    var coreSeconds = 0.0
    var longest = 0.0
    for stage in stages where !stage.isEmpty {
      let costs = stage.map { (unit: $0, cost: cost($0)) }
      let order = costs.sorted { ($0.cost, $0.unit) < ($1.cost, $1.unit) }
      var (seconds, known, count) = (0.0, 0.0, 0)
      var failure: UnitFailure?
      for index in 0..<min(probe, order.count) {
        // The dearest unit is always among them: it decides the memory.
        let (unit, cost) = order[order.count - 1 - index * order.count / min(probe, order.count)]
        let start = processSeconds()
        do throws(UnitFailure) {
          _ = try computer.compute(unit: unit)
        } catch {
          failure = failure ?? error
          continue
        }
        seconds += processSeconds() - start
        known += cost
        count += 1
      }
      if count == 0, let failure { throw failure }
      guard count > 0, known > 0 else { return nil }
      probed += count
      coreSeconds += seconds / known * costs.reduce(0) { $0 + $1.cost }
      longest = max(longest, seconds / known * (order.last?.cost ?? 0))
    }
    guard probed > 0 else { return nil }
    unitCount = stages.reduce(0) { $0 + $1.count }
    self.probed = probed
    self.coreSeconds = coreSeconds
    longestSeconds = longest
    memory = peakMemory()
  }

  func lines(cores: Int) -> [String] {
    // More workers than this would wait for the longest unit, or have less than a minute's work.
    let useful = min(
      unitCount, Int(coreSeconds / max(longestSeconds, 1e-3)), Int((coreSeconds / 60).rounded(.up)))
    let workers = max(1, min(cores - 1, useful))
    let start = 30.0
    let wall = max(coreSeconds / Double(workers), longestSeconds) * 1.5 + start
    let minutes = max(5, Int((wall / 60).rounded(.up)))
    let memoryPerRank = (memory * 3 / 2) >> 20
    return [
      "probe       \(probed) units, \(decimal(coreSeconds / Double(unitCount), 3)) s per unit",
      "core-hours  \(decimal(coreSeconds / 3600, coreSeconds < 360 ? 4 : 1))"
        + " (\(duration(coreSeconds)) on one core)",
      "memory      \(byteCount(memory)) per rank at the largest unit",
      "suggestion  --ntasks=\(workers + 1) --mem-per-cpu=\(max(256, memoryPerRank))M"
        + " --time=\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60):00"
        + "   (1 coordinator + \(workers) worker\(workers == 1 ? "" : "s"), about \(duration(wall)))",
    ]
  }
}
