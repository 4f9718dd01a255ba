internal import Components
package import Learning

/// What the columns of a table are to a model.
///
/// | Setting | Default | Meaning |
/// |---|---|---|
/// | `include` | all | patterns for names of feature columns; `*` any characters, `?` one |
/// | `exclude` | none | patterns for names of feature columns that are left out; `*` leaves a clinical model |
/// | `blocks` | all | patterns for image and VOI of features, as in `CT/tumour` |
/// | `clinical` | none | columns that are added: numbers as they are, texts by their levels |
/// | `categories` | none | columns of `clinical` whose numbers are codes: added by their levels |
/// | `levels` | ifBinary | which level of a text has no column of its own |
/// | `missingText` | missing | what an empty text becomes |
/// | `site`, `weight`, `split` | none | columns with these roles |
package struct DatasetDefinition: Hashable, Sendable {
  package var outcome: OutcomeDefinition
  package var include: [String] = []
  package var exclude: [String] = []
  package var blocks: [String] = []
  package var clinical: [String] = []
  package var categories: [String] = []
  package var levels: LevelColumns = .ifBinary
  package var missingText: MissingText = .missing
  package var site = ""
  package var weight = ""
  package var split = ""
  /// Of every pipeline: the condition that its rows satisfy, nil for all rows. Empty: all rows of all.
  package var rowFilters: [OutcomeExpression?] = []
  /// Where the settings stand in the study file, for messages.
  package var location: String

  package init(outcome: OutcomeDefinition, at location: String) {
    self.outcome = outcome
    self.location = location
  }

  func place(of key: String) -> String { location.isEmpty ? key : "\(location).\(key)" }
}

/// Which levels of a text have a column of 0 and 1 (scikit-learn's `drop` of `OneHotEncoder`).
package enum LevelColumns: String, Hashable, Sendable, CaseIterable {
  /// All of them.
  case all
  /// The second of two; all of three and more.
  case ifBinary
  /// All but the first, for models with an intercept and without penalty.
  case dropFirst
}

/// What a row may be used for.
package enum SplitRole: String, Hashable, Sendable, CaseIterable {
  case train
  case test
  case external

  /// "train" and "training", "test" and "testing", "external", in upper or lower case.
  init?(cell: String) {
    switch cell.lowercased() {
    case "train", "training": self = .train
    case "test", "testing": self = .test
    case "external": self = .external
    default: return nil
    }
  }
}

/// A data set and where its rows and columns come from.
package struct BuiltDataset: Hashable, Sendable {
  package struct Column: Hashable, Sendable {
    package var name: String
    /// Image and VOI; "clinical" for a clinical column.
    package var block: String
    /// Rows of the data set without a value.
    package var missing: Int
  }

  package var data: Dataset
  /// How the features are made from a table, for tables to come.
  package var layout: FeatureLayout
  /// One per row of the data set: the row of the table.
  package var rows: [Int]
  /// One per row of the data set.
  package var keys: [ModelTable.Key]
  /// One per row of the data set; all `train` without a split column.
  package var roles: [SplitRole]
  /// The patient of each group number.
  package var patients: [String]
  package var columns: [Column]
  /// Rows of the table that are left out because their outcome is unknown.
  package var unknown: [OutcomeValues.Unknown]
  /// Of every pipeline: the rows of the data set that are not its own, ascending. Empty where all
  /// rows are every pipeline's.
  package var leftOut: [[Int]] = []
  /// Columns of texts that no setting asks for.
  package var unusedTexts: [String]
  /// What may be a mistake and is none for certain.
  package var notes: [String]

  /// Names of the columns without any value.
  package var emptyColumns: [String] {
    columns.filter { $0.missing == data.rowCount }.map(\.name)
  }

  /// Rows of the data set with a role.
  package func rows(of role: SplitRole) -> [Int] { roles.indices.filter { roles[$0] == role } }
}
