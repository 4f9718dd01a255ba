import CXGBoost
import Components
import Foundation
import Learning
import Numerics
import Testing
import XGBoostAdapter

/// Oracle: the C library's own prediction. Tolerance: none.
@Suite("Trees as plain numbers")
struct BoostedTreesTests {
  /// What the library predicts with a model that it reads from a document.
  private func libraryMargins(_ document: String, _ features: FeatureMatrix) -> [Float] {
    var rows: [Float] = []
    for row in 0..<features.rowCount {
      for column in 0..<features.columnCount {
        rows.append(Float(features.values[column * features.rowCount + row]))
      }
    }
    let (count, columns) = (features.rowCount, features.columnCount)
    var matrix: DMatrixHandle?
    var booster: BoosterHandle?
    var (shape, size): (UnsafePointer<bst_ulong>?, bst_ulong) = (nil, 0)
    var margins: UnsafePointer<Float>?
    let bytes = Array(document.utf8)
    #expect(
      XGDMatrixCreateFromMat_omp(rows, bst_ulong(count), bst_ulong(columns), .nan, &matrix, 1) == 0)
    #expect(XGBoosterCreate(nil, 0, &booster) == 0)
    #expect(XGBoosterLoadModelFromBuffer(booster, bytes, bst_ulong(bytes.count)) == 0)
    let config = """
      {"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false}
      """
    #expect(XGBoosterPredictFromDMatrix(booster, matrix, config, &shape, &size, &margins) == 0)
    let result = Array(UnsafeBufferPointer(start: margins, count: count))
    #expect(XGBoosterFree(booster) == 0 && XGDMatrixFree(matrix) == 0)
    return result
  }

  /// New rows: missing values, zeros of both signs, huge values, and the thresholds themselves with
  /// their neighbours.
  private func hostileRows(_ trees: BoostedTrees) -> FeatureMatrix {
    let special = [.nan, 0, -0.0, 3e38, -3e38, 1e-44, 0.5]
    let splits = trees.nodes.filter { !$0.isLeaf }
    let columns = (0..<trees.columnCount).map { column in
      let own = splits.filter { Int($0.feature) == column }.flatMap {
        [$0.value, $0.value.nextUp, $0.value.nextDown].map { Double($0) }
      }
      let values = special + own
      return (0..<300).map { row in
        values[Int(BoostingTables.noise(20, row + 1000 * column) * Double(values.count))]
      }
    }
    return FeatureMatrix(rowCount: 300, columns: columns)
  }

  @Test(arguments: XGBoostMethod.allCases) func marginsAreTheLibrarys(_ method: XGBoostMethod)
    throws
  {
    for kind in OutcomeKind.allCases {
      let data = BoostingTables.data(kind, 60, 8, "nw")
      var stream = newStream(5)
      let trees = try model {
        ($0.rounds, $0.gamma, $0.subsample, $0.baseScore) = (40, 0.2, 0.8, 0.37)
        ($0.method, $0.learningRate) = (method, 0.07)
      }.fit(data, using: &stream).trees
      let document = trees.xgboostDocument
      for features in [data.features, hostileRows(trees)] {
        let margins = try trees.margins(features)
        #expect(margins.map(\.bitPattern) == libraryMargins(document, features).map(\.bitPattern))
      }
    }
  }

  @Test func nodesAreAPlainTree() throws {
    let data = BoostingTables.data(.continuous, 60, 8, "n")
    var stream = newStream()
    let trees = try model { ($0.rounds, $0.maxDepth) = (10, 3) }.fit(data, using: &stream).trees
    #expect(trees.treeCount == 10 && trees.baseMargin == 0.5)
    for index in 0..<trees.treeCount {
      let tree = trees.tree(index)
      #expect(tree.startIndex == trees.roots[index])
      var seen = [Int](repeating: 0, count: tree.endIndex)
      for (place, node) in zip(tree.indices, tree) where !node.isLeaf {
        #expect(Int(node.left) > place && Int(node.right) < tree.endIndex)
        seen[Int(node.left)] += 1
        seen[Int(node.right)] += 1
        let children = trees.nodes[Int(node.left)].cover + trees.nodes[Int(node.right)].cover
        #expect(abs(children - node.cover) <= 1e-3 && node.gain > 0)
      }
      #expect(tree.indices.dropFirst().allSatisfy { seen[$0] == 1 })
      // Squared error: the cover of the root is the number of rows.
      #expect(tree.first?.cover == 60)
    }
    let none = try trees.first(rounds: 0).margins(data.features)
    #expect(none == [Float](repeating: 0.5, count: 60))
  }
}
