import Catalog
import Foundation
import Learning
import ModelStudy
import Study
import TestSupport
import Testing
import Worker

/// What a rank keeps from one unit for the next ones must not be seen in any of them: ranks compute
/// different units, in any order.
@Suite struct ModelUnitTests {
  private static let rows = 60

  /// Screened pipelines that differ in columns and in rows.
  private static let study = """
    table: t.csv
    seed: 3
    outcome: {binary: y}
    pipelines:
      all: {steps: [scale, {t-test: {top: 3, p: 1}}], model: naive-bayes}
      few: {columns: {include: [f1, f2, f5, f7]}, steps: [{t-test: {top: 1, p: 1}}], model: naive-bayes}
      part: {rows: known(f0), steps: [{t-test: {top: [2, 4], p: 1, variant: student}}], model: naive-bayes}
    validation: {folds: 4, repeats: 2, innerFolds: 3}
    permutation: {count: 3}
    bootstrap: {count: 2}
    """

  @Test func unitsDoNotDependOnThoseBeforeThem() throws {
    let folder = try TestFolder()
    // The last pipeline leaves out rows unlike the others, fewer than there are folds: a part can
    // have all its test rows and not all of its training rows.
    let left = [0, 7, 20]
    var values: [[Double]] = []
    for column in 0..<30 {
      var own: [Double] = []
      for row in 0..<Self.rows {
        let value = Double((row * (column + 7) * 2_654_435 + column * 97) % 1009)
        own.append(left.contains(row) ? 300 * value : value)
      }
      values.append(own)
    }
    let header = ModelDataHeader(
      rowNames: (0..<Self.rows).map { "r\($0)" }, patients: (0..<Self.rows).map { "P\($0)" },
      roles: Array(repeating: .train, count: Self.rows),
      outcome: .binary((0..<Self.rows).map { $0 % 5 < 2 ? 1 : 0 }),
      groups: Array(0..<Self.rows), sites: [], weights: [],
      columns: values.indices.map { "f\($0)" },
      blocks: Array(repeating: "", count: values.count), leftOut: [[], [], left])
    let study = try ModelStudyFile.parse(Self.study, name: "m.yml", catalog: Catalog.learning)
    let plan = try ModelPlan(study: study, header: header)
    var bytes = ModelData.head(header)
    for value in values.joined() {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += Array($0) }
    }
    let path = folder.path + "/table.bin"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let data = try ModelData(path: path)
    let choices = plan.space.estimateUnits.map { _ in 0 }
    func computer() -> ModelUnitComputer {
      ModelUnitComputer(plan: plan, data: data, choices: choices)
    }
    let units = Array(0..<plan.unitCount)
    let alone = try units.map { try computer().compute(unit: $0).payload }
    let (forwards, backwards) = (computer(), computer())
    for unit in units {
      #expect(try forwards.compute(unit: unit).payload == alone[unit], "unit \(unit)")
    }
    for unit in units.reversed() {
      #expect(try backwards.compute(unit: unit).payload == alone[unit], "unit \(unit)")
    }
  }
}
