internal import ArgumentParser
internal import Catalog
internal import Components
internal import Features
internal import Filters
internal import Imaging
internal import Learning
internal import ModelStudy
internal import Study

struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Every component: parameters, defaults, ranges, columns, IBSI codes.",
    discussion: """
      Examples:
        radcohort describe
        radcohort describe glcm
        radcohort describe xgboost
        radcohort describe --schema > study.schema.json
        radcohort describe --schema models > model-study.schema.json
      """)

  @Argument(
    help: "One component, such as glcm or resample; all when left out. With --schema: models.")
  var component: String?

  @Flag(help: "Print the JSON Schema of the study file, of extraction or of models, for editors.")
  var schema = false

  func run() throws {
    if schema {
      switch component {
      case nil:
        writeAll(StudySchema.json(families: Catalog.families, filters: Catalog.filters), to: 1)
      case "models": writeAll(ModelStudySchema.json(Catalog.learning), to: 1)
      case let name?:
        throw ValidationError(
          "\"\(name)\": there is a schema of extraction studies (--schema) and one of model studies"
            + " (--schema models)")
      }
      return
    }
    var sections: [(name: String, text: String)] = Catalog.families.map {
      ($0.id.name, describe($0))
    }
    sections += Catalog.filters.map { ($0.id.name, describe($0)) }
    sections += StudyFile.settings.map { ($0.key, text($0)) }
    sections.append(
      ("vois", "vois: \(StudyFile.voiSummary)\n" + lines(VOIParameters.descriptions)))
    sections += ImageSection.settings.map { ($0.key, text($0)) }
    sections += modelSections
    guard let component else {
      writeAll(sections.map(\.text).joined(separator: "\n"), to: 1)
      return
    }
    // A section of study files and a step of pipelines can have one name.
    let named = sections.filter { $0.name == component }
    if named.isEmpty {
      let names = sections.map(\.name)
      throw ValidationError("\"\(component)\": " + unknownKeyMessage(component, valid: names))
    }
    writeAll(named.map(\.text).joined(separator: "\n"), to: 1)
  }

  /// What a model study can name.
  private var modelSections: [(name: String, text: String)] {
    let catalog = Catalog.learning
    var sections = catalog.preparations.map { ($0.id.name, describe($0, "preparation")) }
    sections += catalog.balancings.map { ($0.id.name, describe($0, "balancing")) }
    sections += catalog.selectors.map { ($0.id.name, describe($0, "selector")) }
    sections.append(
      (
        "rfe",
        "rfe (selector): \(RecursiveElimination<LogisticModel>.summary)\n"
          + "  model: the model whose importances count\n"
          + lines(RecursiveEliminationParameters.descriptions)
      ))
    sections.append(
      (
        "stability",
        "stability (selector): \(StabilitySelection<LassoSelector>.summary)\n"
          + "  selector: what is repeated on subsamples\n"
          + lines(StabilityParameters.descriptions)
      ))
    sections += catalog.models.map { model in
      let outcomes = OutcomeKind.allCases.filter(model.outcomes.contains).map(\.rawValue)
      return (model.id.name, describe(model, "model, \(outcomes.joined(separator: " or "))"))
    }
    sections.append(
      (
        "stacking",
        "stacking (model): \(Stacking.summary)\n"
          + "  members: {NAME: {model: ..., blocks: [...] or columns: [...]}, ...}\n"
          + "  final: the final model\n  further: {blocks: [...]} or {columns: [...]}\n"
          + lines(StackingParameters.descriptions)
      ))
    return sections
      + ModelStudyFile.descriptions.map { name, fields in
        (name, "\(name): of a model study\n" + lines(fields))
      }
  }

  private func describe<Kind: Component>(_ type: Kind.Type, _ kind: String) -> String {
    "\(Kind.id) (\(kind)): \(Kind.summary)\n" + lines(Kind.Parameters.descriptions)
  }

  private func text<Owner>(_ group: SettingsGroup<Owner>) -> String {
    "\(group.key): \(group.summary)\n" + lines(group.fields)
  }

  private func describe(_ family: any FeatureFamily.Type) -> String {
    let columns = family.columns
    let standard = columns.filter(\.isDefault).count
    let width = columns.map(\.name.count).max() ?? 0
    var text = describe(family, "\(family.id) (\(standard) features): \(family.summary)")
    text += "  columns (* only when named in `only`)\n"
    for column in columns {
      let name = column.name + (column.isDefault ? "" : "*")
      let padding = String(repeating: " ", count: max(1, width + 2 - name.count))
      text += "    \(name)\(padding)\(column.ibsi ?? "----")  \(column.summary)\n"
    }
    return text
  }

  private func describe<Filter: ImageFilter>(_ filter: Filter.Type) -> String {
    "\(Filter.id) (filter): \(Filter.summary)\n" + lines(Filter.Parameters.descriptions)
  }

  private func describe<Family: FeatureFamily>(_ family: Family.Type, _ title: String) -> String {
    title + "\n" + lines(Family.Parameters.descriptions)
  }

  private func lines(_ fields: [FieldDescription]) -> String {
    fields.map { "  \($0.name) = \($0.defaultValue.flowText): \($0.summary) (\($0.shape))\n" }
      .joined()
  }
}
