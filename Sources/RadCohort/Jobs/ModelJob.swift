internal import Catalog
internal import Components
internal import Evaluation
internal import HDF5Adapter
internal import HashingAdapter
internal import Learning
internal import ModelStudy
internal import SVMAdapter
internal import Study
internal import Worker
internal import XGBoostAdapter

/// The models of a table.
final class ModelJob: Job {
  private let setup: ModelSetup
  private let models: ModelPlan
  private let data: ModelData
  let folder: RunFolder
  let fingerprint: [UInt8]
  /// `/X`, made with the document.
  private var scores: [Double]?

  init(setup: ModelSetup) throws {
    self.setup = setup
    data = try ModelData(path: setup.table)
    models = try ModelPlan(
      study: .parse(setup.studyText, name: setup.studyName, catalog: Catalog.learning),
      header: data.header)
    folder = RunFolder(result: setup.result)
    fingerprint = fingerprintOfNumbers(
      "libsvm \(LibSVM.version), xgboost \(XGBoostLibrary.version)\n"
        + models.identity(tableHash: setup.tableHash))
  }

  var plan: any WorkPlan { models }

  var isWrittenByRankZero: Bool { true }

  var shape: (rows: Int, columns: Int) { (data.header.rowCount, models.scoreColumns.count) }

  var summary: String {
    let header = data.header
    let pipelines = models.study.pipelines.count
    return "\(header.rowCount) rows of \(Set(header.groups).count) patients, \(header.columnCount)"
      + " columns, \(pipelines) pipeline\(pipelines == 1 ? "" : "s"), \(models.fitCount) fits"
  }

  /// The table is part of the plan's fingerprint, so only choices can change.
  func inputFingerprint(ofUnit unit: Int) -> UInt64 {
    let task = models.space.task(unit)
    guard task.inner == nil, !setup.choices.isEmpty else { return 1 }
    return 2 + UInt64(1 + setup.choices[unit - models.space.estimateUnits.lowerBound])
  }

  func computer() -> any UnitComputing {
    ModelUnitComputer(plan: models, data: data, choices: setup.choices)
  }

  func inventory() -> Inventory {
    Inventory(costs: (0..<models.unitCount).map { models.cost(ofUnit: $0) })
  }

  func tidy() { TableFile.removeOthers(than: setup.table, in: folder.folder) }

  /// The grid point of every estimate.
  func conclude(
    _ stage: StudyStage.Name, _ index: JournalIndex
  ) throws -> (setup: JobSetup, line: String) {
    precondition(stage == .choose)
    var next = setup
    next.choices = try models.choose { unit in
      guard case .finished(let result) = try self.end(ofUnit: unit, index) else { return [] }
      return result.values
    }
    let unchosen = next.choices.count { $0 < 0 }
    if unchosen == next.choices.count {
      var reason = "no inner fold has a value"
      for unit in models.space.searchUnits {
        guard case .failed(let failure) = try end(ofUnit: unit, index) else { continue }
        reason = failure.description
        break
      }
      throw JobStopped(message: "no grid point could be fitted in any inner fold: \(reason)")
    }
    let fits = next.choices.count - unchosen
    return (
      .models(next), "chosen: a grid point for \(fits) of \(next.choices.count) training parts"
    )
  }

  private func end(ofUnit unit: Int, _ index: JournalIndex) throws -> ModelUnitEnd {
    guard let record = index.record(of: unit) else { return .missing }
    let payload = try index.payload(of: record)
    return record.kind == .finished
      ? .finished(try ModelUnitResult(payload: payload))
      : .failed(try UnitFailure(payload: payload))
  }

  func document(
    _ index: JournalIndex, _ facts: RunFacts
  ) throws -> (document: ResultDocument, failures: [(unit: Int, failure: UnitFailure)]) {
    let estimates = try Estimates(plan: models, choices: setup.choices) {
      try self.end(ofUnit: $0, index)
    }
    scores = estimates.scores()
    let document = estimates.document(
      setup: setup, fingerprint: fingerprintText, versions: numericalVersions(), facts: facts,
      timings: UnitTimings(index, seconds: estimates.seconds))
    return (document, estimates.failures)
  }

  func fill(
    _ rows: Range<Int>, _ buffer: UnsafeMutableBufferPointer<Double>, _ index: JournalIndex
  ) throws(StorageError) {
    guard let scores else { preconditionFailure("rows are asked for before the document") }
    let width = shape.columns
    for (offset, value) in scores[rows.lowerBound * width..<rows.upperBound * width].enumerated() {
      buffer[offset] = value
    }
  }
}
