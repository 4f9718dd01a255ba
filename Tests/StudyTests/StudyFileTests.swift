import Catalog
import Components
import Features
import Imaging
import Study
import Testing

/// Parses a study with the real catalog.
func parseStudy(_ text: String) throws -> StudyFile {
  try StudyFile.parse(text, name: "study.yml", families: Catalog.families, filters: Catalog.filters)
}

/// The problems of an invalid study or cohort, one text each.
func problems(_ body: () throws -> some Any) -> [String] {
  do {
    _ = try body()
    return []
  } catch let error as InvalidInput {
    return error.problems.map(\.description)
  } catch {
    return ["another error: \(error)"]
  }
}

let twoImages = """
  study: trial
  cohort: cohort.csv
  images:
    CT:
      image: ct_image
      mask: ct_mask
      resample: {spacing: [1, 1, 1], interpolator: bspline}
      discretisation: {binWidth: 25}
    PET:
      image: pet_image
      mask: pet_mask
      discretisation: {binWidth: 0.25}
  """

@Suite struct StudyFileTests {
  @Test func defaultsGiveAllSevenFamilies() throws {
    let study = try parseStudy("cohort: c.csv\nimages: {CT: }")
    #expect(study.images[0].families.count == 7)
    #expect(study.images[0].families.map(\.descriptors.count).reduce(0, +) == 107)
    #expect(study.output == "results.h5")
    #expect(study.images[0].preparation.resample == nil)
    #expect(study.images[0].discretisation.binWidth == 25)
  }

  @Test func sectionsAreDecoded() throws {
    let study = try parseStudy(twoImages)
    #expect(study.images.map(\.name) == ["CT", "PET"])
    #expect(study.images[0].preparation.resample?.spacing == [1, 1, 1])
    #expect(study.images[1].discretisation.binWidth == 0.25)
    #expect(study.images[1].preparation.resample == nil)
  }

  @Test func featuresCanBeChosen() throws {
    let study = try parseStudy(
      """
      cohort: c.csv
      images: {CT: , MR: {features: [shape]}}
      features:
        glcm: {only: [Idm, Contrast], distances: [1, 2]}
        firstorder: [Mean]
      """)
    let names = study.images[0].families.flatMap { $0.descriptors.map(\.name) }
    #expect(names == ["Mean", "Contrast", "Idm"])
    #expect(study.images[1].families.count == 1)
  }

  @Test func everyProblemIsListedWithItsPlace() {
    let found = problems {
      try parseStudy(
        """
        study: x
        outptu: a.h5
        profile: ibsi3
        seed: -1
        images:
          C_T: {imag: a, label: 0, discretisation: {binWidth: 0, binCont: 3}}
          PET: 5
        features: {glcm: {distances: [0], only: [Contrst]}, glcmm: }
        """)
    }
    for part in [
      "cohort: this key is needed", "outptu (line 2): unknown key; did you mean \"output\"?",
      "\"ibsi3\" is none of the valid values: pyradiomics, ibsi", "seed (line 4)",
      "image name has letters",
      "images.C_T.imag", "images.C_T.label", "binWidth", "binCont", "images.PET",
      "distances", "Contrst", "glcmm",
    ] {
      #expect(found.contains { $0.contains(part) }, "no problem about \(part): \(found)")
    }
  }

  @Test(arguments: ["", "[]", "just text", "images: []\ncohort: c"])
  func shapelessFilesAreRefused(_ text: String) {
    #expect(!problems { try parseStudy(text) }.isEmpty)
  }

  @Test func schemaIsMadeForEveryFamily() {
    let schema = StudySchema.json(families: Catalog.families, filters: Catalog.filters)
    for family in Catalog.families { #expect(schema.contains("\"\(family.id.name)\"")) }
    #expect(schema.contains("\"exclusiveMinimum\": 0"))
  }
}
