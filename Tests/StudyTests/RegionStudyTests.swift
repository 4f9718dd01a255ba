import Catalog
import Study
import Testing

/// A study file with one mistake in what concerns regions, and what must be said of it.
struct BadRegionStudy: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let text: String
  /// Parts of the only message.
  let message: [String]

  init(_ name: String, _ text: String, _ message: String...) {
    testDescription = name
    self.text = text
    self.message = message
  }

  private static let ct = "images: {CT: {image: ct}}\n"

  static let vois = [
    BadRegionStudy(
      "unknown kind", ct + "vois: {rim: {kind: shell}}",
      "vois.rim", "kind", "\"shell\"", "tumour, erosion, ring, dilation"),
    BadRegionStudy(
      "ring without distance", ct + "vois: {rim: {kind: ring}}",
      "vois.rim", ".distance", "kind ring needs a distance > 0 mm (at most 1000)"),
    BadRegionStudy(
      "gap of the whole ring", ct + "vois: {rim: {kind: ring, distance: 3, gap: 3}}",
      "vois.rim", ".gap", "3.0 is not less than distance, 3.0"),
    BadRegionStudy(
      "distance of the tumour", ct + "vois: {core: {distance: 2}}",
      "vois.core", ".distance", "2.0 has no effect with kind tumour"),
    BadRegionStudy("one name twice", ct + "vois:\n  rim: {}\n  rim: {}", "unique", "rim"),
    BadRegionStudy("a list", ct + "vois: [tumour]", "vois", "mapping of names to settings"),
    BadRegionStudy(
      "a habitat's name", ct + "vois: {habitat-1: {}}",
      "vois.habitat-1", "names that begin with habitat-"),
    BadRegionStudy(
      "underscore", ct + "vois: {peri_tumour: {}}", "vois.peri_tumour", "letters, digits and -"),
    BadRegionStudy(
      "lesions of two masks",
      "lesions: {}\nimages: {CT: {image: ct}, PET: {image: pet, mask: pet_mask}}",
      "lesions", "mask, pet_mask", "same mask column"),
    BadRegionStudy(
      "seven neighbours", ct + "lesions: {connectivity: \"7\"}", "lesions.connectivity", "6, 18, 26"
    ),
  ]

  static let images = [
    BadRegionStudy(
      "align to nothing", "images: {CT: {image: ct}, PET: {image: pet, align: {}}}",
      "images.PET.align.to", "the name of an image of the study is needed"),
    BadRegionStudy(
      "align to an unknown image", "images: {CT: {image: ct}, PET: {image: pet, align: {to: MR}}}",
      "images.PET.align.to", "\"MR\" is no image of this study", "CT, PET"),
    BadRegionStudy(
      "align to itself", "images: {CT: {image: ct}, PET: {image: pet, align: {to: PET}}}",
      "images.PET.align.to", "an image cannot refer to itself"),
    BadRegionStudy(
      "align to a fusion",
      """
      images: {CT: {image: ct}, MR: {image: mr}, PET: {image: pet, align: {to: Both}},
               Both: {fusion: {of: [CT, MR]}}}
      """, "images.PET.align.to", "\"Both\" is a fusion itself"),
    BadRegionStudy(
      "align to an aligned image",
      """
      images: {CT: {image: ct}, PET: {image: pet, align: {to: MR}},
               MR: {image: mr, align: {to: CT}}}
      """, "images.PET.align.to", "\"MR\" is aligned itself"),
    BadRegionStudy(
      "fusion with itself", "images: {CT: {image: ct}, Both: {fusion: {of: [CT, CT]}}}",
      "images.Both.fusion.of", "\"CT\" is named twice"),
    BadRegionStudy(
      "fusion of a fusion", "images: {CT: {image: ct}, Both: {fusion: {of: [CT, Both]}}}",
      "images.Both.fusion.of", "an image cannot refer to itself"),
    BadRegionStudy(
      "fusion of three",
      "images: {A: {image: a}, B: {image: b}, C: {image: c}, All: {fusion: {of: [A, B, C]}}}",
      "images.All.fusion.of", "the names of two images", "[\"A\", \"B\", \"C\"]"),
    BadRegionStudy(
      "fusion with a file",
      "images: {A: {image: a}, B: {image: b}, AB: {image: ab, fusion: {of: [A, B]}}}",
      "images.AB.image", "a fusion has no file"),
    BadRegionStudy(
      "fusion that is aligned",
      "images: {A: {image: a}, B: {image: b}, AB: {align: {to: A}, fusion: {of: [A, B]}}}",
      "images.AB", "a fusion has no suv or align"),
    BadRegionStudy(
      "fusion by an unknown wavelet",
      """
      images: {A: {image: a}, B: {image: b},
               AB: {fusion: {of: [A, B], method: wavelet, wavelet: coif99}}}
      """, "images.AB.fusion.wavelet", "\"coif99\"", "did you mean"),
    BadRegionStudy(
      "uptake without a column", "images: {PET: {image: pet, suv: {dose: \"\"}}}",
      "images.PET.suv.dose", "a column of the cohort table is needed"),
  ]

  static let features = [
    BadRegionStudy(
      "habitats of an unknown VOI", ct + "habitats: {voi: core}",
      "habitats.voi", "\"core\" is no VOI of this study (valid: tumour)"),
    BadRegionStudy(
      "habitats of an unknown image", ct + "habitats: {images: [MR]}",
      "habitats.images", "\"MR\" is no image of this study (valid: CT)"),
    BadRegionStudy("too many habitats", ct + "habitats: {k: 65}", "habitats.k", "65", "1...64"),
    BadRegionStudy(
      "habitats by no column", ct + "habitats: {maps: [entropy]}",
      "habitats.maps", "\"entropy\"", "original_glcm_JointEntropy"),
    BadRegionStudy(
      "habitats by an unknown feature", ct + "habitats: {maps: [original_glcm_JointEntropi]}",
      "habitats.maps", "\"original_glcm_JointEntropi\"", "image CT",
      "did you mean \"original_glcm_JointEntropy\"?"),
    BadRegionStudy(
      "habitats by an unknown family", ct + "habitats: {maps: [original_glcn_Contrast]}",
      "habitats.maps", "\"original_glcn_Contrast\"", "firstorder, glcm"),
    BadRegionStudy(
      "habitats by shape", ct + "habitats: {maps: [original_shape_MeshVolume]}",
      "habitats.maps", "\"original_shape_MeshVolume\"", "values at a voxel"),
    BadRegionStudy(
      "habitats by a filter",
      ct + "filters: [original, wavelet]\nhabitats: {maps: [wavelet-LLH_glcm_Contrast]}",
      "habitats.maps", "\"wavelet-LLH_glcm_Contrast\" is no column of the original image"),
    BadRegionStudy(
      "habitats by a family that the image has not",
      ct + "features: [firstorder]\nhabitats: {maps: [original_glcm_Contrast]}",
      "habitats.maps", "\"original_glcm_Contrast\"", "image CT", "firstorder"),
    BadRegionStudy(
      "habitats by one column twice",
      ct + "habitats: {maps: [original_glcm_Contrast, original_glcm_Contrast]}",
      "habitats.maps", "\"original_glcm_Contrast\" is given twice"),
    BadRegionStudy(
      "map of shape", ct + "maps: {features: [original_shape_MeshVolume]}",
      "maps.features", "\"original_shape_MeshVolume\"", "no value at a voxel"),
    BadRegionStudy("no map", ct + "maps: {}", "maps.features", "at least one is needed"),
    BadRegionStudy(
      "map of an unknown feature", ct + "maps: {features: [original_firstorder_Meen]}",
      "maps.features", "\"original_firstorder_Meen\" is no column of this study's images"),
    BadRegionStudy(
      "map of a filter that is not asked for", ct + "maps: {features: [gradient_glcm_Contrast]}",
      "maps.features", "\"gradient_glcm_Contrast\" is no column of this study's images"),
    BadRegionStudy(
      "map of a family without local values",
      "profile: ibsi\n" + ct + "maps: {features: [original_ivh_V10]}",
      "maps.features", "\"original_ivh_V10\" is no column", "values at a voxel"),
  ]

  static let profiles = [
    BadRegionStudy(
      "ibsi, preCrop", "profile: ibsi\nimages: {CT: {image: ct, region: {preCrop: true}}}",
      "images.CT.region.preCrop", "true needs profile pyradiomics"),
    BadRegionStudy(
      "pyradiomics, whole intensities",
      "images: {CT: {image: ct, resample: {spacing: [1, 1, 1], rounding: integer}}}",
      "images.CT.resample.rounding", "integer needs profile ibsi"),
    BadRegionStudy(
      "pyradiomics, interpolated mask",
      "images: {CT: {image: ct, resample: {spacing: [1, 1, 1], maskInterpolator: linear}}}",
      "images.CT.resample.maskInterpolator", "linear needs profile ibsi"),
    BadRegionStudy(
      "pyradiomics, outliers", "images: {CT: {image: ct, resegment: {outliers: 3}}}",
      "images.CT.resegment.outliers", "3.0 needs profile ibsi"),
    BadRegionStudy(
      "pyradiomics, no bins", "images: {CT: {image: ct, discretisation: {method: none}}}",
      "images.CT.discretisation.method", "none needs profile ibsi"),
    BadRegionStudy(
      "unknown profile", ct + "profile: matlab", "profile", "\"matlab\"", "pyradiomics, ibsi"),
    BadRegionStudy(
      "unknown domain", ct + "filterDomain: all", "filterDomain", "\"all\"", "voi, patient"),
  ]
}

/// Study files and cohort tables whose regions cannot be: refused with one sentence that names
/// place, value and what is allowed.
@Suite struct RegionStudyTests {
  @Test(
    arguments: BadRegionStudy.vois + BadRegionStudy.images + BadRegionStudy.features
      + BadRegionStudy.profiles)
  func aMistakeIsNamed(_ bad: BadRegionStudy) {
    let found = problems { try parseStudy("cohort: c.csv\n" + bad.text + "\n") }
    #expect(found.count == 1, "\(found)")
    for part in bad.message {
      #expect(found.first?.contains(part) == true, "no \(part) in \(found)")
    }
  }

  @Test func severalMistakesAreAllNamed() {
    let found = problems {
      try parseStudy(
        """
        cohort: c.csv
        vois: {rim: {kind: ring}, core: {kind: erosion}}
        habitats: {voi: edge}
        images: {CT: {image: ct, align: {to: MR}}}
        """)
    }
    #expect(found.count == 4, "\(found)")
  }

  private func cohortProblems(_ study: String, _ table: String) -> [String] {
    problems {
      try Cohort.parse(
        table, name: "cohort.csv", folder: "",
        study: parseStudy("cohort: cohort.csv\n" + study))
    }
  }

  @Test func columnsThatTheTableHasNotAreNamedWithTheirSetting() {
    let table = "patient_id,ct,pet,mask,lung,kg\na,c,p,m,l,70\n"
    let anatomy = cohortProblems(
      "images: {CT: {image: ct}}\nvois: {rim: {kind: ring, distance: 3, exclude: lungs}}", table)
    #expect(anatomy.count == 1)
    #expect(
      anatomy[0].contains(
        "there is no column \"lungs\", which vois.rim.exclude asks for; did you mean \"lung\"?"))
    let uptake = cohortProblems(
      "images: {PET: {image: pet, suv: {weight: kg, dose: mbq, delay: minutes}}}", table)
    #expect(uptake.count == 2)
    #expect(uptake.allSatisfy { $0.contains("which images.PET.suv asks for") }, "\(uptake)")
    let image = cohortProblems("images: {CT: {image: cct}}", table)
    #expect(image.first?.contains("which images.CT.image asks for") == true, "\(image)")
  }

  @Test func impossibleUptakeIsNamedWithItsLine() {
    func problem(_ weight: String, _ dose: String) -> [String] {
      cohortProblems(
        "images: {PET: {image: pet, suv: {}}}",
        "patient_id,pet,mask,weight,dose\na,p,m,70,200\nb,p,m,\(weight),\(dose)\n")
    }
    #expect(problem("70", "200") == [])
    for (weight, dose, parts) in [
      ("0", "200", ["line 3", "column weight", "\"0\"", ">= 1.0 and <= 500.0"]),
      ("", "200", ["line 3", "column weight", "no entry", "<= 500.0"]),
      ("70", "high", ["line 3", "column dose", "\"high\"", "> 0.0 and <= 100000.0"]),
      ("70", "0", ["line 3", "column dose", "\"0\"", "> 0.0"]),
      ("70", "-3", ["line 3", "column dose", "\"-3\""]),
      ("70", "nan", ["line 3", "column dose", "\"nan\""]),
      ("70", "inf", ["line 3", "column dose", "\"inf\""]),
    ] {
      let found = problem(weight, dose)
      #expect(found.count == 1, "\(found)")
      for part in parts { #expect(found.first?.contains(part) == true, "\(part): \(found)") }
    }
  }
}
