internal import Components
internal import Imaging
internal import NIfTIAdapter
internal import Study

/// What the headers say of every unit, before any voxel is read: cost, and what is wrong.
struct Inventory {
  /// Estimated cost of each unit, in voxels.
  let costs: [Double]
  /// Everything that is wrong with images and masks, in unit order.
  let problems: [Problem]
  /// Largest image, in voxels, and bytes per voxel; for the estimate of memory.
  let largestImageBytes: Int

  init(plan: StudyPlan) {
    var costs: [Double] = []
    var problems: [Problem] = []
    var headers: [String: Result<ImageHeader, ImageFileError>] = [:]
    func header(_ path: String) -> Result<ImageHeader, ImageFileError> {
      if let known = headers[path] { return known }
      let result = Result { () throws(ImageFileError) in try ImageFile.readHeader(path) }
      headers[path] = result
      return result
    }
    var largest = 0
    for unit in 0..<plan.unitCount {
      guard case .extract(_, let imageIndex) = plan.task(unit) else { continue }
      let section = plan.study.images[imageIndex]
      let paths = plan.inputPaths(ofUnit: unit)
      let name = plan.name(ofUnit: unit)
      var grids: [Grid] = []
      var cost = 0.0
      for (path, what) in zip(paths, ["image", "mask"]) {
        switch header(path) {
        case .success(let header):
          grids.append(header.grid)
          cost += Double(header.grid.voxelCount)
          largest = max(largest, header.grid.voxelCount * header.pixelType.byteCount)
        case .failure(let error):
          problems.append(Problem("patient \(name), \(what)", error.description))
        }
      }
      if grids.count == 2 {
        do throws(PreparationError) {
          _ = try section.geometry.accept(image: grids[0], mask: grids[1])
        } catch {
          problems.append(Problem("patient \(name), mask", "\(paths[1]): \(error.message)"))
        }
        cost += resampledVoxels(grids[0], section.resample)
      }
      costs.append(cost)
    }
    self.costs = costs
    self.problems = problems
    largestImageBytes = largest
  }
}

/// Voxels of the image on the grid that it is resampled to.
private func resampledVoxels(_ grid: Grid, _ resample: ResampleParameters?) -> Double {
  guard let resample else { return Double(grid.voxelCount) }
  var voxels = Double(grid.voxelCount)
  for (axis, spacing) in resample.spacing.enumerated() where spacing > 0 {
    voxels *= grid.spacing[axis] / spacing
  }
  return voxels
}
