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
            ("vois", named(JSONTree.settings(StudyFile.voiSummary, VOIParameters.descriptions))),
          ]
            + StudyFile.settings.map { ($0.key, JSONTree.settings($0.summary, $0.fields)) }
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
            + ImageSection.settings.map { ($0.key, JSONTree.settings($0.summary, $0.fields)) }
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
    JSONTree.settings(Described.summary, Described.Parameters.descriptions)
  }
}
