import Foundation
import Imaging
import NIfTIAdapter
import TestSupport
import Testing

/// What regions mean, by equal bits: a region that the program finds has the features of the same
/// voxels given as a mask file, wherever filters are computed.
///
/// Oracle: the program's own way from a mask file, which is compared with PyRadiomics elsewhere.
/// Tolerance: none; the texts of `export` stand for all bits.
@Suite(.serialized, .timeLimit(.minutes(3))) struct RegionMeaningTests {
  private static let families = "features: [shape, firstorder, glcm, glszm]\n"
  private static let filters =
    "filters: {original: , wavelet: {wavelet: coif1}, gradient: , square: , log: {sigma: [3]}}\n"
  private static let finite = "filters: {original: , wavelet: {wavelet: coif1}, gradient: }\n"
  private static let resampled = """
    images:
      CT: {image: ct, resample: {spacing: [2, 2, 2]}, discretisation: {binWidth: 25}}

    """

  @Test func oneVOIHasTheSameValuesInBothFilterDomains() throws {
    let trial = try RegionTrial(patients: 1)
    let study = Self.resampled + Self.families + Self.filters
    let voi = try trial.run("filterDomain: voi\n" + study, to: "voi")
    let patient = try trial.run("filterDomain: patient\n" + study, to: "patient")
    #expect(voi.features().count == 14 + 12 * (18 + 24 + 16))
    #expect(voi.values(0) == patient.values(0))
  }

  /// coif1 reaches 5 voxels, a gradient 1; 8 voxels of padding are enough for both.
  @Test func filtersOfFiniteReachHaveTheSameValuesInBothDomains() throws {
    let trial = try RegionTrial(patients: 1)
    let image =
      "images: {CT: {image: ct, resample: {spacing: [2, 2, 2]}, region: {padDistance: 8}}}\n"
    let study =
      image + Self.families + Self.finite
      + "vois: {tumour: {}, core: {kind: erosion, distance: 2}}\n"
    let voi = try trial.run("filterDomain: voi\n" + study, to: "voi")
    let patient = try trial.run("filterDomain: patient\n" + study, to: "patient")
    for region in ["tumour_", "core_"] {
      #expect(voi.values(0, region).count == 14 + 10 * (18 + 24 + 16))
      #expect(voi.values(0, region) == patient.values(0, region), "\(region)")
    }
  }

  @Test func masksOfTheProgramGiveTheColumnsOfTheirVOIs() throws {
    let trial = try RegionTrial(patients: 1)
    let vois = [
      "tumour", "erosion, distance: 2", "ring, distance: 5, gap: 2, range: [-40, 300]",
      "dilation, distance: 4, exclude: anatomy", "bounding-box, margin: 3", "largest-slice",
    ]
    let names = (0..<vois.count).map { "voi-\($0)" }
    let entries = zip(names, vois).map { "  \($0): {kind: \($1)}\n" }.joined()
    let derived = try trial.run(
      Self.resampled + Self.families + Self.finite + "vois:\n\(entries)", to: "derived")
    let masks = try Program.run(
      ["masks", "\(trial.folder.path)/derived.yml", "--output", trial.folder.path + "/masks"])
    try #require(masks.status == 0, "\(masks.errors)")
    #expect(masks.output.split(separator: "\n").count == vois.count)
    try trial.cohort(
      names.map { "\($0),images/p1_ct.nii.gz,masks/p1_\($0).nii.gz" },
      header: "patient_id,ct,mask")
    let given = try trial.run(Self.resampled + Self.families + Self.finite, to: "given")
    for (row, name) in names.enumerated() {
      #expect(given.values(row).count == 14 + 10 * (18 + 24 + 16))
      #expect(given.values(row) == derived.values(0, name + "_"), "\(name)")
      #expect(given[row, "voxels_in_mask"] == derived[0, name + "_voxels_in_mask"])
    }
  }

  /// Also where the image is resampled: the label map lies on the grid of the features then.
  @Test(
    arguments: ["kmeans, k: 3", "gmm, k: 2, images: [CT]"],
    ["", "resample: {spacing: [2, 2, 2]}, geometry: {policy: resample-mask}, "])
  func habitatsHaveTheColumnsOfTheirLabelMap(_ habitats: String, _ resample: String) throws {
    let trial = try RegionTrial(patients: 2)
    let image = "images: {CT: {image: ct, \(resample)discretisation: {binWidth: 25}}}\n"
    let study = image + Self.families + Self.filters
    let found = try trial.run(study + "habitats: {method: \(habitats)}\n", to: "found")
    let count = habitats.contains("k: 3") ? 3 : 2
    var lines: [String] = []
    for patient in 1...2 {
      for label in 1...count {
        lines.append(
          "p\(patient),\(label),images/p\(patient)_ct.nii.gz,"
            + "found.h5.maps/p\(patient)_habitats.nii.gz,\(label)")
      }
    }
    try trial.cohort(lines, header: "patient_id,lesion,ct,mask,label")
    let given = try trial.run(study, to: "given")
    var voxels = 0
    for patient in 0..<2 {
      for label in 0..<count {
        let row = patient * count + label
        let prefix = "habitat-\(label + 1)_"
        #expect(given.values(row).count == 14 + 12 * (18 + 24 + 16))
        #expect(given.values(row) == found.values(patient, prefix), "\(patient) \(label)")
        #expect(given[row, "voxels_used"] == found[patient, prefix + "voxels_used"])
        voxels += Int(given[row, "voxels_used"]) ?? 0
      }
    }
    let all = (0..<2).compactMap { Int(found[$0, "tumour_voxels_used"]) }.reduce(0, +)
    #expect(voxels == all)
  }

  @Test func lesionsHaveTheColumnsOfTheirOwnMasks() throws {
    let trial = try RegionTrial(patients: 1)
    let centres = [SIMD3(-12.0, -8, 2), SIMD3(10.0, 10, -4), SIMD3(12.0, -12, 6)]
    let radii = [8.0, 6, 5]
    func lesion(_ at: SIMD3<Double>) -> Int? {
      centres.indices.first { index in
        let offset = at - centres[index]
        return (offset * offset).sum() < radii[index] * radii[index]
      }
    }
    let folder = trial.folder.path + "/images/"
    try trial.labels(folder + "several.nii.gz") { index, at in
      lesion(at) != nil || index == .zero ? 1 : 0
    }
    for number in 0..<3 {
      try trial.labels("\(folder)\(number).nii.gz") { _, at in lesion(at) == number ? 1 : 0 }
    }
    try trial.cohort(
      ["a,images/p1_ct.nii.gz,images/several.nii.gz,77"], header: "patient_id,ct,mask,age")
    let study =
      Self.resampled + Self.families + Self.finite
      + "vois: {tumour: {}, rim: {kind: ring, distance: 3}}\n"
    let together = try trial.run(study + "lesions: {minimumVolume: 50}\n", to: "together")
    try trial.cohort(
      (0..<3).map { "a,\($0),images/p1_ct.nii.gz,images/\($0).nii.gz" },
      header: "patient_id,lesion,ct,mask")
    let single = try trial.run(study, to: "single")
    #expect(together.rows.count == 3)
    for row in 0..<3 {
      #expect(together[row, "lesion"] == "\(row + 1)" && together[row, "age"] == "77")
      for region in ["tumour_", "rim_"] {
        #expect(together.values(row, region) == single.values(row, region), "\(row) \(region)")
      }
    }
  }
}
