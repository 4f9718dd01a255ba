import Foundation
import TestSupport
import Testing

/// The example studies of published papers have the papers' numbers of columns, in the plan and in
/// a result.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RegionCountTests {
  private struct Paper {
    var file: String
    /// Columns of /X.
    var columns: Int
    /// Images and the columns of one region of each.
    var images: [String]
    var regions: [String]
    var perRegion: Int
    var diagnostics = 0
    /// Columns that there must be.
    var names: [String]
  }

  private static let habitats = ["tumour", "habitat-1", "habitat-2", "habitat-3"]
  private static let papers = [
    Paper(
      file: "a-srrm", columns: 4 * 1874, images: [""], regions: habitats, perRegion: 1874,
      diagnostics: 4 * 22,
      names: ["tumour_original_shape_MeshVolume", "habitat-3_lbp-2D_gldm_SmallDependenceEmphasis"]),
    Paper(
      file: "b-comb", columns: 24_720, images: ["CT_", "PET_", "PETCT_"],
      regions: ["tumour", "intratumour", "peritumour", "tumour-peritumour"], perRegion: 2060,
      names: ["CT_peritumour_wavelet-LHL_ngtdm_Busyness", "PETCT_tumour_lbp-3D-k_glcm_Contrast"]),
    Paper(
      file: "c-deep-radscore", columns: 2 * 851, images: [""], regions: ["tumour", "peritumour"],
      perRegion: 851, names: ["peritumour_wavelet-LLH_glcm_JointEntropy"]),
    Paper(
      file: "d-ligero", columns: 107, images: [""], regions: [""], perRegion: 107,
      names: ["original_firstorder_Entropy"]),
  ]

  private static let studies = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("jobs/studies")

  /// A cohort that serves all four studies.
  private func trial(patients: Int) throws -> RegionTrial {
    let trial = try RegionTrial(patients: patients)
    try trial.cohort(
      (1...patients).map { patient in
        let files = ["ct", "ct", "pet", "mask"].map { "images/p\(patient)_\($0).nii.gz" }
        return (["p\(patient)"] + files + ["train"]).joined(separator: ",")
      }, header: "patient_id,image,ct,pet,mask,split")
    return trial
  }

  @Test(arguments: 0..<4) func thePlanHasThePapersCounts(_ index: Int) throws {
    let paper = Self.papers[index]
    let trial = try trial(patients: 2)
    let text = try String(
      contentsOf: Self.studies.appendingPathComponent(paper.file + ".yml"), encoding: .utf8)
    try trial.folder.write(text, to: "paper.yml")
    let plan = try Program.run(["plan", trial.folder.path + "/paper.yml", "--probe", "0"])
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("columns     \(paper.columns)\n"), "\(plan.output)")
    if paper.regions.count > 1 {
      #expect(
        plan.output.contains("= \(paper.regions.count) regions x \(paper.perRegion); of each: "),
        "\(plan.output)")
    }
    if paper.diagnostics > 0 {
      #expect(
        plan.output.contains(
          "22 diagnostics_ columns of each region and image in /obs:"
            + " \(paper.perRegion + 22) of each, \(paper.columns + paper.diagnostics) in all"),
        "\(plan.output)")
    }
  }

  /// The same studies with a smaller image and fewer voxels: no other setting is changed.
  @Test(arguments: 0..<4) func theResultHasThePlansColumns(_ index: Int) throws {
    let paper = Self.papers[index]
    let trial = try trial(patients: 1)
    let text = try String(
      contentsOf: Self.studies.appendingPathComponent(paper.file + ".yml"), encoding: .utf8
    ).replacing("spacing: [1, 1, 1]", with: "spacing: [2, 2, 3]")
      .replacing("spacing: [1, 1, 5]", with: "spacing: [2, 2, 3]")
    try trial.folder.write(text, to: "paper.yml")
    let output = trial.folder.path + "/results.h5"
    let run = try Program.run(
      ["run", trial.folder.path + "/paper.yml", "--output", output])
    #expect(run.status == 0, "\(run.errors)")
    let table = try trial.table("results")
    #expect(Set(table.columns).count == table.columns.count)
    let found = paper.images.map { image in
      paper.regions.map { region in
        table.features(image + (region.isEmpty ? "" : region + "_")).count
      }
    }
    #expect(found == paper.images.map { _ in paper.regions.map { _ in paper.perRegion } })
    #expect(table.columns.count { $0.contains("diagnostics_") } == paper.diagnostics)
    for name in paper.names { #expect(Double(table[0, name]) != nil, "\(name)") }
    for column in table.columns where column.contains("diagnostics_") {
      #expect(!table[0, column].isEmpty, "\(column)")
    }
  }
}
