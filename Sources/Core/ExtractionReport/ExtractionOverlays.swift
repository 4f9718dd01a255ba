package import Report

/// Pictures of regions on their images, and why some are not there.
package struct ExtractionOverlays: Sendable {
  package struct Picture: Sendable {
    /// Place in the result's rows.
    package var row: Int
    package var image: String
    /// Name of the VOI; "" where all habitats are shown.
    package var region: String
    /// Of each habitat, its share of the coloured pixels; empty for a VOI.
    package var shares: [Double] = []
    /// Pixels along a side.
    package var side: Int
    package var png: [UInt8]
    /// mm along a side.
    package var field: Double
    /// "axial", "coronal" or "sagittal".
    package var plane: String
    /// Angle between the image's axes and those of the body, degrees.
    package var obliquity: Double
    /// How intensities became greys: "lung window".
    package var window: String

    package init(
      row: Int, image: String, region: String, side: Int, png: [UInt8], field: Double,
      plane: String, obliquity: Double, window: String
    ) {
      self.row = row
      self.image = image
      self.region = region
      self.side = side
      self.png = png
      self.field = field
      self.plane = plane
      self.obliquity = obliquity
      self.window = window
    }
  }

  /// How habitats are shown.
  package struct Habitats: Sendable {
    /// The VOI that they are parts of.
    package var region: String
    /// By the mean of this image they are numbered.
    package var image: String
    /// In the order of their numbers.
    package var colours: [ColourName]

    package init(region: String, image: String, colours: [ColourName]) {
      self.region = region
      self.image = image
      self.colours = colours
    }
  }

  package var pictures: [Picture]
  package var habitats: Habitats?
  /// Sentences about what is not shown.
  package var notes: [String]

  package init(pictures: [Picture] = [], habitats: Habitats? = nil, notes: [String] = []) {
    self.pictures = pictures
    self.habitats = habitats
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

extension ExtractionOverlays.Picture {
  /// "lung window, 64 mm wide, oblique by 12°".
  private var view: String {
    var parts = [window, "\(NumberText.fixed(field, places: 0)) mm wide"]
    if obliquity >= 0.5 { parts.append("oblique by \(NumberText.fixed(obliquity, places: 0))°") }
    return parts.joined(separator: ", ")
  }

  fileprivate func html(row: String, habitats: ExtractionOverlays.Habitats?) -> ReportImage {
    let content: String
    if let habitats, region.isEmpty {
      let parts = zip(habitats.colours, shares).filter { $1 > 0 }
        .map { "\($0.name) \(NumberText.percentage($1))" }
      content =
        "the habitats of \(habitats.region) in colours: \(parts.joined(separator: ", ")) of the"
        + " coloured pixels"
    } else {
      content = "the contour of \(region)"
    }
    return ReportImage(
      title: "\(row): \(plane == "axial" ? "" : plane + ", ")\(view)",
      alt: "\(image) of \(row), \(plane), with \(content); \(view)", width: side, height: side,
      png: png)
  }
}

extension ExtractionResult {
  func overlaySection(_ overlays: ExtractionOverlays) -> HTMLReport.Section {
    var blocks: [HTMLReport.Block] = []
    if !overlays.pictures.isEmpty {
      blocks.append(
        .paragraph(
          "Each region on the axial plane in which it is largest; on a coronal or sagittal one, as"
            + " the caption says, where the image's slices are thick and lie so. Letters: right"
            + " (R), left (L), front (A), back (P), head (H), feet (F) of the patient. The contour"
            + " is one pixel wide and inside the region; the image is resampled linearly and not"
            + " prepared (no filter, no normalisation). Planes are those of the body: of an oblique"
            + " image, whose angle the caption gives, they run through several slices."))
    }
    blocks += overlays.notes.map { .paragraph($0) }
    var subsections: [HTMLReport.Section] = []
    for image in images {
      for region in regions + [""] {
        let own = overlays.pictures.filter { $0.image == image && $0.region == region }
        if own.isEmpty { continue }
        let pictures = HTMLReport.Block.images(
          own.map { $0.html(row: rows[$0.row].name, habitats: overlays.habitats) })
        let several = images.count > 1 ? image + ", " : ""
        if let habitats = overlays.habitats, region.isEmpty {
          subsections.append(
            .init(
              "\(several)habitats of \(habitats.region)",
              [
                .paragraph(
                  "As the run found them, checked by their numbers of voxels. They are numbered by"
                    + " their mean of \(habitats.image), ascending; colours are mixed with the"
                    + " image."), .colours(habitats.colours), pictures,
              ]))
        } else if images.count > 1 || regions.count > 1 {
          subsections.append(.init(regions.count > 1 ? several + region : image, [pictures]))
        } else {
          blocks.append(pictures)
        }
      }
    }
    return .init("Regions on their images", blocks, subsections: subsections)
  }
}
