internal import Components
internal import Features
internal import Habitats
internal import Imaging
internal import Study

/// Divides a VOI of a row into habitats, on the grid of the first image that is clustered.
struct HabitatFinder {
  let plan: StudyPlan
  let section: HabitatSection
  let store: ImageStore
  let finder: RegionFinder
  /// Those of the cohort; nil divides every row by itself.
  let model: HabitatModel?

  /// Index of the image whose grid the habitats have.
  var image: Int { plan.study.habitatImages[0] }

  /// The habitats of a row in order of their labels; those that it does not have come with the
  /// reason.
  /// - Parameter maps: where the label map goes; nil writes none.
  func regions(row: Int, maps: (any MapSink)?) throws(UnitFailure) -> [RegionOutcome] {
    let names = section.regionNames
    switch try voxels(row: row) {
    case .failure(let error): return names.map { _ in .failure(error) }
    case .success(let voxels):
      let labels: [UInt8]
      let count: Int
      do throws(HabitatError) {
        let model = try fitted(to: voxels.sample, row: row)
        labels = model.partition(voxels.sample, section.clustering).labels
        count = model.count
      } catch {
        let reason = PreparationError(.habitats, "habitats of \(voxels.name): \(error.message)")
        return names.map { _ in .failure(reason) }
      }
      try maps.map { maps throws(UnitFailure) in try write(labels, of: voxels, row: row, to: maps) }
      return names.indices.map { index in
        voxels.region(of: UInt8(index + 1), named: names[index], labels)
          ?? .failure(missing(index + 1, ofHabitats: count, in: voxels.name))
      }
    }
  }

  /// Why a VOI has no habitat of a number.
  private func missing(_ number: Int, ofHabitats count: Int, in name: String) -> PreparationError {
    let clustering = section.clustering
    if number > count {
      return PreparationError(
        .habitats, "of at most k = \(clustering.k) habitats of \(name) the BIC chose \(count)")
    }
    let few =
      clustering.minimumSize > 1
      ? "fewer than minimumSize = \(clustering.minimumSize) voxels" : "no voxel"
    return PreparationError(
      .habitats, "\(few) of \(name) \(clustering.minimumSize > 1 ? "are" : "is") in it")
  }

  /// The habitats of the cohort, or those of a row by itself.
  private func fitted(
    to sample: VoxelSample, row: Int
  ) throws(HabitatError) -> HabitatModel {
    if let model { return model }
    return try HabitatModel.fit(
      sample, section.clustering, seed: plan.study.seed, index: UInt64(row))
  }

  /// The seeded sample of voxels that a training row gives to the habitats of the cohort, row by
  /// row; empty for a row that is not for training.
  func sample(row: Int) throws(UnitFailure) -> [Double] {
    guard plan.cohort.isTraining(row) else { return [] }
    switch try voxels(row: row) {
    case .failure(let error):
      throw UnitFailure(file: plan.cohort.rows[row].masks[image], message: error.message)
    case .success(let voxels):
      let chosen = VoxelSampler.indices(
        count: voxels.sample.count, size: section.clustering.sampleSize, seed: plan.study.seed,
        row: UInt64(row))
      return voxels.sample.rows(chosen).values
    }
  }

  /// The voxels of the VOI that is divided, with what is clustered.
  private func voxels(row: Int) throws(UnitFailure) -> Result<HabitatVoxels, PreparationError> {
    let vois = try finder.volumesOfInterest(row: row, image: image)
    let preparation = try store.preparation(row: row, image: image)
    let others = plan.study.habitatImages.dropFirst()
    var otherImages: [Volume] = []
    for other in others {
      otherImages.append(try store.preparation(row: row, image: other).image)
    }
    var voi = vois[plan.study.dividedVOI]
    for other in others {
      if case .success(let region) = voi {
        voi = try store.overlap(of: other, row: row, with: region)
      }
    }
    return voi.flatMap { voi in
      Result { () throws(PreparationError) in
        let prepared = try preparation.region(
          of: voi.mask, on: voi.grid, named: voi.name, checksGeometry: voi.isFromFile,
          wholeBox: false, working: false, surroundings: 0)
        var columns = [prepared.box.valuesInside]
        for (index, image) in zip(others, otherImages) {
          columns.append(try values(of: image, plan.study.images[index].name, in: prepared))
        }
        columns += try localFeatures(of: prepared)
        return HabitatVoxels(
          name: voi.name, grid: prepared.grid, box: prepared.indexBox, mask: prepared.box.mask,
          sample: VoxelSample(names: plan.study.habitatFeatureNames, columns: columns))
      }
    }
  }

  /// Linear interpolation of another image at the voxels of the VOI.
  private func values(
    of image: Volume, _ name: String, in prepared: PreparedRegion
  ) throws(PreparationError) -> [Double] {
    let (grid, box) = (prepared.grid, prepared.indexBox)
    do throws(PreparationError) {
      try checkInside(box, of: grid, image: image.grid, byCentres: true)
    } catch {
      throw PreparationError(.habitats, "image \(name) does not cover the VOI: \(error.message)")
    }
    let values = ImageSampler(image, interpolator: .linear)
      .values(onto: grid, box: box, where: prepared.box.mask)
    return zip(values, prepared.box.mask).compactMap { $1 == 1 ? $0 : nil }
  }

  /// Feature maps of the first image, one column each.
  private func localFeatures(
    of prepared: PreparedRegion
  ) throws(PreparationError) -> [[Double]] {
    if section.maps.isEmpty { return [] }
    let image = plan.study.images[image]
    var parameters = VoxelMapParameters()
    parameters.features = section.maps
    parameters.kernelRadius = section.kernelRadius
    do throws(FeatureError) {
      let kernels = try VoxelMapKernels(
        prepared.box, parameters: parameters, discretisation: image.discretisation,
        levelRule: image.preparation.levelRule(in: plan.study.profile),
        neighbourhood: image.neighbourhood)
      let maps = try kernels.maps(
        of: plan.study.habitatMaps, families: image.families.map { $0.family })
      for map in maps where !map.note.isEmpty { throw FeatureError(map.note) }
      return maps.map { map in
        zip(map.values, prepared.box.mask).compactMap { $1 == 1 ? $0 : nil }
      }
    } catch {
      throw PreparationError(.habitats, "local features: \(error.message)")
    }
  }

  private func write(
    _ labels: [UInt8], of voxels: HabitatVoxels, row: Int, to maps: any MapSink
  ) throws(UnitFailure) {
    let unit = plan.unit(row: row, image: image)
    let map = voxels.map(of: labels)
    do throws(MapError) {
      try maps.write(
        map,
        named: "\(plan.mapName(ofUnit: unit))_habitats")
    } catch {
      throw UnitFailure(file: "", message: error.message)
    }
  }
}

/// The voxels of a VOI in memory order, and what is clustered of them.
private struct HabitatVoxels {
  var name: String
  /// The grid on which features are computed, with what filters see around the VOI.
  var grid: Grid
  /// The VOI's box on it.
  var box: IndexBox
  /// `box.voxelCount` values: 1 inside the VOI.
  var mask: [UInt8]
  var sample: VoxelSample

  /// One value for each voxel of the box: its label, 0 outside the VOI and in no habitat.
  func scattered(_ labels: [UInt8]) -> [UInt8] {
    var values = mask
    var next = labels.makeIterator()
    for index in values.indices where values[index] == 1 { values[index] = next.next() ?? 0 }
    return values
  }

  /// All labels on the whole grid.
  func map(of labels: [UInt8]) -> Volume {
    let values = scattered(labels)
    var whole = [UInt8](repeating: 0, count: grid.voxelCount)
    IndexBox(lower: .zero, size: grid.size).forEachRow(of: box) { target, source in
      for x in 0..<box.size.x { whole[target &+ x] = values[source &+ x] }
    }
    return Volume(grid: grid, voxels: .uint8(whole))
  }

  /// The voxels of a label; nil where there are none.
  func region(of label: UInt8, named habitat: String, _ labels: [UInt8]) -> RegionOutcome? {
    let values = scattered(labels).map { $0 == label ? UInt8(1) : 0 }
    guard let region = MaskRegion(shrinking: values, in: box) else { return nil }
    return .success(
      PlacedRegion(
        name: "\(habitat) of \(name)", voi: habitat, mask: region, grid: grid, isFromFile: false))
  }
}
