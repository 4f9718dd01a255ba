internal import ArgumentParser
internal import Catalog
internal import Components
internal import Features
internal import Imaging
internal import Study

struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Every component: parameters, defaults, ranges, columns, IBSI codes.",
    discussion: """
      Examples:
        radcohort describe
        radcohort describe glcm
        radcohort describe --schema > study.schema.json
      """)

  @Argument(help: "One component, such as glcm or resample; all when left out.")
  var component: String?

  @Flag(help: "Print the JSON Schema of the study file, for editors.")
  var schema = false

  func run() throws {
    if schema {
      writeAll(StudySchema.json(families: Catalog.families), to: 1)
      return
    }
    var sections: [(name: String, text: String)] = Catalog.families.map {
      ($0.id.name, describe($0))
    }
    sections += [
      (
        "geometry",
        describe("geometry", "When image and mask differ in geometry.", GeometryParameters.self)
      ),
      (
        "normalize",
        describe("normalize", "Intensity normalisation; off when absent.", NormalizeParameters.self)
      ),
      (
        "resample",
        describe(
          "resample", "Resampling of image and mask; off when absent.", ResampleParameters.self)
      ),
      (
        "resegment",
        describe(
          "resegment", "Narrowing of the mask by intensity; off when absent.",
          ResegmentParameters.self)
      ),
      ("region", describe("region", "Which masks are accepted.", RegionParameters.self)),
      (
        "discretisation",
        describe(
          "discretisation", "How intensities become grey levels.", DiscretisationParameters.self)
      ),
      (
        "neighbourhood",
        describe(
          "neighbourhood", "Which neighbours texture families see.", NeighbourhoodParameters.self)
      ),
    ]
    guard let component else {
      writeAll(sections.map(\.text).joined(separator: "\n"), to: 1)
      return
    }
    guard let section = sections.first(where: { $0.name == component }) else {
      let names = sections.map(\.name)
      throw ValidationError("\"\(component)\": " + unknownKeyMessage(component, valid: names))
    }
    writeAll(section.text, to: 1)
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

  private func describe<Family: FeatureFamily>(_ family: Family.Type, _ title: String) -> String {
    title + "\n" + parameterLines(Family.Parameters.self)
  }

  private func describe<Parameters: ParameterSet>(
    _ name: String, _ summary: String, _: Parameters.Type
  ) -> String {
    "\(name): \(summary)\n" + parameterLines(Parameters.self)
  }

  private func parameterLines<Parameters: ParameterSet>(_: Parameters.Type) -> String {
    let defaults = Parameters()
    return Parameters.fields.map { field in
      "  \(field.name) = \(field.value(in: defaults).flowText): \(field.summary)"
        + " (\(field.shape))\n"
    }.joined()
  }
}
