internal import Components
package import Features
internal import Filters
internal import Fusion
internal import Habitats
internal import Imaging

extension StudyFile {
  /// All groups of settings of a study.
  package static let settings: [SettingsGroup<StudyFile>] = [
    .always("columns", \.columns, "Which cohort columns mean what."),
    .optional("lesions", \.lesions, "Each connected component of the mask becomes a row."),
    .optional("habitats", \.habitats, "Clusters of voxels as VOIs."),
    .optional("maps", \.maps, "Voxel-wise maps of features, written as NIfTI."),
  ]
}

extension StudyFile {
  /// Names of all regions that features are computed of, in the order of columns: the VOIs, then
  /// the habitats.
  package var regionNames: [String] {
    vois.map(\.name) + (habitats?.regionNames ?? [])
  }

  /// Index of the VOI that the habitats divide.
  package var dividedVOI: Int {
    guard let name = habitats?.voi, !name.isEmpty else { return 0 }
    return vois.firstIndex { $0.name == name } ?? 0
  }

  /// Indices of the images that habitats are made of; the first one's grid is theirs.
  package var habitatImages: [Int] {
    guard let names = habitats?.images, !names.isEmpty else { return Array(images.indices) }
    return names.compactMap { name in images.firstIndex { $0.name == name } }
  }

  /// Whether the habitats are fitted on voxels of all training patients.
  package var fitsCohortHabitats: Bool { habitats?.clustering.scope == .cohort }

  /// What can be wrong between sections.
  func crossCheck(_ problems: inout [Problem]) {
    let names = images.map(\.name)
    func unknown(_ name: String, _ place: String, _ what: String, _ valid: [String]) {
      problems.append(
        Problem(
          place, "\"\(name)\" is no \(what) of this study (valid: \(valid.joined(separator: ", ")))"
        ))
    }
    for image in images {
      checkSources(of: image, names, &problems)
      problems +=
        (image.preparation.problems(in: profile) + image.discretisation.problems(in: profile)).map {
          Problem("images.\(image.name).\($0.location)", $0.message)
        }
    }
    if let maps {
      do throws(InvalidInput) {
        for column in try maps.columns() { checkMap(column, maps, &problems) }
      } catch {
        problems += error.problems.map { Problem("maps.\($0.location)", $0.message) }
      }
    }
    if let habitats {
      checkHabitatMaps(habitats, &problems)
      let voiNames = vois.map(\.name)
      if !habitats.voi.isEmpty, !voiNames.contains(habitats.voi) {
        unknown(habitats.voi, "habitats.voi", "VOI", voiNames)
      }
      for name in habitats.images where !names.contains(name) {
        unknown(name, "habitats.images", "image", names)
      }
      if Set(habitats.images).count < habitats.images.count {
        problems.append(Problem("habitats.images", "an image is named twice"))
      }
    }
    let masks = Set(images.map(\.maskColumn))
    if lesions != nil, Set(images.map(\.label)).count > 1 {
      problems.append(Problem("lesions", "all images need the same label when lesions become rows"))
    }
    if lesions != nil, masks.count > 1 {
      problems.append(
        Problem(
          "lesions",
          "all images need the same mask column when lesions become rows; found "
            + masks.sorted().joined(separator: ", ")))
    }
  }

  /// Local features are of families of the first image that is clustered.
  private func checkHabitatMaps(_ habitats: HabitatSection, _ problems: inout [Problem]) {
    func add(_ message: String) { problems.append(Problem("habitats.maps", message)) }
    let image = habitatImages.first.map { images[$0] }
    for (index, name) in habitats.maps.enumerated() {
      guard let column = VoxelMapColumn(name), column.imageType == "original" else {
        add("\"\(name)\" is no column of the original image, such as original_glcm_JointEntropy")
        continue
      }
      let families = (image?.families ?? []).map { $0.family }.filter { $0.hasMaps }
      let valid = families.flatMap { family in
        family.columns.map { "original_\(type(of: family).id)_\($0.name)" }
      }
      if habitats.maps[..<index].contains(name) {
        add("\"\(name)\" is given twice")
      } else if let image, !valid.contains(name) {
        let hint = nearest(to: name, in: valid).map { "; did you mean \"\($0)\"?" } ?? ""
        let ids = families.map { "\(type(of: $0).id)" }.joined(separator: ", ")
        add(
          "\"\(name)\" is no local feature of image \(image.name)\(hint) (families of it that have"
            + " values at a voxel: \(ids))")
      }
    }
  }

  /// A map is of an image type and a family of at least one image.
  private func checkMap(
    _ column: VoxelMapColumn, _ maps: VoxelMapParameters, _ problems: inout [Problem]
  ) {
    let isThere = images.contains { image in
      image.filters.contains { $0.filter.responseNames.contains(column.imageType) }
        && image.families.contains { family in
          family.id == column.family && family.family.hasMaps
            && family.family.columns.contains { $0.name == column.feature }
        }
    }
    if !isThere {
      problems.append(
        Problem(
          "maps.features",
          "\"\(column.name)\" is no column of this study's images that has values at a voxel"))
    } else if !maps.maskedKernel, column.imageType != "original" {
      problems.append(
        Problem(
          "maps.maskedKernel",
          "false needs columns of the original image; \"\(column.name)\" is one of a filter"))
    }
  }

  /// `align` and `fusion` name images of the study that are read from files.
  private func checkSources(
    of image: ImageSection, _ names: [String], _ problems: inout [Problem]
  ) {
    func check(_ name: String, _ key: String) {
      let place = "images.\(image.name).\(key)"
      guard let other = images.first(where: { $0.name == name }) else {
        problems.append(
          Problem(
            place,
            "\"\(name)\" is no image of this study (images: \(names.joined(separator: ", ")))"))
        return
      }
      if other.name == image.name {
        problems.append(Problem(place, "an image cannot refer to itself"))
      } else if other.fusion != nil {
        problems.append(Problem(place, "\"\(name)\" is a fusion itself; name an image with a file"))
      } else if key == "align.to", other.alignment != nil {
        problems.append(Problem(place, "\"\(name)\" is aligned itself; name an image that is not"))
      }
    }
    func collect(_ key: String, _ check: () throws(InvalidInput) -> Void) {
      do throws(InvalidInput) {
        try check()
      } catch {
        problems += error.problems.map {
          Problem("images.\(image.name).\(key).\($0.location)", $0.message)
        }
      }
    }
    if let uptake = image.uptake { collect("suv", uptake.check) }
    if let alignment = image.alignment {
      collect("align", alignment.check)
      if !alignment.to.isEmpty { check(alignment.to, "align.to") }
    }
    if let fusion = image.fusion {
      collect("fusion", fusion.check)
      for name in fusion.of { check(name, "fusion.of") }
      if image.uptake != nil || image.alignment != nil {
        problems.append(
          Problem(
            "images.\(image.name)", "a fusion has no suv or align; give them to its two images"))
      }
    }
  }
}

extension StudyFile {
  /// What is clustered, in order: intensities of the images, then maps of the first image.
  package var habitatFeatureNames: [String] {
    habitatImages.map { images[$0].name } + (habitats?.maps ?? [])
  }

  /// The columns of `maps.features`.
  package var mapColumns: [VoxelMapColumn] {
    (maps?.features ?? []).compactMap { VoxelMapColumn($0) }
  }

  /// The columns of `habitats.maps`.
  package var habitatMaps: [VoxelMapColumn] {
    (habitats?.maps ?? []).compactMap { VoxelMapColumn($0) }
  }
}
