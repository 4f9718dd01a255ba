internal import Features
internal import Filters
internal import Imaging
internal import Study

/// The values of one region in the making, in the order of the plan's columns: the families that
/// are computed once per VOI, then the others for every response.
struct RegionTable {
  let prepared: PreparedRegion
  private let section: ImageSection
  private let profile: Profile
  private let maps: RegionMaps?
  /// The VOI on the original image; families of both scopes share what it computes once.
  private let original: Region
  private(set) var values: [Double] = []
  /// Which values are missing because their response could not be computed.
  private(set) var isMissing: [Bool] = []
  /// Why, one sentence per response.
  private(set) var reasons: [String] = []

  /// Starts with the families that are computed once per VOI.
  init(
    _ prepared: PreparedRegion, _ section: ImageSection, _ profile: Profile, maps: RegionMaps?
  ) throws(FeatureError) {
    self.prepared = prepared
    self.section = section
    self.profile = profile
    self.maps = maps
    original = try Region(
      intensity: prepared.box, shape: prepared.hasOneMask ? nil : prepared.shapeBox,
      shapeOffset: prepared.shapeOffset, discretisation: section.discretisation,
      levelRule: section.preparation.levelRule(in: profile),
      neighbourhood: section.neighbourhood, surroundings: prepared.surroundings)
    try add(.perVOI, original)
  }

  /// The families of the original image.
  mutating func addOriginal() throws(FeatureError) {
    try add(.perResponse, original)
    try maps?.writeOriginal(prepared)
  }

  /// The families of a filter's response in the region's box.
  mutating func add(_ response: FilterImage, named name: String) throws(FeatureError) {
    var box = prepared.box
    box.pixelType = response.pixelType
    box.values = response.values
    try add(
      .perResponse,
      try Region(
        intensity: box, shape: profile == .ibsi ? prepared.shapeBox : nil,
        shapeOffset: prepared.shapeOffset, discretisation: section.discretisation,
        levelRule: profile.responseLevelRule, neighbourhood: section.neighbourhood))
    try maps?.write(box, on: prepared.boxGrid, imageType: name, profile.responseLevelRule)
  }

  /// A response that could not be computed.
  mutating func addMissing(_ reason: String) {
    let count = section.families.filter { $0.scope == .perResponse }
      .map { $0.selected.count }.reduce(0, +)
    values += [Double](repeating: .nan, count: count)
    isMissing += [Bool](repeating: true, count: count)
    reasons.append(reason)
  }

  private mutating func add(_ scope: FeatureScope, _ region: Region) throws(FeatureError) {
    for configured in section.families where configured.scope == scope {
      let all = try configured.family.values(of: region)
      for column in configured.selected { values.append(all[column]) }
    }
    isMissing += [Bool](repeating: false, count: values.count - isMissing.count)
  }
}
