import Evaluation
import Explanation
import Learning
import Testing

/// Oracle: scikit-learn's `partial_dependence(method="brute", kind="both")`, tolerance 1e-10.
@Suite("Partial dependence")
struct PartialDependenceTests {
  let rows = PipelineRows(features: SyntheticTable.features)

  @Test(arguments: ["classes", "deep", "values"], [0, 4, 3])
  func isScikitLearns(_ name: String, _ column: Int) throws {
    let found = try pipeline(SyntheticTable.forest(name)).partialDependence(
      of: "c\(column)", rows: rows, points: column == 0 ? 12 : 100)
    #expect(deviation(found.grid, try SyntheticTable.golden("grid \(name) \(column)")) < 1e-12)
    #expect(
      deviation(found.average, try SyntheticTable.golden("average \(name) \(column)")) < 1e-10)
    #expect(
      deviation(
        found.curves.rows([0, 1, 2]).rowByRow,
        try SyntheticTable.golden("curves \(name) \(column)")) < 1e-10)
    #expect(found.values.count == SyntheticTable.rowCount)
  }

  @Test func probabilitiesAndPatients() throws {
    var stream = SyntheticTable.stream()
    let data = SyntheticTable.dataset(.binary(SyntheticTable.classes))
    let fitted = pipeline(
      try make(LogisticModel.self) { $0.penalty = .ridge }.fit(data, using: &stream))
    let grouped = PipelineRows(
      features: SyntheticTable.features, groups: (0..<150).map { $0 < 100 ? 0 : $0 })
    let found = try fitted.partialDependence(
      of: "c1", rows: grouped, response: .probability, points: 5, share: 0)
    #expect(found.curves.rowCount == 51 && found.grid.count == 5)
    let column = SyntheticTable.features.column(1)
    #expect(found.grid[0] == column.min() && found.grid[4] == column.max())
    let single = try fitted.partialDependence(
      of: "c1", rows: rows, response: .probability, points: 5, share: 0)
    let mean = single.curves.column(2).prefix(100).reduce(0, +) / 100
    #expect(abs(found.curves.values[2 * 51] - mean) < 1e-14)
    #expect(
      abs(found.average[2] - found.curves.column(2).reduce(0, +) / 51) < 1e-14)
  }

  @Test func missingValuesAreLeftOutOfTheGrid() throws {
    var stream = SyntheticTable.stream()
    let data = SyntheticTable.dataset(.binary(SyntheticTable.classes))
    let fitted = pipeline(try make(DiscriminantModel.self).fit(data, using: &stream))
    let holes = SyntheticTable.features.column(4).enumerated().map { $0 % 7 == 0 ? .nan : $1 }
    let features = FeatureMatrix(
      rowCount: 150,
      columns: (0..<6).map { $0 == 4 ? holes : Array(SyntheticTable.features.column($0)) })
    let found = try fitted.partialDependence(of: "c4", rows: PipelineRows(features: features))
    #expect(found.grid.allSatisfy(\.isFinite) && found.values.count == 128)
  }

  @Test func whatHasNoCurveIsRefused() throws {
    let fitted = try pipeline(SyntheticTable.forest("values"))
    #expect(throws: LearningError.self) {
      try fitted.partialDependence(of: "none", rows: rows)
    }
    #expect(throws: LearningError.self) {
      try fitted.partialDependence(of: "c0", rows: rows, response: .probability)
    }
    func table(_ values: [Double]) -> PipelineRows {
      PipelineRows(
        features: FeatureMatrix(
          rowCount: values.count, columns: [values] + (1..<6).map { _ in values.map { _ in 0.5 } }))
    }
    #expect(throws: LearningError.self) {
      try fitted.partialDependence(of: "c0", rows: table([.nan, .nan]))
    }
    #expect(throws: LearningError.self) {
      try fitted.partialDependence(of: "c0", rows: table([.infinity, 1]))
    }
    // Ends of the grid at one value: three others among two hundred equal ones.
    #expect(throws: LearningError.self) {
      try fitted.partialDependence(
        of: "c0", rows: table([0, 1, 2] + [Double](repeating: 1.5, count: 200)), points: 3)
    }
    let one = try fitted.partialDependence(of: "c0", rows: table([0.25]))
    #expect(one.grid == [0.25] && one.average == one.curves.values)
  }
}
