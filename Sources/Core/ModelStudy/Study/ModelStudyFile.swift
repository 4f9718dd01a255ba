package import Components
package import Evaluation
package import Learning
internal import Study

/// A checked study file of models: from a feature table and an outcome to estimates.
package struct ModelStudyFile: Sendable {
  package var name: String
  /// Feature table (CSV, TSV, h5ad or a result of extraction), relative to the study file's folder.
  package var table: String
  /// A second table (CSV) that is joined by patient; "" for none.
  package var clinical: String
  package var join = JoinRule.inner
  package var output: String
  package var seed: UInt64 = 0
  package var columns = ModelColumns()
  package var definition: DatasetDefinition
  package var pipelines: [PipelineGrid]
  package var validation = ValidationParameters()
  package var metric: Metric
  package var permutation: PermutationParameters?
  package var bootstrap: BootstrapParameters?
  package var intervals = IntervalParameters()
  package var aggregate: AggregateParameters?
  package var repeatability: RepeatabilityParameters?
  /// The file as it was read, for the provenance.
  package var text: String
}

extension ModelStudyFile {
  static let keys = [
    "study", "table", "clinical", "join", "output", "seed", "columns", "outcome", "features",
    "pipelines", "validation", "permutation", "bootstrap", "intervals", "aggregate",
    "repeatability",
  ]

  /// The groups of settings with their fields, for `describe`.
  package static let descriptions: [(name: String, fields: [FieldDescription])] = [
    ("columns of models", ModelColumns.descriptions),
    ("features of models", FeatureParameters.descriptions),
    ("scores", ScoreStageParameters.descriptions),
    ("validation", ValidationParameters.descriptions),
    ("permutation", PermutationParameters.descriptions),
    ("bootstrap", BootstrapParameters.descriptions),
    ("intervals", IntervalParameters.descriptions),
    ("aggregate", AggregateParameters.descriptions),
    ("repeatability", RepeatabilityParameters.descriptions),
  ]

  /// Whether a study file is one of models: it names a table.
  package static func isModelStudy(_ text: String, name: String) throws(InvalidInput) -> Bool {
    guard case .map(let map) = try SettingsDocument.parse(text, name: name) else { return false }
    return map["table"] != nil && map["images"] == nil
  }

  /// - Parameters:
  ///   - name: the file's name, for messages.
  ///   - catalog: what a study can name.
  /// - Throws: every problem of the file at once.
  package static func parse(
    _ text: String, name: String, catalog: LearningCatalog
  ) throws(InvalidInput) -> ModelStudyFile {
    guard case .map(let map) = try SettingsDocument.parse(text, name: name) else {
      throw InvalidInput(name, "expected a mapping with the keys \(keys)")
    }
    var section = SectionReader(map, at: "", valid: keys)
    let columns = section.parameters("columns", ModelColumns.self) ?? ModelColumns()
    let aggregate = section.parameters("aggregate", AggregateParameters.self)
    var definition = decodeDefinition(&section, columns)
    var decoder = PipelineDecoder(catalog)
    let pipelines = decodePipelines(map["pipelines"], aggregate?.method, &decoder)
    definition.rowFilters = rowFilters(of: pipelines, &decoder.problems)
    section.problems += decoder.problems
    var study = ModelStudyFile(
      name: section.text("study") ?? "study", table: section.text("table", required: true) ?? "",
      clinical: section.text("clinical") ?? "", output: section.text("output") ?? "models.h5",
      columns: columns, definition: definition, pipelines: pipelines,
      metric: defaultMetric(definition.outcome.kind), text: text)
    section.choice("join", into: &study.join)
    if let seed = section.integer("seed", in: 0...Int.max) { study.seed = UInt64(seed) }
    study.validation = section.parameters("validation", ValidationParameters.self) ?? .init()
    study.permutation = section.parameters("permutation", PermutationParameters.self)
    study.bootstrap = section.parameters("bootstrap", BootstrapParameters.self)
    study.intervals = section.parameters("intervals", IntervalParameters.self) ?? .init()
    study.aggregate = aggregate
    study.repeatability = section.parameters("repeatability", RepeatabilityParameters.self)
    study.crossCheck(&section)
    if !section.problems.isEmpty {
      throw InvalidInput(section.problems.map { Problem("\(name): \($0.location)", $0.message) })
    }
    return study
  }

  private static func defaultMetric(_ kind: OutcomeKind) -> Metric {
    switch kind {
    case .binary: .auc
    case .continuous: .r2
    case .survival: .concordance
    }
  }

  /// `outcome:` and `features:` together say what the columns of the table are.
  private static func decodeDefinition(
    _ section: inout SectionReader, _ columns: ModelColumns
  ) -> DatasetDefinition {
    var definition = DatasetDefinition(
      outcome: decodeOutcome(&section) ?? .binary(OutcomeExpression(column: "", at: "outcome")),
      at: "features")
    let features = section.parameters("features", FeatureParameters.self) ?? .init()
    definition.include = features.include
    definition.exclude = features.exclude
    definition.blocks = features.blocks
    definition.clinical = features.clinical
    definition.categories = features.categories
    definition.levels = features.levels
    definition.missingText = features.missingText
    definition.site = columns.site
    definition.weight = columns.weight
    definition.split = columns.split
    return definition
  }

  /// What single settings cannot know of one another.
  private mutating func crossCheck(_ section: inout SectionReader) {
    let kind = definition.outcome.kind
    if !validation.metric.isEmpty {
      if let named = Metric(rawValue: validation.metric), named.outcomes.contains(kind) {
        metric = named
      } else {
        let valid = Metric.allCases.filter { $0.outcomes.contains(kind) }.map(\.rawValue)
        section.problems.append(
          Problem(
            "validation.metric",
            "\"\(validation.metric)\" is no metric of a \(kind) outcome (valid:"
              + " \(valid.joined(separator: ", ")))"))
      }
    }
    for pipeline in pipelines {
      for model in pipeline.models where !type(of: model).outcomes.contains(kind) {
        section.problems.append(
          Problem(
            "pipelines.\(pipeline.name).model",
            "\(type(of: model).id) does not take a \(kind) outcome"))
      }
      for case .selection(let selector, _) in pipeline.steps.joined()
      where !type(of: selector).outcomes.contains(kind) {
        section.problems.append(
          Problem(
            "pipelines.\(pipeline.name).steps",
            "\(type(of: selector).id) does not take a \(kind) outcome"))
      }
    }
    if let aggregate, aggregate.method.needsVolumes, aggregate.volume.isEmpty {
      section.problems.append(
        Problem(
          "aggregate.volume", "\(aggregate.method.rawValue) needs the column with the volumes"))
    }
    if let repeatability, repeatability.tables.isEmpty {
      section.problems.append(
        Problem("repeatability.tables", "the tables of the repeated measurements are needed"))
    }
    if let repeatability, repeatability.preset != .none,
      repeatability.filter.encoded() != ICCFilterParameters().encoded()
    {
      section.problems.append(
        Problem(
          "repeatability.preset",
          "\(repeatability.preset.rawValue) decides form, threshold, criterion and confidence: give"
            + " either the preset or these"))
    }
    if validation.scheme == .leaveSiteOut, columns.site.isEmpty {
      section.problems.append(
        Problem("validation.scheme", "leave-site-out needs columns.site, the column with the site"))
    }
    if validation.mode == .asPublished, columns.split.isEmpty {
      section.problems.append(
        Problem(
          "validation.mode",
          "as-published estimates are optimistic and are given beside a held-out test cohort only:"
            + " name its column in columns.split"))
    }
    if let permutation {
      if permutation.withinSites, columns.site.isEmpty {
        section.problems.append(
          Problem("permutation.withinSites", "columns.site is needed, the column with the site"))
      }
      if permutation.repeats > outerRepeats {
        section.problems.append(
          Problem(
            "permutation.repeats",
            "\(permutation.repeats) is more than the \(outerRepeats) repeats of the validation"))
      }
      if validation.scheme == .none {
        section.problems.append(
          Problem("permutation", "there is nothing to permute without a validation scheme"))
      }
    }
  }

  /// Repeats of the outer scheme.
  package var outerRepeats: Int {
    switch validation.scheme {
    case .crossValidation, .split: validation.repeats
    case .leaveSiteOut, .none: 1
    }
  }
}

/// `features:` of a model study; see `DatasetDefinition`.
package struct FeatureParameters: ParameterSet {
  package var include: [String] = []
  package var exclude: [String] = []
  package var blocks: [String] = []
  package var clinical: [String] = []
  package var categories: [String] = []
  package var levels = LevelColumns.ifBinary
  package var missingText = MissingText.missing

  package init() {}

  package static let fields: [Field<Self>] = [
    .texts("include", \.include, "patterns for feature columns, * any characters, ? one; all"),
    .texts("exclude", \.exclude, "patterns for feature columns that are left out"),
    .texts("blocks", \.blocks, "patterns for image and VOI of features, as in CT/tumour; all"),
    .texts("clinical", \.clinical, "columns that are added: numbers, or texts by their levels"),
    .texts("categories", \.categories, "clinical columns whose numbers are codes"),
    .choice("levels", \.levels, "which level of a text has no column of its own"),
    .choice("missingText", \.missingText, "what an empty text becomes"),
  ]
}
