internal import Study

/// The results of all units as the journals hold them; read when asked for, never all at once.
final class JournalResults {
  private let plan: StudyPlan
  private let index: JournalIndex

  init(engine: Engine) throws(JournalError) {
    plan = engine.plan
    index = try JournalReader.readAll(
      folder: engine.folder.journal, fingerprint: engine.fingerprint)
  }

  /// What became of a unit.
  func outcome(_ unit: Int) -> UnitOutcome {
    guard let record = index.record(of: unit) else { return .missing }
    do {
      let payload = try index.payload(of: record)
      switch record.kind {
      case .finished: return .finished(try UnitResult(payload: payload))
      case .failed: return .failed(try UnitFailure(payload: payload))
      case .started: return .missing
      }
    } catch {
      return .failed(UnitFailure(file: "", message: "the journal cannot be read: \(error)"))
    }
  }

  var failedUnits: [(unit: Int, failure: UnitFailure)] {
    (0..<plan.unitCount).compactMap { unit in
      guard let record = index.record(of: unit) else {
        return (unit, UnitFailure(file: "", message: "not computed"))
      }
      guard record.kind == .failed else { return nil }
      if case .failed(let failure) = outcome(unit) { return (unit, failure) }
      return nil
    }
  }

  /// Fills rows of `/X`; what is missing or failed is NaN.
  func fill(
    _ rows: Range<Int>, _ buffer: UnsafeMutableBufferPointer<Double>
  ) throws(StorageError) {
    buffer.update(repeating: .nan)
    let width = plan.columns.count
    for row in rows {
      for image in plan.study.images.indices {
        let block = plan.blocks[image]
        guard case .finished(let result) = outcome(plan.unit(row: row, image: image)) else {
          continue
        }
        guard result.values.count == block.count else {
          throw StorageError(
            path: "journal",
            message: "unit \(plan.unit(row: row, image: image)) has"
              + " \(result.values.count) values instead of \(block.count)")
        }
        let start = (row - rows.lowerBound) * width + block.lowerBound
        for (offset, value) in result.values.enumerated() { buffer[start + offset] = value }
      }
    }
  }
}
