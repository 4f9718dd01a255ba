internal import ArgumentParser
internal import Catalog
internal import Components
internal import Evaluation
internal import HDF5Adapter
internal import Learning
internal import ModelStudy
internal import Study

struct ApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Score new patients with the final models of a model study.",
    discussion: """
      Example:
        radcohort apply models.h5 --table follow-up.csv --output scores.csv

      The table needs the columns that the models were fitted with, by name; preparation, selection \
      and model are used as they were frozen. Writes one row per row of the table: patient, and a \
      score (and a probability, where the model has one) of every pipeline.
      """)

  @Argument(help: "Result of a model study (HDF5).")
  var models: String

  @Option(help: "Table of new patients (CSV, TSV, h5ad or a result of extraction).")
  var table: String

  @Option(name: .shortAndLong, help: "Scores (CSV); standard output when left out.")
  var output: String?

  @Option(help: "A pipeline to apply; all of them when left out.")
  var pipeline: [String] = []

  @Option(help: "A second table (CSV) with clinical columns, joined by patient.")
  var clinical: String?

  @Option(help: "Column with the patient's name, where it is not one of the usual.")
  var patient = ""

  @Option(help: "Column with the site, where a pipeline harmonises.")
  var site: String?

  func validate() throws { try checkOutput(output, besides: [models, table, clinical]) }

  func run() throws {
    do throws(InvalidInput) {
      let text = try scores()
      if let output {
        try write(text, output)
      } else {
        print(text, terminator: "")
      }
    } catch {
      throw report(error)
    }
  }

  private func write(_ text: String, _ path: String) throws(InvalidInput) {
    do { try writeFile(text, to: path) } catch {
      throw InvalidInput(path, "the scores cannot be written")
    }
  }

  private func scores() throws(InvalidInput) -> String {
    let keys = KeyColumns(patient: patient)
    var rows = try readTable(table, as: .features, keys: keys)
    if let clinical {
      rows = try rows.joined(
        with: readTable(clinical, as: .clinical, keys: keys), rule: .inner
      ).table
    }
    var header = ["patient_id", "lesion", "session"]
    var columns: [[String]] = [
      rows.keys.map(\.patient), rows.keys.map(\.lesion), rows.keys.map(\.session),
    ]
    let groups = patientNumbers(rows)
    for (name, condition, fitted, layout) in try fittedPipelines() {
      // Rows that the pipeline was not made for have empty cells.
      let own = try ownRows(condition, of: rows, pipeline: name)
      let features = try layout.features(fitted.inputs, of: rows, rows: own)
      do throws(LearningError) {
        let sites = try sites(rows)
        let prepared = try fitted.prepared(
          features, sites: sites.isEmpty ? [] : own.map { sites[$0] },
          groups: own.map { groups[$0] })
        func add(_ column: String, _ values: [Double]) {
          var cells = [String](repeating: "", count: rows.rowCount)
          for (row, value) in zip(own, values) { cells[row] = "\(value)" }
          header.append("\(name)_\(column)")
          columns.append(cells)
        }
        add("score", try fitted.predictor.scores(prepared))
        if let probabilities = try fitted.predictor.probabilities(prepared) {
          add("probability", probabilities)
        }
      } catch {
        throw InvalidInput("\(table), pipeline \(name)", error.message)
      }
    }
    let lines = rows.keys.indices.map { row in
      columns.map { csvField($0[row]) }.joined(separator: ",")
    }
    return ([header.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
  }

  /// Rows that satisfy the condition of a pipeline; all where it has none.
  private func ownRows(
    _ condition: String, of rows: ModelTable, pipeline: String
  ) throws(InvalidInput) -> [Int] {
    if condition.isEmpty { return Array(0..<rows.rowCount) }
    let truths = try OutcomeExpression(condition, at: "\(table), rows of pipeline \(pipeline)")
      .satisfied(in: rows)
    return truths.indices.filter { truths[$0] }
  }

  /// One number per row, the same for all rows of a patient.
  private func patientNumbers(_ rows: ModelTable) -> [Int] {
    var numbers: [String: Int] = [:]
    return rows.keys.map { key in
      let number = numbers[key.patient] ?? numbers.count
      numbers[key.patient] = number
      return number
    }
  }

  private func sites(_ rows: ModelTable) throws(LearningError) -> [String] {
    guard let site else { return [] }
    guard let column = rows[site] else {
      throw LearningError(rows.missingColumnMessage(site))
    }
    return column.values.asTexts
  }

  private func fittedPipelines() throws(InvalidInput) -> [(
    name: String, condition: String, fitted: FittedPipeline, layout: FeatureLayout
  )] {
    do {
      let file = try FittedModelReader(path: models)
      let there = try file.pipelines()
      if let unknown = pipeline.first(where: { !there.contains($0) }) {
        throw InvalidInput(
          "--pipeline",
          "\"\(unknown)\" is not in \(models) (there: \(there.joined(separator: ", ")))"
        )
      }
      let layout = try FeatureLayout(file.layout())
      return try there.filter { pipeline.isEmpty || pipeline.contains($0) }.map { name in
        (
          name, try file.condition(name), try FittedPipeline(file.fitted(name), Catalog.fitted),
          layout
        )
      }
    } catch let invalid as InvalidInput {
      throw invalid
    } catch let storage as StorageError {
      throw InvalidInput(models, storage.message)
    } catch {
      throw InvalidInput(models, "\(error)")
    }
  }
}
