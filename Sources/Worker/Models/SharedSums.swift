internal import Learning
internal import ModelStudy

/// Sums of the columns that training parts of one cross-validation share: units come in the order
/// of their parts, so those of the last one are kept, for all pipelines.
///
/// They decide which columns are looked at closely and no number of a result.
final class SharedSums {
  private let data: ModelData
  private let parts: TrainingParts
  /// What pipelines may look at, together.
  private let columns: [Int]
  /// Of each pipeline: where its columns are among those.
  private let places: [[Int]]
  private lazy var table = RowTable(features)
  private var recent: (family: ModelTask, sums: PartSums, pieces: [[Int]])?

  /// - Parameter columns: of each pipeline, those that it may look at.
  init(data: ModelData, parts: TrainingParts, columns: [[Int]]) {
    (self.data, self.parts) = (data, parts)
    let all = Set(columns.joined()).sorted()
    var place: [Int: Int] = [:]
    for (index, column) in all.enumerated() { place[column] = index }
    self.columns = all
    places = columns.map { $0.compactMap { place[$0] } }
  }

  /// Sums of the rows that a task learns from; nil where they are shared with no other task or the
  /// outcome has no classes.
  func sums(_ task: ModelTask, _ part: TrainingPart) -> ClassSums? {
    guard parts.isPlain(task, part) else { return nil }
    var family = task
    family.pipeline = 0
    let index = task.inner ?? task.outer
    if task.inner != nil { family.inner = 0 } else { family.outer = 0 }
    if recent?.family != family {
      guard case .binary(let classes) = part.outcome ?? data.header.outcome,
        let pieces = try? parts.pieces(task, part)
      else { return nil }
      recent = (family, partSums(classes, pieces), pieces)
    }
    guard let recent, recent.pieces[index] == part.test else { return nil }
    return recent.sums.leavingOut(index).columns(places[task.pipeline])
  }

  private var features: FeatureMatrix {
    data.features(rows: Array(0..<data.rowCount), columns: columns)
  }

  private func partSums(_ classes: [UInt8], _ pieces: [[Int]]) -> PartSums {
    data.rowCount * columns.count <= RowTable.limit
      ? PartSums(table, classes, parts: pieces) : PartSums(features, classes, parts: pieces)
  }
}
