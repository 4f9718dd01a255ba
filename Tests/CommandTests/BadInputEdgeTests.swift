import Foundation
import Imaging
import NIfTIAdapter
import TestSupport
import Testing

/// Masks and images at the edge of what has features: accepted, with PyRadiomics' values.
///
/// Oracle: PyRadiomics 3.0.1 (Golden/edges.csv, made by scripts/oracles/patients.py).
/// Tolerance: 1e-6 relative, 1e-9 absolute near 0.
@Suite struct BadInputEdgeTests {
  private static let grid = Grid(size: SIMD3(9, 8, 7), spacing: SIMD3(2, 2, 3))
  private typealias Mask = @Sendable (_ x: Int, _ y: Int, _ z: Int) -> Bool
  private static let cases: [(name: String, isFlat: Bool, mask: Mask)] = [
    ("flat", true, { x, y, z in abs(x - 3) <= 1 && abs(y - 3) <= 1 && abs(z - 3) <= 1 }),
    (
      "slice", false,
      { x, y, z in z == 4 && (x - 4) * (x - 4) + (y - 4) * (y - 4) <= 9 }
    ),
    ("diagonal-pair", false, { x, y, z in x == y && z == 2 && (x == 3 || x == 4) }),
    ("corner", false, { x, y, z in x < 3 && y < 3 && z < 2 }),
    ("nearly-whole", false, { x, y, z in x + y + z > 0 }),
  ]

  @Test func edgesArePyRadiomics() throws {
    let folder = try TestFolder()
    var cohort = "patient_id,image,mask\n"
    for (name, isFlat, mask) in Self.cases {
      var values: [Float] = []
      var labels: [UInt8] = []
      for z in 0..<7 {
        for y in 0..<8 {
          for x in 0..<9 {
            values.append(
              isFlat ? 3.5 : Float((x * 37 + y * 11 + z * 5 + x * y * z) % 23) * 0.25)
            labels.append(mask(x, y, z) ? 1 : 0)
          }
        }
      }
      try ImageFile.writeVolume(
        Volume(grid: Self.grid, voxels: .float32(values)), to: "\(folder.path)/\(name).nii.gz")
      try ImageFile.writeLabels(
        LabelVolume(grid: Self.grid, labels: labels), to: "\(folder.path)/\(name)_mask.nii.gz")
      cohort += "\(name),\(name).nii.gz,\(name)_mask.nii.gz\n"
    }
    try folder.write(cohort, to: "cohort.csv")
    try folder.write(
      "cohort: cohort.csv\nimages: {PET: {discretisation: {binWidth: 0.25}}}\n", to: "study.yml")
    let deep = try Program.run(["check", "--deep", folder.path + "/study.yml"])
    #expect(deep.status == 0, "\(deep.errors)")
    let run = try Program.run(["run", folder.path + "/study.yml"])
    #expect(run.status == 0, "\(run.errors)")
    let table = try ReferenceTable(Program.run(["export", folder.path + "/results.h5"]).output)
    let oracle = try ReferenceTable(
      contentsOf: RealPatients.golden.appendingPathComponent("edges.csv"))
    #expect(table.patients == oracle.patients)
    var deviation = Deviation()
    for name in oracle.patients {
      for column in oracle.columns {
        deviation.add(
          table[name, column], expected: oracle[name, column], at: "\(name) \(column)")
      }
    }
    #expect(deviation.count == 5 * 107)
    #expect(deviation.beyond == [])
  }
}
