/// The units of a run, whatever they compute: how many there are, in which stages, and what to call
/// them.
package protocol WorkPlan: Sendable {
  /// Name of the study.
  var title: String { get }
  /// The stages in an order in which they can run; their units are 0 ..< `unitCount`.
  var stages: [StudyStage] { get }
  var unitCount: Int { get }
  /// For messages.
  func name(ofUnit unit: Int) -> String
  /// What identifies a unit in `progress.jsonl`, such as patient and image.
  func labels(ofUnit unit: Int) -> [(name: String, text: String)]
}

extension StudyPlan: WorkPlan {
  package var title: String { study.name }

  package func labels(ofUnit unit: Int) -> [(name: String, text: String)] {
    let row = cohort.rows[row(ofUnit: unit)]
    let places = [
      ("patient", row.patient), ("image", part(ofUnit: unit)), ("lesion", row.lesion),
      ("session", row.session),
    ]
    return places.filter { !$0.1.isEmpty }.map { (name: $0.0, text: $0.1) }
  }
}
