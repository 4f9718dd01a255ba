import Foundation
import TestSupport
import Testing

/// Files that are given as results of model studies and are none, not whole, or of another version:
/// exit code 3, one message with the file, and no page.
@Suite(.serialized, .timeLimit(.minutes(3))) struct BadResultTests {
  private static let commands = [
    ["report"], ["compare"], ["digest"], ["status"], ["export"], ["apply", "--table", "t.csv"],
  ]

  /// A folder with the result `models.h5` of a small study.
  private func trial() throws -> (folder: TestFolder, result: Data) {
    let study = SmallTable.binary.replacing(
      "validation:", with: "  near: {steps: [impute], model: knn}\nvalidation:")
    let folder = try SmallTable.folder(study)
    let run = try Program.run(["run", "m.yml"], in: folder.path)
    try #require(run.status == 0, "\(run.errors)")
    return (folder, try Data(contentsOf: URL(fileURLWithPath: folder.path + "/models.h5")))
  }

  private func expectRefusal(
    of file: String, in folder: TestFolder, _ message: String,
    by commands: [[String]] = commands, at location: SourceLocation = #_sourceLocation
  ) throws {
    for command in commands {
      let ending = try Program.run(command + [file], in: folder.path)
      #expect(ending.status == 3, "\(command) \(file)", sourceLocation: location)
      #expect(
        ending.errors.contains(file) && ending.errors.contains(message),
        "\(command): \(ending.errors)", sourceLocation: location)
    }
    #expect(!folder.files.contains { $0.hasSuffix(".html") }, sourceLocation: location)
  }

  @Test func aCutOffResultIsRefused() throws {
    let (folder, whole) = try trial()
    for share in [1, 10, 50, 90, 99] {
      let count = whole.count * share / 100
      try whole.prefix(count).write(to: URL(fileURLWithPath: "\(folder.path)/cut\(share).h5"))
      try expectRefusal(
        of: "cut\(share).h5", in: folder, "cut off in the middle: \(count) bytes are there")
    }
    try whole.dropLast().write(to: URL(fileURLWithPath: folder.path + "/cut.h5"))
    try expectRefusal(of: "cut.h5", in: folder, "cut off in the middle")
  }

  @Test func whatIsNoResultIsRefused() throws {
    let (folder, _) = try trial()
    try folder.write("patient_id,score\n", to: "text.h5")
    try folder.write("", to: "empty.h5")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/folder.h5", withIntermediateDirectories: false)
    try expectRefusal(of: "text.h5", in: folder, "not an HDF5 file")
    try expectRefusal(of: "empty.h5", in: folder, "the file is empty")
    try expectRefusal(of: "folder.h5", in: folder, "a folder; a file is needed")
    let others = Self.commands.filter { $0 != ["status"] }
    try expectRefusal(of: "none.h5", in: folder, "No such file or directory", by: others)
  }

  /// The value of the attribute is the last 8-byte 1 behind its name.
  @Test func aResultOfANewerVersionIsRefused() throws {
    var (folder, bytes) = try trial()
    let name = try #require(bytes.range(of: Data("radcohort-format".utf8))?.lowerBound)
    let one = Data([1, 0, 0, 0, 0, 0, 0, 0])
    let value = try #require(bytes.range(of: one, options: .backwards, in: name..<(name + 80)))
    bytes[value.lowerBound] = 9
    try bytes.write(to: URL(fileURLWithPath: folder.path + "/newer.h5"))
    try expectRefusal(of: "newer.h5", in: folder, "written in format 9 by a newer RadCohort")
  }

  @Test func anOutputNeverReplacesItsInput() throws {
    let (folder, whole) = try trial()
    let table = try folder.read("t.csv")
    for command in Self.commands where !["digest", "status"].contains(command[0]) {
      let ending = try Program.run(
        command + ["models.h5", "--output", "./models.h5"], in: folder.path)
      #expect(ending.status == 2, "\(command)")
      #expect(ending.errors.contains("would be lost"), "\(ending.errors)")
    }
    let apply = ["apply", "models.h5", "--table", "t.csv", "--output", "t.csv"]
    #expect(try Program.run(apply, in: folder.path).status == 2)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/models.h5")) == whole)
    #expect(try folder.read("t.csv") == table)
  }

  @Test func optionsThatNameNothingAreRefused() throws {
    let (folder, _) = try trial()
    try folder.write("patient_id,TP53\np1,yes\n", to: "genes.csv")
    for (options, message) in [
      (["--genes", "genes.csv"], "genes.csv: column \"TP53\" holds texts"),
      (["--correlate", "f1", "deep_*"], "--correlate: \"deep_*\" matches no column"),
    ] {
      let ending = try Program.run(["report", "models.h5"] + options, in: folder.path)
      #expect(ending.status == 3)
      #expect(ending.errors.contains(message), "\(ending.errors)")
    }
  }

  @Test func aResultOfExtractionHasNoModels() throws {
    let trial = try Trial(patients: 2)
    try #require(try Program.run(["run", trial.study]).status == 0)
    try trial.folder.write("patient_id\np1\n", to: "t.csv")
    try expectRefusal(
      of: "results.h5", in: trial.folder, "no result of a model study", by: [["compare"]])
    try expectRefusal(
      of: "results.h5", in: trial.folder, "no models are in it",
      by: [["apply", "--table", "t.csv"]])
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func anUnreadableResultIsRefused() throws {
    let (folder, _) = try trial()
    chmod(folder.path + "/models.h5", 0)
    try expectRefusal(of: "models.h5", in: folder, "ermission denied")
  }
}
