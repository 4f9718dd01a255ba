import Foundation
import Study
import TestSupport
import Testing

/// Study files and cohort tables that are wrong: exit code 3 from `check` and `run`, all problems
/// with line and key, and nothing is computed.
@Suite(.serialized, .timeLimit(.minutes(3))) struct BadInputTableTests {
  struct BadText: CustomTestStringConvertible, Sendable {
    let name: String
    let message: [String]
    let change: @Sendable (String) -> String
    var testDescription: String { name }
  }

  static let studies = [
    BadText(name: "unknown key", message: ["images.CT.resampel (line 11)", "resample"]) {
      $0.replacing("    resample:", with: "    resampel:")
    },
    BadText(name: "unknown parameter", message: ["binWith", "did you mean \"binWidth\""]) {
      $0.replacing("binWidth: 25", with: "binWith: 25")
    },
    BadText(name: "unknown top-level key", message: ["imagse (line 7)", "images"]) {
      $0.replacing("images:", with: "imagse:")
    },
    BadText(name: "text for a number", message: ["binWidth", "wide"]) {
      $0.replacing("binWidth: 25", with: "binWidth: wide")
    },
    BadText(name: "mapping for a list", message: ["spacing", "a mapping"]) {
      $0.replacing("[1, 1, 1]", with: "{x: 1}")
    },
    BadText(name: "two values for three", message: ["spacing", "3"]) {
      $0.replacing("[1, 1, 1]", with: "[1, 1]")
    },
    BadText(name: "value out of range", message: ["binWidth", "-3"]) {
      $0.replacing("binWidth: 25", with: "binWidth: -3")
    },
    BadText(name: "number that is none", message: ["binWidth", ".nan"]) {
      $0.replacing("binWidth: 25", with: "binWidth: .nan")
    },
    BadText(name: "unknown family", message: ["glcmm", "glcm"]) {
      $0 + "features: [glcmm]\n"
    },
    BadText(name: "unknown feature", message: ["Contrats", "Contrast"]) {
      $0 + "features: {glcm: {only: [Contrats]}}\n"
    },
    BadText(name: "key given twice", message: ["seed"]) { $0 + "seed: 2\n" },
    BadText(name: "column that the cohort has not", message: ["\"ct_img\"", "\"ct_image\""]) {
      $0.replacing("image: ct_image", with: "image: ct_img")
    },
    BadText(name: "YAML bomb", message: ["anchors", "line 1"]) { _ in
      var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
      for (name, last) in zip("bcdefghij", "abcdefghi") {
        text +=
          "\(name): &\(name) [" + Array(repeating: "*\(last)", count: 9).joined(separator: ",")
        text += "]\n"
      }
      return text + "study: *j\n"
    },
    BadText(name: "nesting in brackets", message: ["nested deeper"]) { text in
      text + "features: " + String(repeating: "[", count: 100_000)
    },
    BadText(name: "nesting in mappings", message: ["nested deeper"]) { text in
      text + "features:\n"
        + (1...60).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    },
    BadText(name: "nesting in dashes", message: ["nesting level"]) { text in
      text + "features:\n  " + String(repeating: "- ", count: 100_000) + "a\n"
    },
    BadText(name: "five megabytes", message: ["5000", "bytes"]) { text in
      text + "# " + String(repeating: "x", count: 5_000_000)
    },
    BadText(name: "no mapping", message: ["expected a mapping"]) { _ in "- 1\n- 2\n" },
    BadText(name: "empty", message: ["study.yml"]) { _ in "" },
    BadText(name: "broken YAML", message: ["not valid YAML"]) { $0 + "features: [glcm\n" },
  ]

  @Test(arguments: studies) func studyIsRefused(_ bad: BadText) throws {
    let trial = try Trial(patients: 1)
    try trial.folder.write(bad.change(trial.folder.read("study.yml")), to: "study.yml")
    try expectRefusal(trial, bad.message)
  }

  static let cohorts = [
    BadText(name: "patient twice", message: ["line 4", "synthetic-001", "line 2"]) {
      $0 + $0.split(separator: "\n")[1] + "\n"
    },
    BadText(name: "path left out", message: ["line 2", "synthetic-001", "image CT"]) {
      $0.replacing("images/synthetic-001_ct.nii.gz", with: "")
    },
    BadText(name: "no patient", message: ["line 3", "patient_id is empty"]) {
      $0.replacing("synthetic-002,", with: ",")
    },
    BadText(name: "ragged row", message: ["line 2", "fields"]) {
      $0.replacing("synthetic-001,", with: "synthetic-001,surplus,")
    },
    BadText(name: "column twice", message: ["\"age\"", "twice"]) {
      $0.replacing("sex,", with: "age,")
    },
    BadText(name: "label that is none", message: ["line 2", "label \"-1\""]) {
      $0.replacing("pet_mask.nii.gz,1,", with: "pet_mask.nii.gz,-1,")
    },
    BadText(name: "open quote", message: ["line 4", "never closed"]) { $0 + "\"open,\n" },
    BadText(name: "empty", message: ["empty"]) { _ in "" },
    BadText(name: "no rows", message: ["no rows"]) { $0.split(separator: "\n")[0] + "\n" },
    BadText(name: "line of 20 megabytes", message: ["line 4", "fields"]) {
      $0 + String(repeating: "x", count: 20_000_000)
    },
    BadText(name: "a million separators", message: ["line 4", "1000001 fields"]) {
      $0 + String(repeating: ",", count: 1_000_000)
    },
  ]

  @Test(arguments: cohorts) func cohortIsRefused(_ bad: BadText) throws {
    let trial = try Trial(patients: 2)
    try trial.folder.write(bad.change(trial.folder.read("cohort.csv")), to: "cohort.csv")
    try expectRefusal(trial, ["cohort.csv"] + bad.message)
  }

  /// Every place of a cohort with several problems is named.
  @Test func allProblemsOfACohortAreListed() throws {
    let trial = try Trial(patients: 3)
    let text = try trial.folder.read("cohort.csv")
      .replacing("images/synthetic-001_ct.nii.gz", with: "")
      .replacing("synthetic-002,1", with: "synthetic-003,1")
      .replacing("pet_mask.nii.gz,1,", with: "pet_mask.nii.gz,one,")
    try trial.folder.write(text, to: "cohort.csv")
    try expectRefusal(trial, ["5 problems", "line 2", "line 3", "line 4", "synthetic-003"])
  }

  @Test(arguments: ["study.yml", "cohort.csv"]) func binaryAndFoldersAreRefused(_ name: String)
    throws
  {
    let trial = try Trial(patients: 1)
    let path = trial.folder.path + "/" + name
    let image = try Data(contentsOf: URL(fileURLWithPath: trial.image(1, "ct")))
    try image.write(to: URL(fileURLWithPath: path))
    try expectRefusal(trial, [name])
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try expectRefusal(trial, [name, "cannot be read"])
    try FileManager.default.removeItem(atPath: path)
    try expectRefusal(trial, [name, "cannot be read"])
  }

  /// Spreadsheets write a BOM, CRLF and quotes; the values are the same.
  @Test func aCohortFromASpreadsheetIsRead() throws {
    let trial = try Trial(patients: 2)
    #expect(try Program.run(["run", trial.study]).status == 0)
    let plain = try Program.run(["export", trial.result]).output
    let text = try trial.folder.read("cohort.csv")
    let quoted = text.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map { "\"\($0)\"" }
        .joined(separator: ",")
    }
    try trial.folder.write("\u{FEFF}" + quoted.joined(separator: "\r\n") + "\r\n", to: "cohort.csv")
    let ending = try Program.run(["run", trial.study, "--overwrite"])
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(try Program.run(["export", trial.result]).output == plain)
  }

  private func expectRefusal(
    _ trial: Trial, _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for command in ["check", "run"] {
      let ending = try Program.run([command, trial.study])
      #expect(ending.status == 3, "\(command)", sourceLocation: sourceLocation)
      for part in parts {
        #expect(
          ending.errors.contains(part), "no \"\(part)\" in: \(ending.errors.prefix(2000))",
          sourceLocation: sourceLocation)
      }
      #expect(ending.errors.utf8.count < 100_000, sourceLocation: sourceLocation)
    }
    #expect(
      !FileManager.default.fileExists(atPath: trial.result), sourceLocation: sourceLocation)
  }
}
