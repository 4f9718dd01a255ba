import Features
import TestSupport
import Testing

/// Oracle: the consensus values of IBSI 1 for the digital phantom and configurations A to E.
/// Tolerance: the published one, after rounding to three significant digits.
@Suite("IBSI morphology, reference values", .enabled(if: IBSIConfiguration.isPresent))
struct MorphologyIBSITests {
  @Test("every standardised feature", arguments: IBSIConfiguration.allCases)
  func references(_ configuration: IBSIConfiguration) throws {
    let values = try Morphology(.init()).values(of: configuration.region())
    let references = try configuration.references().filter { $0.family == "Morphology" }
    var compared = 0
    for (column, value) in zip(Morphology.columns, values) {
      let matching = references.filter { $0.tag == "morph_" + column.name }
      let reference = try #require(matching.first, "\(column.name)")
      #expect(reference.code == column.ibsi)
      if reference.value == nil { continue }
      #expect(
        reference.agrees(value),
        "\(column.name): \(value), IBSI \(reference.value ?? .nan) +- \(reference.tolerance)")
      compared += 1
    }
    #expect(compared == 25)
  }
}
