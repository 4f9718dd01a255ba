import Foundation
import TestSupport
import Testing

/// The main job as a user runs it, on synthetic patients.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RunTests {
  @Test func oneProcessAndSeveralRanksGiveTheSameDigest() throws {
    let trial = try Trial(patients: 5)
    var digests: Set<String> = []
    for ranks in [0, 2, 3] {
      let output = trial.folder.path + "/r\(ranks).h5"
      let arguments = ["run", trial.study, "--output", output]
      let ending =
        ranks == 0 ? try Program.run(arguments) : try Program.run(ranks: ranks, arguments)
      #expect(ending.status == 0, "\(ending.errors)")
      digests.insert(try Program.run(["digest", output]).output)
    }
    #expect(digests.count == 1)
  }

  @Test func theSerialWriterGivesTheSameDigest() throws {
    let trial = try Trial(patients: 3)
    let other = trial.folder.path + "/serial.h5"
    #expect(try Program.run(["run", trial.study]).status == 0)
    #expect(
      try Program.run(ranks: 3, ["run", trial.study, "--output", other, "--writer", "serial"])
        .status == 0)
    #expect(try trial.digest() == Program.run(["digest", other]).output)
  }

  @Test func aSecondStartComputesNothing() throws {
    let trial = try Trial(patients: 2)
    #expect(try Program.run(["run", trial.study]).status == 0)
    let digest = try trial.digest()
    let again = try Program.run(["run", trial.study])
    #expect(again.status == 0)
    #expect(again.errors.contains("4 of 4 units are done already"))
    #expect(try trial.digest() == digest)
    let progress = try trial.folder.read("results.h5.work/progress.jsonl")
    #expect(progress.split(separator: "\n").count { $0.contains("\"event\":\"unit\"") } == 4)
  }

  @Test func aChangedInputIsComputedAgain() throws {
    let trial = try Trial(patients: 2)
    #expect(try Program.run(["run", trial.study]).status == 0)
    let digest = try trial.digest()
    try FileManager.default.removeItem(atPath: trial.image(1, "ct"))
    try FileManager.default.copyItem(atPath: trial.image(2, "ct"), toPath: trial.image(1, "ct"))
    let again = try Program.run(["run", trial.study])
    #expect(again.errors.contains("3 of 4 units are done already"), "\(again.errors)")
    #expect(try trial.digest() != digest)
  }

  @Test func anotherPathIsComputedAgainThoughSizeAndTimeAreEqual() throws {
    let trial = try Trial(patients: 2)
    #expect(try Program.run(["run", trial.study]).status == 0)
    try FileManager.default.copyItem(
      atPath: trial.image(1, "ct"), toPath: trial.folder.path + "/images/other.nii.gz")
    let table = try trial.folder.read("cohort.csv")
    try trial.folder.write(
      table.replacing("images/synthetic-001_ct.nii.gz", with: "images/other.nii.gz"),
      to: "cohort.csv")
    let again = try Program.run(["run", trial.study])
    #expect(again.status == 0)
    #expect(again.errors.contains("3 of 4 units are done already"), "\(again.errors)")
  }

  @Test func ranksThatWouldComputeOtherBitsAreRefusedBeforeCompute() throws {
    let trial = try Trial(patients: 2)
    let other = ["/usr/bin/env", "OPENBLAS_CORETYPE=Prescott", Program.path, "run", trial.study]
    let ending = try Program.mpirun(
      ["-n", "2", Program.path, "run", trial.study, ":", "-n", "1"] + other)
    #expect(ending.errors.contains("rank 2"), "\(ending.errors)")
    #expect(!ending.errors.contains("complete"))
    #expect(try Program.run(["run", trial.study]).status == 0)
  }

  @Test func overwriteKeepsTheStudysOwnWork() throws {
    let trial = try Trial(patients: 2)
    #expect(try Program.run(["run", trial.study]).status == 0)
    let digest = try trial.digest()
    try trial.folder.write("damaged", to: "results.h5")
    #expect(try Program.run(["run", trial.study]).status == 3)
    let again = try Program.run(["run", trial.study, "--overwrite"])
    #expect(again.errors.contains("4 of 4 units are done already"), "\(again.errors)")
    #expect(try trial.digest() == digest)
  }

  @Test func anOutputThatIsAFolderIsRefusedBeforeCompute() throws {
    let trial = try Trial(patients: 1)
    let ending = try Program.run(
      ["run", trial.study, "--output", trial.folder.path + "/images", "--overwrite"])
    #expect(ending.status == 3)
    #expect(ending.errors.contains("is a folder"))
  }

  @Test func theDigestDoesNotDependOnWhereOneStands() throws {
    let trial = try Trial(patients: 2)
    try FileManager.default.removeItem(atPath: trial.image(1, "pet"))
    #expect(try Program.run(["run", trial.study]).status == 4)
    let digest = try trial.digest()
    let here = try Program.run(
      ["run", "study.yml", "--output", "here.h5"], in: trial.folder.path)
    #expect(here.status == 4)
    #expect(try Program.run(["digest", trial.folder.path + "/here.h5"]).output == digest)
  }

  @Test func aBadPatientIsRecordedAndTheRestFinishes() throws {
    let trial = try Trial(patients: 3)
    let ct = trial.image(2, "ct")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: ct))
    try bytes.prefix(bytes.count * 2 / 3).write(to: URL(fileURLWithPath: ct))

    let check = try Program.run(["check", trial.study])
    #expect(check.status == 3)
    #expect(check.errors.contains("synthetic-002"))
    let strict = try Program.run(["run", trial.study, "--strict"])
    #expect(strict.status == 3)
    let run = try Program.run(ranks: 3, ["run", trial.study])
    #expect(run.status == 4, "\(run.errors)")
    #expect(run.errors.contains("synthetic-002_ct.nii.gz"))

    let table = try Program.run(["export", trial.result]).output
    let lines = table.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[2].contains("failed"))
    let progress = try trial.folder.read("results.h5.work/progress.jsonl")
    #expect(progress.contains("\"status\":\"failed\""))
  }

  @Test func aCrashingPatientIsRecordedAfterItsTryInAChild() throws {
    let trial = try Trial(patients: 3)
    let hook = ["RADCOHORT_TEST_CRASH_PATIENT": "synthetic-002"]
    var starts = 0
    var ending = try Program.run(["run", trial.study], environment: hook)
    while ending.status < 0, starts < 10 {
      starts += 1
      ending = try Program.run(["run", trial.study], environment: hook)
    }
    #expect(ending.status == 4, "\(ending.errors)")
    // Two deaths for each of the patient's two images.
    #expect(starts == 4)
    #expect(ending.errors.contains("crashed with signal 11"))
    let table = try Program.run(["export", trial.result]).output
    #expect(table.split(separator: "\n").count { $0.contains("failed") } == 1)
  }

  @Test func aSignalStopsBetweenUnitsAndTheNextStartGoesOn() throws {
    let trial = try Trial(patients: 6)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["run", trial.study]
    process.environment = ProcessInfo.processInfo.environment.merging([
      "RADCOHORT_TEST_SLEEP_MS": "300"
    ]) { $1 }
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: 1.5)
    kill(process.processIdentifier, SIGUSR1)
    process.waitUntilExit()
    #expect(process.terminationStatus == 75)
    let status = try Program.run(["status", trial.result])
    #expect(status.output.contains("stopped"))
    let ending = try Program.run(["run", trial.study])
    #expect(ending.status == 0)
    let fresh = trial.folder.path + "/fresh.h5"
    #expect(try Program.run(["run", trial.study, "--output", fresh]).status == 0)
    #expect(try trial.digest() == Program.run(["digest", fresh]).output)
  }

  @Test func aSecondJobOnOneOutputIsRefused() throws {
    let trial = try Trial(patients: 2)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["run", trial.study]
    process.environment = ProcessInfo.processInfo.environment.merging([
      "RADCOHORT_TEST_SLEEP_MS": "700"
    ]) { $1 }
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: 1)
    let second = try Program.run(["run", trial.study])
    #expect(second.status == 3)
    #expect(second.errors.contains("\(process.processIdentifier)"), "\(second.errors)")
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func anotherStudysOutputIsNotTouched() throws {
    let trial = try Trial(patients: 2)
    #expect(try Program.run(["run", trial.study]).status == 0)
    let digest = try trial.digest()
    let text = try trial.folder.read("study.yml")
    try trial.folder.write(text.replacing("binWidth: 25", with: "binWidth: 10"), to: "study.yml")
    let refused = try Program.run(["run", trial.study])
    #expect(refused.status == 3)
    #expect(refused.errors.contains("another study"))
    #expect(try trial.digest() == digest)
    #expect(try Program.run(["run", trial.study, "--overwrite"]).status == 0)
    #expect(try trial.digest() != digest)
  }

  @Test func aFileThatIsNoResultIsNotOverwritten() throws {
    let trial = try Trial(patients: 1)
    try trial.folder.write("precious", to: "results.h5")
    #expect(try Program.run(["run", trial.study]).status == 3)
    #expect(try trial.folder.read("results.h5") == "precious")
  }
}
