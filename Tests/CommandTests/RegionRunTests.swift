import Foundation
import TestSupport
import Testing

/// Runs of several stages: what is kept, what is computed again, and equal results whichever way.
@Suite(.serialized, .timeLimit(.minutes(3))) struct RegionRunTests {
  private static let cohortHabitats = """
    features: [firstorder]
    seed: 3
    images: {CT: {image: ct}, PET: {image: pet, align: {to: CT}}}
    vois: {tumour: {}, rim: {kind: ring, distance: 4}}
    habitats: {voi: tumour, k: 2, scope: cohort, sampleSize: 100}

    """

  /// The trial after its first run: three patients, the third for testing.
  private func finished(_ study: String = cohortHabitats) throws -> (RegionTrial, path: String) {
    let trial = try RegionTrial(patients: 3)
    let path = try trial.study(study)
    let run = try Program.run(["run", path])
    try #require(run.status == 0, "\(run.errors)")
    return (trial, path)
  }

  private func digest(_ trial: RegionTrial, _ name: String = "results") throws -> String {
    let ending = try Program.run(["digest", "\(trial.folder.path)/\(name).h5"])
    try #require(ending.status == 0, "\(ending.errors)")
    return ending.output
  }

  private func touch(_ path: String) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: 5)], ofItemAtPath: path)
  }

  /// Units that ended, over all starts.
  private func units(_ trial: RegionTrial) throws -> Int {
    try trial.folder.read("results.h5.work/progress.jsonl").split(separator: "\n")
      .count { $0.contains("\"event\":\"unit\"") }
  }

  @Test func aSecondStartComputesNothing() throws {
    let (trial, path) = try finished()
    let before = try digest(trial)
    #expect(try units(trial) == 3 + 6)
    let again = try Program.run(["run", path])
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains("3 of 3 units are done already"), "\(again.errors)")
    #expect(again.errors.contains("6 of 6 units are done already"), "\(again.errors)")
    #expect(try units(trial) == 9)
    #expect(try digest(trial) == before)
  }

  @Test func aTouchedFileIsSampledAndExtractedAgainAndNothingElse() throws {
    let (trial, path) = try finished()
    let before = try digest(trial)
    try touch(trial.path(1, "ct"))
    let again = try Program.run(["run", path])
    #expect(again.errors.contains("2 of 3 units are done already"), "\(again.errors)")
    #expect(again.errors.contains("4 of 6 units are done already"), "\(again.errors)")
    #expect(try digest(trial) == before)
  }

  @Test func aChangedTrainingPatientChangesTheHabitatsOfAll() throws {
    let (trial, path) = try finished()
    let before = try trial.table("results")
    try trial.shift(1, "ct") { $0 * 2 }
    let again = try Program.run(["run", path])
    #expect(again.status == 0)
    #expect(again.errors.contains("2 of 3 units are done already"), "\(again.errors)")
    #expect(!again.errors.contains(" of 6 units are done already"), "\(again.errors)")
    let after = try trial.table("results")
    let column = "CT_habitat-1_original_firstorder_Mean"
    #expect(before[2, column] != after[2, column])
    #expect(before.values(2, "CT_tumour_") == after.values(2, "CT_tumour_"))
    let fresh = try Program.run(["run", path, "--output", trial.folder.path + "/fresh.h5"])
    #expect(fresh.status == 0)
    #expect(try digest(trial) == digest(trial, "fresh"))
  }

  @Test func aChangedTestPatientChangesOnlyItself() throws {
    let (trial, path) = try finished()
    try trial.shift(3, "ct") { $0 * 2 }
    let again = try Program.run(["run", path])
    #expect(again.status == 0)
    #expect(again.errors.contains("4 of 6 units are done already"), "\(again.errors)")
    let fresh = try Program.run(["run", path, "--output", trial.folder.path + "/fresh.h5"])
    #expect(fresh.status == 0)
    #expect(try digest(trial) == digest(trial, "fresh"))
  }

  @Test func aPatientThatMovesToTheTestGroupMakesAnotherStudy() throws {
    let (trial, path) = try finished()
    let table = try trial.folder.read("cohort.csv")
    try trial.folder.write(
      table.replacing("train,62", with: "test,62"), to: "cohort.csv")
    let again = try Program.run(["run", path])
    #expect(again.status == 3)
    #expect(again.errors.contains("another study"), "\(again.errors)")
  }

  @Test func changedAnatomyIsNoticed() throws {
    let (trial, path) = try finished(
      """
      features: [firstorder]
      images: {CT: {image: ct}, PET: {image: pet, align: {to: CT}}}
      vois: {tumour: {}, rim: {kind: ring, distance: 4, exclude: anatomy}}

      """)
    try trial.labels(trial.path(2, "anatomy")) { _, at in at.x > 0 ? 1 : 0 }
    let again = try Program.run(["run", path])
    #expect(again.status == 0)
    #expect(again.errors.contains("4 of 6 units are done already"), "\(again.errors)")
  }

  @Test func theCTOfAPatientIsAnInputOfItsAlignedPET() throws {
    let (trial, path) = try finished(
      "features: [firstorder]\nimages: {CT: {image: ct}, PET: {image: pet, align: {to: CT}}}\n")
    try touch(trial.path(2, "ct"))
    let again = try Program.run(["run", path])
    #expect(again.errors.contains("4 of 6 units are done already"), "\(again.errors)")
    try touch(trial.path(1, "pet"))
    let pet = try Program.run(["run", path])
    #expect(pet.errors.contains("5 of 6 units are done already"), "\(pet.errors)")
  }

  @Test func aCrashInTheExtractionOfHabitatsIsIsolated() throws {
    let trial = try RegionTrial(patients: 3)
    let path = try trial.study(Self.cohortHabitats)
    let hook = ["RADCOHORT_TEST_CRASH_PATIENT": "p3"]
    var starts = 0
    var ending = try Program.run(["run", path], environment: hook)
    while ending.status < 0, starts < 10 {
      starts += 1
      ending = try Program.run(["run", path], environment: hook)
    }
    #expect(ending.status == 4, "\(ending.errors)")
    #expect(starts == 4)
    let table = try trial.table("results")
    #expect(table[2, "CT_reason"].contains("crashed with signal 11"))
    let (whole, _) = try finished()
    let all = try whole.table("results")
    for row in 0...1 { #expect(table.values(row) == all.values(row)) }
    // Without the fault the child's way through the fitted habitats gives the same.
    let retried = try Program.run(["run", path, "--retry-failed"])
    #expect(retried.status == 0, "\(retried.errors)")
    #expect(try digest(trial) == digest(whole))
  }
}
