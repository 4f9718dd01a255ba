package import Components
package import Features
package import Filters
package import Imaging

/// How the result file is written.
package enum ResultWriter: String, Hashable, Sendable, CaseIterable {
  /// Every rank writes its rows through MPI-IO.
  case parallel
  /// Rank 0 writes alone: for file systems where MPI-IO fails.
  case serial
}

/// A feature family with its parameters and the columns that the study wants of it.
package struct ConfiguredFamily: Sendable {
  package var family: any FeatureFamily
  /// Indices into the family's `columns`, ascending.
  package var selected: [Int]

  package init(family: any FeatureFamily, selected: [Int]) {
    self.family = family
    self.selected = selected
  }

  package var id: ComponentID { type(of: family).id }
  package var scope: FeatureScope { type(of: family).scope }

  package var descriptors: [FeatureDescriptor] {
    let columns = family.columns
    return selected.map { columns[$0] }
  }
}

/// A filter with its parameters.
package struct ConfiguredFilter: Sendable {
  package var filter: any ImageFilter

  package init(filter: any ImageFilter) { self.filter = filter }

  package var id: ComponentID { type(of: filter).id }
}

/// One image of every patient (CT, PET, ...): where it comes from and what is computed on it.
package struct ImageSection: Sendable {
  /// Name in the study file, prefix of the columns where there are several images.
  package var name: String
  /// Cohort columns that hold the paths.
  package var imageColumn: String
  package var maskColumn: String
  /// Value of the VOI in the mask where the cohort has no `label` column; >= 1.
  package var label: Int
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
  package var images: [ImageSection] = []
  /// The file as it was read, for the provenance.
  package var text: String
}

extension StudyFile {
  static let topLevelKeys = [
    "study", "cohort", "columns", "output", "profile", "seed", "images", "filters", "features",
  ]
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
    if let profile = section.text("profile") {
      if let known = Profile(rawValue: profile) {
        study.profile = known
      } else {
        let valid = Profile.allCases.map(\.rawValue).joined(separator: ", ")
        section.note("profile", "\"\(profile)\" is not a profile of this version (valid: \(valid))")
      }
    }
    if let seed = section.integer("seed", in: 0...Int.max) { study.seed = UInt64(seed) }
    study.columns = section.parameters("columns", CohortColumns.self) ?? CohortColumns()
    let profile = study.profile
    let shared = decodeFamilies(
      map["features"], at: "features", families, profile, &section.problems)
    let sharedFilters = decodeFilters(map["filters"], at: "filters", filters, &section.problems)
    study.images = decodeImages(
      map, shared: (shared, sharedFilters), (families, filters), profile, &section)
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

  /// A list of names, or a mapping of name to parameters; `names` where the key is absent.
  private static func entries(
    of value: SettingValue?, default names: [String], at place: String, _ what: String,
    _ problems: inout [Problem]
  ) -> [SettingMap.Entry] {
    switch value {
    case nil, .null?: return names.map { .init(key: $0, value: .null) }
    case .map(let map)?: return map.entries
    case .list(let list)?:
      return list.compactMap { name in
        guard case .text(let text) = name else {
          problems.append(
            Problem(place, "expected names of \(what), found \(name.kindDescription)"))
          return nil
        }
        return .init(key: text, value: .null)
      }
    case .some(let other):
      problems.append(Problem(place, "expected \(what), found \(other.kindDescription)"))
      return []
    }
  }

  /// Makes what `value` names, each name once; the result is in the order of `names`, the
  /// catalog's, whatever the order of the file.
  /// - Parameter make: of the name at an index, its settings and their place.
  private static func choose<Configured>(
    _ value: SettingValue?, default absent: [String], at place: String, _ what: String,
    from names: [String], _ problems: inout [Problem],
    _ make: (Int, SettingValue, String, inout [Problem]) -> Configured?
  ) -> [Configured] {
    var chosen: [Int: Configured] = [:]
    var seen: Set<Int> = []
    for entry in entries(of: value, default: absent, at: place, what, &problems) {
      let location = entry.line > 0 ? "\(place).\(entry.key) (line \(entry.line))" : place
      guard let index = names.firstIndex(of: entry.key) else {
        problems.append(
          Problem(location, "\"\(entry.key)\": " + unknownKeyMessage(entry.key, valid: names)))
        continue
      }
      if seen.insert(index).inserted {
        chosen[index] = make(index, entry.value, location, &problems)
      } else {
        problems.append(Problem(location, "\"\(entry.key)\" is given twice"))
      }
    }
    if seen.isEmpty, problems.isEmpty {
      problems.append(Problem(place, "none of the \(what) is named"))
    }
    return names.indices.compactMap { chosen[$0] }
  }

  /// `filters:`; the original image alone where it is absent.
  private static func decodeFilters(
    _ value: SettingValue?, at place: String, _ filters: [any ImageFilter.Type],
    _ problems: inout [Problem]
  ) -> [ConfiguredFilter] {
    choose(
      value, default: ["original"], at: place, "filters", from: filters.map { $0.id.name },
      &problems
    ) { index, settings, location, problems in
      configure(filters[index], settings, at: location, &problems)
    }
  }

  private static func configure<Filter: ImageFilter>(
    _ filter: Filter.Type, _ value: SettingValue, at location: String,
    _ problems: inout [Problem]
  ) -> ConfiguredFilter? {
    do throws(InvalidInput) {
      return ConfiguredFilter(filter: try Filter.decode(value, at: location))
    } catch {
      problems += error.problems
      return nil
    }
  }

  /// `features:` as a list of names, or a mapping of name to parameters (plus `only`); all
  /// families of the profile with their defaults where it is absent.
  private static func decodeFamilies(
    _ value: SettingValue?, at place: String, _ families: [any FeatureFamily.Type],
    _ profile: Profile, _ problems: inout [Problem]
  ) -> [ConfiguredFamily] {
    let names = families.map { $0.id.name }
    let usual = families.filter { $0.profiles.contains(profile) }.map { $0.id.name }
    return choose(value, default: usual, at: place, "families", from: names, &problems) {
      index, settings, location, problems in
      configure(families[index], settings, at: location, &problems)
    }
  }

  private static func configure<Family: FeatureFamily>(
    _ family: Family.Type, _ value: SettingValue, at location: String,
    _ problems: inout [Problem]
  ) -> ConfiguredFamily? {
    var settings = value
    let only = takeOnly(from: &settings, at: location, &problems)
    do throws(InvalidInput) {
      let instance = try Family.decode(settings, at: location)
      let columns = instance.columns
      let selected =
        only.map { select($0, of: columns, at: location, &problems) }
        ?? columns.indices.filter { columns[$0].isDefault }
      return ConfiguredFamily(family: instance, selected: selected)
    } catch {
      problems += error.problems
      return nil
    }
  }

  /// Takes `only: [names]` out of a family's settings; nil where it is absent or empty.
  private static func takeOnly(
    from settings: inout SettingValue, at location: String, _ problems: inout [Problem]
  ) -> [SettingValue]? {
    // PyRadiomics writes `glcm: [Contrast, Idm]`.
    if case .list = settings {
      settings = .map(SettingMap([.init(key: "only", value: settings)]))
    }
    guard case .map(var map) = settings, let only = map["only"] else { return nil }
    map.entries.removeAll { $0.key == "only" }
    settings = .map(map)
    guard case .list(let names) = only else {
      problems.append(
        Problem("\(location).only", "expected a list of features, found \(only.kindDescription)"))
      return nil
    }
    return names.isEmpty ? nil : names
  }

  /// Indices of the named columns, ascending.
  private static func select(
    _ names: [SettingValue], of columns: [FeatureDescriptor], at location: String,
    _ problems: inout [Problem]
  ) -> [Int] {
    var selected: Set<Int> = []
    for name in names {
      guard case .text(let text) = name,
        let index = columns.firstIndex(where: { $0.name == text })
      else {
        let given: String = if case .text(let text) = name { text } else { name.kindDescription }
        problems.append(
          Problem(
            "\(location).only",
            "\"\(given)\": " + unknownKeyMessage(given, valid: columns.map(\.name))))
        continue
      }
      selected.insert(index)
    }
    return selected.sorted()
  }
}

/// Letters, digits and hyphens: what can stand in a column prefix without ambiguity.
private func isPlainName(_ name: String) -> Bool {
  !name.isEmpty
    && name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "-")
    }
}
