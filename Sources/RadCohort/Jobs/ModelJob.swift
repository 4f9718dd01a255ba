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
  /// `/X`, made when the first of its rows is asked for.
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

  /// The grid point of every estimate.
  func conclude(
    _ stage: StudyStage.Name, _ index: JournalIndex
  ) throws -> (setup: JobSetup, line: String) {
    precondition(stage == .choose)
    var next = setup
    next.choices = try models.choose { try self.result(ofUnit: $0, index)?.values ?? [] }
    let unchosen = next.choices.count { $0 < 0 }
    if unchosen == next.choices.count {
      let failure = try models.space.searchUnits.lazy.compactMap {
        try self.failure(ofUnit: $0, index)
      }.first
      throw JobStopped(
        message: "no grid point could be fitted in any inner fold: "
          + (failure?.description ?? "no inner fold has a value"))
    }
    let fits = next.choices.count - unchosen
    return (
      .models(next), "chosen: a grid point for \(fits) of \(next.choices.count) training parts"
    )
  }

  private func result(ofUnit unit: Int, _ index: JournalIndex) throws -> ModelUnitResult? {
    guard let record = index.record(of: unit), record.kind == .finished else { return nil }
    return try ModelUnitResult(payload: index.payload(of: record))
  }

  private func failure(ofUnit unit: Int, _ index: JournalIndex) throws -> UnitFailure? {
    guard let record = index.record(of: unit), record.kind == .failed else { return nil }
    return try UnitFailure(payload: index.payload(of: record))
  }

  private func estimates(_ index: JournalIndex) throws -> Estimates {
    try Estimates(plan: models, choices: setup.choices) { try self.result(ofUnit: $0, index) }
  }

  func document(
    _ index: JournalIndex, _ facts: RunFacts
  ) throws -> (document: ResultDocument, failures: [(unit: Int, failure: UnitFailure)]) {
    var failures: [(unit: Int, failure: UnitFailure)] = []
    var seconds: [Double] = []
    for unit in 0..<models.unitCount {
      if let failure = try failure(ofUnit: unit, index) {
        failures.append((unit, failure))
        seconds.append(failure.seconds)
      } else {
        seconds.append(try result(ofUnit: unit, index)?.seconds ?? .nan)
      }
    }
    let estimates = try estimates(index)
    scores = estimates.scores()
    let document = try estimates.document(
      setup: setup, fingerprint: fingerprintText, versions: numericalVersions(), facts: facts,
      seconds: seconds, failures: failures
    ) { try self.result(ofUnit: $0, index)?.values ?? [] }
    return (document, failures)
  }

  func fill(
    _ rows: Range<Int>, _ buffer: UnsafeMutableBufferPointer<Double>, _ index: JournalIndex
  ) throws(StorageError) {
    if scores == nil {
      do {
        scores = try estimates(index).scores()
      } catch {
        throw StorageError(path: folder.journal, message: "\(error)")
      }
    }
    guard let scores else { return }
    let width = shape.columns
    for (offset, value) in scores[rows.lowerBound * width..<rows.upperBound * width].enumerated() {
      buffer[offset] = value
    }
  }
}
