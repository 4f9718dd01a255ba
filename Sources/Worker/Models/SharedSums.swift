internal import Learning
internal import ModelStudy

/// Sums of the columns that training parts of one cross-validation share: units come in the order
/// of their parts, so those of the last ones are kept, for all pipelines.
///
/// They decide which columns are looked at closely and no number of a result.
final class SharedSums {
  private let plan: ModelPlan
  private let data: ModelData
  private let parts: TrainingParts
  /// What pipelines may look at, together.
  private let columns: [Int]
  /// Of each pipeline: where its columns are among those.
  private let places: [[Int]]
  private lazy var table = RowTable(features)
  private var recent: [(family: Family, sums: PartSums)] = []

  /// The parts of one cross-validation.
  private struct Family {
    /// The task of any of them, without what tells them apart.
    let key: ModelTask
    let classes: [UInt8]
    let pieces: [[Int]]
  }

  /// Cross-validations that are summed at a time: a wide table comes from memory once for all, and
  /// that takes as long as adding it up.
  private static let ahead = 4

  /// - Parameter columns: of each pipeline, those that it may look at.
  init(plan: ModelPlan, data: ModelData, parts: TrainingParts, columns: [[Int]]) {
    (self.plan, self.data, self.parts) = (plan, data, parts)
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
    let key = Self.key(task)
    if !recent.contains(where: { $0.family.key == key }) { recent = summed(from: task, part) }
    let index = task.inner ?? task.outer
    guard let own = recent.first(where: { $0.family.key == key }),
      own.family.pieces[index] == part.test
    else { return nil }
    return own.sums.leavingOut(index).columns(places[task.pipeline])
  }

  private static func key(_ task: ModelTask) -> ModelTask {
    var key = task
    key.pipeline = 0
    if task.inner != nil { key.inner = 0 } else { key.outer = 0 }
    return key
  }

  /// Sums of a task's cross-validation and of those that are likely to be asked for next.
  private func summed(
    from task: ModelTask, _ part: TrainingPart
  ) -> [(family: Family, sums: PartSums)] {
    guard let first = family(task, part) else { return [] }
    guard data.rowCount * columns.count <= RowTable.limit else {
      return [(first, PartSums(features, first.classes, parts: first.pieces))]
    }
    var families = [first]
    var last = task
    while task.inner == nil, families.count < Self.ahead, let next = plan.space.following(last),
      let part = try? parts.part(next), let family = family(next, part)
    {
      families.append(family)
      last = next
    }
    let sums = PartSums.all(of: table, families.map { ($0.classes, $0.pieces) })
    return Array(zip(families, sums))
  }

  private func family(_ task: ModelTask, _ part: TrainingPart) -> Family? {
    guard case .binary(let classes) = part.outcome ?? data.header.outcome,
      let pieces = try? parts.pieces(task, part)
    else { return nil }
    return Family(key: Self.key(task), classes: classes, pieces: pieces)
  }

  private var features: FeatureMatrix {
    data.features(rows: Array(0..<data.rowCount), columns: columns)
  }
}
