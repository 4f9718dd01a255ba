package import Report

/// The page of a result of extraction; equal values give an equal page.
/// - Parameters:
///   - overlays: pictures of the regions; drawing them needs the images, which are not in the file.
///   - date: as it shall be read.
package func extractionReport(
  _ result: ExtractionResult, overlays: ExtractionOverlays = .none, date: String
) -> HTMLReport {
  HTMLReport(
    study: result.study, fingerprint: result.fingerprint, date: date,
    sections: [
      result.summarySection(), result.failureSection(), result.missingSection(),
      result.regionSection(), result.overlaySection(overlays), result.volumeSection(),
      result.featureSection(), result.runSection(),
    ])
}
