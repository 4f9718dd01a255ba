package import Components

/// Turns a PyRadiomics parameter file into a study file that gives the same numbers.
///
/// Every setting of PyRadiomics 3.0.1's schema is either translated, or is without effect and said
/// so in `notes`, or is an error: nothing is dropped in silence.
package struct PyRadiomicsImport {
  /// The study file.
  package let study: String
  /// What a reader should know about the translation, one sentence each.
  package let notes: [String]

  /// - Parameter name: the file's name, for messages.
  /// - Throws: every unknown or unsupported setting at once.
  package init(_ text: String, name: String) throws(InvalidInput) {
    guard case .map(let root) = try SettingsDocument.parse(text, name: name) else {
      throw InvalidInput(name, "expected a mapping with setting, imageType and featureClass")
    }
    var translator = Translator(file: name)
    translator.translate(root)
    study = translator.studyText()
    if !translator.problems.isEmpty { throw InvalidInput(translator.problems) }
    notes = translator.notes
  }
}

private struct Translator {
  let file: String
  var problems: [Problem] = []
  var notes: [String] = []
  /// PyRadiomics setting -> value, the image type's own settings already on top.
  private var settings: [(key: String, value: SettingValue)] = []
  private var families: SettingMap?
  private var filters = SettingMap()

  private static let families = [
    "firstorder", "shape", "glcm", "glrlm", "glszm", "gldm", "ngtdm",
  ]
  /// PyRadiomics' image types: our filter, and its settings under both names.
  private static let imageTypes: [(name: String, filter: String, settings: [(String, String)])] = [
    ("Original", "original", []),
    (
      "Wavelet", "wavelet",
      [("wavelet", "wavelet"), ("level", "level"), ("start_level", "startLevel")]
    ),
    ("LoG", "log", [("sigma", "sigma")]),
    ("Square", "square", []),
    ("SquareRoot", "squareroot", []),
    ("Logarithm", "logarithm", []),
    ("Exponential", "exponential", []),
    ("Gradient", "gradient", [("gradientUseSpacing", "useSpacing")]),
    (
      "LBP2D", "lbp-2D",
      [("lbp2DRadius", "radius"), ("lbp2DSamples", "samples"), ("lbp2DMethod", "method")]
    ),
    (
      "LBP3D", "lbp-3D",
      [
        ("lbp3DLevels", "levels"), ("lbp3DIcosphereRadius", "radius"),
        ("lbp3DIcosphereSubdivision", "subdivision"),
      ]
    ),
  ]
  private static let filterSettings = Set(imageTypes.flatMap { $0.settings.map { $0.0 } })
  private static let known: Set<String> = [
    "minimumROIDimensions", "minimumROISize", "geometryTolerance", "correctMask",
    "additionalInfo", "label", "label_channel", "binWidth", "binCount", "normalize",
    "normalizeScale", "removeOutliers", "resampledPixelSpacing", "interpolator", "padDistance",
    "distances", "force2D", "force2Ddimension", "resegmentRange", "resegmentMode",
    "resegmentShape", "preCrop", "voxelArrayShift", "symmetricalGLCM", "weightingNorm", "gldm_a",
  ]

  init(file: String) { self.file = file }

  mutating func note(_ location: String, _ message: String) {
    problems.append(Problem("\(file): \(location)", message))
  }

  mutating func translate(_ root: SettingMap) {
    for entry in root.entries {
      switch (entry.key, entry.value) {
      case (_, .null): continue
      case ("setting", .map(let map)): map.entries.forEach { set($0, at: "setting") }
      case ("imageType", .map(let map)): imageTypes(map)
      case ("featureClass", .map(let map)): featureClasses(map)
      case ("voxelSetting", .map(let map)):
        if !map.entries.isEmpty {
          note("voxelSetting", "voxel-based extraction is not supported yet")
        }
      case ("setting", let value), ("imageType", let value), ("featureClass", let value),
        ("voxelSetting", let value):
        note(entry.key, "expected a mapping, found \(value.kindDescription)")
      default:
        note(
          "\(entry.key) (line \(entry.line))",
          unknownKeyMessage(
            entry.key, valid: ["setting", "imageType", "featureClass", "voxelSetting"]))
      }
    }
  }

  private mutating func set(_ entry: SettingMap.Entry, at place: String) {
    let location = "\(place).\(entry.key) (line \(entry.line))"
    let known = Self.known.union(Self.filterSettings)
    if !known.contains(entry.key) {
      note(location, unknownKeyMessage(entry.key, valid: known.sorted()))
    } else {
      settings.removeAll { $0.key == entry.key }
      settings.append((entry.key, entry.value))
    }
  }

  private mutating func imageTypes(_ map: SettingMap) {
    for entry in map.entries {
      let location = "imageType.\(entry.key) (line \(entry.line))"
      guard let type = Self.imageTypes.first(where: { $0.name == entry.key }) else {
        let names = Self.imageTypes.map { $0.name }
        note(
          location,
          unknownKeyMessage(entry.key, valid: names))
        continue
      }
      var own = SettingMap()
      if case .map(let custom) = entry.value {
        for setting in custom.entries {
          if let ours = type.settings.first(where: { $0.0 == setting.key })?.1 {
            own.entries.append(.init(key: ours, value: setting.value))
          } else if map.entries.count == 1 {
            set(setting, at: "imageType.\(entry.key)")
          } else {
            note(
              "\(location).\(setting.key)",
              "a setting of one image type among several is not supported yet")
          }
        }
      }
      filters.entries.append(.init(key: type.filter, value: .map(own)))
    }
  }

  /// The chosen filters; settings given under `setting` hold where the image type has none.
  private func configuredFilters() -> SettingMap {
    var chosen = filters
    for index in chosen.entries.indices {
      guard let type = Self.imageTypes.first(where: { $0.filter == chosen.entries[index].key }),
        case .map(var own) = chosen.entries[index].value
      else { continue }
      own.entries += map(type.settings.filter { own[$0.1] == nil }).entries
      if type.filter == "wavelet" {
        own.entries +=
          map([("force2D", "force2D"), ("force2Ddimension", "force2Ddimension")]).entries
      }
      if type.filter == "lbp-2D" {
        own.entries += map([("force2Ddimension", "force2Ddimension")]).entries
        for setting in own.entries.indices {
          // scikit-image does not care about case.
          if case .text(let text) = own.entries[setting].value {
            own.entries[setting].value = .text(text.lowercased())
          }
        }
      }
      chosen.entries[index].value = .map(own)
    }
    return chosen
  }

  private mutating func featureClasses(_ map: SettingMap) {
    var wanted = SettingMap()
    for entry in map.entries {
      guard Self.families.contains(entry.key) else {
        let isKnown = entry.key == "shape2D"
        note(
          "featureClass.\(entry.key) (line \(entry.line))",
          isKnown
            ? "shape2D is not supported yet" : unknownKeyMessage(entry.key, valid: Self.families))
        continue
      }
      var family = SettingMap()
      if case .list(let names) = entry.value, !names.isEmpty {
        family.entries.append(.init(key: "only", value: .list(names)))
      }
      wanted.entries.append(.init(key: entry.key, value: .map(family)))
    }
    families = wanted
  }

  private func value(_ key: String) -> SettingValue? {
    settings.first { $0.key == key && $0.value != .null }?.value
  }

  private func isOn(_ key: String) -> Bool { value(key) == .flag(true) }

  /// Collects those of `pairs` (PyRadiomics name, our name) that are set.
  private func map(_ pairs: [(String, String)]) -> SettingMap {
    SettingMap(
      pairs.compactMap { theirs, ours in value(theirs).map { .init(key: ours, value: $0) } })
  }

  mutating func studyText() -> String {
    var image = SettingMap([
      .init(key: "image", value: .text("image")), .init(key: "mask", value: .text("mask")),
    ])
    if let channel = value("label_channel"), channel != .integer(0) {
      note("setting.label_channel", "masks with several channels are not supported yet")
    }
    if let label = value("label") { image.entries.append(.init(key: "label", value: label)) }
    func add(_ key: String, _ map: SettingMap) {
      if !map.entries.isEmpty { image.entries.append(.init(key: key, value: .map(map))) }
    }
    add("geometry", geometry())
    if isOn("normalize") {
      let map = map([("normalizeScale", "scale"), ("removeOutliers", "removeOutliers")])
      image.entries.append(.init(key: "normalize", value: .map(map)))
    }
    add("resample", resample())
    add(
      "resegment",
      value("resegmentRange") == nil
        ? SettingMap()
        : map([
          ("resegmentRange", "range"), ("resegmentMode", "mode"), ("resegmentShape", "shape"),
        ]))
    add(
      "region",
      map(
        [
          ("minimumROIDimensions", "minimumDimensions"), ("minimumROISize", "minimumSize"),
          ("preCrop", "preCrop"),
        ]
          + (isOn("preCrop") ? [("padDistance", "padDistance")] : [])))
    add(
      "discretisation",
      map(value("binCount") != nil ? [("binCount", "binCount")] : [("binWidth", "binWidth")]))
    add(
      "neighbourhood", map([("force2D", "force2D"), ("force2Ddimension", "force2Ddimension")]))
    if value("additionalInfo") != nil {
      notes.append("additionalInfo has no effect: provenance is always recorded.")
    }
    notes.append(
      "The cohort table is expected as cohort.csv with PyRadiomics' columns Image, Mask and Label"
        + " (or patient_id, image, mask).")
    let study = SettingMap([
      .init(key: "study", value: .text("imported")),
      .init(key: "cohort", value: .text("cohort.csv")),
      .init(key: "output", value: .text("results.h5")),
      .init(key: "profile", value: .text("pyradiomics")),
      .init(
        key: "images",
        value: .map(SettingMap([.init(key: "image", value: .map(image))]))),
      .init(
        key: "filters",
        value: filters.entries.isEmpty ? .list([.text("original")]) : .map(configuredFilters())),
      .init(key: "features", value: .map(configuredFamilies())),
    ])
    return "# Made from the PyRadiomics parameter file \(file)\n"
      + SettingValue.map(study).blockText()
  }

  private mutating func geometry() -> SettingMap {
    if isOn("correctMask") {
      return SettingMap([.init(key: "policy", value: .text("resample-mask"))])
    }
    guard let tolerance = value("geometryTolerance") else { return SettingMap() }
    notes.append(
      "geometryTolerance is a fraction of the voxel size in PyRadiomics; here it is in mm.")
    return SettingMap([
      .init(key: "policy", value: .text("tolerance")), .init(key: "tolerance", value: tolerance),
    ])
  }

  private mutating func resample() -> SettingMap {
    guard let spacing = value("resampledPixelSpacing") else { return SettingMap() }
    if !isOn("correctMask") {
      notes.append(
        "When resampling, PyRadiomics does not compare the grids of image and mask; here they must"
          + " agree, unless geometry.policy says otherwise.")
    }
    var map = SettingMap([.init(key: "spacing", value: spacing)])
    switch value("interpolator") {
    case nil: break
    case .text("sitkBSpline")?, .integer(3)?:
      map.entries.append(.init(key: "interpolator", value: .text("bspline")))
    case .text("sitkLinear")?, .integer(2)?:
      map.entries.append(.init(key: "interpolator", value: .text("linear")))
    case .text("sitkNearestNeighbor")?, .integer(1)?:
      map.entries.append(.init(key: "interpolator", value: .text("nearest")))
    case .some(let other):
      note(
        "setting.interpolator",
        "\(other.kindDescription) is not supported yet; sitkBSpline, sitkLinear and"
          + " sitkNearestNeighbor are")
    }
    if let pad = value("padDistance") { map.entries.append(.init(key: "padDistance", value: pad)) }
    return map
  }

  private func configuredFamilies() -> SettingMap {
    let parameters: [String: [(String, String)]] = [
      "firstorder": [("voxelArrayShift", "voxelArrayShift")],
      "glcm": [
        ("symmetricalGLCM", "symmetrical"), ("distances", "distances"),
        ("weightingNorm", "weightingNorm"),
      ],
      "glrlm": [("weightingNorm", "weightingNorm")],
      "gldm": [("distances", "distances"), ("gldm_a", "alpha")],
      "ngtdm": [("distances", "distances")],
    ]
    var families =
      self.families
      ?? SettingMap(Self.families.map { .init(key: $0, value: .map(SettingMap())) })
    for index in families.entries.indices {
      guard case .map(var family) = families.entries[index].value else { continue }
      family.entries += map(parameters[families.entries[index].key] ?? []).entries
      families.entries[index].value = .map(family)
    }
    return families
  }
}
