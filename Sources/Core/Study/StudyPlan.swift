internal import Imaging
internal import Components
package import Features
internal import Filters

/// What one unit of work is. Its identity decides its place in the journal and in the result (and,
/// where it draws numbers, its random stream), never the rank that happens to do it.
package enum StudyTask: Hashable, Sendable {
  /// All features of one image of one cohort row.
  case extract(row: Int, image: Int)
}

/// A step of a study. Stages form a DAG: a stage starts when those it comes after are complete.
package struct StudyStage: Hashable, Sendable {
  package enum Name: String, Hashable, Sendable {
    /// Rank 0: headers of all images and masks, the closed list of rows, columns and units.
    case inventory
    /// Worker ranks: one unit per image of a row.
    case extract
    /// All ranks, collectively: from the journals into the result file.
    case gather
  }

  package var name: Name
  package var after: [Name]
  /// Units that are handed out; 0 for a stage that rank 0 or all ranks do by themselves.
  package var unitCount: Int
}

/// One column of `/X`.
package struct StudyColumn: Hashable, Sendable {
  package var name: String
  package var image: String
  package var imageType: String
  package var family: String
  package var feature: FeatureDescriptor
}

/// The closed list of rows, columns and units of a study: everything is decided before compute.
///
/// The stages form a DAG (`stages`). A unit is an integer that `task(_:)` decodes, so millions of
/// them cost nothing to hold or to send.
package struct StudyPlan: Sendable {
  package let study: StudyFile
  package let cohort: Cohort
  package let columns: [StudyColumn]
  /// Per image: its columns in `columns`.
  package let blocks: [Range<Int>]

  package init(study: StudyFile, cohort: Cohort) {
    self.study = study
    self.cohort = cohort
    var columns: [StudyColumn] = []
    var blocks: [Range<Int>] = []
    for image in study.images {
      let start = columns.count
      let prefix = study.images.count > 1 ? image.name + "_" : ""
      func append(_ family: ConfiguredFamily, _ imageType: String) {
        for feature in family.descriptors {
          columns.append(
            StudyColumn(
              name: "\(prefix)\(imageType)_\(family.id)_\(feature.name)", image: image.name,
              imageType: imageType, family: family.id.name, feature: feature))
        }
      }
      for family in image.families where family.scope == .perVOI { append(family, "original") }
      for filter in image.filters {
        for response in filter.filter.responseNames {
          for family in image.families where family.scope == .perResponse {
            append(family, response)
          }
        }
      }
      blocks.append(start..<columns.count)
    }
    self.columns = columns
    self.blocks = blocks
  }

  package var unitCount: Int { cohort.rows.count * study.images.count }

  /// The stages in an order in which they can run.
  package var stages: [StudyStage] {
    [
      StudyStage(name: .inventory, after: [], unitCount: 0),
      StudyStage(name: .extract, after: [.inventory], unitCount: unitCount),
      StudyStage(name: .gather, after: [.extract], unitCount: 0),
    ]
  }

  package func task(_ unit: Int) -> StudyTask {
    .extract(row: unit / study.images.count, image: unit % study.images.count)
  }

  package func unit(row: Int, image: Int) -> Int { row * study.images.count + image }

  /// Patient, lesion, session and image of a unit, for messages.
  package func name(ofUnit unit: Int) -> String {
    switch task(unit) {
    case .extract(let row, let image):
      cohort.rows[row].name + (study.images.count > 1 ? " (\(study.images[image].name))" : "")
    }
  }

  /// Image and mask file of a unit: the name as the cohort table says, and the path that opens it.
  package func inputs(ofUnit unit: Int) -> [(name: String, path: String)] {
    switch task(unit) {
    case .extract(let row, let image):
      [cohort.rows[row].images[image], cohort.rows[row].masks[image]]
        .map { ($0, cohort.resolve($0)) }
    }
  }

  /// Bytes of `/X`.
  package var resultBytes: Int { cohort.rows.count * columns.count * 8 }

  /// A text that changes whenever a stored number could: settings, columns and rows, but not
  /// clinical columns or paths. Its hash names the study in journals and results.
  package var identity: String {
    var lines = ["radcohort-plan 1", "profile \(study.profile.rawValue)"]
    for image in study.images {
      lines.append("image \(image.name)")
      lines += ImageSection.settings.map { "\($0.key) \($0.text(image))" }
      for filter in image.filters {
        lines.append("filter \(filter.id) \(encodedParameters(of: filter.filter))")
      }
      for family in image.families {
        lines.append("family \(family.id) \(encodedParameters(of: family.family))")
      }
    }
    lines += columns.map { "column \($0.name)" }
    lines += cohort.rows.map {
      "row \($0.patient)\u{1F}\($0.lesion)\u{1F}\($0.session)\u{1F}\($0.labels)"
    }
    return lines.joined(separator: "\n")
  }
}

private func encodedParameters(of component: some Component) -> String {
  component.parameters.encoded().flowText
}
