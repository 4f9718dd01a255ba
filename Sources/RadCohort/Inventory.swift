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
  /// Units with at least one problem.
  let badUnitCount: Int

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
    var badUnits = 0
    for unit in 0..<plan.unitCount {
      guard case .extract(_, let imageIndex) = plan.task(unit) else { continue }
      let section = plan.study.images[imageIndex]
      let inputs = plan.inputs(ofUnit: unit)
      let name = plan.name(ofUnit: unit)
      let problemsBefore = problems.count
      var grids: [Grid] = []
      var cost = 0.0
      for (input, what) in zip(inputs, ["image", "mask"]) {
        switch header(input.path) {
        case .success(let header):
          grids.append(header.grid)
          cost += Double(header.grid.voxelCount)
        case .failure(let error):
          problems.append(
            Problem("patient \(name), \(what)", "\(input.path): \(error.message)"))
        }
      }
      if grids.count == 2 {
        do throws(PreparationError) {
          _ = try section.preparation.geometry.accept(image: grids[0], mask: grids[1])
        } catch {
          problems.append(
            Problem("patient \(name), mask", "\(inputs[1].path): \(error.message)"))
        }
        cost += resampledVoxels(grids[0], section.preparation.resample)
      }
      costs.append(cost)
      if problems.count > problemsBefore { badUnits += 1 }
    }
    self.costs = costs
    self.problems = problems
    badUnitCount = badUnits
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
