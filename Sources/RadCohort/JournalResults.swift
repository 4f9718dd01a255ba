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

  /// What became of a unit, without its numbers: those of a whole study need not fit into memory.
  func outcome(_ unit: Int) -> UnitOutcome { outcome(unit, withValues: false) }

  private func outcome(_ unit: Int, withValues: Bool) -> UnitOutcome {
    guard let record = index.record(of: unit) else { return .missing }
    do {
      switch record.kind {
      case .finished:
        return .finished(
          withValues
            ? try UnitResult(payload: index.payload(of: record)) : try head(of: record))
      case .failed: return .failed(try UnitFailure(payload: index.payload(of: record)))
      case .started: return .missing
      }
    } catch {
      return .failed(UnitFailure(file: "", message: "the journal cannot be read: \(error)"))
    }
  }

  private func head(of record: JournalRecord) throws -> UnitResult {
    let start = try index.payload(of: record, limit: UnitResult.headBytes)
    if let head = try? UnitResult(payload: start, withValues: false) { return head }
    return try UnitResult(payload: index.payload(of: record), withValues: false)
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
        let unit = plan.unit(row: row, image: image)
        guard case .finished(let result) = outcome(unit, withValues: true) else {
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
