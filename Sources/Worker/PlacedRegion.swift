internal import Imaging
internal import Study

/// A region of a row on the grid on which it was drawn or derived.
struct PlacedRegion {
  /// For messages.
  var name: String
  /// As the study names it.
  var voi: String
  var mask: MaskRegion
  var grid: Grid
  /// The mask came with the image, so that the study's rule for differing grids holds; a habitat
  /// lies on the grid of the image that it was found in.
  var isFromFile = true
}

/// A region, or why there is none.
typealias RegionOutcome = Result<PlacedRegion, PreparationError>

/// Finds the volumes of interest of a row.
struct RegionFinder {
  let plan: StudyPlan
  let store: ImageStore

  /// The VOIs of one image of a row, in the study's order.
  /// - Throws: when the tumour itself cannot be had.
  func volumesOfInterest(row index: Int, image: Int) throws(UnitFailure) -> [RegionOutcome] {
    let row = plan.cohort.rows[index]
    let labels = try store.labels(row.masks[image])
    let tumour = try tumour(row: row, image: image, labels)
    let preparation = try store.preparation(row: index, image: image)
    var outcomes: [RegionOutcome] = []
    for (voi, excludedFile) in zip(plan.study.vois, row.excluded) {
      let excluded = try excludedAnatomy(excludedFile, voi.parameters, like: labels.grid)
      let derived = Result { () throws(PreparationError) in
        let mask = try voi.parameters.derive(
          from: tumour, on: labels.grid, excluded: excluded, image: preparation.image,
          named: name(of: row, image))
        return PlacedRegion(
          name: regionName(voi.name, row, image), voi: voi.name, mask: mask, grid: labels.grid)
      }
      if case .success(let region) = derived {
        outcomes.append(try store.overlap(of: image, row: index, with: region))
      } else {
        outcomes.append(derived)
      }
    }
    return outcomes
  }

  /// The tumour of a row: a label, or one connected component of it.
  private func tumour(
    row: CohortRow, image: Int, _ labels: LabelVolume
  ) throws(UnitFailure) -> MaskRegion {
    do throws(PreparationError) {
      let whole = try labels.volumeOfInterest(UInt32(row.labels[image]))
      guard let lesions = plan.study.lesions, row.component > 0 else { return whole }
      let found = whole.lesions(
        spacing: labels.grid.spacing, connectivity: lesions.connectivity.neighbourCount,
        minimumVolume: lesions.minimumVolume)
      guard found.indices.contains(row.component - 1) else {
        let limit = lesions.minimumVolume > 0 ? " of at least \(lesions.minimumVolume) mm3" : ""
        throw PreparationError(
          .labelAbsent,
          found.isEmpty
            ? "label \(row.labels[image]) has no connected component\(limit) (lesions.minimumVolume)"
            : "label \(row.labels[image]) has \(found.count) connected components\(limit); component "
              + "\(row.component) was asked for")
      }
      return found[row.component - 1]
    } catch {
      throw UnitFailure(file: row.masks[image], message: error.message)
    }
  }

  /// The anatomy that a VOI leaves out; nil where it names none.
  private func excludedAnatomy(
    _ file: String, _ parameters: VOIParameters, like grid: Grid
  ) throws(UnitFailure) -> MaskRegion? {
    if file.isEmpty { return nil }
    let labels = try store.labels(file)
    guard let region = labels.region(ofAny: UInt32(parameters.excludeLabel)) else { return nil }
    return labels.grid == grid ? region : region.resampled(from: labels.grid, onto: grid)
  }

  private func name(of row: CohortRow, _ image: Int) -> String {
    "label \(row.labels[image])" + (row.component > 0 ? ", lesion \(row.component)" : "")
  }

  /// "label 1" in a study of the tumour alone, as in a study without `vois`.
  private func regionName(_ voi: String, _ row: CohortRow, _ image: Int) -> String {
    plan.study.regionNames.count > 1 ? "\(voi) of \(name(of: row, image))" : name(of: row, image)
  }
}
