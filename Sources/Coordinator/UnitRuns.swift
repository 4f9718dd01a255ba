/// Units that follow one another and are expected to cost the same.
package struct UnitRun: Hashable, Sendable {
  package var units: Range<Int>
  /// Of each unit; on any scale, the same for all runs; >= 0.
  package var cost: Double

  package init(units: Range<Int>, cost: Double) {
    self.units = units
    self.cost = cost
  }
}

/// All units of a stage with their costs, as runs: a study of millions of units in a few classes of
/// cost takes a few hundred bytes; one where every unit has a cost of its own, 28 bytes a unit.
struct UnitRuns: Sendable {
  /// Disjoint, by their units.
  private let runs: [UnitRun]
  /// Indices of runs with units that are not handed out, cheapest first, among equal costs the
  /// later units first: the next unit is in the last run.
  private var waiting: [UInt32]
  /// Units of the last waiting run that are handed out.
  private var taken = 0
  /// Units that are not handed out.
  private(set) var waitingCount: Int
  /// The run in which a cost was looked up last: reports come in the order of hand-out.
  private var lastFound = 0

  init(_ given: [UnitRun]) {
    var sorted = given.filter { !$0.units.isEmpty }
    let isSorted = zip(sorted, sorted.dropFirst()).allSatisfy {
      $0.units.lowerBound < $1.units.lowerBound
    }
    if !isSorted { sorted.sort { $0.units.lowerBound < $1.units.lowerBound } }
    self.init(sorted: sorted)
  }

  init(_ units: [(unit: Int, cost: Double)]) {
    let isSorted = zip(units, units.dropFirst()).allSatisfy { $0.unit < $1.unit }
    var runs: [UnitRun] = []
    for (unit, cost) in isSorted ? units : units.sorted(by: { $0.unit < $1.unit }) {
      if let last = runs.last, last.units.upperBound == unit, last.cost == cost {
        runs[runs.count - 1].units = last.units.lowerBound..<(unit + 1)
      } else {
        runs.append(UnitRun(units: unit..<(unit + 1), cost: cost))
      }
    }
    self.init(sorted: runs)
  }

  private init(sorted: [UnitRun]) {
    precondition(sorted.count <= UInt32.max)
    var runs = sorted
    // Costs of zero say nothing about one unit against another.
    if runs.allSatisfy({ $0.cost == 0 }) {
      for index in runs.indices { runs[index].cost = 1 }
    }
    var count = 0
    for (index, run) in runs.enumerated() {
      precondition(
        index == 0 || runs[index - 1].units.upperBound <= run.units.lowerBound,
        "unit \(run.units.lowerBound) is there twice")
      count += run.units.count
    }
    // Costs are copied: a comparison that looks them up waits for the memory.
    var order = runs.enumerated().map { (cost: $0.element.cost, index: UInt32($0.offset)) }
    order.sort { $0.cost != $1.cost ? $0.cost < $1.cost : $0.index > $1.index }
    waiting = order.map { $0.index }
    self.runs = runs
    waitingCount = count
  }

  /// Of all units.
  var totalCost: Double { runs.reduce(0) { $0 + Double($1.units.count) * $1.cost } }

  /// Bytes on the heap.
  var storageBytes: Int {
    runs.capacity * MemoryLayout<UnitRun>.stride + waiting.capacity * MemoryLayout<UInt32>.stride
  }

  /// Cost of the unit that is handed out next.
  var nextCost: Double? { waiting.last.map { runs[Int($0)].cost } }

  /// Hands out the next unit: the dearest, of equal ones the first.
  mutating func popNext() -> Int? {
    guard let last = waiting.last else { return nil }
    let units = runs[Int(last)].units
    let unit = units.lowerBound + taken
    taken += 1
    waitingCount -= 1
    if taken == units.count {
      waiting.removeLast()
      taken = 0
    }
    return unit
  }

  /// 0 for a unit that is not there.
  mutating func cost(of unit: Int) -> Double {
    guard let first = runs.first, let last = runs.last, unit >= first.units.lowerBound,
      unit < last.units.upperBound
    else { return 0 }
    // Where every unit is a run of its own, it is there that it would be if none were missing.
    let span = Double(last.units.lowerBound - first.units.lowerBound)
    let share = span > 0 ? Double(unit - first.units.lowerBound) / span : 0
    let guess = Int((min(1, share) * Double(runs.count - 1)).rounded())
    for index in [lastFound, guess] where runs[index].units.contains(unit) {
      lastFound = index
      return runs[index].cost
    }
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].units.upperBound <= unit { low = middle + 1 } else { high = middle }
    }
    guard low < runs.count, runs[low].units.contains(unit) else { return 0 }
    lastFound = low
    return runs[low].cost
  }
}
