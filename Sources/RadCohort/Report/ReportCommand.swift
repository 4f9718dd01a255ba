internal import ArgumentParser
internal import Components
internal import ExtractionReport
internal import HDF5Adapter
internal import Learning
internal import ModelReport
internal import ModelStudy
internal import Report
internal import Statistics
internal import Study

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of a result: one HTML page, its figures and tables.",
    discussion: """
      Example:
        radcohort report models.h5 --output report.html

      The page needs nothing from the network and no script; beside it, in report.files/, every \
      figure is an SVG file and every table a CSV file. Takes results of model studies and of \
      extraction. Feature values come from the run's work folder or, with --study, from the study's \
      tables (of extraction: images for thumbnails); without them the page says what is left out.
      """)

  @Argument(help: "Result file (HDF5).")
  var result: String

  @Option(name: .shortAndLong, help: "The page; the result's name with .html if left out.")
  var output: String?

  @Option(help: "Study file of the run, where its folder has moved or its work folder is gone.")
  var study: String?

  @Option(help: "Column with the volume; else one that is named as a volume is taken.")
  var volume: String?

  @Option(help: "Least specificity of the cut-off with the highest sensitivity, in 0...1.")
  var specificity = 0.9

  @Option(help: "Cost of a missed positive in false alarms, for the cut-off of least cost.")
  var costRatio = 1.0

  @Option(help: "Table of genes (CSV: patient, then columns of 0 and 1), compared by score.")
  var genes: String?

  @Option(
    parsing: .upToNextOption,
    help: "Two patterns of columns whose correlation is shown, such as 'deep_*' 'original_*'.")
  var correlate: [String] = []

  @Flag(help: "Also write every figure as PDF (needs rsvg-convert, Debian: librsvg2-bin).")
  var pdf = false

  func validate() throws {
    guard (0...1).contains(specificity) else {
      throw ValidationError("--specificity must be in 0...1; it is \(specificity)")
    }
    guard costRatio > 0 && costRatio.isFinite else {
      throw ValidationError("--cost-ratio must be a number above 0; it is \(costRatio)")
    }
    guard correlate.isEmpty || correlate.count == 2 else {
      throw ValidationError("--correlate takes two patterns; \(correlate.count) were given")
    }
    try checkOutput(output, besides: [result, study, genes])
  }

  func run() throws {
    if pdf, !ReportFiles.hasConverter {
      printError("--pdf: rsvg-convert is not installed (Debian: apt-get install librsvg2-bin)")
      throw ExitStatus.usage
    }
    let target = output ?? defaultOutput
    let page: HTMLReport
    do throws(InvalidInput) {
      page = try self.page()
    } catch {
      throw report(error)
    }
    try ReportFiles(page: page, target: target).write(asPDF: pdf)
    print("report: \(target)")
  }

  private var defaultOutput: String {
    let ends = [".h5", ".hdf5", ".h5ad"]
    let end = ends.first { result.lowercased().hasSuffix($0) } ?? ""
    return String(result.dropLast(end.count)) + ".html"
  }

  private func page() throws(InvalidInput) -> HTMLReport {
    let file: HDF5ResultFile
    let document: ResultDocument
    let values: [Double]
    do throws(StorageError) {
      file = try HDF5ResultFile(path: result)
      document = try file.document(leavingOut: ["fitted", "layout"])
      values = try file.rows(0..<file.rowCount)
    } catch {
      throw InvalidInput(result, error.message)
    }
    if document[path: "uns/radcohort/kind"]?.text == "models" {
      return try modelPage(modelResult(document, values, result))
    }
    do throws(InvalidInput) {
      let extraction = try ExtractionResult(document, values: values)
      return extractionReport(
        extraction,
        overlays: extractionOverlays(of: extraction, resultPath: result, study: study),
        date: timestamp())
    } catch {
      throw InvalidInput(error.problems.map { Problem("\(result): \($0.location)", $0.message) })
    }
  }

  private func modelPage(_ result: ModelResult) throws(InvalidInput) -> HTMLReport {
    var settings = ModelReportSettings()
    settings.specificity = specificity
    settings.costRatio = costRatio
    settings.date = timestamp()
    let table = try ReportedTable(of: result, path: self.result, study: study, volume: volume)
    var inputs = try table.inputs(of: result, path: self.result)
    if let genes {
      let table = try readTable(genes, as: .clinical, keys: KeyColumns())
      (inputs.genes, inputs.genePatients) = (try geneColumns(table), table.keys.map(\.patient))
    }
    if correlate.count == 2 {
      let patterns = correlate.map { NamePattern($0) }
      if let names = inputs.features?.names,
        let none = patterns.first(where: { pattern in !names.contains(where: pattern.matches) })
      {
        throw InvalidInput("--correlate", "\"\(none.text)\" matches no column of the run's table")
      }
      inputs.correlated = (patterns[0], patterns[1])
    }
    return modelReport(result, inputs, settings: settings)
  }

  /// Columns of 0 and 1; empty is unknown.
  private func geneColumns(_ table: ModelTable) throws(InvalidInput) -> [GeneTable.Column] {
    var columns: [GeneTable.Column] = []
    for column in table.columns {
      guard case .numbers(let numbers) = column.values else {
        throw InvalidInput(
          table.file, "column \"\(column.name)\" holds texts; a table of genes has 0 and 1 only")
      }
      if let row = numbers.firstIndex(where: { !$0.isNaN && $0 != 0 && $0 != 1 }) {
        throw InvalidInput(
          "\(table.file), \(column.name), \(table.place(row))",
          "a table of genes has 0 and 1 only; found \(numbers[row])")
      }
      columns.append(
        GeneTable.Column(column.name, numbers.map { $0.isNaN ? nil : $0 == 1 }))
    }
    guard !columns.isEmpty else {
      throw InvalidInput(table.file, "no column of 0 and 1 is in it")
    }
    return columns
  }
}
