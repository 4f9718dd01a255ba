import Explanation
import Learning
import Testing

/// Oracles: Shapley values by their definition over all subsets of columns (tolerance 1e-12: both
/// add some thousand terms in 64 bits), Algorithm 2 as its paper prints it (1e-10: it cancels), and
/// shap 0.46 on forests of scikit-learn (1e-12).
@Suite("Shapley values of trees")
struct TreeShapleyTests {
  /// A tree from a formula: depth levels of decisions on columns that come again along paths, some
  /// branches cut short, covers that do not add up as they would without rounding.
  static func ensemble(
    seed: UInt64, columns: Int, trees: Int, depth: Int, emptyShare: Double = 0
  ) -> TreeEnsemble {
    var nodes: [TreeEnsemble.Node] = []
    var roots: [Int] = []
    var count = 0
    func draw() -> Double {
      count += 1
      return SyntheticTable.noise(seed, count)
    }
    func grow(_ cover: Double, _ level: Int) -> Int {
      let index = nodes.count
      let isLeaf = level == depth || (level > 1 && draw() < 0.25)
      nodes.append(
        TreeEnsemble.Node(
          column: isLeaf ? -1 : Int(draw() * Double(columns)), threshold: draw(),
          missingGoesLeft: draw() < 0.5, left: -1, right: -1, value: draw() - 0.4, cover: cover))
      if !isLeaf {
        let isEmpty = draw() < emptyShare
        let share = isEmpty ? (draw() < 0.5 ? 0 : 1) : 0.05 + 0.9 * draw()
        nodes[index].left = grow(cover * share, level + 1)
        nodes[index].right = grow(cover * (1 - share) * (1 + 1e-8), level + 1)
      }
      return index
    }
    for _ in 0..<trees { roots.append(grow(100, 0)) }
    return TreeEnsemble(columnCount: columns, nodes: nodes, roots: roots, base: 0.125)
  }

  static func rows(_ columns: Int, seed: UInt64, count: Int = 5) -> FeatureMatrix {
    FeatureMatrix(
      rowCount: count,
      columns: (0..<columns).map { column in
        (0..<count).map { row in
          let value = SyntheticTable.noise(seed, 100 * row + column)
          return value < 0.1 ? .nan : value
        }
      })
  }

  @Test(arguments: [
    (1, 1, 1, 1), (2, 1, 3, 4), (3, 2, 2, 6), (4, 5, 6, 5), (5, 8, 4, 8), (6, 8, 20, 3),
    (7, 7, 2, 12),
  ])
  func areThoseOfTheDefinition(seed: Int, columns: Int, trees: Int, depth: Int) {
    for emptyShare in [0, 0.3] {
      let ensemble = Self.ensemble(
        seed: UInt64(seed), columns: columns, trees: trees, depth: depth, emptyShare: emptyShare)
      let features = Self.rows(columns, seed: UInt64(seed) + 50)
      let shapley = TreeShapley(ensemble)
      let found = shapley.contributions(features)
      for row in 0..<features.rowCount {
        let plain = PlainTreeShapley(ensemble, features.rows([row]).values)
        let own = found.rows([row]).values
        #expect(deviation(own, plain.byDefinition()) < 1e-12)
        #expect(deviation(own, plain.bySubsetSizes()) < 1e-10)
        #expect(abs(shapley.expectation - plain.value { _ in false }) < 1e-13)
        let score = plain.value { _ in true }
        #expect(abs(own.reduce(shapley.expectation, +) - score) < 1e-12)
      }
    }
  }

  /// 60 columns on one path, all decisions passed. Exact values are those of equal players: the
  /// contributions of columns with equal shares are equal, and their sum is score - expectation.
  @Test func longPathsKeepTheirDigits() {
    let depth = 60
    var nodes: [TreeEnsemble.Node] = []
    for level in 0..<depth {
      nodes.append(
        TreeEnsemble.Node(
          column: level, threshold: 0.5, missingGoesLeft: true, left: 2 * level + 1,
          right: 2 * level + 2, value: 0, cover: 0))
      nodes.append(
        TreeEnsemble.Node(
          column: -1, threshold: 0, missingGoesLeft: true, left: -1, right: -1, value: 0,
          cover: 0.3))
    }
    nodes.append(nodes[1])
    nodes[2 * depth].value = 1
    // The child that goes on is the right one; it has 0.7 of every cover.
    for level in stride(from: depth - 1, through: 0, by: -1) {
      nodes[2 * level + 2].cover = 0.7
    }
    let ensemble = TreeEnsemble(columnCount: depth, nodes: nodes, roots: [0], base: 0)
    let shapley = TreeShapley(ensemble)
    let row = FeatureMatrix(
      rowCount: 1, columnCount: depth, values: [Double](repeating: 0.9, count: depth))
    let found = shapley.contributions(row).values
    var expectation = 1.0
    for _ in 0..<depth { expectation *= 0.7 }
    let each = (1 - expectation) / Double(depth)
    #expect(found.allSatisfy { abs($0 - each) < 1e-14 })
    #expect(abs(shapley.expectation - expectation) < 1e-15)
    let plain = PlainTreeShapley(ensemble, row.values).bySubsetSizes()
    #expect(plain.contains { abs($0 - each) > 1e-12 }, "Algorithm 2 has become exact")
  }

  @Test func loneLeafGivesNothing() {
    let leaf = TreeEnsemble.Node(
      column: -1, threshold: 0, missingGoesLeft: true, left: -1, right: -1, value: 0.75, cover: 9)
    let shapley = TreeShapley(
      TreeEnsemble(columnCount: 3, nodes: [leaf], roots: [0], base: 0.5))
    #expect(shapley.expectation == 1.25)
    #expect(shapley.contributions(Self.rows(3, seed: 1)).values.allSatisfy { $0 == 0 })
    let none = TreeShapley(TreeEnsemble(columnCount: 0, nodes: [leaf], roots: [0], base: 0))
    #expect(
      none.contributions(FeatureMatrix(rowCount: 2, columnCount: 0, values: [])).rowCount == 2)
    let empty = TreeShapley(TreeEnsemble(columnCount: 2, nodes: [], roots: [], base: 3))
    #expect(empty.expectation == 3)
  }

  @Test(arguments: ["classes", "deep", "values"])
  func forestsAreThoseOfShap(_ name: String) throws {
    let fitted = try pipeline(SyntheticTable.forest(name))
    let rows = PipelineRows(features: SyntheticTable.features.rows(Array(0..<6)))
    let explanation = try fitted.explanation(of: rows, background: nil)
    #expect(
      deviation(explanation.contributions.rowByRow, try SyntheticTable.golden("shap \(name)"))
        < 1e-12)
    #expect(abs(explanation.baseline - (try SyntheticTable.golden("base \(name)")[0])) < 1e-12)
    #expect(explanation.space == (name == "values" ? .value : .probability))
    #expect(
      deviation(
        explanation.contributions.sums().map { $0 + explanation.baseline }, explanation.scores)
        < 1e-12)
    // The constant column.
    #expect(explanation.contributions.column(3).allSatisfy { $0 == 0 })
    let again = try fitted.explanation(of: rows, background: nil)
    #expect(
      again.contributions.values.map(\.bitPattern)
        == explanation.contributions.values.map(\.bitPattern))
  }
}
