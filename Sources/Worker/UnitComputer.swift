internal import Features
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
    var values: [Double] = []
    values.reserveCapacity(plan.blocks[imageIndex].count)
    do throws(FeatureError) {
      let region = try Region(
        intensity: prepared.box, shape: prepared.hasOneMask ? nil : prepared.shapeBox,
        discretisation: section.discretisation, neighbourhood: section.neighbourhood)
      for configured in section.families {
        let all = try configured.family.values(of: region)
        for column in configured.selected { values.append(all[column]) }
      }
    } catch {
      throw UnitFailure(file: image.file, message: error.message)
    }
    return UnitResult(
      values: values, note: missingNote(values, block: plan.blocks[imageIndex]),
      voxelsInMask: prepared.diagnostics.originalVoxelCount,
      voxelsUsed: prepared.diagnostics.resegmentedVoxelCount ?? prepared.diagnostics.voxelCount,
      imageHash: image.hash,
      maskHash: labels.hash, seconds: 0)
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
      let prepared = try image.preparation.region(
        of: UInt32(row.labels[imageIndex]), in: labels.volume)
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

  /// Names the features that are not defined for the region, the first 20 of them; "" where all
  /// are.
  private func missingNote(_ values: [Double], block: Range<Int>) -> String {
    let names = values.indices.filter { values[$0].isNaN }.map { offset -> String in
      let column = plan.columns[block.lowerBound + offset]
      return "\(column.family)_\(column.feature.name)"
    }
    if names.isEmpty { return "" }
    let more = names.count > 20 ? " and \(names.count - 20) more" : ""
    return "not defined for this region: " + names.prefix(20).joined(separator: ", ") + more
  }
}
