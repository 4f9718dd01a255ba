internal import Imaging
package import Overlay
package import Study

/// Draws the volumes of interest of a study on their images, as they are before anything is prepared
/// (uptake, alignment and fusion are done).
package final class OverlayPainter {
  private let plan: StudyPlan
  private let store: ImageStore
  private let finder: RegionFinder

  package init(plan: StudyPlan, source: any ImageSource) {
    self.plan = plan
    store = ImageStore(plan: plan, source: source)
    finder = RegionFinder(plan: plan, store: store)
  }

  /// The VOIs of one image of a row; habitats are not drawn.
  /// - Parameters:
  ///   - row, image: places in the plan's cohort and study.
  ///   - wanted: names of the regions to draw.
  /// - Returns: of each region that is wanted and can be had, its name and its picture.
  /// - Throws: why the image or the mask cannot be had.
  package func thumbnails(
    row: Int, image: Int, of wanted: Set<String>
  ) throws(UnitFailure) -> [(region: String, thumbnail: OverlayThumbnail)] {
    store.begin(unit: plan.unit(row: row, image: image))
    let regions = try finder.volumesOfInterest(row: row, image: image)
    let volume = try store.volume(row: row, image: image)
    var drawn: [(region: String, thumbnail: OverlayThumbnail)] = []
    for case .success(let region) in regions where wanted.contains(region.voi) {
      drawn.append(
        (
          region.voi,
          OverlayThumbnail(
            of: region.mask, on: region.grid, image: volume, named: plan.study.images[image].name)
        ))
    }
    return drawn
  }
}
