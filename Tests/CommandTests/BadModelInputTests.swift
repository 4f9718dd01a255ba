import Foundation
import TestSupport
import Testing

/// Tables and studies of models that are wrong: exit code 3 from `check` and from `run`, a message
/// with file, line, patient, column, value and what is allowed, and nothing is computed.
@Suite(.serialized, .timeLimit(.minutes(3))) struct BadModelInputTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    var study = SmallTable.binary
    /// All of them are in the message.
    let message: [String]
    var change: @Sendable (inout SmallTable) -> Void = { _ in }
    var testDescription: String { name }
  }

  static let outcomes = [
    Case(
      name: "constant outcome", study: SmallTable.continuous,
      message: ["m.yml: outcome.continuous", "all 40 rows have the outcome 5"]
    ) { table in table.set("time") { _ in "5" } },
    Case(
      name: "one class",
      message: ["m.yml: outcome.binary", "all 40 rows are of class 1", "both classes are needed"]
    ) { table in table.set("y") { _ in "1" } },
    Case(
      name: "one class in training", study: "columns: {split: part}\n" + SmallTable.binary,
      message: ["m.yml: outcome.binary", "all 30 rows are of class 0", "in train"]
    ) { table in table.set("y") { $0 < 30 ? "0" : "1" } },
    Case(
      name: "no event", study: SmallTable.survival,
      message: ["m.yml: outcome.event", "none of 40 rows has an event"]
    ) { table in table.set("event") { _ in "0" } },
    Case(
      name: "negative time", study: SmallTable.survival,
      message: ["t.csv, line 5, patient p3, column \"time\"", "the time -4 is not > 0"]
    ) { table in table["time", 3] = "-4" },
    Case(
      name: "event 7", study: SmallTable.survival,
      message: [
        "t.csv, line 7, patient p5, column \"event\"", "7 is neither 0 nor 1", "status == 2",
      ]
    ) { table in table["event", 5] = "7" },
    Case(
      name: "infinite time", study: SmallTable.survival,
      message: ["line 7, patient p5, column \"time\"", "inf is not finite"]
    ) { table in table["time", 5] = "inf" },
    Case(
      name: "text for a time", study: SmallTable.survival,
      message: ["line 7, patient p5, column \"time\"", "\"soon\" is not a number"]
    ) { table in table["time", 5] = "soon" },
    Case(
      name: "no time at all", study: SmallTable.survival,
      message: ["1 problem", "m.yml: outcome.time", "no row has a known outcome", "t.csv, line 2"]
    ) { table in table.set("time") { _ in "NaN" } },
    Case(
      name: "misspelt outcome",
      study: SmallTable.binary.replacing("binary: y", with: "binary: yy"),
      message: ["m.yml: outcome.binary", "no column \"yy\"", "did you mean \"y\"?"]),
  ]

  static let tables = [
    Case(name: "no patient", message: ["t.csv, line 6", "line 11", "the patient_id is missing"]) {
      table in
      table["patient_id", 4] = ""
      table["patient_id", 9] = "NA"
    },
    Case(
      name: "patient given twice",
      message: ["t.csv, line 6, patient p3", "line 5", "lesion or session"]
    ) { table in table["patient_id", 4] = "p3" },
    Case(
      name: "text in a feature",
      message: ["t.csv, line 7, patient p5, column \"f2\"", "\"high\" is not a number"]
    ) { table in table["f2", 5] = "high" },
    Case(
      name: "infinite feature",
      message: ["line 7, patient p5, column \"f2\"", "inf is not finite"]
    ) { table in table["f2", 5] = "inf" },
    Case(
      name: "text in a clinical number",
      message: ["line 7, patient p5, column \"age\"", "\"old\" is not a number"]
    ) { table in table["age", 5] = "old" },
    Case(
      name: "clinical column without values",
      message: ["t.csv", "column \"age\" has no value in any training row", "features.clinical"]
    ) { table in table.set("age") { _ in "" } },
    Case(
      name: "missing text that is refused",
      study: SmallTable.binary.replacing("[age, sex]", with: "[age, sex], missingText: refuse"),
      message: ["line 8, patient p6, column \"sex\"", "in 2 of 40 rows", "missingText: refuse"]
    ) { table in
      table["sex", 6] = ""
      table["sex", 33] = "NA"
    },
    Case(
      name: "nothing varies", message: ["t.csv", "none of 4 columns has two values in the 40"]
    ) { table in for name in ["f1", "f2", "age", "sex"] { table.set(name) { _ in "7" } } },
    Case(
      name: "no training row", study: "columns: {split: part}\n" + SmallTable.binary,
      message: ["1 problem", "no row with a known outcome has train in column \"part\""]
    ) { table in table.set("part") { _ in "test" } },
    Case(
      name: "another split", study: "columns: {split: part}\n" + SmallTable.binary,
      message: ["line 7, patient p5, column \"part\"", "\"valid\"", "train, test, external"]
    ) { table in table["part", 5] = "valid" },
    Case(
      name: "misspelt clinical column",
      study: SmallTable.binary.replacing("[age, sex]", with: "[agee, sex]"),
      message: ["m.yml: features.clinical", "\"agee\"", "did you mean \"age\"?"]),
    Case(
      name: "missing values that nothing imputes",
      study: SmallTable.binary.replacing("impute, ", with: ""),
      message: ["pipelines.ridge.steps", "\"f1\" in 2 rows", "`impute` goes first"]
    ) { table in
      table["f1", 3] = ""
      table["f1", 4] = "NaN"
    },
  ]

  @Test(arguments: outcomes + tables)
  func badInputIsNamedBeforeCompute(_ bad: Case) throws {
    let folder = try SmallTable.folder(bad.study, bad.change)
    let before = folder.files
    for command in ["check", "run"] {
      let ending = try Program.run([command, "m.yml"], in: folder.path)
      #expect(ending.status == 3)
      let absent = bad.message.filter { !ending.errors.contains($0) }
      #expect(absent == [], "\(ending.errors)")
    }
    #expect(folder.files == before)
  }

  /// A patient without a time is left out and listed; the others are learnt from.
  @Test func aMissingTimeIsNoMistake() throws {
    let folder = try SmallTable.folder(SmallTable.survival) { $0["time", 5] = "NaN" }
    let check = try Program.run(["check", "m.yml"], in: folder.path)
    #expect(check.status == 0, "\(check.errors)")
    #expect(check.output.contains("t.csv, line 7, patient p5: outcome unknown, `time` is missing"))
    #expect(check.output.contains("39 rows of 39 patients"))
  }

  /// Values that only rows of other pipelines lack need no imputation.
  @Test func aPipelineOfKnownRowsNeedsNoImputation() throws {
    let study = SmallTable.binary.replacing(
      "validation:",
      with: "  known: {rows: known(f2), columns: {include: [f2]}, model: logistic}\nvalidation:")
    let folder = try SmallTable.folder(study) { table in
      for row in stride(from: 1, to: 40, by: 6) { table["f2", row] = "" }
    }
    let ending = try Program.run(["run", "m.yml"], in: folder.path)
    #expect(ending.status == 0, "\(ending.errors)")
  }

  @Test(arguments: [
    ("none.csv", "No such file or directory"), ("folder", "Is a directory"),
    ("folder.h5", "Is a directory"), ("empty.csv", "is empty"), ("empty.h5", "is empty"),
    ("text.h5", "not an HDF5 file"), ("head.csv", "no rows"),
  ])
  func aTableThatIsNoneIsNamed(_ name: String, _ message: String) throws {
    let folder = try SmallTable.folder(SmallTable.binary.replacing("t.csv", with: name))
    for file in ["empty.csv", "empty.h5"] { try folder.write("", to: file) }
    try folder.write("patient_id,y,f1\n", to: "head.csv")
    try folder.write("hello\n", to: "text.h5")
    for file in ["folder", "folder.h5"] {
      try FileManager.default.createDirectory(
        atPath: folder.path + "/" + file, withIntermediateDirectories: false)
    }
    for command in ["check", "run"] {
      let ending = try Program.run([command, "m.yml"], in: folder.path)
      #expect(ending.status == 3)
      #expect(ending.errors.contains(name) && ending.errors.contains(message), "\(ending.errors)")
    }
  }
}

/// A table of 40 patients by formula, for studies that take milliseconds.
struct SmallTable {
  private static let header = [
    "patient_id", "part", "y", "time", "event", "age", "sex", "f1", "f2",
  ]
  private var rows: [[String]] = (0..<40).map { row in
    func noise(_ column: Int) -> Int {
      (row * 7919 + column * 104_729 + row * column * 31 + 17) % 100
    }
    let drive = noise(1) + noise(5) / 2
    return [
      "p\(row)", row < 30 ? "train" : "test", drive > 75 ? "1" : "0", "\(200 - drive)",
      row % 3 == 0 ? "0" : "1", "\(40 + noise(7) / 3)", noise(8) % 2 == 0 ? "M" : "F",
      "\(noise(1))", "\(noise(2))",
    ]
  }

  /// A cell of a patient, 0 ... 39; patient k stands in line k + 2.
  subscript(column: String, row: Int) -> String {
    get { rows[row][Self.place(column)] }
    set { rows[row][Self.place(column)] = newValue }
  }

  mutating func set(_ column: String, to value: (Int) -> String) {
    for row in rows.indices { self[column, row] = value(row) }
  }

  private static func place(_ column: String) -> Int {
    guard let place = header.firstIndex(of: column) else { preconditionFailure("no \(column)") }
    return place
  }

  static func folder(
    _ study: String, _ change: (inout SmallTable) -> Void = { _ in }
  ) throws -> TestFolder {
    let folder = try TestFolder()
    var table = SmallTable()
    change(&table)
    let lines = ([header] + table.rows).map { $0.joined(separator: ",") + "\n" }
    try folder.write(lines.joined(), to: "t.csv")
    try folder.write(study, to: "m.yml")
    return folder
  }

  private static func study(_ outcome: String, without: String, _ model: String) -> String {
    """
    table: t.csv
    outcome: \(outcome)
    features: {clinical: [age, sex], exclude: [\(without)]}
    pipelines:
      ridge:
        steps: [impute, scale]
        model: {\(model): {penalty: ridge, choice: fixed, lambda: 0.1}}
    validation: {folds: 3, innerFolds: 2}
    """
  }
  static let binary = study("{binary: y}", without: "time, event", "logistic")
  static let survival = study("{time: time, event: event}", without: "y", "cox")
  static let continuous = study("{continuous: time}", without: "y, event", "linear")
}
