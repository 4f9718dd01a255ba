internal import Components
package import Features
package import Filters
internal import Imaging

/// The JSON Schema of the study file, made from the same tables that decode it, so that editors
/// complete and check what the program accepts.
package enum StudySchema {
  /// - Parameters:
  ///   - families: the catalog's feature families.
  ///   - filters: the catalog's image filters.
  package static func json(
    families: [any FeatureFamily.Type], filters: [any ImageFilter.Type]
  ) -> String {
    let features = features(families)
    let filters = self.filters(filters)
    let schema: JSONTree = .object([
      ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
      ("title", .text("RadCohort study")),
      ("type", .text("object")),
      ("additionalProperties", .flag(false)),
      ("required", .list([.text("cohort"), .text("images")])),
      (
        "properties",
        .object(
          [
            ("study", text("Name of the study.")),
            ("cohort", text("Cohort table (CSV), relative to this file.")),
            ("output", text("Result file (HDF5), relative to this file. Default results.h5.")),
            ("profile", choice(Profile.self, "Whose definitions the numbers follow.")),
            (
              "seed",
              .object([
                ("type", .text("integer")), ("minimum", .integer(0)),
                ("description", .text("Seed of every random stream. Default 0.")),
              ])
            ),
            ("filterDomain", choice(FilterDomain.self, "Where filters see the image.")),
            (
              "diagnostics",
              .object([
                ("type", .text("boolean")),
                ("description", .text("Write PyRadiomics' diagnostics_ columns to /obs.")),
              ])
            ),
            ("vois", named(settings(StudyFile.voiSummary, VOIParameters.descriptions))),
          ]
            + StudyFile.settings.map { ($0.key, settings($0.summary, $0.fields)) }
            + [
              ("images", named(image(features, filters))), ("filters", filters),
              ("features", features),
            ])
      ),
    ])
    return schema.text(indent: 0) + "\n"
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _: Choice.Type, _ summary: String
  ) -> JSONTree where Choice.RawValue == String {
    .object([
      ("enum", .list(Choice.allCases.map { .text($0.rawValue) })), ("description", .text(summary)),
    ])
  }

  /// A mapping of names that become parts of column names.
  private static func named(_ entry: JSONTree) -> JSONTree {
    .object([
      ("type", .text("object")), ("minProperties", .integer(1)),
      ("propertyNames", .object([("pattern", .text("^[A-Za-z0-9-]+$"))])),
      ("additionalProperties", entry),
    ])
  }

  private static func text(_ summary: String) -> JSONTree {
    .object([("type", .text("string")), ("description", .text(summary))])
  }

  private static func image(_ features: JSONTree, _ filters: JSONTree) -> JSONTree {
    .object([
      ("type", .list([.text("object"), .text("null")])),
      ("additionalProperties", .flag(false)),
      (
        "properties",
        .object(
          [
            ("image", text("Cohort column with the image's path. Default image.")),
            ("mask", text("Cohort column with the mask's path. Default mask.")),
            (
              "label",
              .object([
                ("type", .text("integer")), ("minimum", .integer(1)),
                ("description", .text("Mask value where the cohort has no label column.")),
              ])
            ),
          ]
            + ImageSection.settings.map { ($0.key, settings($0.summary, $0.fields)) }
            + [("filters", filters), ("features", features)])
      ),
    ])
  }

  private static func features(_ families: [any FeatureFamily.Type]) -> JSONTree {
    components(
      "Feature families; all with their defaults when absent.",
      families.map { ($0.id.name, family($0)) })
  }

  private static func filters(_ filters: [any ImageFilter.Type]) -> JSONTree {
    components(
      "Image types; the original image alone when absent.",
      filters.map { ($0.id.name, parameters(of: $0)) })
  }

  /// A list of names, or a mapping of name to parameters.
  private static func components(
    _ summary: String, _ schemas: [(String, JSONTree)]
  ) -> JSONTree {
    .object([
      ("description", .text(summary)),
      (
        "anyOf",
        .list([
          .object([
            ("type", .text("array")),
            ("items", .object([("enum", .list(schemas.map { .text($0.0) }))])),
          ]),
          .object([
            ("type", .text("object")), ("additionalProperties", .flag(false)),
            ("properties", .object(schemas)),
          ]),
        ])
      ),
    ])
  }

  private static func family(_ family: any FeatureFamily.Type) -> JSONTree {
    var schema = parameters(of: family)
    let oneOf: JSONTree = .object([("enum", .list(family.columns.map { .text($0.name) }))])
    // The columns of a family with aggregations follow from that setting.
    let hasFixedColumns = !fieldNames(of: family).contains("aggregations")
    let only: JSONTree = .object([
      ("type", .text("array")),
      ("items", hasFixedColumns ? oneOf : .object([("type", .text("string"))])),
      ("description", .text("Only these features.")),
    ])
    if case .object(var members) = schema,
      let index = members.firstIndex(where: { $0.0 == "properties" }),
      case .object(let properties) = members[index].1
    {
      members[index].1 = .object([("only", only)] + properties)
      schema = .object(members)
    }
    return schema
  }

  private static func fieldNames<Described: Component>(of _: Described.Type) -> [String] {
    Described.Parameters.descriptions.map(\.name)
  }

  private static func parameters<Described: Component>(of _: Described.Type) -> JSONTree {
    settings(Described.summary, Described.Parameters.descriptions)
  }
}

private func settings(_ summary: String, _ fields: [FieldDescription]) -> JSONTree {
  .object([
    ("type", .list([.text("object"), .text("null")])),
    ("description", .text(summary)),
    ("additionalProperties", .flag(false)),
    (
      "properties",
      .object(
        fields.map { field in
          var members = field.shape.schema
          members.append(("description", .text(field.summary)))
          members.append(("default", JSONTree(field.defaultValue)))
          return (field.name, .object(members))
        })
    ),
  ])
}

extension FieldShape {
  fileprivate var schema: [(String, JSONTree)] {
    switch self {
    case .flag: [("type", .text("boolean"))]
    case .integer(let range):
      [("type", .text("integer")), ("minimum", .integer(range.lowerBound))]
        + (range.upperBound == .max ? [] : [("maximum", .integer(range.upperBound))])
    case .number(let range, let exclusive): [("type", .text("number"))] + bounds(range, exclusive)
    case .choice(let choices): [("enum", .list(choices.map { .text($0) }))]
    case .text: [("type", .text("string"))]
    case .integers(let range, let count):
      list(.object([("type", .text("integer")), ("minimum", .integer(range.lowerBound))]), count)
    case .numbers(let range, let count):
      list(.object([("type", .text("number"))] + bounds(range, false)), count)
    case .texts: [("type", .text("array")), ("items", .object([("type", .text("string"))]))]
    }
  }

  private func bounds(_ range: ClosedRange<Double>, _ exclusive: Bool) -> [(String, JSONTree)] {
    let unbounded = Double.greatestFiniteMagnitude
    var members: [(String, JSONTree)] = []
    if range.lowerBound != -unbounded {
      members.append((exclusive ? "exclusiveMinimum" : "minimum", .number(range.lowerBound)))
    }
    if range.upperBound != unbounded { members.append(("maximum", .number(range.upperBound))) }
    return members
  }

  private func list(_ items: JSONTree, _ count: ClosedRange<Int>) -> [(String, JSONTree)] {
    [("type", .text("array")), ("items", items), ("minItems", .integer(count.lowerBound))]
      + (count.upperBound == .max ? [] : [("maxItems", .integer(count.upperBound))])
  }
}

/// A JSON document with ordered members.
private indirect enum JSONTree {
  case text(String)
  case integer(Int)
  case number(Double)
  case flag(Bool)
  case null
  case list([JSONTree])
  case object([(String, JSONTree)])

  init(_ value: SettingValue) {
    switch value {
    case .null: self = .null
    case .flag(let flag): self = .flag(flag)
    case .integer(let integer): self = .integer(integer)
    case .number(let number): self = .number(number)
    case .text(let text): self = .text(text)
    case .list(let values): self = .list(values.map(JSONTree.init))
    case .map(let map): self = .object(map.entries.map { ($0.key, JSONTree($0.value)) })
    }
  }

  func text(indent: Int) -> String {
    let inner = String(repeating: " ", count: indent + 2)
    let outer = String(repeating: " ", count: indent)
    switch self {
    case .text(let text): return jsonText(text)
    case .integer(let integer): return "\(integer)"
    case .number(let number): return SettingValue.number(number).flowText
    case .flag(let flag): return "\(flag)"
    case .null: return "null"
    case .list(let values):
      return "[" + values.map { $0.text(indent: indent + 2) }.joined(separator: ", ") + "]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map { "\(inner)\(jsonText($0.0)): \($0.1.text(indent: indent + 2))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    }
  }
}
