internal import Catalog
internal import Components
internal import ExtractionReport
internal import Habitats
internal import HashingAdapter
internal import NIfTIAdapter
internal import Overlay
internal import PNGAdapter
internal import Report
internal import Study
internal import Worker

/// Draws the regions of a result of extraction on their images. What cannot be found or drawn is
/// said in the notes, never an error: the numbers of the page do not need the images.
/// - Parameters:
///   - resultPath: of the result; the study file is found from its folder.
///   - study: study file that takes the place of the run's, where things have moved.
func extractionOverlays(
  of result: ExtractionResult, resultPath: String, study: String?
) -> ExtractionOverlays {
  let found: FoundStudy
  do throws(InvalidInput) {
    found = try FoundStudy(of: result, resultPath: resultPath, study: study)
  } catch {
    return ExtractionOverlays(
      notes: ["Regions are not shown on their images. \(error.problems[0].message)."])
  }
  var drawing = OverlayDrawing(of: result, found.plan, maps: RunFolder(result: resultPath).maps)
  drawing.drawAll()
  drawing.overlays.notes = found.notes + drawing.overlays.notes
  return drawing.overlays
}

private struct OverlayDrawing {
  /// Bytes of a thumbnail, at most.
  private static let largestThumbnail = 8000
  /// Reasons that are listed, at most.
  private static let listedFailures = 5

  private let result: ExtractionResult
  private let plan: StudyPlan
  /// Folder with the label maps that the run wrote.
  private let maps: String
  private let painter: OverlayPainter
  private let knownHashes: Set<String>
  private var failures: [String] = []
  var overlays = ExtractionOverlays()

  init(of result: ExtractionResult, _ plan: StudyPlan, maps: String) {
    self.result = result
    self.plan = plan
    self.maps = maps
    let section = plan.study.habitats
    painter = OverlayPainter(
      plan: plan, source: ImageFileSource(),
      habitats: section.flatMap { section in
        result.habitats.flatMap { HabitatModel($0, section.clustering) }
      })
    knownHashes = Set(result.inputs.map(\.hash))
    overlays.habitats = section.map { section in
      let colours = RegionColours.colours(section.regionNames.count)
      return ExtractionOverlays.Habitats(
        region: plan.study.vois[plan.study.dividedVOI].name,
        image: plan.study.images[plan.study.habitatImages[0]].name,
        colours: zip(section.regionNames, colours).map { ColourName(name: $0, colour: $1) })
    }
  }

  mutating func drawAll() {
    let images = plan.study.images.map(\.name)
    let regions = plan.study.vois.map(\.name) + (plan.study.habitats == nil ? [] : [""])
    let shown = ExtractionOverlays.choice(
      images: images, regions: regions, rowCount: result.rows.count)
    for row in 0..<shown.rows {
      for (image, name) in images.enumerated()
      where result.units[plan.unit(row: row, image: image)].status == "finished" {
        let wanted = Set(shown.parts.filter { $0.image == name }.map(\.region))
        if wanted.isEmpty { continue }
        do throws(UnitFailure) {
          try draw(row: row, image: image, wanted)
        } catch {
          fail(row, image, "\(error)")
        }
      }
    }
    let (all, rows) = (images.count * regions.count, result.rows.count)
    if shown.parts.count < all || shown.rows < rows {
      overlays.notes.append(
        "A page holds \(ExtractionOverlays.largestCount) pictures at most: \(shown.parts.count) of"
          + " \(all) regions of images are shown, for \(shown.rows) of \(rows) rows.")
    }
    if !failures.isEmpty {
      let more = failures.count - Self.listedFailures
      overlays.notes.append(
        "Not drawn: " + failures.prefix(Self.listedFailures).joined(separator: "; ")
          + (more > 0 ? ", and \(more) more" : "")
          + ". Where images have moved, --study names a study file whose cohort table has them.")
    }
  }

  private mutating func fail(_ row: Int, _ image: Int, _ reason: String) {
    failures.append("\(plan.name(ofUnit: plan.unit(row: row, image: image))): \(reason)")
  }

  private mutating func draw(
    row: Int, image: Int, _ wanted: Set<String>
  ) throws(UnitFailure) {
    if let file = try painter.changedFile(row: row, image: image, known: knownHashes) {
      fail(row, image, "\(file) has changed since the run")
      return
    }
    let name = plan.study.images[image].name
    for (region, painting) in try painter.regions(row: row, image: image, of: wanted) {
      guard let expected = voxelCount(row, name, region) else { continue }
      if painting.voxelCounts == [expected] {
        append(painting.thumbnail, row: row, image: name, region: region)
      } else {
        fail(row, image, "\(region) has other voxels than at the run")
      }
    }
    if wanted.contains(""), let habitats = plan.study.habitats {
      let expected = habitats.regionNames.map { voxelCount(row, name, $0) }
      if expected.contains(where: { $0 != nil }) {
        try drawHabitats(row: row, image: image, expected)
      }
    }
  }

  /// Draws the habitats of the label map that the run wrote or, where that is gone or is another
  /// run's, finds them again.
  private mutating func drawHabitats(
    row: Int, image: Int, _ expected: [Int?]
  ) throws(UnitFailure) {
    let unit = plan.unit(row: row, image: plan.study.habitatImages[0])
    let map = try? ImageFile.readLabels("\(maps)/\(plan.mapName(ofUnit: unit))_habitats.nii.gz")
    for map in map == nil ? [nil] : [map, nil] {
      let painting = try painter.habitats(
        row: row, image: image, expected.map { $0 != nil }, map: map)
      if let painting, painting.voxelCounts == expected.map({ $0 ?? 0 }) {
        append(painting.thumbnail, row: row, image: plan.study.images[image].name, region: "")
        return
      }
    }
    fail(row, image, "its habitats have other voxels than at the run")
  }

  /// Voxels of a region on its own grid, as the run counted them; nil where it had none.
  private func voxelCount(_ row: Int, _ image: String, _ region: String) -> Int? {
    result.parts.first { $0.image == image && $0.region == region }
      .flatMap { Int(exactly: $0.voxelsInMask[row]) }
  }

  private mutating func append(
    _ thumbnail: OverlayThumbnail, row: Int, image: String, region: String
  ) {
    var picture = ExtractionOverlays.Picture(
      row: row, image: image, region: region, side: OverlayThumbnail.side,
      png: PNGFile.bytes(thumbnail, limit: Self.largestThumbnail), field: thumbnail.field,
      plane: thumbnail.plane.rawValue, obliquity: thumbnail.obliquity,
      window: thumbnail.window.name)
    picture.shares = thumbnail.shares
    overlays.pictures.append(picture)
  }
}

/// The study that a result belongs to, from study and cohort as they are on the disk today.
private struct FoundStudy {
  let plan: StudyPlan
  /// What has changed since the run.
  private(set) var notes: [String] = []

  /// - Throws: one sentence, without its full stop.
  init(of result: ExtractionResult, resultPath: String, study: String?) throws(InvalidInput) {
    let setup = try Self.setup(of: result, resultPath: resultPath, study: study)
    do throws(InvalidInput) {
      plan = try setup.plan(families: Catalog.families, filters: Catalog.filters)
    } catch {
      throw InvalidInput("", "The study file can no longer be read: \(error.problems[0])")
    }
    guard plan.cohort.rows.map(\.name) == result.rows.map(\.name),
      plan.columns.map(\.name) == result.columns.map(\.name)
    else {
      throw InvalidInput(
        "", "The rows or columns of \(setup.studyName) are not those of the result")
    }
    if setup.studyText != result.studyText {
      notes.append("\(setup.studyName) has changed since the run; its rows and columns have not.")
    }
    if hexadecimal(SHA256.hash(Array(setup.cohortText.utf8))) != result.cohortHash {
      notes.append("\(setup.cohortName) has changed since the run; its rows have not.")
    }
  }

  private static func setup(
    of result: ExtractionResult, resultPath: String, study: String?
  ) throws(InvalidInput) -> RunSetup {
    let folder = folderName(of: resultPath)
    var paths = [study ?? resolve(result.studyFile, in: folder)]
    if study == nil {
      guard let name = result.studyFile.split(separator: "/").last else {
        throw InvalidInput("", "The result does not say where its study file is; --study does")
      }
      // Result and study may have moved together, out of the folders that they were in.
      paths.append(resolve(String(name), in: folder))
    }
    guard let path = paths.first(where: { readText($0) != nil }) else {
      throw InvalidInput(
        "", "The study file \(paths[0]) is not there; --study names it where it is now")
    }
    do throws(InvalidInput) {
      return try loadSetup(study: path, output: nil)
    } catch {
      throw InvalidInput(
        "",
        "\(error.problems[0]); where files have moved, --study names a study file that has them")
    }
  }
}
