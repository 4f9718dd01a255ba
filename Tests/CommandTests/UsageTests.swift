import Foundation
import TestSupport
import Testing

/// Exit codes and messages for what users get wrong.
@Suite(.serialized, .timeLimit(.minutes(3))) struct UsageTests {
  @Test(arguments: [
    ["nonsense"], ["run"], ["synth", "--patients", "3"],
    ["synth", "--output", "x", "--patients", "0"], ["run", "study.yml", "--writer", "parallell"],
    ["describe", "glcmm"], ["plan", "a", "--probe", "-1"],
  ])
  func wrongUsageIsTwo(_ arguments: [String]) throws {
    #expect(try Program.run(arguments).status == 2)
  }

  @Test(arguments: [
    "run", "check", "plan", "status", "digest", "export", "describe", "import", "synth",
  ])
  func everyCommandHasHelpWithAnExample(_ command: String) throws {
    let ending = try Program.run([command, "--help"])
    #expect(ending.status == 0)
    #expect(ending.output.contains("radcohort \(command)"))
    #expect(ending.output.contains("Example"))
  }

  @Test func shellCompletionsAreGenerated() throws {
    #expect(try Program.run(["--generate-completion-script", "bash"]).output.contains("radcohort"))
  }

  @Test func missingAndBrokenStudiesAreThree() throws {
    let folder = try TestFolder()
    #expect(try Program.run(["check", folder.path + "/none.yml"]).status == 3)
    try folder.write("images: {CT: {binWith: 3}}", to: "study.yml")
    let ending = try Program.run(["run", folder.path + "/study.yml"])
    #expect(ending.status == 3)
    #expect(ending.errors.contains("2 problems"))
    try folder.write("cohort: none.csv\nimages: {CT: }", to: "study.yml")
    #expect(try Program.run(["plan", folder.path + "/study.yml"]).errors.contains("none.csv"))
  }

  @Test func checkListsAllProblemsOfAllPatients() throws {
    let trial = try Trial(patients: 4)
    try FileManager.default.removeItem(atPath: trial.image(1, "ct"))
    try "not an image".write(toFile: trial.image(2, "pet_mask"), atomically: false, encoding: .utf8)
    try FileManager.default.removeItem(atPath: trial.image(3, "ct_mask"))
    try FileManager.default.copyItem(
      atPath: trial.image(3, "pet_mask"), toPath: trial.image(3, "ct_mask"))
    let ending = try Program.run(["check", trial.study])
    #expect(ending.status == 3)
    for part in ["synthetic-001", "synthetic-002", "synthetic-003", "different grids"] {
      #expect(ending.errors.contains(part), "no problem about \(part): \(ending.errors)")
    }
    #expect(!ending.errors.contains("synthetic-004"))
    let deep = try Program.run(ranks: 2, ["check", "--deep", trial.study])
    #expect(deep.status == 3)
    #expect(deep.errors.contains("synthetic-002"))
  }

  @Test func unwritableOutputIsSaidBeforeCompute() throws {
    let trial = try Trial(patients: 1)
    let ending = try Program.run(["run", trial.study, "--output", "/proc/none/results.h5"])
    #expect(ending.status == 3)
    #expect(ending.errors.contains("/proc/none"))
  }

  @Test func srunWithoutPMIxIsRefused() throws {
    let trial = try Trial(patients: 1)
    let ending = try Program.run(
      ["run", trial.study], environment: ["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "0"])
    #expect(ending.status == 2)
    #expect(ending.errors.contains("srun --mpi=pmix"))
  }

  @Test func planPrintsTheWholeCost() throws {
    let trial = try Trial(patients: 3)
    let ending = try Program.run(["plan", trial.study, "--probe", "2"])
    #expect(ending.status == 0)
    for part in ["columns     214", "units", "core-hours", "--ntasks=", "--mem-per-cpu="] {
      #expect(ending.output.contains(part), "no \(part) in \(ending.output)")
    }
  }

  @Test func describeNamesEveryFamilyAndItsCodes() throws {
    let output = try Program.run(["describe"]).output
    for part in ["firstorder (18 features)", "glcm (24 features)", "binWidth = 25", "TU9B"] {
      #expect(output.contains(part), "no \(part)")
    }
  }
}
