internal import Study

/// The results of all units as the journals hold them; read when asked for, never all at once.
final class JournalResults {
  private let plan: StudyPlan
  private let index: JournalIndex

  /// - Parameter index: rank 0's view of the journals; every rank has the same.
  init(plan: StudyPlan, index: JournalIndex) {
    self.plan = plan
    self.index = index
  }

  /// What became of every unit, without its numbers: those of a whole study need not fit into
  /// memory.
  func outcomes() throws -> [UnitOutcome] {
    try (0..<plan.unitCount).map { unit in
      guard let record = index.record(of: unit) else { return .missing }
      return record.kind == .failed
        ? .failed(try UnitFailure(payload: index.payload(of: record)))
        : .finished(try head(of: record))
    }
  }

  /// The voxels that every row gave to the habitats of the cohort; empty where it failed.
  func samples() throws(StorageError) -> [[Double]] {
    var samples: [[Double]] = []
    for unit in plan.samplingUnits {
      guard let record = index.record(of: unit) else {
        throw StorageError(path: "journal", message: "unit \(unit) has no record")
      }
      samples.append(record.kind == .finished ? try values(of: record) : [])
    }
    return samples
  }

  private func head(of record: JournalRecord) throws -> UnitResult {
    let start = try index.payload(of: record, limit: UnitResult.headBytes)
    if let head = try? UnitResult(payload: start, withValues: false) { return head }
    return try UnitResult(payload: index.payload(of: record), withValues: false)
  }

  /// Fills rows of `/X`; a unit that failed is NaN.
  /// - Throws: when a finished unit cannot be read: its numbers must not become missing in silence.
  func fill(
    _ rows: Range<Int>, _ buffer: UnsafeMutableBufferPointer<Double>
  ) throws(StorageError) {
    buffer.update(repeating: .nan)
    let width = plan.columns.count
    for row in rows {
      for image in plan.study.images.indices {
        let unit = plan.unit(row: row, image: image)
        guard let record = index.record(of: unit), record.kind == .finished else { continue }
        let block = plan.blocks[image]
        let values = try values(of: record)
        guard values.count == block.count else {
          throw StorageError(
            path: "journal",
            message: "unit \(unit) has \(values.count) values instead of \(block.count)")
        }
        let start = (row - rows.lowerBound) * width + block.lowerBound
        for (offset, value) in values.enumerated() { buffer[start + offset] = value }
      }
    }
  }

  private func values(of record: JournalRecord) throws(StorageError) -> [Double] {
    do {
      return try UnitResult(payload: index.payload(of: record)).values
    } catch {
      throw StorageError(path: "journal", message: "unit \(record.unit) cannot be read: \(error)")
    }
  }
}
