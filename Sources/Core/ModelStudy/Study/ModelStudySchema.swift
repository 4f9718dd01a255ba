internal import Components
internal import Evaluation
internal import Learning
internal import Study

/// The JSON Schema of the study file of models, made from the same tables that decode it.
package enum ModelStudySchema {
  /// - Parameter catalog: what a study can name.
  package static func json(_ catalog: LearningCatalog) -> String {
    let schema: JSONTree = .object([
      ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
      ("title", .text("RadCohort study of models")),
      ("type", .text("object")),
      ("additionalProperties", .flag(false)),
      ("required", .list([.text("table"), .text("outcome"), .text("pipelines")])),
      ("properties", .object(properties)),
      ("$defs", .object(definitions(catalog))),
    ])
    return schema.text(indent: 0) + "\n"
  }

  private static var properties: [(String, JSONTree)] {
    let seed: [(String, JSONTree)] = [
      ("type", .text("integer")), ("minimum", .integer(0)),
      ("description", .text("Seed of every random stream. Default 0.")),
    ]
    let single: [(String, JSONTree)] = [
      ("study", text("Name of the study.")),
      ("table", text("Feature table: result of extraction or AnnData, CSV or TSV.")),
      ("clinical", text("A second table, joined by patient, lesion and session.")),
      ("join", choice(JoinRule.self, "What happens to rows that only one table has.")),
      ("output", text("Result file (HDF5), relative to this file. Default models.h5.")),
      ("seed", .object(seed)), ("outcome", outcome), ("pipelines", pipelines),
    ]
    let sections: [(name: String, summary: String, fields: [FieldDescription])] = [
      ("columns", "Which columns mean what.", ModelColumns.descriptions),
      ("features", "Which columns are features.", FeatureParameters.descriptions),
      ("validation", "How performance is estimated.", ValidationParameters.descriptions),
      ("permutation", "Outcomes exchanged between patients.", PermutationParameters.descriptions),
      ("bootstrap", "Fits to resampled patients.", BootstrapParameters.descriptions),
      ("intervals", "Confidence intervals.", IntervalParameters.descriptions),
      ("aggregate", "One score of a patient's lesions.", AggregateParameters.descriptions),
      ("repeatability", "Features that are reproduced.", RepeatabilityParameters.descriptions),
    ]
    return single + sections.map { ($0.name, JSONTree.settings($0.summary, $0.fields)) }
  }

  // MARK: Outcome and pipelines

  private static var outcome: JSONTree {
    func form(_ required: [String], _ members: [(String, JSONTree)]) -> JSONTree {
      .object([
        ("type", .text("object")), ("additionalProperties", .flag(false)),
        ("required", .list(required.map { .text($0) })), ("properties", .object(members)),
      ])
    }
    let expression = text("A column, or an expression of columns.")
    let positive = choice(LandmarkPositive.self, "Which class is the positive one.")
    return anyOf([
      form(["binary"], [("binary", expression)]),
      form(["continuous"], [("continuous", expression)]),
      form(
        ["time", "event"], [("time", expression), ("event", expression), ("entry", expression)]),
      form(
        ["time", "event", "landmark"],
        [
          ("time", expression), ("event", expression),
          (
            "landmark",
            .object([("type", .text("number")), ("exclusiveMinimum", .integer(0))])
          ), ("positive", positive),
        ]),
    ])
  }

  private static var pipelines: JSONTree {
    let patterns: JSONTree = anyOf([text("A pattern."), names("Patterns for columns or blocks.")])
    let steps: [(String, JSONTree)] = [
      ("type", .list([.text("array"), .text("null")])), ("items", reference("step")),
    ]
    let properties: [(String, JSONTree)] = [
      ("like", text("A pipeline before: what is not given here is taken from it.")),
      ("rows", text("A condition: rows that the pipeline is fitted to and tried on.")),
      ("scores", .settings(ScoreStage.summary, ScoreStageParameters.descriptions)),
      ("columns", reference(ColumnSelector.id.name)), ("keep", patterns),
      ("steps", .object(steps)), ("model", reference("model")),
    ]
    let needed: [JSONTree] = ["model", "like"].map {
      .object([("required", .list([.text($0)]))])
    }
    let pipeline: [(String, JSONTree)] = [
      ("type", .text("object")), ("additionalProperties", .flag(false)),
      ("anyOf", .list(needed)), ("properties", .object(properties)),
    ]
    return .object([
      ("type", .text("object")), ("minProperties", .integer(1)),
      ("propertyNames", .object([("pattern", .text("^[A-Za-z0-9-]+$"))])),
      ("additionalProperties", .object(pipeline)),
    ])
  }

  /// Settings of every component, and what refers to them.
  private static func definitions(_ catalog: LearningCatalog) -> [(String, JSONTree)] {
    let by = ("by", choice(SelectionScope.self, "All columns, or block after block."))
    let preparations = catalog.preparations.map { ($0.id.name, parameters(of: $0)) }
    let selectors = catalog.selectors.map { ($0.id.name, parameters(of: $0, and: [by])) }
    let balancings = catalog.balancings.map { ($0.id.name, parameters(of: $0)) }
    let models = catalog.models.map { ($0.id.name, parameters(of: $0)) }
    let inner = named(selectors.map(\.0), isAlone: true)
    let wrappers = [
      (
        "rfe",
        settings(
          RecursiveElimination<LogisticModel>.summary, RecursiveEliminationParameters.descriptions,
          [("model", reference("model")), by], required: ["model"])
      ),
      (
        "stability",
        settings(
          StabilitySelection<LassoSelector>.summary, StabilityParameters.descriptions,
          [("selector", inner), by], required: ["selector"])
      ),
    ]
    let steps = preparations + selectors + wrappers + balancings
    let every = models + [(Stacking.id.name, stacking)]
    let model = named(every.map(\.0), isAlone: false)
    let list: JSONTree = .object([("type", .text("array")), ("items", model)])
    return [
      ("several", several), ("listed", listed), ("part", columns),
      ("step", named(steps.map(\.0), isAlone: true)), ("model", anyOf([model, list])),
    ] + steps + every
  }

  private static var stacking: JSONTree {
    let properties: [(String, JSONTree)] = [
      ("model", reference("model")), ("blocks", names("Images and VOIs.")),
      ("columns", names("Columns by name.")),
    ]
    let member: JSONTree = .object([
      ("type", .text("object")), ("additionalProperties", .flag(false)),
      ("required", .list([.text("model")])), ("properties", .object(properties)),
    ])
    let members: JSONTree = .object([
      ("type", .text("object")), ("minProperties", .integer(1)), ("additionalProperties", member),
    ])
    return settings(
      Stacking.summary, StackingParameters.descriptions,
      [("members", members), ("final", reference("model")), ("further", reference("part"))],
      required: ["members", "final"])
  }

  private static var columns: JSONTree {
    .object([
      ("type", .text("object")), ("additionalProperties", .flag(false)),
      ("minProperties", .integer(1)), ("maxProperties", .integer(1)),
      (
        "properties",
        .object([("blocks", names("Images and VOIs.")), ("columns", names("Columns by name."))])
      ),
    ])
  }

  // MARK: Components and what is tried

  /// A name, or a mapping of names to settings, or to lists of settings.
  /// - Parameter isAlone: the mapping holds one name only.
  private static func named(_ names: [String], isAlone: Bool) -> JSONTree {
    let properties: [(String, JSONTree)] = names.map { name in
      let list: JSONTree = .object([
        ("type", .text("array")), ("minItems", .integer(1)), ("items", reference(name)),
      ])
      return (name, anyOf([reference(name), list]))
    }
    var mapping: [(String, JSONTree)] = [
      ("type", .text("object")), ("additionalProperties", .flag(false)),
      ("minProperties", .integer(1)),
    ]
    if isAlone { mapping.append(("maxProperties", .integer(1))) }
    mapping.append(("properties", .object(properties)))
    let choices: [JSONTree] = names.map { .text($0) }
    return anyOf([.object([("enum", .list(choices))]), .object(mapping)])
  }

  private static func parameters<Described: Component>(
    of _: Described.Type, and further: [(String, JSONTree)] = []
  ) -> JSONTree {
    settings(Described.summary, Described.Parameters.descriptions, further, required: [])
  }

  /// Settings in which each value may be several to try.
  private static func settings(
    _ summary: String, _ fields: [FieldDescription], _ further: [(String, JSONTree)],
    required: [String]
  ) -> JSONTree {
    let own = fields.map { field in
      let members: [(String, JSONTree)] = [
        ("description", .text(field.summary)), ("default", JSONTree(field.defaultValue)),
        ("anyOf", .list([.object(field.shape.schema), reference(several(of: field.shape))])),
      ]
      return (field.name, JSONTree.object(members))
    }
    let types: [JSONTree] = required.isEmpty ? [.text("object"), .text("null")] : [.text("object")]
    let needed: [JSONTree] = required.map { .text($0) }
    return .object([
      ("description", .text(summary)), ("type", .list(types)),
      ("additionalProperties", .flag(false)), ("required", .list(needed)),
      ("properties", .object(further + own)),
    ])
  }

  private static func several(of shape: FieldShape) -> String {
    switch shape {
    case .integers, .numbers, .texts: "listed"
    case .flag, .choice, .text, .integer, .number: "several"
    }
  }

  /// The notations for several values of a setting that is no list itself.
  private static var several: JSONTree {
    let ends: JSONTree = .object([
      ("type", .text("array")), ("items", .object([("type", .text("number"))])),
      ("minItems", .integer(2)), ("maxItems", .integer(2)),
    ])
    let count: JSONTree = .object([
      ("type", .text("integer")), ("minimum", .integer(2)), ("maximum", .integer(10_000)),
    ])
    let ranges = ["log", "linear"].map { name -> JSONTree in
      .object([
        ("type", .text("object")), ("additionalProperties", .flag(false)),
        ("required", .list([.text(name), .text("count")])),
        ("properties", .object([(name, ends), ("count", count)])),
      ])
    }
    let list: JSONTree = .object([("type", .text("array")), ("minItems", .integer(1))])
    return anyOf([list, listed] + ranges)
  }

  /// `{grid: [...]}`.
  private static var listed: JSONTree {
    let list: JSONTree = .object([("type", .text("array")), ("minItems", .integer(1))])
    return .object([
      ("type", .text("object")), ("additionalProperties", .flag(false)),
      ("required", .list([.text("grid")])), ("properties", .object([("grid", list)])),
    ])
  }

  // MARK: Pieces

  private static func anyOf(_ schemas: [JSONTree]) -> JSONTree {
    .object([("anyOf", .list(schemas))])
  }

  private static func reference(_ name: String) -> JSONTree {
    .object([("$ref", .text("#/$defs/\(name)"))])
  }

  private static func text(_ summary: String) -> JSONTree {
    .object([("type", .text("string")), ("description", .text(summary))])
  }

  private static func names(_ summary: String) -> JSONTree {
    .object([
      ("type", .text("array")), ("minItems", .integer(1)),
      ("items", .object([("type", .list([.text("string"), .text("number")]))])),
      ("description", .text(summary)),
    ])
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _: Choice.Type, _ summary: String
  ) -> JSONTree where Choice.RawValue == String {
    .object([
      ("enum", .list(Choice.allCases.map { .text($0.rawValue) })), ("description", .text(summary)),
    ])
  }
}
