import Foundation
import Imaging
import NIfTIAdapter
import TestSupport
import Testing

/// Pages over results of extraction: their pictures and how the images are found for them.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ExtractionPageTests {
  private static func study(_ scope: String) -> String {
    """
    features: [firstorder]
    seed: 3
    images: {CT: {image: ct}, PET: {image: pet, align: {to: CT}}}
    vois: {tumour: {}, rim: {kind: ring, distance: 4}}
    habitats: {voi: tumour, k: 3, scope: \(scope), sampleSize: 100}

    """
  }

  /// Three patients after their run.
  private func finished(_ text: String = study("tumour")) throws -> RegionTrial {
    let trial = try RegionTrial(patients: 3)
    let run = try Program.run(["run", try trial.study(text)])
    try #require(run.status == 0, "\(run.errors)")
    return trial
  }

  /// - Parameter folder: with the result, where it is not the trial's own.
  private func page(
    _ trial: RegionTrial, in folder: String? = nil, _ options: [String] = []
  ) throws -> String {
    let folder = folder ?? trial.folder.path
    let target = folder + "/page.html"
    let ending = try Program.run(
      ["report", folder + "/results.h5", "--output", target] + options)
    try #require(ending.status == 0, "\(ending.errors)")
    return try String(contentsOfFile: target, encoding: .utf8)
  }

  private func pictures(_ page: String) -> [Substring] {
    page.split(separator: "\n").filter { $0.hasPrefix("<img ") }
  }

  /// The label maps of the run and the habitats found again are the same pictures; maps of another
  /// run are not believed.
  @Test(arguments: ["tumour", "cohort"])
  func habitatsAreThoseOfTheRun(_ scope: String) throws {
    let trial = try finished(Self.study(scope))
    let first = try pictures(page(trial))
    // Three patients, two images, two VOIs and the habitats.
    #expect(first.count == 18)
    #expect(
      first.count { $0.contains("with the habitats of tumour in colours: habitat-1 ") } == 6)
    let maps = trial.folder.path + "/results.h5.maps"
    let map = maps + "/p1_CT_habitats.nii.gz"
    let labels = try ImageFile.readLabels(map)
    try ImageFile.writeLabels(
      LabelVolume(grid: labels.grid, labels: labels.wideLabels.map { $0 == 1 ? 2 : $0 }), to: map)
    #expect(try pictures(page(trial)) == first)
    try FileManager.default.removeItem(atPath: maps)
    #expect(try pictures(page(trial)) == first)
  }

  @Test func theStudyIsFoundFromTheResult() throws {
    let trial = try finished("features: [firstorder]\nimages: {CT: {image: ct}}\n")
    let folder = trial.folder.path
    let other = folder + "/elsewhere"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
    try FileManager.default.copyItem(atPath: trial.result, toPath: other + "/results.h5")
    // A result that went away alone, then with its study, then with a study that says where all is.
    let alone = try page(trial, in: other)
    #expect(pictures(alone).isEmpty)
    #expect(alone.contains("/elsewhere/study.yml is not there; --study names it where it is now."))
    #expect(try pictures(page(trial, in: other, ["--study", folder + "/study.yml"])).count == 3)
    try trial.study("features: [firstorder]\nimages: {CT: {image: ct}}\n# Moved.\n")
    let text = try trial.folder.read("study.yml").replacing("cohort.csv", with: "../cohort.csv")
    try trial.folder.write(text, to: "elsewhere/study.yml")
    let together = try page(trial, in: other)
    #expect(pictures(together).count == 3)
    #expect(together.contains("/elsewhere/study.yml has changed since the run"))
    // The whole folder moves.
    let moved = folder + "-moved"
    try FileManager.default.moveItem(atPath: folder, toPath: moved)
    defer { try? FileManager.default.moveItem(atPath: moved, toPath: trial.folder.path) }
    #expect(try pictures(page(trial, in: moved)).count == 3)
  }

  @Test func changedAndMissingImagesAreNotDrawn() throws {
    let trial = try finished("features: [firstorder]\nimages: {CT: {image: ct}}\n")
    try trial.shift(1, "ct") { $0 + 1 }
    try FileManager.default.removeItem(atPath: trial.path(2, "ct"))
    let page = try page(trial)
    #expect(pictures(page).count == 1)
    #expect(page.contains("p1: images/p1_ct.nii.gz has changed since the run"))
    #expect(page.contains("p2: images/p2_ct.nii.gz: cannot be read: No such file or directory"))
    #expect(page.contains("Where images have moved, --study names a study file"))
  }
}
