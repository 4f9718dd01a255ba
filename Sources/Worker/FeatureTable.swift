internal import Features
internal import Filters
internal import Imaging
internal import Study

/// The values of one unit in the making, in the order of the plan's columns: the shape families
/// once, then the intensity families for every response.
struct FeatureTable {
  private let families: [ConfiguredFamily]
  private let prepared: PreparedRegion
  private let section: ImageSection
  /// The VOI on the original image; shape and intensity families share what it computes once.
  private let original: Region
  private(set) var values: [Double] = []
  /// Which values are missing because their response could not be computed.
  private(set) var isMissing: [Bool] = []
  /// Why, one sentence per response.
  private(set) var reasons: [String] = []

  /// Starts with the shape families of the VOI.
  init(_ prepared: PreparedRegion, _ section: ImageSection) throws(FeatureError) {
    families = section.families
    self.prepared = prepared
    self.section = section
    original = try Region(
      intensity: prepared.box, shape: prepared.hasOneMask ? nil : prepared.shapeBox,
      discretisation: section.discretisation, neighbourhood: section.neighbourhood)
    try add(.perVOI, original)
  }

  /// The intensity families of the original image.
  mutating func addOriginal() throws(FeatureError) { try add(.perResponse, original) }

  /// The intensity families of a filter's response.
  mutating func add(_ response: FilterImage) throws(FeatureError) {
    var box = prepared.box
    box.pixelType = response.pixelType
    box.values = response.values
    try add(
      .perResponse,
      try Region(
        intensity: box, discretisation: section.discretisation,
        neighbourhood: section.neighbourhood))
  }

  /// A response that could not be computed.
  mutating func addMissing(_ reason: String) {
    let count = families.filter { $0.scope == .perResponse }.map { $0.selected.count }.reduce(0, +)
    values += [Double](repeating: .nan, count: count)
    isMissing += [Bool](repeating: true, count: count)
    reasons.append(reason)
  }

  private mutating func add(_ scope: FeatureScope, _ region: Region) throws(FeatureError) {
    for configured in families where configured.scope == scope {
      let all = try configured.family.values(of: region)
      for column in configured.selected { values.append(all[column]) }
    }
    isMissing += [Bool](repeating: false, count: values.count - isMissing.count)
  }
}
