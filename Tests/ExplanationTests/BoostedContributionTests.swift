import CXGBoost
import Explanation
import Learning
import Testing
import XGBoostAdapter

/// Oracle: `pred_contribs` of XGBoost's own library (its TreeSHAP, in 32 bits) on the same model.
/// Tolerance 1e-5 of the largest margin; the definition over all subsets in 64 bits to 1e-12.
@Suite("Shapley values of boosted trees")
struct BoostedContributionTests {
  /// Columns and the bias, row by row.
  private func libraryContributions(_ trees: BoostedTrees, _ features: FeatureMatrix) -> [Double] {
    let rows = features.rowByRow.map { Float($0) }
    var (matrix, booster): (DMatrixHandle?, BoosterHandle?) = (nil, nil)
    var (shape, size): (UnsafePointer<bst_ulong>?, bst_ulong) = (nil, 0)
    var found: UnsafePointer<Float>?
    let bytes = Array(trees.xgboostDocument.utf8)
    let (count, columns) = (features.rowCount, features.columnCount)
    #expect(
      XGDMatrixCreateFromMat_omp(rows, bst_ulong(count), bst_ulong(columns), .nan, &matrix, 1) == 0)
    #expect(XGBoosterCreate(nil, 0, &booster) == 0)
    #expect(XGBoosterLoadModelFromBuffer(booster, bytes, bst_ulong(bytes.count)) == 0)
    let config = """
      {"type": 2, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false}
      """
    #expect(XGBoosterPredictFromDMatrix(booster, matrix, config, &shape, &size, &found) == 0)
    let result = UnsafeBufferPointer(start: found, count: count * (columns + 1)).map { Double($0) }
    #expect(XGBoosterFree(booster) == 0 && XGDMatrixFree(matrix) == 0)
    return result
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var outcome: Outcome
    var change: @Sendable (inout XGBoostParameters) -> Void
  }

  static let cases = [
    Case(testDescription: "default", outcome: .binary(SyntheticTable.classes)) { $0.rounds = 30 },
    Case(testDescription: "hist", outcome: .binary(SyntheticTable.classes)) {
      ($0.rounds, $0.method, $0.subsample, $0.maxDepth) = (40, .hist, 0.7, 8)
    },
    Case(testDescription: "value", outcome: .continuous(SyntheticTable.values)) {
      ($0.rounds, $0.maxDepth, $0.baseScore, $0.gamma) = (25, 4, 6.25, 0.01)
    },
    Case(testDescription: "time", outcome: SyntheticTable.survival) {
      ($0.rounds, $0.maxDepth, $0.learningRate) = (20, 3, 0.1)
    },
    Case(testDescription: "no cover needed", outcome: .binary(SyntheticTable.classes)) {
      ($0.rounds, $0.maxDepth, $0.minChildWeight, $0.lambda) = (60, 10, 0, 0.1)
    },
    Case(testDescription: "one stump", outcome: .binary(SyntheticTable.classes)) {
      ($0.rounds, $0.maxDepth) = (1, 1)
    },
    Case(testDescription: "one leaf", outcome: .binary(SyntheticTable.classes)) {
      ($0.rounds, $0.gamma) = (2, 1e6)
    },
  ]

  @Test(arguments: cases) func areTheLibrarys(_ example: Case) throws {
    var data = SyntheticTable.dataset(example.outcome)
    data.features = SyntheticTable.holed
    var stream = SyntheticTable.stream()
    let fitted = try make(XGBoostModel.self, example.change).fit(data, using: &stream)
    let rows = data.features.rows(Array(0..<40))
    let explanation = try pipeline(fitted).explanation(
      of: PipelineRows(features: rows), background: nil)
    let expected = libraryContributions(fitted.trees, rows)
    let scale = expected.map(\.magnitude).max() ?? 1
    for row in 0..<rows.rowCount {
      let line = Array(expected[row * 7..<row * 7 + 7])
      let own = explanation.contributions.rows([row]).values + [explanation.baseline]
      for (value, wanted) in zip(own, line) { #expect(abs(value - wanted) < 1e-5 * scale) }
      let sum = own.reduce(0, +)
      #expect(abs(sum - explanation.scores[row]) < 1e-5 * max(1, abs(sum)))
    }
    let ensemble = try fitted.ensemble()
    for row in 0..<8 {
      let plain = PlainTreeShapley(ensemble, rows.rows([row]).values)
      let own = explanation.contributions.rows([row]).values
      #expect(deviation(own, plain.byDefinition()) < 1e-12)
      #expect(
        abs(own.reduce(explanation.baseline, +) - plain.value { _ in true }) < 1e-12)
    }
  }

  /// Values at the splits and their neighbours in 64 bits, which 32 bits round to either side.
  @Test func rowsFallWhereTheLibraryPutsThem() throws {
    var stream = SyntheticTable.stream(1)
    let fitted = try make(XGBoostModel.self) { ($0.rounds, $0.maxDepth) = (10, 3) }
      .fit(SyntheticTable.dataset(.binary(SyntheticTable.classes)), using: &stream)
    let splits = fitted.trees.nodes.filter { !$0.isLeaf }
    let columns = (0..<6).map { column -> [Double] in
      let own = splits.filter { Int($0.feature) == column }.flatMap { node -> [Double] in
        let split = Double(node.value)
        return [split, split.nextDown, Double(node.value.nextDown), 0, -0.0]
      }
      return (0..<200).map { row -> Double in
        let place = SyntheticTable.noise(30, row + 1000 * column) * Double(own.count)
        return own.isEmpty ? .nan : own[Int(place)]
      }
    }
    let rows = FeatureMatrix(rowCount: 200, columns: columns)
    let explanation = try pipeline(fitted).explanation(
      of: PipelineRows(features: rows), background: nil)
    let sums = explanation.contributions.sums().map { $0 + explanation.baseline }
    #expect(deviation(sums, explanation.scores) < 1e-6)
  }
}
