internal import Learning
internal import ModelStudy

/// Sums of the columns that training parts of one cross-validation share: units come in the order
/// of their parts, so those of the last one are kept.
///
/// They decide which columns are looked at closely and no number of a result.
final class SharedSums {
  private let data: ModelData
  private let parts: TrainingParts
  /// Of each pipeline: the columns that it may look at.
  private let columns: [[Int]]
  /// Of each pipeline: the first one that may look at the same columns.
  private let alike: [Int]
  private var recent: [Int: (family: ModelTask, sums: PartSums, pieces: [[Int]])] = [:]
  private var table: (pipeline: Int, rows: RowTable)?

  init(data: ModelData, parts: TrainingParts, columns: [[Int]]) {
    (self.data, self.parts, self.columns) = (data, parts, columns)
    alike = columns.map { own in columns.firstIndex(of: own) ?? 0 }
  }

  /// Sums of the rows that a task learns from; nil where they are shared with no other task or the
  /// outcome has no classes.
  func sums(_ task: ModelTask, _ part: TrainingPart) -> ClassSums? {
    var family = task
    family.pipeline = alike[task.pipeline]
    let index = task.inner ?? task.outer
    if task.inner != nil { family.inner = 0 } else { family.outer = 0 }
    if recent[family.pipeline]?.family != family {
      guard case .binary(let classes) = part.outcome ?? data.header.outcome,
        let pieces = try? parts.pieces(task, part)
      else { return nil }
      recent[family.pipeline] = (family, partSums(family.pipeline, classes, pieces), pieces)
    }
    guard let recent = recent[family.pipeline], recent.pieces[index] == part.test else {
      return nil
    }
    return recent.sums.leavingOut(index)
  }

  private func partSums(_ pipeline: Int, _ classes: [UInt8], _ pieces: [[Int]]) -> PartSums {
    let features = data.features(rows: Array(0..<data.rowCount), columns: columns[pipeline])
    guard features.rowCount * features.columnCount <= RowTable.limit else {
      return PartSums(features, classes, parts: pieces)
    }
    if table?.pipeline != pipeline { table = (pipeline, RowTable(features)) }
    return PartSums(table?.rows ?? RowTable(features), classes, parts: pieces)
  }
}
