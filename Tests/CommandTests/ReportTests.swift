import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `report` and `compare` as a user runs them, on models of a synthetic table.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ReportTests {
  @Test func aPageIsXMLAndHasItsFilesBesideIt() throws {
    let trial = try ModelTrial(ModelTrial.binary)
    let page = try trial.report()
    let found = try Elements(page)
    #expect(found.figures > 20)
    #expect(found.figures == found.figuresWithTitle)
    #expect(found.identifiers.count == Set(found.identifiers).count)
    for title in [
      "Overview", "Cohort", "Pipeline ridge", "Test rows", "Resampling", "Pipelines compared",
      "Association", "Features", "Explanation", "Genes", "Reporting lists", "TRIPOD+AI", "Run",
    ] { #expect(page.contains(">\(title)</h"), "\(title) is missing") }
    // A number that is not defined is said to be so.
    #expect(!page.contains(">nan<") && !page.contains("inf<"))
    let files = try FileManager.default.contentsOfDirectory(
      atPath: trial.folder.path + "/models.files/figures")
    #expect(files.count == found.figures)
    let tables = try FileManager.default.contentsOfDirectory(
      atPath: trial.folder.path + "/models.files/tables")
    #expect(tables.count == found.tables)
  }

  /// What a binary outcome has beside its curves.
  @Test func areasCutOffsAndCalibrationAreOnThePage() throws {
    let page = try ModelTrial(ModelTrial.binary).report()
    for words in [
      "Average precision", "Davis &amp; Goadrich 2006", "permutation, scores as they are",
      "permutation, pipeline refitted", "mean variance of the repeats, logit scale",
      "Youden (chosen on cross-validated rows)", "Least cost, a missed positive costs as much",
      "Most sensitive with specificity of at least 90%", "Probability 0.5 (fixed)",
      "Slope", "Hosmer-Lemeshow", "Curve: loess", "(ICI)", "bootstrap of patients, fits fixed",
    ] { #expect(page.contains(words), "\(words) is missing") }
  }

  @Test func equalResultsGiveEqualPages() throws {
    let trial = try ModelTrial(ModelTrial.binary)
    func withoutDates(_ page: String) -> [Substring] {
      page.split(separator: "\n").filter { !$0.contains("<dt>Date</dt>") }
    }
    #expect(try withoutDates(trial.report()) == withoutDates(trial.report()))
  }

  @Test func theNumbersArePrintedAsTheRunWroteThem() throws {
    let trial = try ModelTrial(ModelTrial.binary)
    _ = try trial.report()
    let folder = trial.folder.path + "/models.files/tables"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let first = try String(contentsOfFile: "\(folder)/\(names[0])", encoding: .utf8)
    let lines = first.split(separator: "\n")
    #expect(lines[0].hasPrefix("Pipeline,Rows,"))
    // Two pipelines: nested, training and test each.
    #expect(lines.count == 7, "\(first)")
    #expect(lines.count { $0.contains(",nested,") && !$0.contains(",,no") } == 2, "\(first)")
    // Full numbers, not the texts of the page.
    let estimate = lines[1].split(separator: ",", omittingEmptySubsequences: false)[2]
    #expect(Double(estimate).map { "\($0)" == estimate } == true, "\(first)")
  }

  @Test func survivalAndNumbersHavePagesToo() throws {
    for (study, words) in [
      (
        ModelTrial.survival,
        [
          "Kaplan-Meier", "Harrell", "Uno", "Cross-validated cut", "X-tile", "Restricted mean",
          "Log-rank", "p, proportional",
        ]
      ),
      (ModelTrial.continuous, ["Observed against predicted", "Residuals", "RMSE"]),
    ] {
      let page = try ModelTrial(study).report()
      _ = try Elements(page)
      for word in words { #expect(page.contains(word), "\(word) is missing") }
    }
  }

  /// Every split leaves rows without a score, also of a patient whose other rows have one.
  @Test func splitsOfAggregatedPatientsAreDrawn() throws {
    let trial = try ModelTrial(
      ModelTrial.binary.replacing(
        "validation: {folds: 3, repeats: 2, innerFolds: 2}",
        with: "validation: {scheme: split, repeats: 40, innerFolds: 2}\naggregate: {method: mean}"
      ).replacing(
        "columns: {split: part}",
        with: "columns: {split: part, patient_id: pair, lesion: patient_id}"
      ).replacing("outcome: {binary: outcome}", with: "outcome: {binary: joint}"))
    let page = try trial.report(genes: false)
    #expect(!page.contains("not drawn"))
    #expect(page.contains("The first 30 of 40 repeats."))
    #expect(page.contains("Split sweep.</b>"))
  }

  @Test func aModelAgainstItselfDoesNotDiffer() throws {
    let trial = try ModelTrial(ModelTrial.binary)
    let result = trial.result
    let ending = try Program.run(["compare", result, result, "--pipeline", "ridge"])
    #expect(ending.status == 0, "\(ending.errors)")
    let line = try #require(ending.output.split(separator: "\n").first { $0.contains("  AUC") })
    #expect(line.contains("0.000 (0.000 to 0.000)"), "\(line)")
    let both = try Program.run(["compare", result])
    #expect(both.output.contains("DeLong 1988, paired") && both.output.contains("NRI, continuous"))
    #expect(both.output.contains("NRI, categories cut at 0.5") && both.output.contains("Pepe"))
    let cut = try Program.run(["compare", result, "--categories", "0.6", "0.2"])
    #expect(cut.status == 2 && cut.errors.contains("must ascend"), "\(cut.errors)")
  }

  @Test func modelsOfDifferentOutcomesAreNotCompared() throws {
    let first = try ModelTrial(ModelTrial.binary)
    let second = try ModelTrial(
      ModelTrial.binary.replacing("outcome: {binary: outcome}", with: "outcome: {binary: female}")
        .replacing("clinical: [age, female]", with: "clinical: [age]"))
    let ending = try Program.run([
      "compare", first.result, second.result, "--pipeline", "ridge",
    ])
    #expect(ending.status == 3)
    #expect(ending.errors.contains("different outcomes of the same rows"), "\(ending.errors)")
  }

  @Test func whatIsNotThereIsLeftOutAndSaid() throws {
    let trial = try ModelTrial(ModelTrial.binary)
    try FileManager.default.removeItem(atPath: trial.result + ".work")
    let page = try trial.report(genes: false)
    #expect(page.contains("--study STUDY.yml reads them again"))
    let again = try Program.run(["report", trial.result, "--study", trial.study])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try trial.folder.read("models.html").contains(">Explanation<"))
  }

  @Test(arguments: [
    (["--volume", "size"], "\"size\" is no column of the run's table", Int32(3)),
    (["--specificity", "1.5"], "--specificity must be in 0...1; it is 1.5", 2),
    (["--correlate", "f*"], "--correlate takes two patterns; 1 were given", 2),
    (["--genes", "bad.csv"], "a table of genes has 0 and 1 only; found 7.0", 3),
  ])
  func badOptionsAreNamed(_ options: [String], _ message: String, _ status: Int32) throws {
    let trial = try ModelTrial(ModelTrial.binary)
    try trial.folder.write("patient_id,TP53\np1,7\n", to: "bad.csv")
    let ending = try Program.run(["report", trial.result] + options, in: trial.folder.path)
    #expect(ending.status == status)
    #expect(ending.errors.contains(message), "\(ending.errors)")
  }

  @Test func badFilesAreNamed() throws {
    let folder = try TestFolder()
    let trial = try ModelTrial(ModelTrial.binary)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: trial.result))
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: folder.path + "/cut.h5"))
    try folder.write("patient_id,score\n", to: "table.h5")
    for (name, message) in [
      ("cut.h5", "cut.h5"), ("table.h5", "not an HDF5 file, or cut off in the middle"),
      ("none.h5", "No such file"),
    ] {
      for command in ["report", "compare"] {
        let ending = try Program.run([command, folder.path + "/" + name])
        #expect(ending.status == 3, "\(command) \(name)")
        #expect(ending.errors.contains(message), "\(ending.errors)")
      }
    }
  }
}

/// A table of 60 patients by formula, its models run once per study.
private struct ModelTrial {
  let folder: TestFolder
  var study: String { folder.path + "/models.yml" }
  var result: String { folder.path + "/models.h5" }

  private static let pipelines = """
    pipelines:
      ridge:
        steps: [impute, variance, scale, {TEST: {top: 3}}]
        model: MODEL
      forest:
        steps: [impute]
        model: {forest: {trees: 20}}

    """
  private static let head = """
    study: synthetic models
    table: table.csv
    output: models.h5
    seed: 1
    columns: {split: part}

    """
  private static let tail = "validation: {folds: 3, repeats: 2, innerFolds: 2}\n"

  static let binary =
    head
    + "outcome: {binary: outcome}\n"
    + "features: {clinical: [age, female], exclude: [time, event, size]}\n"
    + pipelines.replacing("TEST", with: "t-test")
    .replacing("MODEL", with: "{logistic: {penalty: ridge, choice: fixed, lambda: [0.1, 1]}}")
    + tail + "permutation: {count: 9}\nbootstrap: {count: 10}\n"
  static let survival =
    head
    + "outcome: {time: time, event: event}\n"
    + "features: {clinical: [age, female], exclude: [outcome, size]}\n"
    + pipelines.prefix(through: "MODEL\n").replacing("TEST", with: "univariable-cox")
    .replacing("MODEL", with: "{cox: {penalty: ridge, choice: fixed, lambda: [0.1, 1]}}") + tail
  static let continuous =
    head
    + "outcome: {continuous: size}\n"
    + "features: {clinical: [age, female], exclude: [outcome, time, event]}\n"
    + pipelines.prefix(through: "MODEL\n").replacing("{TEST: {top: 3}}", with: "{top-k: {k: 3}}")
    .replacing("MODEL", with: "{linear: {penalty: ridge, choice: fixed, lambda: [0.1, 1]}}") + tail

  init(_ text: String) throws {
    folder = try TestFolder()
    try folder.write(text, to: "models.yml")
    try folder.write(Self.table, to: "table.csv")
    try folder.write(Self.genes, to: "genes.csv")
    let ending = try Program.run(["run", study])
    try #require(ending.status == 0, "\(ending.errors)")
  }

  func report(genes: Bool = true) throws -> String {
    let extra = genes ? ["--genes", folder.path + "/genes.csv", "--correlate", "f1", "f?"] : []
    let ending = try Program.run(["report", result] + extra)
    try #require(ending.status == 0, "\(ending.errors)")
    return try folder.read("models.html")
  }

  /// Whole numbers from 0 to 99 that look irregular.
  private static func noise(_ row: Int, _ column: Int) -> Int {
    (row * 7919 + column * 104_729 + row * column * 31 + 17) % 100
  }

  private static let table: String = {
    var lines = ["patient_id,pair,joint,part,outcome,time,event,size,age,female,volume,f1,f2,f3,f4"]
    for row in 0..<60 {
      let features = (1...4).map { noise(row, $0) }
      let volume = 500 + 10 * noise(row, 9)
      let drive = features[0] + noise(row, 5) / 2
      let outcome = drive > 75 ? 1 : 0
      let fields: [String] =
        [
          "p\(row)", "q\(row / 2)", "\(noise(row / 2, 1) > 50 ? 1 : 0)",
          row < 46 ? "train" : "test", "\(outcome)",
          "\(200 - drive + noise(row, 6) / 3)",
          "\(row % 3 == 0 ? 0 : 1)", "\(drive)", "\(40 + noise(row, 7) / 3)",
          "\(noise(row, 8) % 2)", "\(volume)",
        ] + features.map { "\($0)" }
      lines.append(fields.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }()

  private static let genes: String = {
    let rows = (0..<60).map { "p\($0),\(noise($0, 1) > 50 ? 1 : 0),\($0 % 2)" }
    return (["patient_id,TP53,KRAS"] + rows).joined(separator: "\n") + "\n"
  }()
}

extension String {
  fileprivate func prefix(through end: String) -> String {
    range(of: end).map { String(self[..<$0.upperBound]) } ?? self
  }
}

/// Counts elements of a page, which must be well-formed XML.
private final class Elements: NSObject, XMLParserDelegate {
  private(set) var figures = 0
  private(set) var figuresWithTitle = 0
  private(set) var tables = 0
  private(set) var identifiers: [String] = []
  private var isInFigure = false

  init(_ page: String) throws {
    super.init()
    // The parser does not know HTML's document type.
    let parser = XMLParser(data: Data(page.replacing("<!DOCTYPE html>", with: "").utf8))
    parser.delegate = self
    try #require(
      parser.parse(), "line \(parser.lineNumber): \(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if let id = attributes["id"] { identifiers.append(id) }
    switch name {
    case "svg":
      figures += 1
      isInFigure = true
    case "title" where isInFigure:
      figuresWithTitle += 1
      isInFigure = false
    case "table": tables += 1
    default: break
    }
  }
}
