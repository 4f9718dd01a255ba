internal import Imaging
internal import Study

/// The values of a unit, region after region, and what is to be said of them.
struct UnitAssembly {
  private let plan: StudyPlan
  /// Columns of the unit's image.
  private let block: Range<Int>
  private(set) var values: [Double] = []
  private(set) var facts: [RegionFacts] = []
  /// Whether no region could be had.
  private(set) var hasNothing = true
  /// Why the first region without values has none.
  private(set) var firstKind: PreparationError.Kind?
  /// Why values are missing, each reason once, with the indices of its regions.
  private var reasons: [(message: String, regions: [Int])] = []
  /// Names of columns that are not defined for their region.
  private var undefined: [String] = []

  init(plan: StudyPlan, block: Range<Int>) {
    self.plan = plan
    self.block = block
  }

  /// Appends the next region.
  /// - Parameter diagnostics: nil where there is no region.
  mutating func append(
    _ outcome: Result<RegionTable, PreparationError>, diagnostics texts: [String]?
  ) {
    switch outcome {
    case .success(let table):
      hasNothing = false
      for index in table.values.indices where table.values[index].isNaN && !table.isMissing[index] {
        undefined.append(plan.columns[block.lowerBound + values.count + index].name)
      }
      values += table.values
      for reason in table.reasons { add(reason) }
      let diagnostics = table.prepared.diagnostics
      facts.append(
        RegionFacts(
          voxelsInMask: diagnostics.originalVoxelCount,
          voxelsUsed: diagnostics.resegmentedVoxelCount ?? diagnostics.voxelCount,
          diagnostics: texts ?? []))
    case .failure(let error):
      let count = block.count / plan.study.regionNames.count
      values += [Double](repeating: .nan, count: count)
      firstKind = firstKind ?? error.kind
      add(error.message)
      facts.append(.missing)
    }
  }

  /// Adds a reason of the region that is being appended.
  private mutating func add(_ message: String) {
    if let known = reasons.firstIndex(where: { $0.message == message }) {
      if reasons[known].regions.last != facts.count { reasons[known].regions.append(facts.count) }
    } else {
      reasons.append((message, [facts.count]))
    }
  }

  /// Why values are missing: regions that there are not, responses that could not be computed, and
  /// features that are not defined for the region, the first 20 of them; "" where none is.
  var note: String {
    var sentences = reasons.map { reason in
      plan.study.regionNames.count > 1
        ? "\(names(of: reason.regions)): \(reason.message)" : reason.message
    }
    if !undefined.isEmpty {
      let more = undefined.count > 20 ? " and \(undefined.count - 20) more" : ""
      sentences.append(
        "not defined for this region: " + undefined.prefix(20).joined(separator: ", ") + more)
    }
    return sentences.joined(separator: "; ")
  }

  /// "tumour, rim", or "habitat-1 to habitat-9" for regions that follow each other.
  private func names(of regions: [Int]) -> String {
    let names = regions.map { plan.study.regionNames[$0] }
    let isRun = zip(regions, regions.dropFirst()).allSatisfy { $1 == $0 + 1 }
    return names.count > 2 && isRun
      ? "\(names[0]) to \(names[names.count - 1])" : names.joined(separator: ", ")
  }
}
