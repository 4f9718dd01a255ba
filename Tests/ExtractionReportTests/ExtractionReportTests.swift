import Components
import ExtractionReport
import Foundation
import Report
import Study
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ExtractionReportTests {
  private func result(
    _ synthetic: SyntheticExtraction = SyntheticExtraction()
  ) throws -> ExtractionResult {
    try ExtractionResult(synthetic.document, values: synthetic.values)
  }

  @Test func filesAreReadAsTheyWereWritten() throws {
    let result = try result()
    #expect(result.patientCount == 8 && result.columns.count == 12)
    #expect(result.images == ["CT"] && result.regions == ["tumour"] && result.parts.count == 1)
    #expect(result.units.map(\.status).count { $0 == "failed" } == 1)
    #expect(result.units[3].reason == "no <mask>" && result.units[6].seconds == 2)
    #expect(result.timeline[4].rank == 2 && result.timeline[4].start == 5)
    #expect(result.studyFile == "../s.yml" && result.inputs[0].hash == "00")
    #expect(result.habitats == nil)
    let part = result.parts[0]
    #expect(part.voxelsUsed[2] == 902 && part.voxelsUsed[3].isNaN)
    #expect(result.volumeColumn(of: part).map { result.columns[$0].feature } == "MeshVolume")
    #expect(
      result.values(ofColumn: 0)[1] == SyntheticExtraction.value(row: 1, feature: 0, shift: 0))
  }

  @Test func severalImagesAndRegions() throws {
    var synthetic = SyntheticExtraction()
    synthetic.images = ["CT", "PET"]
    synthetic.regions = ["tumour", "rim"]
    let result = try result(synthetic)
    #expect(
      result.parts.map { result.name(of: $0) }
        == ["CT, tumour", "CT, rim", "PET, tumour", "PET, rim"])
    #expect(result.parts[3].columns == 36..<48 && result.units.count == 16)
    #expect(result.parts.allSatisfy { $0.voxelsInMask[0] == 900 })
    #expect(result.columns[36].name == "PET_rim_original_shape_MeshVolume")
  }

  @Test func whatIsMissingIsSaid() throws {
    let synthetic = SyntheticExtraction()
    func problem(_ document: ResultDocument, _ values: [Double]) -> String {
      do throws(InvalidInput) {
        _ = try ExtractionResult(document, values: values)
        return ""
      } catch {
        return error.description
      }
    }
    #expect(problem(synthetic.document, [1]).contains("1 values are not those of 8 rows"))
    var other = synthetic.document
    other.variables.columns.removeFirst()
    #expect(problem(other, synthetic.values).contains("image is missing"))
    other = synthetic.document
    other.groups = [
      .init("uns", .group([.init("radcohort", .group([.init("kind", .text("models"))]))]))
    ]
    #expect(problem(other, synthetic.values).contains("no result of an extraction"))
  }

  @Test func pageSaysWhatWasComputed() throws {
    let page = extractionReport(try result(), date: "2026-11-21").html()
    #expect(page == extractionReport(try result(), date: "2026-11-21").html())
    let reading = XMLReading(page)
    #expect(reading.isWellFormed, "\(reading.problem)")
    for text in [
      "Lung &lt;1&gt;", "1 of 8 units has no result", "mask.nii: no &lt;mask&gt;",
      "Timeline of the run", "Rank 3", "Cost of a unit", "Volume, mL",
      "The images were not looked at",
      "OpenBLAS", "study: Lung", "SHA-256 of 1 input files",
    ] { #expect(page.contains(text), "\(text)") }
    // 12 values of the failed row, 3 of the column with one missing value.
    #expect(page.contains("15 of 96 (15.6%)"))
  }

  @Test func extremesMakeAPage() throws {
    var synthetic = SyntheticExtraction()
    for (patients, filtered, failed) in [(1, 0, nil), (2, 0, 0), (1, 1, 0), (3, 0, nil)]
      as [(Int, Int, Int?)]
    {
      synthetic.patients = patients
      synthetic.filtered = filtered
      synthetic.failedRow = failed
      synthetic.hasTimes = false
      let page = extractionReport(try result(synthetic), date: "").html()
      #expect(XMLReading(page).isWellFormed)
    }
  }

  /// By hand: SurfaceArea rises with the volume in all seven rows.
  @Test func followersOfVolumeAreListed() throws {
    let page = extractionReport(try result(), date: "").html()
    let row = page.split(separator: "\n").first {
      $0.contains("original_shape_SurfaceArea") && $0.contains("<td>shape</td>")
    }
    #expect(row?.contains(">1.00</td><td class=\"n\">7</td>") == true, "\(row ?? "none")")
    #expect(!page.contains("<th scope=\"row\">original_shape_VoxelVolume</th><td>shape"))
  }

  @Test func columnsAreChosenEvenly() throws {
    var synthetic = SyntheticExtraction()
    let few = try result(synthetic).shownColumns()
    #expect(few.columns.count == 9 && few.sentence == "All 9 columns that vary are shown.")
    synthetic.filtered = 120
    let originals = try result(synthetic).shownColumns()
    #expect(originals.columns == [0, 1, 2, 3, 5])
    #expect(originals.sentence.hasPrefix("Of 245 columns that vary, the 5 of unfiltered images"))
    synthetic.regions = (0..<60).map { "r\($0)" }
    synthetic.filtered = 0
    let shared = try result(synthetic).shownColumns()
    #expect(shared.columns.count == 180 && shared.columns.prefix(4) == [0, 1, 3, 6])
    #expect(shared.sentence.contains("up to 3 of each region"))
  }

  /// Two blocks that were mixed come apart; a NaN counts as no correlation.
  @Test func correlatedColumnsStandTogether() {
    let blocks = [0, 1, 0, 1, 0, 2]
    let matrix = blocks.indices.flatMap { row in
      blocks.indices.map { column -> Double in
        if row == column { return 1 }
        if blocks[row] == 2 || blocks[column] == 2 { return .nan }
        return blocks[row] == blocks[column] ? -0.9 : 0.1
      }
    }
    let order = FeatureCorrelation.clusteredOrder(matrix, count: 6)
    #expect(order == [0, 2, 4, 1, 3, 5])
    #expect(FeatureCorrelation.clusteredOrder([], count: 0).isEmpty)
    #expect(FeatureCorrelation.spearman([1, 2, 3, 4, .nan], [2, 4, 6, 9, 1]) == 1)
    #expect(FeatureCorrelation.spearman([1, 2, 3], [1, 2, 3]).isNaN)
  }

  @Test func picturesFitOnAPage() {
    let few = ExtractionOverlays.choice(images: ["CT"], regions: ["a", "b"], rowCount: 16)
    #expect(few.rows == 16 && few.parts.map(\.region) == ["a", "b"])
    let many = ExtractionOverlays.choice(
      images: ["CT", "PET", "MR"], regions: ["a", "b"], rowCount: 200)
    #expect(many.rows == 200 && many.parts.map(\.image) == ["CT", "PET", "MR"])
    let most = ExtractionOverlays.choice(images: ["CT"], regions: ["a", "b"], rowCount: 9000)
    #expect(most.rows == ExtractionOverlays.largestCount && most.parts.count == 1)
  }

  @Test func picturesStandInTheirRegions() throws {
    var synthetic = SyntheticExtraction()
    synthetic.regions = ["tumour", "rim"]
    let overlays = ExtractionOverlays(pictures: [Self.picture("rim")], notes: ["One is lost."])
    let page = extractionReport(try result(synthetic), overlays: overlays, date: "").html()
    #expect(page.contains("<p>One is lost.</p>"))
    #expect(page.contains("src=\"data:image/png;base64,AQID\" width=\"128\" height=\"128\""))
    #expect(
      page.contains(
        "alt=\"CT of P2, axial, with the contour of rim; lung window, 64 mm wide\""))
    #expect(page.contains("<figcaption>P2: lung window, 64 mm wide</figcaption>"))
    #expect(XMLReading(page).isWellFormed)
  }

  private static func picture(_ region: String) -> ExtractionOverlays.Picture {
    ExtractionOverlays.Picture(
      row: 2, image: "CT", region: region, side: 128, png: [1, 2, 3], field: 64.4,
      plane: "axial", obliquity: 0.2, window: "lung window")
  }

  @Test func habitatsHaveAKeyAndObliquePicturesTheirAngle() throws {
    var synthetic = SyntheticExtraction()
    synthetic.regions = ["tumour", "habitat-1", "habitat-2", "habitat-3"]
    var picture = Self.picture("")
    picture.shares = [0.25, 0, 0.75]
    (picture.plane, picture.obliquity) = ("coronal", 16.7)
    let colours = [SIMD3<UInt8>(94, 60, 180), SIMD3(33, 160, 140), SIMD3(253, 231, 37)]
    let habitats = ExtractionOverlays.Habitats(
      region: "tumour", image: "CT",
      colours: zip(synthetic.regions.dropFirst(), colours).map {
        ColourName(name: $0, colour: $1)
      })
    let overlays = ExtractionOverlays(
      pictures: [Self.picture("tumour"), picture], habitats: habitats)
    let page = extractionReport(try result(synthetic), overlays: overlays, date: "").html()
    #expect(page.contains(">habitats of tumour</h3>"))
    #expect(page.contains("fill=\"rgb(253,231,37)\"/></svg>habitat-3</li>"))
    #expect(
      page.contains(
        "alt=\"CT of P2, coronal, with the habitats of tumour in colours: habitat-1 25.0%,"
          + " habitat-3 75.0% of the coloured pixels;"))
    #expect(
      page.contains(
        "<figcaption>P2: coronal, lung window, 64 mm wide, oblique by 17\u{B0}</figcaption>"))
    #expect(XMLReading(page).isWellFormed)
  }
}

/// Whether Foundation's parser takes a text.
private final class XMLReading: NSObject, XMLParserDelegate {
  private(set) var isWellFormed = false
  private(set) var problem = ""

  init(_ text: String) {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
    problem = parser.parserError.map { "\($0), line \(parser.lineNumber)" } ?? ""
  }
}
