import Components
import Fusion
import Imaging
import Testing

@Suite struct StandardUptakeTests {
  private static let patient = [
    "weight": "70", "dose": "350", "delay": "60", "height": " 175 ", "sex": "F",
  ]

  /// Oracle: the same formulas in numpy 1.26; 1e-15 relative, because powers may round differently.
  @Test func factorsEqualTheFormulas() throws {
    var parameters = SUVParameters()
    func expect(_ wanted: Double, _ patient: [String: String] = Self.patient) throws {
      let found = try parameters.factor { patient[$0] }
      #expect(abs(found - wanted) <= 1e-15 * wanted)
    }
    try expect(0.0002)
    parameters.delay = "delay"
    try expect(0.00029212634097425033)
    parameters.kind = .leanBodyMass
    try expect(0.00018861769418725474)
    var man = Self.patient
    man["sex"] = "Male"
    try expect(0.00023310474994858713, man)
    parameters.kind = .bodySurface
    try expect(7.712732249727095e-05)
    parameters.doseUnit = .becquerel
    man["dose"] = "350e6"
    try expect(7.712732249727095e-05, man)
  }

  /// Oracle: numpy 1.26, float32 array times float64 as float64; equal bits.
  @Test func uptakeIsDouble() throws {
    let image = Volume(
      grid: Grid(size: SIMD3(3, 1, 1)), voxels: .float32([0.1, 12345.678, 300_000]))
    let factor = 0.0002
    let result = SUVParameters.apply(factor, to: image)
    #expect(
      result.voxels == .float64([2.0000000298023225e-05, 2.469135546875, 60.0]))
    let whole = Volume(grid: Grid(size: SIMD3(2, 1, 1)), voxels: .int16([-3, 7]))
    #expect(SUVParameters.apply(0.5, to: whole).voxels == .float64([-1.5, 3.5]))
  }

  @Test func allImpossibleEntriesAreNamed() {
    var parameters = SUVParameters()
    parameters.kind = .leanBodyMass
    parameters.delay = "wait"
    #expect(parameters.columns == ["weight", "dose", "wait", "height", "sex"])
    let patient = ["weight": "0.5", "dose": "0", "height": "1.75", "sex": "unknown"]
    do {
      _ = try parameters.factor { patient[$0] }
      Issue.record("impossible entries were accepted")
    } catch {
      #expect(error.problems.count == 5)
      let text = error.description
      #expect(text.contains("column weight: \"0.5\" is not body weight, kg: a number >= 1.0"))
      #expect(text.contains("column wait: the cohort table has no such column"))
      #expect(text.contains("column sex: \"unknown\" is not sex: m, f, male or female"))
    }
  }

  @Test(arguments: ["nan", "inf", "-5", "501", "", "seventy"])
  func badWeights(_ entry: String) {
    #expect(throws: InvalidInput.self) {
      try SUVParameters().factor { $0 == "weight" ? entry : "350" }
    }
  }

  @Test func neededColumnsAreChecked() {
    var parameters = SUVParameters()
    parameters.dose = ""
    parameters.height = ""
    #expect(throws: InvalidInput.self) { try parameters.check() }
    #expect(!parameters.columns.contains("height"))
  }
}
