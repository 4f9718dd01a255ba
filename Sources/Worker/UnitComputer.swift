internal import Features
internal import Filters
internal import Imaging
package import Study

/// Computes units from image files: read, prepare the VOI, every family of the study.
///
/// Keeps the last image and the last mask, so that the lesions of a patient share one reading and
/// one resampling; never holds two patients' images.
package final class UnitComputer: UnitComputing {
  private let plan: StudyPlan
  private let source: any ImageSource
  private var image: LoadedImage?
  private var labels: LoadedLabels?

  private struct LoadedImage {
    /// The file as the cohort table says, and the state it was in.
    var file: String
    var stamp: UInt64
    /// Index of the study's image: two images of one file may be prepared differently.
    var image: Int
    var hash: String
    var preparation: ImagePreparation
  }

  private struct LoadedLabels {
    var file: String
    var stamp: UInt64
    var hash: String
    var volume: LabelVolume
  }

  package init(plan: StudyPlan, source: any ImageSource) {
    self.plan = plan
    self.source = source
  }

  package func compute(unit: Int) throws(UnitFailure) -> UnitResult {
    switch plan.task(unit) {
    case .extract(let row, let image): try extract(row: row, image: image)
    }
  }

  private func extract(row index: Int, image imageIndex: Int) throws(UnitFailure) -> UnitResult {
    let section = plan.study.images[imageIndex]
    let (prepared, image, labels) = try prepare(row: index, image: imageIndex)
    let table: FeatureTable
    do throws(FeatureError) {
      table = try features(of: prepared, section)
    } catch {
      throw UnitFailure(file: image.file, message: error.message)
    }
    return UnitResult(
      values: table.values, note: note(table, block: plan.blocks[imageIndex]),
      voxelsInMask: prepared.diagnostics.originalVoxelCount,
      voxelsUsed: prepared.diagnostics.resegmentedVoxelCount ?? prepared.diagnostics.voxelCount,
      imageHash: image.hash,
      maskHash: labels.hash, seconds: 0)
  }

  private func features(
    of prepared: PreparedRegion, _ section: ImageSection
  ) throws(FeatureError) -> FeatureTable {
    var table = try FeatureTable(prepared, section)
    for configured in section.filters {
      guard let working = prepared.working, !(configured.filter is OriginalFilter) else {
        try table.addOriginal()
        continue
      }
      let input = FilterInput(image: working.image, box: working.box, mask: working.mask)
      try addResponses(of: configured.filter, to: input, into: &table)
    }
    return table
  }

  private func addResponses(
    of filter: some ImageFilter, to input: FilterInput, into table: inout FeatureTable
  ) throws(FeatureError) {
    try filter.forEachResponse(of: input) { name, response throws(FeatureError) in
      switch response {
      case .success(let image): try table.add(image)
      case .failure(let error): table.addMissing("\(name): \(error.message)")
      }
    }
  }

  /// Reads and prepares the VOI of a unit without computing features: what `check --deep` does.
  package func verify(unit: Int) throws(UnitFailure) {
    switch plan.task(unit) {
    case .extract(let row, let image): _ = try prepare(row: row, image: image)
    }
  }

  private func prepare(row index: Int, image imageIndex: Int) throws(UnitFailure)
    -> (PreparedRegion, LoadedImage, LoadedLabels)
  {
    let row = plan.cohort.rows[index]
    let image = try load(image: imageIndex, file: row.images[imageIndex])
    let labels = try load(labels: row.masks[imageIndex])
    do throws(PreparationError) {
      let onlyOriginal = plan.study.images[imageIndex].filters.allSatisfy {
        $0.filter is OriginalFilter
      }
      let prepared = try image.preparation.region(
        of: UInt32(row.labels[imageIndex]), in: labels.volume, working: !onlyOriginal)
      return (prepared, image, labels)
    } catch {
      throw UnitFailure(file: labels.file, message: error.message)
    }
  }

  private func load(image index: Int, file: String) throws(UnitFailure) -> LoadedImage {
    let path = plan.cohort.resolve(file)
    let stamp = source.stamp(of: path)
    if let image, image.file == file, image.stamp == stamp, image.image == index { return image }
    image = nil
    do throws(ImageSourceError) {
      let volume = try source.volume(at: path)
      let hash = try source.hash(of: path)
      do throws(PreparationError) {
        let loaded = LoadedImage(
          file: file, stamp: stamp, image: index, hash: hash,
          preparation: try ImagePreparation(
            volume, settings: plan.study.images[index].preparation))
        image = loaded
        return loaded
      } catch {
        throw ImageSourceError(error.message)
      }
    } catch {
      throw UnitFailure(file: file, message: error.message)
    }
  }

  private func load(labels file: String) throws(UnitFailure) -> LoadedLabels {
    let path = plan.cohort.resolve(file)
    let stamp = source.stamp(of: path)
    if let labels, labels.file == file, labels.stamp == stamp { return labels }
    labels = nil
    do throws(ImageSourceError) {
      let volume = try source.labels(at: path)
      let loaded = LoadedLabels(
        file: file, stamp: stamp, hash: try source.hash(of: path), volume: volume)
      labels = loaded
      return loaded
    } catch {
      throw UnitFailure(file: file, message: error.message)
    }
  }

  /// Why values are missing: responses that could not be computed, and features that are not
  /// defined for the region, the first 20 of them; "" where none is.
  private func note(_ table: FeatureTable, block: Range<Int>) -> String {
    let names = table.values.indices
      .filter { table.values[$0].isNaN && !table.isMissing[$0] }
      .map { plan.columns[block.lowerBound + $0].name }
    var reasons = table.reasons
    if !names.isEmpty {
      let more = names.count > 20 ? " and \(names.count - 20) more" : ""
      reasons.append(
        "not defined for this region: " + names.prefix(20).joined(separator: ", ") + more)
    }
    return reasons.joined(separator: "; ")
  }
}
