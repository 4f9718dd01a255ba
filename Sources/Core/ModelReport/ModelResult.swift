package import Components
internal import Evaluation
package import Learning
package import ModelStudy
package import Study

/// A result file of a model study, as its report needs it.
package struct ModelResult: Sendable {
  package let document: ResultDocument
  package let study: ModelStudyFile
  /// Rows, roles, outcome and units as the run had them; columns are not in the file.
  package let plan: ModelPlan
  /// Of `/X`, as the plan names them: made once, they are many where there are many repeats.
  private let scoreColumns: [ModelPlan.ScoreColumn]
  /// One per row: the fold of every repeat of the outer partitions, from 1; 0 for rows that are not
  /// partitioned.
  package let folds: [[Int]]
  /// `/X`, row-major, and the probabilities beside it, empty where the file has none.
  private let scores: [Double]
  private let probabilities: [Double]

  /// - Parameters:
  ///   - document: of the file, without the fitted models.
  ///   - scores: `/X`.
  ///   - catalog: what the study of the file can name.
  /// - Throws: what is not in the file or does not fit together.
  package init(
    _ document: ResultDocument, scores: [Double], catalog: LearningCatalog
  ) throws(InvalidInput) {
    guard document[path: "uns/radcohort/kind"]?.text == "models" else {
      throw InvalidInput(
        "uns/radcohort/kind", "no result of a model study; one whose study names a table is needed")
    }
    guard let text = document[path: "uns/provenance/study_text"]?.text else {
      throw InvalidInput("uns/provenance/study_text", "the study is missing")
    }
    study = try ModelStudyFile.parse(text, name: "study file in the result", catalog: catalog)
    let header = try Self.header(document.observations)
    plan = try ModelPlan(study: study, header: header)
    self.document = document
    self.scores = scores
    probabilities = document[path: "layers/probability"]?.numbers ?? []
    scoreColumns = plan.scoreColumns
    guard document.variables.index == scoreColumns.map(\.name) else {
      throw InvalidInput(
        "var",
        "the columns are not those of the study in the file: it was changed by hand, or"
          + " written by another version")
    }
    guard probabilities.isEmpty || probabilities.count == scores.count else {
      throw InvalidInput(
        "layers/probability", "\(probabilities.count) values beside \(scores.count) scores")
    }
    if let bad = probabilities.first(where: { !$0.isNaN && !(0...1).contains($0) }) {
      throw InvalidInput("layers/probability", "\(bad) is no probability: 0...1")
    }
    folds = (0..<study.outerRepeats).compactMap {
      document.observations.integers("fold_\($0 + 1)")
    }
    if let bad = folds.joined().first(where: { $0 < 0 || $0 > header.rowCount }) {
      throw InvalidInput("obs/fold", "\(bad) is no fold: 0...\(header.rowCount)")
    }
  }

  private static func header(_ rows: ResultTable) throws(InvalidInput) -> ModelDataHeader {
    guard let patients = rows.texts("patient_id"), let split = rows.texts("split") else {
      throw InvalidInput("obs", "patient_id or split is missing")
    }
    let outcome: Outcome
    if let time = rows.numbers("time"), let event = rows.integers("event") {
      outcome = .survival(
        time: time, event: event.map { UInt8(clamping: $0) }, entry: rows.numbers("entry") ?? [])
    } else if let classes = rows.integers("outcome") {
      if let bad = classes.first(where: { $0 != 0 && $0 != 1 }) {
        throw InvalidInput("obs/outcome", "\(bad) is neither 0 nor 1")
      }
      outcome = .binary(classes.map { UInt8(clamping: $0) })
    } else if let values = rows.numbers("outcome") {
      outcome = .continuous(values)
    } else {
      throw InvalidInput("obs", "the outcome is missing")
    }
    var numbers: [String: Int] = [:]
    let groups = patients.map { patient in
      let number = numbers[patient] ?? numbers.count
      numbers[patient] = number
      return number
    }
    return ModelDataHeader(
      rowNames: rows.index, patients: patients,
      roles: split.map { SplitRole(rawValue: $0) ?? .external }, outcome: outcome, groups: groups,
      sites: rows.texts("site") ?? [], weights: rows.numbers("weight") ?? [],
      volumes: rows.numbers("volume") ?? [], columns: [], blocks: [])
  }

  package var header: ModelDataHeader { plan.header }
  package var name: String { study.name }
  package var fingerprint: String { document[path: "uns/radcohort/fingerprint"]?.text ?? "" }
  package var kind: OutcomeKind { header.outcome.kind }
  package var level: Double { study.intervals.level }

  package func rows(_ role: SplitRole) -> [Int] {
    header.roles.indices.filter { header.roles[$0] == role }
  }

  /// What the file has of one pipeline.
  package func node(_ pipeline: Int, _ path: String) -> ResultNode? {
    document[path: "uns/models/\(study.pipelines[pipeline].name)/\(path)"]
  }

  /// Scores of all rows in one column of `/X`, and their probabilities where the model has any.
  package func column(_ index: Int) -> (scores: [Double], probabilities: [Double]?) {
    let width = scoreColumns.count
    func taken(_ values: [Double]) -> [Double] {
      (0..<header.rowCount).map { values[$0 * width + index] }
    }
    if probabilities.isEmpty { return (taken(scores), nil) }
    let own = taken(probabilities)
    return (taken(scores), own.contains { $0.isFinite } ? own : nil)
  }

  /// Columns of a pipeline in one scenario, in the order of repeats.
  package func columns(_ scenario: Scenario, pipeline: Int) -> [Int] {
    scoreColumns.indices.filter {
      scoreColumns[$0].scenario == scenario && scoreColumns[$0].pipeline == pipeline
    }
  }

  /// The lines of the table of metrics of a pipeline, as the run wrote them.
  package func metrics(pipeline: Int) -> [MetricLine] {
    guard let table = document[path: "uns/metrics"]?.table else { return [] }
    let name = study.pipelines[pipeline].name
    func number(_ column: String, _ row: Int) -> Double {
      table.numbers(column)?[row] ?? .nan
    }
    func text(_ column: String, _ row: Int) -> String { table.texts(column)?[row] ?? "" }
    return table.index.indices.filter { text("pipeline", $0) == name }.map { row in
      func limits(_ method: String) -> Limits {
        Limits(lower: number("\(method)_lower", row), upper: number("\(method)_upper", row))
      }
      var line = MetricLine(
        pipeline: name, rows: text("rows", row), metric: text("metric", row),
        estimate: number("estimate", row), count: Int(number("n", row)),
        events: Int(number("events", row)))
      line.deviationOverFolds = number("sd_over_folds", row)
      line.deviationOverRepeats = number("sd_over_repeats", row)
      (line.lower, line.upper) = (number("lower", row), number("upper", row))
      line.interval = text("interval", row)
      line.plain = limits("plain")
      line.percentile = limits("percentile")
      line.bca = limits("bca")
      line.partition = limits("partition")
      line.isOptimistic = number("optimistic", row) == 1
      line.note = text("note", row)
      return line
    }
  }
}
