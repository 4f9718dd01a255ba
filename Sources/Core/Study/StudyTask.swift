/// What one unit of work is. Its identity decides its place in the journal and in the result (and,
/// where it draws numbers, its random stream), never the rank that happens to do it.
package enum StudyTask: Hashable, Sendable {
  /// All features of all regions of one image of one cohort row.
  case extract(row: Int, image: Int)
  /// The voxels that a training row gives to the habitats of the cohort.
  case sampleHabitats(row: Int)
}

/// A step of a study. Each starts when the one before is complete.
package struct StudyStage: Hashable, Sendable {
  package enum Name: String, Hashable, Sendable {
    /// Rank 0: headers of all images and masks, the closed list of rows, columns and units.
    case inventory
    /// Worker ranks: a seeded sample of voxels of each training row.
    case sample
    /// Rank 0: the habitats of the cohort, fitted in the order of its rows.
    case fit
    /// Worker ranks: one unit per image of a row.
    case extract
    /// Worker ranks: inner folds, one unit per training part and pipeline.
    case search
    /// Rank 0: the grid point of every training part, by its inner folds.
    case choose
    /// Worker ranks: the chosen grid point fitted to the training part, other rows scored.
    case estimate
    /// All ranks, collectively: from the journals into the result file.
    case gather
  }

  package var name: Name
  /// Units that are handed out; empty for a stage that rank 0 or all ranks do by themselves.
  package var units: Range<Int>

  package init(name: Name, units: Range<Int>) {
    self.name = name
    self.units = units
  }
}

/// A file that a unit reads.
package struct UnitFile: Hashable, Sendable {
  package enum Role: Hashable, Sendable {
    /// The file of one of the study's images.
    case image(Int)
    /// The mask of one of the study's images.
    case mask(Int)
    /// Anatomy that a VOI leaves out.
    case excluded(voi: Int)
  }

  package var role: Role
  /// As the cohort table says.
  package var name: String
  /// What opens it.
  package var path: String

  package var isMask: Bool {
    if case .mask = role { true } else { false }
  }

  /// Name and role, so that a file that changes its role counts as changed.
  package var identity: String {
    switch role {
    case .image(let image): "image \(image) \(name)"
    case .mask(let image): "mask \(image) \(name)"
    case .excluded(let voi): "excluded \(voi) \(name)"
    }
  }
}
