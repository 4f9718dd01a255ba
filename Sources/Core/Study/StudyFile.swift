package import Components
package import Features
package import Filters
package import Fusion
package import Imaging

/// How the result file is written.
package enum ResultWriter: String, Hashable, Sendable, CaseIterable {
  /// Every rank writes its rows through MPI-IO.
  case parallel
  /// Rank 0 writes alone: for file systems where MPI-IO fails.
  case serial
}

/// One image of every patient (CT, PET, ...): where it comes from and what is computed on it.
package struct ImageSection: Sendable {
  /// Name in the study file, prefix of the columns where there are several images.
  package var name: String
  /// Cohort column that holds the image's path; unused where the image is a fusion.
  package var imageColumn: String
  /// Cohort column that holds the mask's path.
  package var maskColumn: String
  /// Value of the VOI in the mask where the cohort has no `label` column; >= 1.
  package var label: Int
  package var uptake: SUVParameters?
  package var alignment: AlignParameters?
  package var fusion: FusionParameters?
  /// From the files to the VOI.
  package var preparation = PreparationSettings()
  package var discretisation = DiscretisationParameters()
  package var neighbourhood = NeighbourhoodParameters()
  package var filters: [ConfiguredFilter] = []
  package var families: [ConfiguredFamily] = []
}

/// Which cohort columns mean what.
package struct CohortColumns: ParameterSet {
  package var patient = ""
  package var lesion = ""
  package var session = ""
  package var label = ""
  package var split = ""
  package var outcome = ""
  package var time = ""
  package var event = ""

  package init() {}

  package static let fields: [Field<Self>] = [
    .text("patient_id", \.patient, "column with the patient's name (default patient_id)"),
    .text("lesion", \.lesion, "column with the lesion's name (default lesion, if there is one)"),
    .text("session", \.session, "column with the scan session (default session, if there is one)"),
    .text("label", \.label, "column with the mask value (default label, if there is one)"),
    .text("split", \.split, "column with train/test/external (default split, if there is one)"),
    .text("outcome", \.outcome, "column with the outcome (default outcome, if there is one)"),
    .text("time", \.time, "column with the time to event (default time, if there is one)"),
    .text("event", \.event, "column with the event, 1 or 0 (default event, if there is one)"),
  ]
}

/// A checked study file.
package struct StudyFile: Sendable {
  package var name: String
  /// Cohort table, relative to the study file's folder unless absolute.
  package var cohort: String
  /// Result file, relative to the study file's folder unless absolute.
  package var output: String
  package var profile = Profile.pyradiomics
  package var seed: UInt64 = 0
  package var columns = CohortColumns()
  /// Where filters are computed.
  package var filterDomain = FilterDomain.voi
  /// Whether PyRadiomics' `diagnostics_` columns are written to `/obs`.
  package var diagnostics = false
  package var lesions: LesionParameters?
  package var vois: [NamedVOI] = []
  package var habitats: HabitatSection?
  package var maps: VoxelMapParameters?
  package var images: [ImageSection] = []
  /// The file as it was read, for the provenance.
  package var text: String
}

extension StudyFile {
  static let topLevelKeys =
    ["study", "cohort", "output", "profile", "seed", "filterDomain", "diagnostics", "vois"]
    + settings.map { $0.key } + ["images", "filters", "features"]
  static let imageKeys =
    ["image", "mask", "label"] + ImageSection.settings.map { $0.key } + ["filters", "features"]

  /// Parses and checks a study file.
  /// - Parameters:
  ///   - name: the file's name, for messages.
  ///   - families, filters: what a study can name (the catalog).
  /// - Throws: every problem of the file at once.
  package static func parse(
    _ text: String, name: String, families: [any FeatureFamily.Type],
    filters: [any ImageFilter.Type]
  ) throws(InvalidInput) -> StudyFile {
    let root = try SettingsDocument.parse(text, name: name)
    guard case .map(let map) = root else {
      throw InvalidInput(name, "expected a mapping with the keys \(topLevelKeys)")
    }
    var section = SectionReader(map, at: "", valid: topLevelKeys)
    var study = StudyFile(
      name: section.text("study") ?? "study", cohort: section.text("cohort", required: true) ?? "",
      output: section.text("output") ?? "results.h5", text: text)
    section.choice("profile", into: &study.profile)
    if let seed = section.integer("seed", in: 0...Int.max) { study.seed = UInt64(seed) }
    study.filterDomain = study.profile == .pyradiomics ? .voi : .patient
    section.choice("filterDomain", into: &study.filterDomain)
    section.flag("diagnostics", into: &study.diagnostics)
    for group in settings { group.read(&study, &section) }
    study.vois = decodeVOIs(map["vois"], &section.problems)
    let profile = study.profile
    let shared = decodeFamilies(
      map["features"], at: "features", families, profile, &section.problems)
    let sharedFilters = decodeFilters(map["filters"], at: "filters", filters, &section.problems)
    study.images = decodeImages(
      map, shared: (shared, sharedFilters), (families, filters), profile, &section)
    study.crossCheck(&section.problems)
    if !section.problems.isEmpty {
      throw InvalidInput(section.problems.map { Problem("\(name): \($0.location)", $0.message) })
    }
    return study
  }

  private static func decodeImages(
    _ map: SettingMap, shared: (families: [ConfiguredFamily], filters: [ConfiguredFilter]),
    _ catalog: (families: [any FeatureFamily.Type], filters: [any ImageFilter.Type]),
    _ profile: Profile, _ section: inout SectionReader
  ) -> [ImageSection] {
    guard case .map(let imageMap)? = map["images"], !imageMap.entries.isEmpty else {
      section.note("images", "at least one image is needed, such as `images: {CT: {...}}`")
      return []
    }
    var images: [ImageSection] = []
    for entry in imageMap.entries {
      let place = "images.\(entry.key)"
      if images.contains(where: { $0.name == entry.key }) {
        section.problems.append(Problem(place, "this image is given twice"))
      }
      if !isPlainName(entry.key) {
        section.problems.append(
          Problem(place, "an image name has letters, digits and - only: it becomes a column prefix")
        )
      }
      guard case .map(let settings) = entry.value.nullAsEmptyMap else {
        section.problems.append(
          Problem(place, "expected a mapping, found \(entry.value.kindDescription)"))
        continue
      }
      var reader = SectionReader(settings, at: place, valid: imageKeys)
      var image = ImageSection(
        name: entry.key, imageColumn: reader.text("image") ?? "image",
        maskColumn: reader.text("mask") ?? "mask",
        label: reader.integer("label", in: 1...Int(UInt32.max)) ?? 1)
      for setting in ImageSection.settings { setting.read(&image, &reader) }
      if image.fusion != nil, settings["image"] != nil {
        reader.note("image", "a fusion has no file of its own; leave this out")
      }
      image.families =
        settings["features"] == nil
        ? shared.families
        : decodeFamilies(
          settings["features"], at: "\(place).features", catalog.families, profile,
          &reader.problems)
      image.filters =
        settings["filters"] == nil
        ? shared.filters
        : decodeFilters(
          settings["filters"], at: "\(place).filters", catalog.filters, &reader.problems)
      section.problems += reader.problems
      images.append(image)
    }
    return images
  }
}
