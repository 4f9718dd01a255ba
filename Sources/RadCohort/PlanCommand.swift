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
    if try isModels() { return }
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
    let computer = UnitComputer(
      plan: plan, source: ImageFileSource(), versions: diagnosticVersions)
    do throws(UnitFailure) {
      let estimate = try Estimate(
        computer, kinds: [UnitKind(costs: inventory.costs)], probe: probe)
      for line in estimate?.lines(cores: cores) ?? [] { print(line) }
    } catch {
      print("probe       every unit that was tried failed: \(error)")
    }
  }

  /// Prints the plan of a model study, if it is one.
  private func isModels() throws(ExitStatus) -> Bool {
    do throws(InvalidInput) {
      guard try isModelStudy(study) else { return false }
      try ModelPlanReport(study).print(probe: probe, cores: cores)
      return true
    } catch {
      throw report(error)
    }
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
