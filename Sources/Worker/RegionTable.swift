internal import Features
internal import Filters
internal import Imaging
internal import Study

/// The values of one region in the making, in the order of the plan's columns: the families that
/// are computed once per VOI, then the others for every response.
struct RegionTable {
  let prepared: PreparedRegion
  let section: ImageSection
  private let profile: Profile
  private let maps: RegionMaps?
  /// The VOI on the original image; families of both scopes share what it computes once.
  private let original: Region
  private(set) var values: [Double] = []
  /// Which values are missing because their response could not be computed.
  private(set) var isMissing: [Bool] = []
  /// Why, one sentence per response.
  private(set) var reasons: [String] = []
  /// Why the region has no values at all; nothing is added any more then.
  private(set) var failure: FeatureError?

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
    add(.perVOI, original)
  }

  /// The families of the original image.
  mutating func addOriginal() {
    add(.perResponse, original)
    attempt { table throws(FeatureError) in try table.maps?.writeOriginal(table.prepared) }
  }

  /// The families of a filter's response in the region's box.
  mutating func add(_ response: FilterImage, named name: String) {
    var box = prepared.box
    box.pixelType = response.pixelType
    box.values = response.values
    let rule = profile.responseLevelRule
    attempt { table throws(FeatureError) in
      let region = try Region(
        intensity: box, shape: table.profile == .ibsi ? table.prepared.shapeBox : nil,
        shapeOffset: table.prepared.shapeOffset, discretisation: table.section.discretisation,
        levelRule: rule, neighbourhood: table.section.neighbourhood)
      table.add(.perResponse, region)
      try table.maps?.write(box, on: table.prepared.boxGrid, imageType: name, rule)
    }
  }

  /// A response that could not be computed.
  mutating func addMissing(_ reason: String) {
    let count = section.families.filter { $0.scope == .perResponse }
      .map { $0.selected.count }.reduce(0, +)
    values += [Double](repeating: .nan, count: count)
    isMissing += [Bool](repeating: true, count: count)
    reasons.append(reason)
  }

  private mutating func add(_ scope: FeatureScope, _ region: Region) {
    for configured in section.families where configured.scope == scope {
      attempt { table throws(FeatureError) in
        let all = try configured.family.values(of: region)
        for column in configured.selected { table.values.append(all[column]) }
      }
    }
    isMissing += [Bool](repeating: false, count: values.count - isMissing.count)
  }

  /// Does a step, unless one has failed before.
  private mutating func attempt(_ step: (inout RegionTable) throws(FeatureError) -> Void) {
    if failure != nil { return }
    do throws(FeatureError) {
      try step(&self)
    } catch {
      failure = error
    }
  }
}
