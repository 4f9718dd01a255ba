internal import Components
internal import Imaging
internal import NIfTIAdapter
internal import Study

/// What the headers say of every unit, before any voxel is read: cost, and what is wrong.
struct Inventory {
  /// Estimated cost of each unit: voxels, or table cells.
  let costs: [Double]
  /// Everything that is wrong with images and masks, in unit order.
  let problems: [Problem]
  /// Units with at least one problem.
  let badUnitCount: Int

  /// - Parameter costs: of units that read no files.
  init(costs: [Double]) {
    self.costs = costs
    problems = []
    badUnitCount = 0
  }

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
      let name = plan.name(ofUnit: unit)
      let problemsBefore = problems.count
      var grids: [UnitFile.Role: Grid] = [:]
      var cost = 0.0
      let inputs = plan.inputs(ofUnit: unit)
      for input in inputs {
        switch header(input.path) {
        case .success(let header):
          grids[input.role] = header.grid
          cost += Double(header.grid.voxelCount)
        case .failure(let error):
          problems.append(
            Problem(
              "patient \(name), \(plan.study.description(of: input.role))",
              "\(input.path): \(error.message)"))
        }
      }
      let image = plan.mainImage(ofUnit: unit)
      let section = plan.study.images[image]
      if let grid = grids[.image(plan.study.gridSource(ofImage: image))],
        let mask = grids[.mask(image)]
      {
        do throws(PreparationError) {
          _ = try section.preparation.geometry.accept(image: grid, mask: mask)
        } catch {
          let path = inputs.first { $0.role == .mask(image) }?.path ?? ""
          problems.append(Problem("patient \(name), mask", "\(path): \(error.message)"))
        }
        let work =
          plan.extractionUnits.contains(unit)
          ? plan.study.regionNames.count * section.filters.count : 1
        cost += resampledVoxels(grid, section.preparation.resample) * Double(work)
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

extension StudyFile {
  fileprivate func description(of role: UnitFile.Role) -> String {
    switch role {
    case .image(let image): images.count > 1 ? "image \(images[image].name)" : "image"
    case .mask(let image): images.count > 1 ? "mask of \(images[image].name)" : "mask"
    case .excluded(let voi): "mask that \(vois[voi].name) leaves out"
    }
  }
}
