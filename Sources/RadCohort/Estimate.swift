internal import Study
internal import Worker

/// Units of a study that are alike: their costs are on one scale.
struct UnitKind {
  /// What they are, for a line of the estimate; "" for none.
  let name: String
  let count: Int
  /// Of all of them, and of the dearest.
  let cost: (total: Double, largest: Double)
  /// Unit and cost by the place of the unit, from the cheapest to the dearest.
  private let unit: (Int) -> (unit: Int, cost: Double)

  /// Units of equal cost.
  init(_ name: String, count: Int, unit: @escaping (Int) -> Int) {
    self.name = name
    self.count = count
    cost = (Double(count), 1)
    self.unit = { (unit($0), 1) }
  }

  /// - Parameter costs: of units 0, 1, ...
  init(costs: [Double]) {
    let order = costs.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }
    name = ""
    count = costs.count
    cost = (costs.reduce(0, +), costs.max() ?? 0)
    unit = { (order[$0], costs[order[$0]]) }
  }

  /// Some units, spread from the dearest to the cheapest: the dearest decides the memory.
  func sample(_ size: Int) -> [(unit: Int, cost: Double)] {
    (0..<min(size, count)).map { unit(count - 1 - $0 * count / min(size, count)) }
  }
}

/// Cost of a whole study from a few computed units of every kind.
struct Estimate {
  private var unitCount = 0
  private var probed = 0
  private var coreSeconds = 0.0
  private var longestSeconds = 0.0
  private let memory: Int
  private var kinds: [(name: String, count: Int, seconds: Double)] = []

  /// Computes `probe` units of every kind; nil where there is nothing to compute.
  /// - Throws: why units of a kind fail, where all that were tried do.
  init?(_ computer: any UnitComputing, kinds: [UnitKind], probe: Int) throws(UnitFailure) {
    for kind in kinds where kind.count > 0 {
      var (seconds, known, count) = (0.0, 0.0, 0)
      var failure: UnitFailure?
      for (unit, cost) in kind.sample(probe) {
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
      unitCount += kind.count
      coreSeconds += seconds / known * kind.cost.total
      longestSeconds = max(longestSeconds, seconds / known * kind.cost.largest)
      self.kinds.append((kind.name, kind.count, seconds / known * kind.cost.total))
    }
    guard probed > 0 else { return nil }
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
    let named = kinds.filter { !$0.name.isEmpty }.map { kind in
      "            \(kind.name): \(kind.count) units, \(decimal(kind.seconds / Double(kind.count), 4))"
        + " s each, \(decimal(kind.seconds / 3600, 4)) core-hours"
    }
    return [
      "probe       \(probed) units, \(decimal(coreSeconds / Double(unitCount), 3)) s per unit"
    ] + named + [
      "core-hours  \(decimal(coreSeconds / 3600, coreSeconds < 360 ? 4 : 1))"
        + " (\(duration(coreSeconds)) on one core)",
      "memory      \(byteCount(memory)) per rank at the largest unit",
      "suggestion  --ntasks=\(workers + 1) --mem-per-cpu=\(max(256, memoryPerRank))M"
        + " --time=\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60):00"
        + "   (1 coordinator + \(workers) worker\(workers == 1 ? "" : "s"), about \(duration(wall)))",
    ]
  }
}
