import Foundation
import TestSupport
import Testing

/// The built `radcohort`, run as a user runs it.
enum Program {
  struct Ending {
    var status: Int32
    var output: String
    var errors: String
  }

  /// The executable stands beside the test runner.
  static let path = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("radcohort").path

  static func run(
    _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
  ) throws -> Ending {
    try launch(path, arguments, environment: environment, in: folder)
  }

  /// The program under `mpirun -n ranks`.
  static func run(
    ranks: Int, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Ending {
    try mpirun(["-n", "\(ranks)", path] + arguments, environment: environment)
  }

  static func mpirun(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Ending {
    var environment = environment
    environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
    environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    return try launch(
      "/usr/bin/env", ["mpirun", "--oversubscribe"] + arguments, environment: environment,
      in: nil)
  }

  private static func launch(
    _ program: String, _ arguments: [String], environment: [String: String], in folder: String?
  ) throws -> Ending {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: a pipe that nobody drains stops the program when it is full.
    let scratch = try TestFolder()
    let outputs = try ["out", "err"].map { name in
      let file = scratch.path + "/" + name
      _ = FileManager.default.createFile(atPath: file, contents: nil)
      return try FileHandle(forWritingTo: URL(fileURLWithPath: file))
    }
    process.standardOutput = outputs[0]
    process.standardError = outputs[1]
    try process.run()
    process.waitUntilExit()
    let texts = try ["out", "err"].map {
      try String(contentsOfFile: scratch.path + "/" + $0, encoding: .utf8)
    }
    let signalled = process.terminationReason == .uncaughtSignal
    return Ending(
      status: signalled ? -process.terminationStatus : process.terminationStatus,
      output: texts[0], errors: texts[1])
  }
}

/// A synthetic cohort in a folder of its own.
final class Trial {
  let folder: TestFolder
  var study: String { folder.path + "/study.yml" }
  var result: String { folder.path + "/results.h5" }

  init(patients: Int, seed: Int = 1) throws {
    folder = try TestFolder()
    let ending = try Program.run([
      "synth", "--output", folder.path, "--patients", "\(patients)", "--seed", "\(seed)",
    ])
    try #require(ending.status == 0, "synth failed: \(ending.errors)")
  }

  func image(_ patient: Int, _ kind: String) -> String {
    let digits = String(patient)
    let id = "synthetic-" + String(repeating: "0", count: 3 - digits.count) + digits
    return folder.path + "/images/\(id)_\(kind).nii.gz"
  }

  func digest() throws -> String {
    let ending = try Program.run(["digest", result])
    try #require(ending.status == 0, "digest failed: \(ending.errors)")
    return ending.output
  }
}
