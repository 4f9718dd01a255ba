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
  /// Whether the first region without values has none because of the image's values.
  private(set) var isFaultOfImage = false
  private var reasons: [String] = []
  /// Names of columns that are not defined for their region.
  private var undefined: [String] = []

  init(plan: StudyPlan, block: Range<Int>) {
    self.plan = plan
    self.block = block
  }

  /// Why the first region without values has none.
  var firstReason: String { reasons.first ?? "" }

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
      reasons += table.reasons
      let diagnostics = table.prepared.diagnostics
      facts.append(
        RegionFacts(
          voxelsInMask: diagnostics.originalVoxelCount,
          voxelsUsed: diagnostics.resegmentedVoxelCount ?? diagnostics.voxelCount,
          diagnostics: texts ?? []))
    case .failure(let error):
      let count = block.count / plan.study.regionNames.count
      values += [Double](repeating: .nan, count: count)
      if reasons.isEmpty { isFaultOfImage = error.kind == .features }
      reasons.append(error.message)
      facts.append(.missing)
    }
  }

  /// Why values are missing: regions that there are not, responses that could not be computed, and
  /// features that are not defined for the region, the first 20 of them; "" where none is.
  var note: String {
    var sentences = reasons
    if !undefined.isEmpty {
      let more = undefined.count > 20 ? " and \(undefined.count - 20) more" : ""
      sentences.append(
        "not defined for this region: " + undefined.prefix(20).joined(separator: ", ") + more)
    }
    return sentences.joined(separator: "; ")
  }
}
