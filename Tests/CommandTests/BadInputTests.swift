import Foundation
import Study
import TestSupport
import Testing

/// Images and masks that nobody should compute on: `check` finds them all and computes nothing,
/// `run` records them and finishes the rest. None ends a process, none hangs, none allocates by a
/// header.
@Suite(.serialized, .timeLimit(.minutes(3))) struct BadInputTests {
  @Test(arguments: BadInput.headers + BadInput.voxels)
  func badInputIsNamedAndTheRestFinishes(_ bad: BadInput) throws {
    let trial = try Trial(patients: 2)
    let path = trial.image(1, bad.kind)
    let name = "images/" + URL(fileURLWithPath: path).lastPathComponent
    let text = try trial.folder.read("study.yml")
    let modality = bad.kind.prefix { $0 != "_" }.uppercased()
    try trial.folder.write(
      text.replacing("  \(modality):\n", with: "  \(modality):\n" + bad.study), to: "study.yml")
    try bad.spoil(path)
    // A resegmentation spoils every patient of the image.
    let spoilsAll = bad.study.contains("resegment")

    let check = try limited(["check", trial.study])
    #expect(check.status == (bad.isInHeader ? 3 : 0), "\(check.errors)")
    let deep = try Program.run(["check", "--deep", trial.study])
    #expect(deep.status == 3, "\(deep.errors)")
    for errors in bad.isInHeader ? [check.errors, deep.errors] : [deep.errors] {
      #expect(bad.missing(in: errors) == [], "\(errors)")
      #expect(errors.contains("synthetic-001") && errors.contains(name), "\(errors)")
      #expect(errors.contains("synthetic-002") == spoilsAll, "\(errors)")
    }

    let run = try Program.run(["run", trial.study])
    #expect(run.status == 4, "\(run.errors)")
    let table = try CSVTable.parse(
      Program.run(["export", trial.result]).output, name: "export.csv")
    func field(_ row: Int, _ column: String) -> String {
      table.column(column).map { table.rows[row][$0] } ?? "no column \(column)"
    }
    #expect(table.rows.count == 2)
    #expect(field(0, modality + "_status") == "failed")
    let reason = field(0, modality + "_reason")
    #expect(bad.missing(in: reason) == [] && reason.contains(name), "\(reason)")
    #expect(field(0, modality + "_original_firstorder_Mean").isEmpty)
    let other = modality == "CT" ? "PET" : "CT"
    let others = spoilsAll ? [(0, other), (1, other)] : [(0, other), (1, other), (1, modality)]
    for (row, image) in others {
      #expect(field(row, image + "_status") == "finished")
      #expect(Double(field(row, image + "_original_firstorder_Mean")) != nil)
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func anUnreadableFileIsNamed() throws {
    let trial = try Trial(patients: 2)
    chmod(trial.image(1, "ct"), 0)
    let check = try Program.run(["check", trial.study])
    #expect(check.status == 3)
    #expect(check.errors.contains("synthetic-001_ct.nii.gz") && check.errors.contains("ermission"))
  }

  @Test func aDeviceIsNoTable() throws {
    let folder = try TestFolder()
    try folder.write("cohort: /dev/zero\nimages: {CT: }", to: "study.yml")
    #expect(try limited(["check", folder.path + "/study.yml"]).status == 3)
  }

  @Test func aPipeIsNotWaitedFor() throws {
    let trial = try Trial(patients: 1)
    try FileManager.default.removeItem(atPath: trial.image(1, "pet"))
    #expect(mkfifo(trial.image(1, "pet"), 0o600) == 0)
    let check = try limited(["check", trial.study])
    #expect(check.status == 3)
    #expect(check.errors.contains("synthetic-001_pet.nii.gz: this is not a regular file"))
    #expect(try Program.run(["check", "--deep", trial.study]).status == 3)
    #expect(try Program.run(["run", trial.study]).status == 4)
  }

  @Test func checkListsEveryBadFileAtOnce() throws {
    let trial = try Trial(patients: BadInput.headers.count + 1)
    var paths: [String] = []
    for (index, bad) in BadInput.headers.enumerated() where bad.study.isEmpty {
      paths.append(trial.image(index + 1, bad.kind))
      try bad.spoil(trial.image(index + 1, bad.kind))
    }
    let check = try limited(["check", trial.study])
    #expect(check.status == 3)
    for path in paths { #expect(check.errors.contains(path), "no \(path)") }
  }

  /// Runs the program in 1 GiB of address space, which a header that allocates would exceed.
  private func limited(_ arguments: [String]) throws -> Program.Ending {
    let folder = try TestFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments =
      [
        "-c", "ulimit -v 1048576; exec \"$0\" \"$@\" > \(folder.path)/out 2> \(folder.path)/err",
        Program.path,
      ] + arguments
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Program.Ending(
      status: process.terminationReason == .uncaughtSignal
        ? -process.terminationStatus : process.terminationStatus,
      output: try folder.read("out"), errors: try folder.read("err"))
  }
}
