internal import Components
internal import Fusion
internal import Imaging
internal import Study

/// The images and masks of the row that is being worked on: read once, made into what the study
/// says (uptake, alignment, fusion), prepared once.
///
/// Keeps what the next unit needs as well, so that the lesions and the images of a patient share
/// one reading and one resampling; never holds two patients' images.
final class ImageStore {
  private let plan: StudyPlan
  let source: any ImageSource
  private var volumes: [Key: Volume] = [:]
  private var labels: [Key: LabelVolume] = [:]
  private var hashes: [Key: String] = [:]
  private var preparations: [PreparationKey: any RegionPreparation] = [:]

  /// A file in the state that it was in.
  private struct Key: Hashable {
    var path: String
    var stamp: UInt64
    /// What turned its values into uptake; two rows may share a file and differ in this.
    var factor = 1.0
  }

  /// Two images of one file may be prepared differently.
  private struct PreparationKey: Hashable {
    var image: Int
    var files: [Key]
    var row: Int
  }

  init(plan: StudyPlan, source: any ImageSource) {
    self.plan = plan
    self.source = source
  }

  /// Forgets what a unit does not read.
  func begin(unit: Int) {
    let paths = Set(plan.inputs(ofUnit: unit).map(\.path))
    volumes = volumes.filter { paths.contains($0.key.path) }
    labels = labels.filter { paths.contains($0.key.path) }
    hashes = hashes.filter { paths.contains($0.key.path) }
    preparations = preparations.filter { $0.key.files.allSatisfy { paths.contains($0.path) } }
  }

  /// SHA-256 of every input file of a unit, in the plan's order.
  func inputHashes(ofUnit unit: Int) throws(UnitFailure) -> [String] {
    var result: [String] = []
    for file in plan.inputs(ofUnit: unit) { result.append(try hash(of: file)) }
    return result
  }

  private func hash(of file: UnitFile) throws(UnitFailure) -> String {
    let key = Key(path: file.path, stamp: source.stamp(of: file.path))
    if let known = hashes[key] { return known }
    do throws(ImageSourceError) {
      let hash = try source.hash(of: file.path)
      hashes[key] = hash
      return hash
    } catch {
      throw UnitFailure(file: file.name, message: error.message)
    }
  }

  /// One of the study's images of a row, ready for its regions.
  func preparation(row: Int, image: Int) throws(UnitFailure) -> any RegionPreparation {
    let key = PreparationKey(
      image: image, files: plan.study.sources(ofImage: image).map { self.key(row: row, image: $0) },
      // Only then does the image depend on the VOI.
      row: plan.study.images[image].fusion?.over == .box ? row : 0)
    if let known = preparations[key] { return known }
    let volume = try volume(row: row, image: image)
    let settings = plan.study.images[image].preparation
    do throws(PreparationError) {
      let made = try plan.study.profile.preparation(of: volume, settings: settings)
      preparations[key] = made
      return made
    } catch {
      throw UnitFailure(file: fileName(row: row, image: image), message: error.message)
    }
  }

  /// The file of an image, or of the first one that it is made of, as the cohort table says.
  func fileName(row: Int, image: Int) -> String {
    plan.study.sources(ofImage: image).first.map { plan.cohort.rows[row].images[$0] } ?? ""
  }

  /// The labels of a mask file.
  /// - Parameter name: as the cohort table says.
  func labels(_ name: String) throws(UnitFailure) -> LabelVolume {
    let path = plan.cohort.resolve(name)
    let key = Key(path: path, stamp: source.stamp(of: path))
    if let known = labels[key] { return known }
    do throws(ImageSourceError) {
      let volume = try source.labels(at: path)
      labels[key] = volume
      return volume
    } catch {
      throw UnitFailure(file: name, message: error.message)
    }
  }

  private func key(row: Int, image: Int) -> Key {
    let path = plan.cohort.resolve(plan.cohort.rows[row].images[image])
    return Key(
      path: path, stamp: source.stamp(of: path),
      factor: plan.cohort.rows[row].uptakeFactors[image])
  }

  /// An image of the study before its preparation.
  func volume(row: Int, image: Int) throws(UnitFailure) -> Volume {
    guard let fusion = plan.study.images[image].fusion else {
      return try aligned(row: row, image: image)
    }
    let parts = fusion.of.compactMap { name in
      plan.study.images.firstIndex { $0.name == name }
    }
    let first = try aligned(row: row, image: parts[0])
    let second = try aligned(row: row, image: parts[1])
    let box = fusion.over == .box ? try tumourBox(row: row, image: image, on: first.grid) : nil
    do throws(FusionError) {
      return try fusion.fuse(first, second, box: box)
    } catch {
      let names = parts.map { plan.cohort.rows[row].images[$0] }
      throw UnitFailure(
        file: names[1], message: "it cannot be fused with \(names[0]): \(error.message)")
    }
  }

  /// The box of a row's label on a grid.
  private func tumourBox(
    row: Int, image: Int, on grid: Grid
  ) throws(UnitFailure) -> IndexBox {
    let mask = plan.cohort.rows[row].masks[image]
    let labels = try labels(mask)
    do throws(PreparationError) {
      let tumour = try labels.volumeOfInterest(UInt32(plan.cohort.rows[row].labels[image]))
      if labels.grid == grid { return tumour.box }
      guard let placed = tumour.resampled(from: labels.grid, onto: grid) else {
        throw PreparationError(.outsideImage, "no voxel of the VOI lies in the image")
      }
      return placed.box
    } catch {
      throw UnitFailure(file: mask, message: error.message)
    }
  }

  /// An image on the grid that the study wants it on.
  private func aligned(row: Int, image: Int) throws(UnitFailure) -> Volume {
    let moving = try read(row: row, image: image)
    guard let (alignment, target) = alignment(ofImage: image) else { return moving }
    let fixed = try read(row: row, image: target)
    do throws(FusionError) {
      return try alignment.align(moving, onto: fixed.grid)
    } catch {
      throw UnitFailure(file: plan.cohort.rows[row].images[image], message: error.message)
    }
  }

  /// How an image is aligned, and to which image of the study.
  private func alignment(ofImage image: Int) -> (AlignParameters, target: Int)? {
    guard let alignment = plan.study.images[image].alignment,
      let target = plan.study.images.firstIndex(where: { $0.name == alignment.to })
    else { return nil }
    return (alignment, target)
  }

  /// Checks that every aligned image that an image is made of reaches far enough into a VOI's box.
  /// - Returns: the VOI, or why it is not covered.
  func overlap(
    of image: Int, row: Int, with voi: PlacedRegion
  ) throws(UnitFailure) -> Result<PlacedRegion, PreparationError> {
    for source in plan.study.sources(ofImage: image) {
      guard let (alignment, _) = alignment(ofImage: source) else { continue }
      let moving = try read(row: row, image: source)
      do throws(FusionError) {
        try alignment.checkOverlap(
          of: moving.grid, on: voi.grid, box: voi.mask.box, named: voi.name)
      } catch {
        let file = plan.cohort.rows[row].images[source]
        return .failure(PreparationError(.notCovered, "\(file): \(error.message)"))
      }
    }
    return .success(voi)
  }

  /// The image of a file, as uptake where the study says so.
  private func read(row: Int, image: Int) throws(UnitFailure) -> Volume {
    let key = key(row: row, image: image)
    if let known = volumes[key] { return known }
    do throws(ImageSourceError) {
      var volume = try source.volume(at: key.path)
      if plan.study.images[image].uptake != nil {
        volume = SUVParameters.apply(key.factor, to: volume)
      }
      volumes[key] = volume
      return volume
    } catch {
      throw UnitFailure(file: plan.cohort.rows[row].images[image], message: error.message)
    }
  }
}
