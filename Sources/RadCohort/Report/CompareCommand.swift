internal import ArgumentParser
internal import Catalog
internal import Components
internal import Evaluation
internal import HDF5Adapter
internal import ModelReport
internal import ModelStudy
internal import Report
internal import Study

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Set models of one or two results against each other, paired by patient.",
    discussion: """
      Examples:
        radcohort compare models.h5                                # every pair of its pipelines
        radcohort compare ct.h5 petct.h5 --pipeline lasso --output compare.html

      Rows are paired by patient, lesion and session (by patient, where a study aggregates); rows \
      that only one model has scored are left out and counted. Discrimination by DeLong's paired \
      test (survival: difference in Harrell's C; numbers: absolute errors), Brier score, NRI and \
      IDI with bootstrap intervals over patients, and, where both models have the same folds, the \
      corrected resampled t-test over partitions.
      """)

  @Argument(help: "One or two results of model studies (HDF5).")
  var results: [String]

  @Option(help: "A pipeline to compare, of either result; all of them when left out.")
  var pipeline: [String] = []

  @Option(name: .shortAndLong, help: "HTML page with figures; only a table is printed if left out.")
  var output: String?

  @Option(help: "Coverage of intervals, in 0.5...0.999.")
  var level = 0.95

  @Option(help: "Bootstrap resamples of patients, 100...1000000.")
  var resamples = 2000

  @Option(help: "Seed of the resamples.")
  var seed: UInt64 = 0

  @Option(
    parsing: .upToNextOption,
    help: "Probabilities between the categories of the NRI, ascending, between 0 and 1.")
  var categories = [0.5]

  func validate() throws {
    guard (1...2).contains(results.count) else {
      throw ValidationError("one or two results are compared; \(results.count) were given")
    }
    guard (0.5...0.999).contains(level) else {
      throw ValidationError("--level must be in 0.5...0.999; it is \(level)")
    }
    guard (100...1_000_000).contains(resamples) else {
      throw ValidationError("--resamples must be in 100...1000000; it is \(resamples)")
    }
    guard categories.allSatisfy({ $0 > 0 && $0 < 1 }),
      zip(categories, categories.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw ValidationError("--categories must ascend between 0 and 1; they are \(categories)")
    }
    try checkOutput(output, besides: results)
  }

  func run() throws {
    let pairs: [(ReportedPipeline, ReportedPipeline)]
    do throws(InvalidInput) {
      pairs = try self.pairs()
    } catch {
      throw report(error)
    }
    var settings = ComparisonSettings()
    settings.resamples = resamples
    settings.seed = seed
    settings.level = level
    settings.categories = categories
    settings.date = timestamp()
    let title = results.joined(separator: " and ")
    let (page, problems) = comparisonPage(pairs, title: title, settings: settings)
    for problem in problems { printError("not compared: \(problem)") }
    if page.sections.isEmpty { throw ExitStatus.invalid }
    for section in page.sections {
      for part in section.subsections {
        for case .table(let table) in part.blocks { printText(table, under: part.title) }
      }
    }
    if let output {
      try ReportFiles(page: page, target: output).write(asPDF: false)
      print("page: \(output)")
    }
  }

  private func printText(_ table: ReportTable, under title: String) {
    let lines = [table.columns.map(\.title)] + table.rows
    let widths = table.columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    print("\n\(title): \(table.caption)")
    for line in lines {
      let cells = zip(line, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      print("  " + cells.joined(separator: "  ").trimmingTrailingBlanks)
    }
  }

  private func pairs() throws(InvalidInput) -> [(ReportedPipeline, ReportedPipeline)] {
    var files: [[ReportedPipeline]] = []
    var there: Set<String> = []
    for path in results {
      let result = try loadModelResult(path)
      let names = result.study.pipelines.map(\.name)
      there.formUnion(names)
      files.append(
        names.indices.filter { pipeline.isEmpty || pipeline.contains(names[$0]) }.map {
          ReportedPipeline(
            result, pipeline: $0, name: results.count == 1 ? names[$0] : "\(names[$0]) (\(path))")
        })
    }
    if let unknown = pipeline.first(where: { !there.contains($0) }) {
      throw InvalidInput(
        "--pipeline",
        "\"\(unknown)\" is in none of the results (there: \(there.sorted().joined(separator: ", ")))"
      )
    }
    if files.count == 2 {
      return files[0].flatMap { first in files[1].map { (first, $0) } }
    }
    let own = files[0]
    guard own.count > 1 else {
      throw InvalidInput(
        results[0], "there is one pipeline to compare; name a second result or another pipeline")
    }
    return own.indices.flatMap { second in own[..<second].map { ($0, own[second]) } }
  }
}

extension String {
  fileprivate var trimmingTrailingBlanks: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

/// Reads a result of a model study, without its fitted models.
/// - Throws: a file that cannot be read, is cut off, newer, or no such result; names the file.
func loadModelResult(_ path: String) throws(InvalidInput) -> ModelResult {
  let document: ResultDocument
  let values: [Double]
  do throws(StorageError) {
    let file = try HDF5ResultFile(path: path)
    document = try file.document(leavingOut: ["fitted", "layout"])
    values = try file.rows(0..<file.rowCount)
  } catch {
    throw InvalidInput(path, error.message)
  }
  return try modelResult(document, values, path)
}

func modelResult(
  _ document: ResultDocument, _ values: [Double], _ path: String
) throws(InvalidInput) -> ModelResult {
  do throws(InvalidInput) {
    return try ModelResult(document, scores: values, catalog: Catalog.learning)
  } catch {
    throw InvalidInput(error.problems.map { Problem("\(path): \($0.location)", $0.message) })
  }
}
