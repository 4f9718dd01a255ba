internal import Components
internal import Fusion
package import Features
internal import Filters
internal import Imaging

/// One column of `/X`.
package struct StudyColumn: Hashable, Sendable {
  package var name: String
  package var image: String
  /// Name of the VOI or habitat.
  package var region: String
  package var imageType: String
  package var family: String
  package var feature: FeatureDescriptor
}

/// The closed list of rows, columns and units of a study: everything is decided before compute.
///
/// The stages form a DAG (`stages`). A unit is an integer that `task(_:)` decodes, so millions of
/// them cost nothing to hold or to send. Units 0 ..< rows x images extract; those behind them
/// sample voxels, one for each row.
package struct StudyPlan: Sendable {
  package let study: StudyFile
  package let cohort: Cohort
  package let columns: [StudyColumn]
  /// Per image: its columns in `columns`. All regions of an image have equally many columns, one
  /// region after the other.
  package let blocks: [Range<Int>]

  package init(study: StudyFile, cohort: Cohort) {
    self.study = study
    self.cohort = cohort
    var columns: [StudyColumn] = []
    var blocks: [Range<Int>] = []
    let regions = study.regionNames
    for image in study.images {
      let start = columns.count
      for region in regions {
        let prefix = study.prefix(image: image.name, region: region)
        func append(_ family: ConfiguredFamily, _ imageType: String) {
          for feature in family.descriptors {
            columns.append(
              StudyColumn(
                name: "\(prefix)\(imageType)_\(family.id)_\(feature.name)", image: image.name,
                region: region, imageType: imageType, family: family.id.name, feature: feature))
          }
        }
        for family in image.families where family.scope == .perVOI { append(family, "original") }
        for filter in image.filters {
          for response in filter.filter.responseNames {
            for family in image.families where family.scope == .perResponse {
              append(family, response)
            }
          }
        }
      }
      blocks.append(start..<columns.count)
    }
    self.columns = columns
    self.blocks = blocks
  }

  /// Units that give rows of `/X`.
  package var extractionUnits: Range<Int> { 0..<(cohort.rows.count * study.images.count) }

  /// Units that sample voxels for the habitats of the cohort.
  package var samplingUnits: Range<Int> {
    let first = extractionUnits.upperBound
    return first..<(first + (study.fitsCohortHabitats ? cohort.rows.count : 0))
  }

  package var unitCount: Int { samplingUnits.upperBound }

  /// The stages in an order in which they can run.
  package var stages: [StudyStage] {
    let inventory = StudyStage(name: .inventory, units: 0..<0)
    let habitats: [StudyStage] =
      study.fitsCohortHabitats
      ? [
        StudyStage(name: .sample, units: samplingUnits),
        StudyStage(name: .fit, units: 0..<0),
      ] : []
    return [inventory] + habitats + [
      StudyStage(name: .extract, units: extractionUnits),
      StudyStage(name: .gather, units: 0..<0),
    ]
  }

  package func task(_ unit: Int) -> StudyTask {
    samplingUnits.contains(unit)
      ? .sampleHabitats(row: unit - samplingUnits.lowerBound)
      : .extract(row: unit / study.images.count, image: unit % study.images.count)
  }

  package func unit(row: Int, image: Int) -> Int { row * study.images.count + image }

  /// Index of the row that a unit works on.
  package func row(ofUnit unit: Int) -> Int {
    switch task(unit) {
    case .extract(let row, _), .sampleHabitats(let row): row
    }
  }

  /// Index of the image on whose grid a unit works.
  package func mainImage(ofUnit unit: Int) -> Int {
    switch task(unit) {
    case .extract(_, let image): image
    case .sampleHabitats: study.habitatImages[0]
    }
  }

  /// What a unit does with its row: the image's name, or "habitats".
  package func part(ofUnit unit: Int) -> String {
    switch task(unit) {
    case .extract(_, let image): study.images[image].name
    case .sampleHabitats: "habitats"
    }
  }

  /// Patient, lesion, session and image of a unit, for messages.
  package func name(ofUnit unit: Int) -> String {
    let row = cohort.rows[row(ofUnit: unit)].name
    if case .extract = task(unit), study.images.count == 1 { return row }
    return "\(row) (\(part(ofUnit: unit)))"
  }

  /// Begin of the names of the files that show a unit's regions and maps: row and image, in
  /// letters that every file system takes. Different for different units.
  package func mapName(ofUnit unit: Int) -> String {
    let index = row(ofUnit: unit)
    let row = cohort.rows[index].name
    let plain = String(
      row.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" })
    let name = plain == row ? plain : "\(plain)-row\(index + 1)"
    return study.images.count > 1 ? "\(name)_\(part(ofUnit: unit))" : name
  }

  /// Every file that a unit reads, each once.
  package func inputs(ofUnit unit: Int) -> [UnitFile] {
    switch task(unit) {
    case .extract(let row, let image):
      let habitats = study.habitats == nil ? [] : study.habitatImages
      return files(row: row, images: [image] + habitats, masksOf: [image] + habitats.prefix(1))
    case .sampleHabitats(let row):
      return files(
        row: row, images: study.habitatImages, masksOf: [study.habitatImages[0]])
    }
  }

  /// Files of some images with those that they are aligned to or made of, then the masks.
  private func files(row index: Int, images: [Int], masksOf masked: [Int]) -> [UnitFile] {
    let row = cohort.rows[index]
    var result: [UnitFile] = []
    func add(_ role: UnitFile.Role, _ name: String) {
      if name.isEmpty || result.contains(where: { $0.role == role }) { return }
      result.append(UnitFile(role: role, name: name, path: cohort.resolve(name)))
    }
    for image in images {
      for source in study.sources(ofImage: image) { add(.image(source), row.images[source]) }
    }
    for image in masked where !result.contains(where: { $0.isMask && $0.name == row.masks[image] })
    {
      add(.mask(image), row.masks[image])
    }
    for (voi, name) in row.excluded.enumerated() { add(.excluded(voi: voi), name) }
    return result
  }

  /// Bytes of `/X`.
  package var resultBytes: Int { cohort.rows.count * columns.count * 8 }

  /// A text that changes whenever a stored number could: settings, columns and rows, but not
  /// clinical columns or paths. Its hash names the study in journals and results.
  package var identity: String {
    var lines = [
      "radcohort-plan 3", "profile \(study.profile.rawValue)",
      "filterDomain \(study.filterDomain.rawValue)", "diagnostics \(study.diagnostics)",
    ]
    if study.habitats != nil { lines.append("seed \(study.seed)") }
    lines += StudyFile.settings.filter { $0.key != "columns" }.map { "\($0.key) \($0.text(study))" }
    lines += study.vois.map { "voi \($0.name) \($0.parameters.encoded().flowText)" }
    for image in study.images {
      lines.append("image \(image.name)")
      lines += ImageSection.settings.map { "\($0.key) \($0.text(image))" }
      for filter in image.filters {
        lines.append("filter \(filter.id) \(encodedParameters(of: filter.filter))")
      }
      for family in image.families {
        lines.append("family \(family.id) \(encodedParameters(of: family.family))")
      }
    }
    lines += columns.map { "column \($0.name)" }
    lines += cohort.rows.enumerated().map { index, row in
      let split = study.fitsCohortHabitats ? "\u{1F}\(cohort.isTraining(index))" : ""
      return "row \(row.patient)\u{1F}\(row.lesion)\u{1F}\(row.session)\u{1F}\(row.labels)"
        + "\u{1F}\(row.component)\u{1F}\(row.uptakeFactors)\(split)"
    }
    return lines.joined(separator: "\n")
  }
}

extension StudyFile {
  /// What stands before the image type in a column's name: image and region, where there are
  /// several.
  package func prefix(image: String, region: String) -> String {
    (images.count > 1 ? image + "_" : "") + (regionNames.count > 1 ? region + "_" : "")
  }

  /// The images whose files an image is made from: itself, the two of a fusion, and what they are
  /// aligned to.
  package func sources(ofImage index: Int) -> [Int] {
    let image = images[index]
    func named(_ name: String) -> [Int] {
      images.firstIndex { $0.name == name }.map { [$0] } ?? []
    }
    if let fusion = image.fusion { return fusion.of.flatMap { named($0).flatMap(sources) } }
    return [index] + (image.alignment.map { named($0.to) } ?? [])
  }
}

extension StudyFile {
  /// The image whose file has the grid of an image after alignment and fusion.
  package func gridSource(ofImage index: Int) -> Int {
    let image = images[index]
    let name = image.fusion?.of[0] ?? image.alignment?.to
    guard let name, let other = images.firstIndex(where: { $0.name == name }) else { return index }
    return gridSource(ofImage: other)
  }
}

private func encodedParameters(of component: some Component) -> String {
  component.parameters.encoded().flowText
}
