package import Habitats
package import Imaging
package import Overlay
package import Study

/// Draws the regions of a study on their images, as these are before anything is prepared (uptake,
/// alignment and fusion are done).
package final class OverlayPainter {
  private let plan: StudyPlan
  private let store: ImageStore
  private let finder: RegionFinder
  private let habitats: HabitatFinder?
  /// Those of the row that was asked for last.
  private var foundHabitats: (row: Int, regions: PlacedHabitats)?

  /// Some of the habitats of a row, in order of their labels, on one grid.
  private typealias PlacedHabitats = (regions: [MaskRegion?], grid: Grid)

  /// A region, or all habitats, of a row on one of its images.
  package struct Painting {
    /// The region's voxels on its own grid; of each habitat, where there are habitats.
    package var voxelCounts: [Int]
    package var thumbnail: OverlayThumbnail
  }

  /// - Parameter habitats: those of the cohort, where the study has them fitted.
  package init(plan: StudyPlan, source: any ImageSource, habitats: HabitatModel?) {
    self.plan = plan
    store = ImageStore(plan: plan, source: source)
    finder = RegionFinder(plan: plan, store: store)
    self.habitats = plan.study.habitats.map { [finder, store] section in
      HabitatFinder(plan: plan, section: section, store: store, finder: finder, model: habitats)
    }
  }

  /// The first file of a unit whose SHA-256 is none of `known`, as the cohort table says.
  /// - Throws: a file that cannot be read.
  package func changedFile(
    row: Int, image: Int, known: Set<String>
  ) throws(UnitFailure) -> String? {
    let unit = plan.unit(row: row, image: image)
    store.begin(unit: unit)
    return zip(plan.inputs(ofUnit: unit), try store.inputHashes(ofUnit: unit))
      .first { !known.contains($1) }?.0.name
  }

  /// The VOIs of one image of a row.
  /// - Parameters:
  ///   - row, image: places in the plan's cohort and study.
  ///   - wanted: names of the VOIs to draw.
  /// - Returns: of each VOI that is wanted and can be had, its name and its picture.
  /// - Throws: why the image or the mask cannot be had.
  package func regions(
    row: Int, image: Int, of wanted: Set<String>
  ) throws(UnitFailure) -> [(name: String, painting: Painting)] {
    store.begin(unit: plan.unit(row: row, image: image))
    let regions = try finder.volumesOfInterest(row: row, image: image)
    let volume = try store.volume(row: row, image: image)
    var drawn: [(name: String, painting: Painting)] = []
    for case .success(let region) in regions where wanted.contains(region.voi) {
      let thumbnail = OverlayThumbnail(
        of: region.mask, on: region.grid, image: volume, named: plan.study.images[image].name)
      drawn.append(
        (region.voi, Painting(voxelCounts: [region.mask.count], thumbnail: thumbnail)))
    }
    return drawn
  }

  /// The habitats of a row on one of its images.
  /// - Parameters:
  ///   - isWanted: of each habitat.
  ///   - map: their labels as a run wrote them; nil finds the habitats again, to the same bits.
  /// - Returns: nil where there is none of those that are wanted.
  /// - Throws: why image, mask or habitats cannot be had.
  package func habitats(
    row: Int, image: Int, _ isWanted: [Bool], map: LabelVolume?
  ) throws(UnitFailure) -> Painting? {
    store.begin(unit: plan.unit(row: row, image: image))
    let placed: PlacedHabitats?
    if let map {
      placed = (isWanted.indices.map { map.region(of: UInt32($0 + 1)) }, map.grid)
    } else {
      placed = try found(row: row)
    }
    guard let placed else { return nil }
    let regions = zip(placed.regions, isWanted).map { $1 ? $0 : nil }
    let volume = try store.volume(row: row, image: image)
    return OverlayThumbnail(
      of: regions, on: placed.grid, image: volume, named: plan.study.images[image].name
    ).map { Painting(voxelCounts: regions.map { $0?.count ?? 0 }, thumbnail: $0) }
  }

  /// The habitats of a row as its run found them; nil where it has none.
  private func found(row: Int) throws(UnitFailure) -> PlacedHabitats? {
    if let foundHabitats, foundHabitats.row == row { return foundHabitats.regions }
    guard let habitats, habitats.model != nil || !plan.study.fitsCohortHabitats else {
      throw UnitFailure(file: "", message: "the habitats of the cohort are not in the result")
    }
    let outcomes = try habitats.regions(row: row, maps: nil)
    guard let grid = outcomes.lazy.compactMap({ try? $0.get().grid }).first else { return nil }
    let placed = (outcomes.map { try? $0.get().mask }, grid)
    foundHabitats = (row, placed)
    return placed
  }
}
