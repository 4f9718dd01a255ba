import Foundation
import Imaging
import NIfTIAdapter
import TestSupport
import Testing

/// One way in which a region of the first patient cannot be, and what must be said of it.
struct BadRegion: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let study: String
  /// Image prefix of the columns that are looked at: "" or "PET_".
  var image = ""
  /// Regions without values; the others have them.
  var missing: [String] = []
  /// Regions that there are; "" where a study has one.
  var regions = ["tumour_"]
  /// The whole unit fails, as there is no region.
  var fails = false
  /// The other patients meet the same.
  var spoilsAll = false
  let message: [String]
  let spoil: @Sendable (RegionTrial) throws -> Void

  private static let ct = "features: [firstorder]\nimages: {CT: {image: ct}}\n"
  private static let pet =
    "features: [firstorder]\nimages: {CT: {image: ct}, PET: {image: pet, align: {to: CT}}}\n"

  private static func ball(_ radius: Double) -> @Sendable (RegionTrial) throws -> Void {
    { trial in
      try trial.labels(trial.path(1, "mask")) { _, at in
        (at * at).sum() < radius * radius ? 1 : 0
      }
    }
  }

  static let derived = [
    BadRegion(
      testDescription: "erosion of everything",
      study: ct + "vois: {tumour: {}, core: {kind: erosion, distance: 6}}",
      missing: ["core_"], regions: ["tumour_", "core_"],
      message: ["core: ", "erosion by 6.0 mm leaves none of the", "label 1", "largest depth is"],
      spoil: ball(4)),
    BadRegion(
      testDescription: "erosion of everything, no other region",
      study: ct + "vois: {core: {kind: erosion, distance: 6}}", missing: [""], regions: [""],
      fails: true, message: ["images/p1_mask.nii.gz: ", "erosion by 6.0 mm", "label 1"],
      spoil: ball(4)),
    BadRegion(
      testDescription: "ring outside of the image",
      study: ct + "vois: {tumour: {}, rim: {kind: ring, distance: 5}}",
      missing: ["rim_"], regions: ["tumour_", "rim_"],
      message: ["rim: ", "ring of 5.0 mm around label 1", "outside the image", "(24, 24, 12)"]
    ) { trial in try trial.labels(trial.path(1, "mask")) { _, _ in 1 } },
    BadRegion(
      testDescription: "everything is excluded",
      study: ct + "vois: {tumour: {}, rim: {kind: ring, distance: 5, exclude: anatomy}}",
      missing: ["rim_"], regions: ["tumour_", "rim_"],
      message: ["rim: ", "voxels, all of them in the anatomy that is left out (anatomy)"]
    ) { trial in try trial.labels(trial.path(1, "anatomy")) { _, _ in 1 } },
    BadRegion(
      testDescription: "no intensity in the range",
      study: ct + "vois: {tumour: {}, rim: {kind: ring, distance: 5, range: [-500, 500]}}",
      missing: ["rim_"], regions: ["tumour_", "rim_"],
      message: ["rim: ", "has an intensity in -500.0...500.0; they have"]
    ) { trial in try trial.shift(1, "ct") { $0 + 5000 } },
    BadRegion(
      testDescription: "two regions, one reason",
      study: ct + "vois: {tumour: {}, a: {kind: erosion, distance: 6},"
        + " b: {kind: erosion, distance: 6}}",
      missing: ["a_", "b_"], regions: ["tumour_", "a_", "b_"],
      message: ["a, b: erosion by 6.0 mm"], spoil: ball(4)),
    BadRegion(
      testDescription: "no component is large enough",
      study: ct + "lesions: {minimumVolume: 1000}", missing: [""], regions: [""], fails: true,
      message: ["label 1", "no connected component", "1000.0 mm3", "lesions.minimumVolume"],
      spoil: ball(4)),
    BadRegion(
      testDescription: "sigma larger than the image",
      study: ct + "filters: {original: , log: {sigma: [200]}}\n"
        + "vois: {tumour: {}, rim: {kind: ring, distance: 5}}",
      regions: ["tumour_", "rim_"], spoilsAll: true,
      message: [
        "tumour, rim: log-sigma-200-0-mm-3D", "24 voxels of 2.0 mm along x", "sigma 200.0 mm",
        "at least 101",
      ]
    ) { _ in },
    BadRegion(
      testDescription: "wavelets deeper than the region",
      study: ct + "filters: {original: , wavelet: {level: 6}}", regions: [""], message: []
    ) { _ in },
  ]

  static let habitats = [
    BadRegion(
      testDescription: "more habitats than voxels", study: ct + "habitats: {k: 10}",
      missing: ["habitat-1_", "habitat-10_"], regions: ["tumour_", "habitat-1_", "habitat-10_"],
      message: [
        "habitat-1 to habitat-10: habitats of tumour of label 1: k = 10",
        "at least 10 different voxels; of 8 voxels 8 are",
      ], spoil: ball(3)),
    BadRegion(
      testDescription: "one value throughout", study: ct + "habitats: {k: 3}",
      missing: ["habitat-1_", "habitat-3_"], regions: ["tumour_", "habitat-1_", "habitat-3_"],
      message: ["habitat-1 to habitat-3: ", "same values (CT = 70.0)", "k = 3 habitats"]
    ) { trial in try trial.shift(1, "ct") { _ in 70 } },
    BadRegion(
      testDescription: "one value throughout, BIC",
      study: ct + "habitats: {k: 3, criterion: bic}", missing: ["habitat-2_", "habitat-3_"],
      regions: ["tumour_", "habitat-1_", "habitat-2_", "habitat-3_"], spoilsAll: true,
      message: ["habitat-2, habitat-3: of at most k = 3 habitats of tumour", "BIC chose 1"]
    ) { trial in try trial.shift(1, "ct") { _ in 70 } },
    BadRegion(
      testDescription: "habitats below their minimumSize",
      study: ct + "habitats: {k: 2, minimumSize: 32}", missing: ["habitat-1_", "habitat-2_"],
      regions: ["tumour_", "habitat-1_", "habitat-2_"],
      message: [
        "habitat-1, habitat-2: ", "fewer than minimumSize = 32 voxels of tumour of label 1",
      ], spoil: ball(4.5)),
    BadRegion(
      testDescription: "habitats of a VOI that there is not",
      study: ct + "vois: {tumour: {}, core: {kind: erosion, distance: 6}}\n"
        + "habitats: {voi: core, k: 2}",
      missing: ["core_", "habitat-1_", "habitat-2_"],
      regions: ["tumour_", "core_", "habitat-1_", "habitat-2_"],
      message: ["core to habitat-2: erosion by 6.0 mm leaves none of"], spoil: ball(4)),
  ]

  static let images = [
    BadRegion(
      testDescription: "PET and CT do not overlap", study: pet, image: "PET_", missing: [""],
      regions: [""], fails: true,
      message: ["images/p1_pet.nii.gz: ", "do not overlap at all", "(474.0, "]
    ) { try $0.move(1, "pet", by: 500) },
    BadRegion(
      testDescription: "PET and tumour do not overlap", study: pet, image: "PET_", missing: [""],
      regions: [""], fails: true,
      message: ["images/p1_pet.nii.gz: ", "label 1", "do not overlap at all", "(14.0, "]
    ) { try $0.move(1, "pet", by: 40) },
    BadRegion(
      testDescription: "PET covers too little of a VOI",
      study: """
        features: [firstorder]
        images: {CT: {image: ct}, PET: {image: pet, align: {to: CT, minimumOverlap: 0.9}}}
        vois: {tumour: {}, right: {exclude: anatomy}}
        """,
      image: "PET_", missing: ["tumour_"], regions: ["tumour_", "right_"],
      message: [
        "tumour: images/p1_pet.nii.gz: ", "covers 0.75 of the voxels", "tumour of label 1",
        "minimumOverlap is 0.9",
      ]
    ) { try $0.move(1, "pet", by: -24) },
    BadRegion(
      testDescription: "fusion of an image of one value",
      study: """
        features: [firstorder]
        images: {CT: {image: ct}, PET: {image: pet, align: {to: CT}},
                 Both: {fusion: {of: [CT, PET]}}}
        """,
      image: "Both_", missing: [""], regions: [""], fails: true,
      message: ["PET has the same value (3.0) throughout", "images/p1_pet.nii.gz"]
    ) { trial in try trial.shift(1, "pet") { _ in 3 } },
    BadRegion(
      testDescription: "fusion of images on two grids",
      study: """
        features: [firstorder]
        images: {CT: {image: ct}, PET: {image: pet, geometry: {policy: resample-mask}},
                 Both: {fusion: {of: [CT, PET]}}}
        """,
      image: "Both_", missing: [""], regions: [""], fails: true, spoilsAll: true,
      message: ["cannot be fused with images/p1_ct.nii.gz", "different grids", "align:"]
    ) { _ in },
  ]
}

extension RegionTrial {
  /// Changes the values of an image.
  func shift(_ patient: Int, _ kind: String, _ change: (Double) -> Double) throws {
    let volume = try ImageFile.readVolume(path(patient, kind))
    let values = volume.values(in: IndexBox(lower: .zero, size: volume.grid.size)).map(change)
    try ImageFile.writeVolume(
      Volume(grid: volume.grid, values: values, as: volume.pixelType), to: path(patient, kind))
  }

  /// Moves an image along x, mm.
  func move(_ patient: Int, _ kind: String, by distance: Double) throws {
    let volume = try ImageFile.readVolume(path(patient, kind))
    var grid = volume.grid
    grid.origin.x += distance
    try ImageFile.writeVolume(Volume(grid: grid, voxels: volume.voxels), to: path(patient, kind))
  }
}

/// Regions that cannot be had: each is said in `/obs` with region, setting and value; all other
/// regions and patients have their values, and no process ends.
@Suite(.serialized, .timeLimit(.minutes(4))) struct RegionInputTests {
  @Test(arguments: BadRegion.derived + BadRegion.habitats + BadRegion.images)
  func aRegionThatCannotBeIsNamedAndTheRestFinishes(_ bad: BadRegion) throws {
    let trial = try RegionTrial(patients: 2)
    try bad.spoil(trial)
    let table = try trial.run(bad.study + "\n", status: bad.fails ? 4 : 0)
    let reason = table[0, bad.image + "reason"]
    for part in bad.message { #expect(reason.contains(part), "no \(part) in \(reason)") }
    #expect(table[0, bad.image + "status"] == (bad.fails ? "failed" : "finished"))
    func hasMean(_ row: Int, _ region: String) -> Bool {
      Double(table[row, bad.image + region + "original_firstorder_Mean"]) != nil
    }
    for region in bad.regions {
      #expect(hasMean(0, region) == !bad.missing.contains(region), "\(region): \(reason)")
      if !bad.spoilsAll { #expect(hasMean(1, region), "\(region) of the other patient") }
    }
    if !bad.spoilsAll { #expect(table[1, bad.image + "reason"].isEmpty) }
    // Once, whatever the number of regions that it concerns.
    if let first = bad.message.last { #expect(reason.split(separator: first).count <= 2) }
    #expect(table[1, bad.image + "status"] == (bad.spoilsAll && bad.fails ? "failed" : "finished"))
  }

  /// Where an aligned image does not reach, its values are made up: no habitat is made of them.
  @Test(arguments: ["", "images: [CT], "])
  func habitatsNeedImagesThatReachTheTumour(_ images: String) throws {
    let trial = try RegionTrial(patients: 2)
    try trial.move(1, "pet", by: 40)
    let table = try trial.run(
      """
      features: [firstorder]
      images: {CT: {image: ct}, PET: {image: pet, align: {to: CT}}}
      habitats: {\(images)k: 2}

      """, status: 4)
    #expect(table[0, "CT_status"] == "finished" && table[0, "PET_status"] == "failed")
    #expect(
      table[0, "PET_reason"].contains(
        "images/p1_pet.nii.gz: the box of the VOI (tumour of label 1) and the aligned image"))
    #expect(!table[0, "PET_reason"].contains("p1_mask"))
    #expect(Double(table[0, "CT_tumour_original_firstorder_Mean"]) != nil)
    let habitat = Double(table[0, "CT_habitat-1_original_firstorder_Mean"])
    #expect((habitat != nil) == !images.isEmpty)
    if images.isEmpty {
      #expect(
        table[0, "CT_reason"].contains("habitat-1, habitat-2: images/p1_pet.nii.gz: "),
        "\(table[0, "CT_reason"])")
    }
    #expect(table[1, "CT_reason"].isEmpty && table[1, "PET_reason"].isEmpty)
  }

  @Test func noTrainingRowIsSaidBeforeAnythingIsComputed() throws {
    let trial = try RegionTrial(patients: 2)
    let table = try trial.folder.read("cohort.csv")
    try trial.folder.write(table.replacing(",train,", with: ",external,"), to: "cohort.csv")
    let study = try trial.study(
      "images: {CT: {image: ct}}\nhabitats: {k: 2, scope: cohort}\n")
    let run = try Program.run(["run", study])
    #expect(run.status == 3)
    #expect(
      run.errors.contains("split is train or training; there is none (found: \"external\")"),
      "\(run.errors)")
    #expect(!trial.folder.files.contains { $0.hasPrefix("results") })
  }

  @Test func aTrainingPatientWithoutVoxelsLeavesTheFitToTheOthers() throws {
    let trial = try RegionTrial(patients: 3)
    let study =
      "features: [firstorder]\nimages: {CT: {image: ct}}\nhabitats: {k: 2, scope: cohort}\n"
    try trial.labels(trial.path(1, "mask")) { _, _ in 0 }
    let table = try trial.run(study, status: 4)
    #expect(table.errors.contains("p1 (habitats): images/p1_mask.nii.gz: the mask is empty"))
    #expect(table.errors.contains("2 fitted on 1 of 2 training rows"), "\(table.errors)")
    #expect(table[0, "status"] == "failed")
    for row in 1...2 {
      #expect(table[row, "reason"].isEmpty)
      #expect(Double(table[row, "habitat-2_original_firstorder_Mean"]) != nil)
    }
  }

  @Test func habitatsThatNobodyGivesVoxelsToEndTheRunWithASentence() throws {
    let trial = try RegionTrial(patients: 2)
    let study = try trial.study(
      "images: {CT: {image: ct}}\nhabitats: {k: 2, scope: cohort}\n")
    for patient in 1...2 { try trial.labels(trial.path(patient, "mask")) { _, _ in 0 } }
    let run = try Program.run(["run", study])
    #expect(run.status == 3, "\(run.errors)")
    #expect(run.errors.contains("habitats of the cohort cannot be fitted"), "\(run.errors)")
    #expect(run.errors.contains("the mask is empty"))
  }
}
