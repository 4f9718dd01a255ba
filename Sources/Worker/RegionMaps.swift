internal import Components
internal import Features
internal import Imaging
internal import Study

/// Makes the feature maps of one region and writes them as they become possible: those of an image
/// type when its response is there.
struct RegionMaps {
  let parameters: VoxelMapParameters
  let columns: [VoxelMapColumn]
  let section: ImageSection
  let profile: Profile
  let sink: any MapSink
  /// Begin of the files' names: row, image and region.
  let prefix: String

  /// Writes the maps of the original image, of the VOI alone or, with kernels that reach beyond it,
  /// of the image around it as well.
  func writeOriginal(_ prepared: PreparedRegion) throws(FeatureError) {
    let rule = section.preparation.levelRule(in: profile)
    guard !parameters.maskedKernel, let around = prepared.surroundings else {
      try write(prepared.box, on: prepared.boxGrid, imageType: "original", rule)
      return
    }
    let (box, place) = around.voxelBox(margin: parameters.kernelRadius)
    try write(box, on: around.image.grid.part(place), imageType: "original", rule)
  }

  /// Writes the maps of an image type that its image's families give.
  /// - Parameters:
  ///   - box: its values in the VOI, or with a margin around it.
  ///   - grid: of the box.
  func write(
    _ box: VoxelBox, on grid: Grid, imageType: String, _ levelRule: LevelRule
  ) throws(FeatureError) {
    let ids = section.families.map { $0.id }
    let wanted = columns.filter { $0.imageType == imageType && ids.contains($0.family) }
    if wanted.isEmpty { return }
    let kernels = try VoxelMapKernels(
      box, parameters: parameters, discretisation: section.discretisation, levelRule: levelRule,
      neighbourhood: section.neighbourhood)
    let maps = try kernels.maps(of: wanted, families: section.families.map { $0.family })
    for (column, map) in zip(wanted, maps) {
      let volume = Volume(grid: grid, voxels: .float64(map.values))
      do throws(MapError) {
        try sink.write(volume, named: "\(prefix)_\(column.name)")
      } catch {
        throw FeatureError(error.message)
      }
    }
  }
}

extension VoxelMapKernels {
  /// The maps of some columns, in their order.
  /// - Throws: also where a column's family is not among `families`.
  func maps(
    of columns: [VoxelMapColumn], families: [any FeatureFamily]
  ) throws(FeatureError) -> [VoxelMap] {
    var result: [VoxelMap] = []
    for column in columns {
      guard let family = families.first(where: { type(of: $0).id == column.family }) else {
        throw FeatureError("\(column.name): the study does not compute \(column.family)")
      }
      result += try maps(of: family, features: [column.feature])
    }
    return result
  }
}
