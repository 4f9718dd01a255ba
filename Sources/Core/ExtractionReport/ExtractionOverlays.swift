internal import Report

/// Pictures of VOIs on their images, and why some are not there.
package struct ExtractionOverlays: Sendable {
  package struct Picture: Sendable {
    /// Place in the result's rows.
    package var row: Int
    package var image: String
    package var region: String
    /// Pixels along a side.
    package var side: Int
    package var png: [UInt8]
    /// mm along a side.
    package var field: Double
    /// How intensities became greys: "lung window".
    package var window: String

    package init(
      row: Int, image: String, region: String, side: Int, png: [UInt8], field: Double,
      window: String
    ) {
      self.row = row
      self.image = image
      self.region = region
      self.side = side
      self.png = png
      self.field = field
      self.window = window
    }
  }

  package var pictures: [Picture]
  /// Sentences about what is not shown.
  package var notes: [String]

  package init(pictures: [Picture] = [], notes: [String] = []) {
    self.pictures = pictures
    self.notes = notes
  }

  package static let none = ExtractionOverlays(
    notes: ["The images were not looked at for this page."])

  /// Pictures on a page, at most, so that it stays below 10 MB with 8 kB each.
  package static let largestCount = 700

  /// Which regions of which images are shown when not all of them fit: of as many regions as all
  /// rows have room for, images taking turns, and of one region the first rows.
  /// - Returns: the parts in the order of the page, and how many rows are shown.
  package static func choice(
    images: [String], regions: [String], rowCount: Int
  ) -> (parts: [(image: String, region: String)], rows: Int) {
    let turns = regions.flatMap { region in images.map { (image: $0, region: region) } }
    let count = min(turns.count, max(1, largestCount / max(1, rowCount)))
    return (Array(turns.prefix(count)), min(rowCount, largestCount))
  }
}

extension ExtractionResult {
  func overlaySection(_ overlays: ExtractionOverlays) -> HTMLReport.Section {
    var blocks: [HTMLReport.Block] = []
    if !overlays.pictures.isEmpty {
      blocks.append(
        .paragraph(
          "Each region on the axial slice in which it is largest, seen from the feet: the patient's"
            + " right is at the left, the front on top. The contour is one pixel wide and inside the"
            + " region; the image is resampled linearly and not prepared (no filter, no"
            + " normalisation)."))
    }
    blocks += overlays.notes.map { .paragraph($0) }
    var subsections: [HTMLReport.Section] = []
    for part in parts {
      let own = overlays.pictures.filter { $0.image == part.image && $0.region == part.region }
      if own.isEmpty { continue }
      let images = own.map { picture in
        let window = "\(picture.window), \(NumberText.fixed(picture.field, places: 0)) mm wide"
        return ReportImage(
          title: "\(rows[picture.row].name): \(window)",
          alt: "\(picture.image) of \(rows[picture.row].name) with the contour of"
            + " \(picture.region), \(window)",
          width: picture.side, height: picture.side, png: picture.png)
      }
      let name = self.name(of: part)
      if name.isEmpty {
        blocks.append(.images(images))
      } else {
        subsections.append(.init(name, [.images(images)]))
      }
    }
    return .init("Regions on their images", blocks, subsections: subsections)
  }
}
