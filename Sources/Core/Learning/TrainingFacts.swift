package import Components

/// What is known of the rows of a study before anything is fitted: what settings can be checked
/// against, whatever the columns hold.
package struct TrainingFacts: Sendable {
  package var kind: OutcomeKind
  /// Survival times have entry times (left truncation).
  package var hasEntryTimes = false
  /// Of the smallest training part; after a step that makes rows, no fewer than there can be.
  package var rowCount: Int
  /// Of the smallest training part.
  package var patientCount: Int
  /// The fewest patients with a positive row or an event, and without, that a training part has;
  /// nil for a continuous outcome.
  package var patientsByClass: (with: Int, without: Int)?
  /// Some patient has two rows or more.
  package var hasRowsOfOnePatient = true
  /// Some patient has rows of different outcomes.
  package var variesWithinPatients = true
  /// Training rows of every site; empty where no column names sites.
  package var siteRows: [String: Int] = [:]
  /// A site of rows that are scored by fits without rows of this site.
  package var unseenSite: String?
  package var hasWeights = false
  /// That a pipeline can see.
  package var columns: Set<String> = []

  package init(kind: OutcomeKind, rowCount: Int, patientCount: Int) {
    self.kind = kind
    self.rowCount = rowCount
    self.patientCount = patientCount
  }
}

/// A component whose settings are not possible with all rows.
package protocol TrainingChecked: Component {
  /// What is certain to fail in some training part, whatever the columns hold.
  /// - Returns: problems at settings, with the value and what is allowed; the location is "" where
  ///   it is the component itself.
  func problems(with facts: TrainingFacts) -> [Problem]
  /// What can be done and should be known.
  func notes(with facts: TrainingFacts) -> [String]
}

extension TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] { [] }
  package func notes(with facts: TrainingFacts) -> [String] { [] }
}

/// A model whose fits say how much each column matters, which `rfe` needs.
package protocol ImportanceGiving: Model {
  /// Whether they do with these settings.
  var givesImportances: Bool { get }
}

/// A component that takes missing values.
package protocol MissingTolerant: Component {}

extension ImportanceGiving {
  package var givesImportances: Bool { true }
}

extension TrainingFacts {
  /// What is wrong with a component and those within it.
  package func problems(of component: any Component) -> [Problem] {
    (component as? any TrainingChecked)?.problems(with: self) ?? []
  }

  package func notes(of component: any Component) -> [String] {
    (component as? any TrainingChecked)?.notes(with: self) ?? []
  }

  /// As `problems`, of a component within another, at `place` of that one.
  func problems(within component: any Component, at place: String) -> [Problem] {
    problems(of: component).map {
      Problem($0.location.isEmpty ? place : "\(place).\($0.location)", $0.message)
    }
  }

  /// Refuses row weights where there are any.
  package func weightsProblem(_ advice: String) -> [Problem] {
    hasWeights
      ? [Problem("", "it takes no row weights (columns.weight or class-weights); \(advice)")] : []
  }
}
