import Learning
import Testing

@Suite struct DatasetTests {
  private let data = Dataset(
    features: FeatureMatrix(rowCount: 3, columns: [[1, 2, 3], [4, 5, 6]]), names: ["a", "b"],
    outcome: .survival(time: [7, 8, 9], event: [1, 0, 1], entry: []), groups: [0, 0, 1],
    sites: ["x", "y", "x"], weights: [1, 2, 3])

  @Test func rowsKeepEverythingTogether() {
    let part = data.rows([2, 0, 2])
    #expect(part.features.values == [3, 1, 3, 6, 4, 6])
    #expect(part.outcome == .survival(time: [9, 7, 9], event: [1, 1, 1], entry: []))
    #expect(part.groups == [1, 0, 1] && part.sites == ["x", "x", "x"])
    #expect(part.weights == [3, 1, 3])
  }

  @Test func columnsKeepTheirNames() {
    let part = data.columns([1])
    #expect(part.names == ["b"] && part.features.values == [4, 5, 6])
    #expect(part.features.withColumn(0) { $0[2] } == 6)
  }
}
