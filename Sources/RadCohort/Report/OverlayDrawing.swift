internal import Catalog
internal import Components
internal import ExtractionReport
internal import HashingAdapter
internal import Overlay
internal import PNGAdapter
internal import Study
internal import Worker

/// Bytes of a thumbnail, at most.
private let largestThumbnail = 8000

/// Draws the regions of a result of extraction on their images. What cannot be found or drawn is
/// said in the notes, never an error: the numbers of the page do not need the images.
/// - Parameters:
///   - resultPath: of the result; a path of an older result's study that is not absolute is tried
///     from here and from the result's folder.
///   - study: study file that takes the place of the run's, where things have moved.
func extractionOverlays(
  of result: ExtractionResult, resultPath: String, study: String?
) -> ExtractionOverlays {
  let plan: StudyPlan
  do throws(InvalidInput) {
    plan = try foundPlan(of: result, resultPath: resultPath, study: study)
  } catch {
    return ExtractionOverlays(
      notes: ["Regions are not shown on their images. \(error.problems[0].message)."])
  }
  let shown = ExtractionOverlays.choice(
    images: plan.study.images.map(\.name), regions: plan.study.vois.map(\.name),
    rowCount: result.rows.count)
  var overlays = ExtractionOverlays()
  var failures: [String] = []
  let painter = OverlayPainter(plan: plan, source: ImageFileSource())
  for row in 0..<shown.rows {
    for (image, section) in plan.study.images.enumerated() {
      let wanted = Set(shown.parts.filter { $0.image == section.name }.map(\.region))
      if wanted.isEmpty { continue }
      do throws(UnitFailure) {
        for (region, thumbnail) in try painter.thumbnails(row: row, image: image, of: wanted) {
          overlays.pictures.append(
            .init(
              row: row, image: section.name, region: region, side: OverlayThumbnail.side,
              png: PNGFile.bytes(thumbnail, limit: largestThumbnail), field: thumbnail.field,
              window: thumbnail.window.name))
        }
      } catch {
        failures.append("\(plan.name(ofUnit: plan.unit(row: row, image: image))): \(error)")
      }
    }
  }
  overlays.notes = notes(plan, shown, failures)
  return overlays
}

private func notes(
  _ plan: StudyPlan, _ shown: (parts: [(image: String, region: String)], rows: Int),
  _ failures: [String]
) -> [String] {
  var notes: [String] = []
  let (regions, rows) = (plan.study.images.count * plan.study.vois.count, plan.cohort.rows.count)
  if shown.parts.count < regions || shown.rows < rows {
    notes.append(
      "A page holds \(ExtractionOverlays.largestCount) pictures at most: \(shown.parts.count) of"
        + " \(regions) regions of images are shown, for \(shown.rows) of \(rows) rows.")
  }
  if plan.study.habitats != nil { notes.append("Habitats are not drawn.") }
  if !failures.isEmpty {
    let more = failures.count > 5 ? ", and \(failures.count - 5) more" : ""
    notes.append(
      "Not drawn, because image or mask cannot be had: "
        + failures.prefix(5).joined(separator: "; ") + more + ".")
  }
  return notes
}

/// The plan that a result belongs to, from study and cohort as they are on the disk today.
/// - Throws: one sentence, without its full stop.
private func foundPlan(
  of result: ExtractionResult, resultPath: String, study: String?
) throws(InvalidInput) -> StudyPlan {
  let setup = try foundSetup(of: result, resultPath: resultPath, study: study)
  guard hexadecimal(SHA256.hash(Array(setup.cohortText.utf8))) == result.cohortHash else {
    throw InvalidInput("", "The cohort table \(setup.cohortName) has changed since the run")
  }
  let plan: StudyPlan
  do throws(InvalidInput) {
    plan = try setup.plan(families: Catalog.families, filters: Catalog.filters)
  } catch {
    throw InvalidInput("", "The study file can no longer be read: \(error.problems[0])")
  }
  let isSame =
    plan.cohort.rows.map(\.name) == result.rows.map(\.name)
    && plan.columns.map(\.name) == result.columns.map(\.name)
  guard isSame else {
    throw InvalidInput("", "The rows or columns of \(setup.studyName) are not those of the result")
  }
  return plan
}

private func foundSetup(
  of result: ExtractionResult, resultPath: String, study: String?
) throws(InvalidInput) -> RunSetup {
  let argument = result.arguments.last { $0.hasSuffix(".yml") || $0.hasSuffix(".yaml") }
  var paths = [study ?? result.studyFile].filter { !$0.isEmpty }
  if paths.isEmpty, let argument {
    // The result says only what was typed; the study often stands beside it.
    let name = argument.split(separator: "/").last.map(String.init) ?? argument
    paths = [argument, resolve(name, in: folderName(of: resultPath))]
  }
  guard let path = paths.first(where: { readText($0) != nil }) ?? paths.first else {
    throw InvalidInput("", "The result does not say where its study file was; see --study")
  }
  do throws(InvalidInput) {
    return try loadSetup(study: path, output: nil)
  } catch {
    throw InvalidInput("", "The study of the run is not there: \(error.problems[0]); see --study")
  }
}
