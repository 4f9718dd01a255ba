internal import ArgumentParser
internal import Catalog
internal import Components
internal import Features
internal import Filters
internal import Glibc
internal import Imaging
internal import Study
internal import Worker

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "What a run will cost: units, columns, bytes, memory, core-hours, sbatch options.",
    discussion: """
      Example:
        radcohort plan study.yml

      Computes a few units of different size (--probe) without keeping them, and scales their time \
      and memory to the whole study.
      """)

  @Argument(help: "Study file (YAML).")
  var study: String

  @Option(help: "Number of units to compute for the estimate; 0 for none.")
  var probe = 3

  @Option(help: "Cores of a node, for the suggestion.")
  var cores = 64

  func validate() throws {
    if !(0...1000).contains(probe) { throw ValidationError("--probe must be in 0...1000") }
    if !(1...100_000).contains(cores) { throw ValidationError("--cores must be in 1...100000") }
  }

  func run() throws {
    let plan: StudyPlan
    do throws(InvalidInput) {
      plan = try loadSetup(study: study, output: nil).plan(
        families: Catalog.families, filters: Catalog.filters)
    } catch {
      throw report(error)
    }
    let inventory = Inventory(plan: plan)
    let images = plan.study.images
    print("study       \(plan.study.name), profile \(plan.study.profile.rawValue)")
    let stages = plan.stages.map { stage in
      stage.name.rawValue + (stage.units.isEmpty ? "" : " (\(stage.units.count) units)")
    }
    print("stages      \(stages.joined(separator: " -> "))")
    print(
      "rows        \(plan.cohort.rows.count)"
        + " (\(Set(plan.cohort.rows.map(\.patient)).count) patients)")
    let regions = plan.study.regionNames
    print("columns     \(plan.columns.count)")
    for (image, block) in zip(images, plan.blocks) {
      print("            \(image.name): \(block.count) = \(composition(of: image, plan, block))")
    }
    if plan.study.diagnostics {
      let each = PyRadiomicsDiagnostics.names.count
      let count = each * regions.count * images.count
      let widths = Set(plan.blocks.map { $0.count / regions.count + each }).sorted()
      let perRegion = widths.map { "\($0)" }.joined(separator: " or ")
      print(
        "            and \(each) diagnostics_ columns of each region and image in /obs:"
          + " \(perRegion) of each, \(plan.columns.count + count) in all")
    }
    if regions.count > 1 { print("regions     \(regions.joined(separator: ", "))") }
    print("result      \(byteCount(plan.resultBytes)) in /X")
    if !inventory.problems.isEmpty {
      print(
        "problems    \(inventory.badUnitCount) units have bad files: radcohort check \(study)")
    }
    guard let estimate = Estimate(plan: plan, inventory: inventory, probe: probe) else { return }
    for line in estimate.lines(cores: cores) { print(line) }
  }

  /// "4 regions x 2060; of each: shape 14 + 22 image types x (firstorder 18 + ...)".
  private func composition(
    of image: ImageSection, _ plan: StudyPlan, _ block: Range<Int>
  ) -> String {
    func parts(_ scope: FeatureScope) -> [String] {
      image.families.filter { $0.scope == scope }.map { "\($0.id) \($0.selected.count)" }
    }
    let types = image.filters.map { $0.filter.responseNames.count }.reduce(0, +)
    let typeCount = types == 1 ? "1 image type" : "\(types) image types"
    let perType = parts(.perResponse).joined(separator: " + ")
    let all = parts(.perVOI) + (perType.isEmpty ? [] : ["\(typeCount) x (\(perType))"])
    let regions = plan.study.regionNames.count
    let sum = all.joined(separator: " + ")
    return regions > 1 ? "\(regions) regions x \(block.count / regions); of each: \(sum)" : sum
  }
}

/// Cost of a whole study from a few computed units.
private struct Estimate {
  private let unitCount: Int
  private let probed: Int
  private let coreSeconds: Double
  private let longestSeconds: Double
  private let memory: Int

  /// Computes `probe` units spread from the cheapest to the dearest; nil where none can be.
  init?(plan: StudyPlan, inventory: Inventory, probe: Int) {
    let computer = UnitComputer(
      plan: plan, source: ImageFileSource(), versions: diagnosticVersions)
    let order = (0..<plan.unitCount).sorted {
      (inventory.costs[$0], $0) < (inventory.costs[$1], $1)
    }
    var seconds = 0.0
    var cost = 0.0
    var probed = 0
    for index in 0..<min(probe, order.count) {
      // The dearest unit is always among them: it decides the memory.
      let position = order.count - 1 - index * order.count / max(1, min(probe, order.count))
      let unit = order[position]
      let start = processSeconds()
      guard (try? computer.compute(unit: unit)) != nil else { continue }
      seconds += processSeconds() - start
      cost += inventory.costs[unit]
      probed += 1
    }
    guard probed > 0, cost > 0 else { return nil }
    let rate = seconds / cost
    unitCount = plan.unitCount
    self.probed = probed
    coreSeconds = rate * inventory.costs.reduce(0, +)
    longestSeconds = rate * (inventory.costs.max() ?? 0)
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
      "memory      \(byteCount(memory)) per rank at the largest image",
      "suggestion  --ntasks=\(workers + 1) --mem-per-cpu=\(max(256, memoryPerRank))M"
        + " --time=\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60):00"
        + "   (1 coordinator + \(workers) worker\(workers == 1 ? "" : "s"), about \(duration(wall)))",
    ]
  }
}
