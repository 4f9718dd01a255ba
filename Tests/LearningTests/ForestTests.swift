import Learning
import Numerics
import Testing

/// Oracle: scikit-learn, Golden/models.csv. Without randomness (one tree on all rows and columns, no
/// two decisions equally good) trees are the same, numbers to 1e-12. With randomness, scores of new
/// rows, importances, AUC or squared error, out-of-bag score and tree size are compared by their
/// distribution over 200 seeds: |difference of means| < 4.5 standard errors (Welch; 8 settings of
/// about 34 numbers, so chance alone fails once in 500), SDs within a factor of 1.45. Two numbers are
/// left out: the size of `balanced-subsample` trees, because scikit-learn divides pure nodes of
/// fractional weight whose impurity is rounding (2.4 nodes per tree here, without effect on
/// scores), and the SD of the out-of-bag score, because it counts a row that all trees have seen as
/// predicted 0, which makes rare outliers.
@Suite("Random forest")
struct ForestTests {
  @Test(
    "single trees", arguments: ClassicGolden.names("tree").filter { !$0.hasSuffix("importances") })
  func tree(_ name: String) throws {
    let words = name.split(separator: " ").dropFirst().map(String.init)
    let table = ClassicTable("tree")
    let isWeighted = words.last == "weights" || words.last == "balanced"
    let model = try make(ForestModel.self) {
      $0.trees = 1
      $0.bootstrap = false
      $0.maxFeatures = .all
      $0.minSamplesLeaf = words.last == "weights" ? (words[0] == "gini" ? 5 : 6) : 5
      switch words.joined(separator: " ") {
      case "gini leaf 8": $0.minSamplesLeaf = 8
      case "gini depth 3": $0.maxDepth = 3
      case "entropy leaf 8":
        $0.criterion = .entropy
        $0.minSamplesLeaf = 8
      case "gini split 30":
        $0.minSamplesSplit = 30
        $0.minSamplesLeaf = 3
      case "balanced":
        $0.minSamplesLeaf = 12
        $0.classWeights = .balanced
      case "variance leaf 6": $0.minSamplesLeaf = 6
      default: break
      }
    }
    let fitted = try fit(model, table.dataset(words[0], weighted: isWeighted))
    let numbers = fitted.trees[0].nodes.flatMap { node in
      [
        Double(node.column), node.threshold, Double(node.right), node.value, node.cover,
        node.impurity, Double(node.rows),
      ]
    }
    #expect(deviation(numbers, try #require(ClassicGolden.rows[name])) < 1e-12)
    let importances = try #require(ClassicGolden.rows["\(name) importances"])
    #expect(deviation(try #require(fitted.importances), importances) < 1e-12)
    #expect(fitted.outOfBag == nil)
  }

  static let settings = [
    "default", "entropy log2 leaf 3", "weights", "balanced", "balanced-subsample", "no bootstrap",
    "continuous", "continuous share",
  ]

  private func model(_ name: String) throws -> ForestModel {
    try make(ForestModel.self) {
      $0.trees = 20
      switch name {
      case "entropy log2 leaf 3":
        $0.criterion = .entropy
        $0.maxFeatures = .log2
        $0.minSamplesLeaf = 3
      case "balanced": $0.classWeights = .balanced
      case "balanced-subsample": $0.classWeights = .balancedSubsample
      case "no bootstrap":
        $0.bootstrap = false
        $0.maxDepth = 4
      case "continuous share":
        $0.maxFeatures = .share
        $0.featureShare = 0.4
        $0.minSamplesSplit = 6
      default: break
      }
    }
  }

  @Test("distributions over seeds", arguments: settings)
  func distribution(_ name: String) throws {
    let table = ClassicTable("plain")
    let data = table.dataset(name, weighted: name == "weights")
    let (model, ranked) = (try model(name), RankedColumns(data.features))
    let runs = try (0..<200).map { seed in
      var stream = RandomStream(seed: 5, domain: .fit, index: UInt64(seed))
      let fitted = try model.fit(data, ranked: ranked, using: &stream)
      let scores = try fitted.scores(table.new)
      let size = fitted.trees.reduce(0.0) { $0 + Double($1.nodes.count) } / 20
      return scores + (fitted.importances ?? []) + [
        fitted.isBinary ? area(scores, table.newClasses) : meanError(scores, table.newValues),
        fitted.outOfBag?.score ?? 0, size,
      ]
    }
    let means = try #require(ClassicGolden.rows["forest \(name) mean"])
    let deviations = try #require(ClassicGolden.rows["forest \(name) sd"])
    try #require(runs.allSatisfy { $0.count == means.count })
    for place in means.indices where name != "balanced-subsample" || place != means.count - 1 {
      let values = runs.map { $0[place] }
      let mean = values.reduce(0, +) / 200
      let sd = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 199).squareRoot()
      let error = ((sd * sd + deviations[place] * deviations[place]) / 200).squareRoot()
      #expect(
        abs(mean - means[place]) <= 4.5 * error + 1e-9,
        "\(name), number \(place): \(mean) (SD \(sd)), \(means[place]) (SD \(deviations[place]))")
      if deviations[place] > 1e-9 && place != means.count - 2 {
        #expect((1 / 1.45...1.45).contains(sd / deviations[place]), "\(name), number \(place)")
      }
    }
  }

  private func area(_ scores: [Double], _ classes: [UInt8]) -> Double {
    var (wins, pairs) = (0.0, 0.0)
    for (a, high) in zip(scores, classes) where high == 1 {
      for (b, low) in zip(scores, classes) where low == 0 {
        wins += a > b ? 1 : a == b ? 0.5 : 0
        pairs += 1
      }
    }
    return wins / pairs
  }

  private func meanError(_ scores: [Double], _ values: [Double]) -> Double {
    zip(scores, values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(values.count)
  }

  @Test("tree k does not depend on how many trees there are")
  func prefix() throws {
    let table = ClassicTable("plain")
    let many = try fit(make(ForestModel.self) { $0.trees = 30 }, table.binary)
    let few = try fit(make(ForestModel.self) { $0.trees = 7 }, table.binary)
    #expect(few.trees == Array(many.trees[..<7]))
    #expect(Set(many.trees).count > 1)
  }

  /// Out-of-bag scores and importances among them.
  @Test("a grid gives the bits of single fits", arguments: ["binary", "continuous"])
  func grid(_ kind: String) throws {
    let table = ClassicTable("plain")
    let data = kind == "binary" ? table.binary : table.dataset("continuous", weighted: false)
    var models = try [30, 7, 7, 1].map { count in
      try make(ForestModel.self) { $0.trees = count }
    }
    models.append(try make(ForestModel.self) { ($0.trees, $0.bootstrap) = (5, false) })
    models.append(try make(ForestModel.self) { ($0.trees, $0.classWeights) = (5, .balanced) })
    var streams = models.map { _ in RandomStream(seed: 5, domain: .fit, index: 3) }
    streams[2] = RandomStream(seed: 5, domain: .fit, index: 4)
    let together = ForestModel.fitAll(models, to: data, using: streams)
    for (index, result) in together.enumerated() {
      var stream = streams[index]
      if kind == "continuous" && index == 5 {
        #expect(throws: LearningError.self) { try result.get() }
      } else {
        #expect(try result.get() == models[index].fit(data, using: &stream))
      }
    }
    #expect(try together[1].get() != together[2].get())
  }

  /// The plain version of the search: every column, every threshold, by definition.
  private func best(
    _ rows: [Int], _ columns: [[Double]], _ outcome: [Double], _ weights: [Double], leaf: Int,
    entropy: Bool
  ) -> Double? {
    func impurity(_ rows: [Int]) -> Double {
      let total = rows.reduce(0) { $0 + weights[$1] }
      let share = rows.reduce(0) { $0 + weights[$1] * outcome[$1] } / total
      if entropy {
        return -total * [share, 1 - share].reduce(0) { $0 + ($1 > 0 ? $1 * logarithm($1) : 0) }
      }
      return total * 2 * share * (1 - share)
    }
    var best: Double?
    for column in columns {
      for threshold in Set(rows.map { column[$0] }) {
        let left = rows.filter { column[$0] <= threshold }
        let right = rows.filter { column[$0] > threshold }
        if left.count < leaf || right.count < leaf { continue }
        let gain = impurity(rows) - impurity(left) - impurity(right)
        best = max(best ?? gain, gain)
      }
    }
    return best
  }

  private func logarithm(_ x: Double) -> Double {
    PortableLogarithm.value(of: x) / PortableLogarithm.value(of: 2)
  }

  @Test(
    "no decision is better than the one taken, with ties, copies and constant columns",
    arguments: [false, true])
  func search(entropy: Bool) throws {
    let table = ClassicTable("hostile")
    var data = table.binary
    data.weights = table.weights
    let outcome = table.classes.map { Double($0) }
    for leaf in [1, 3] {
      let model = try make(ForestModel.self) {
        $0.trees = 1
        $0.bootstrap = false
        $0.maxFeatures = .all
        $0.minSamplesLeaf = leaf
        if entropy { $0.criterion = .entropy }
      }
      // Without the column that separates the classes.
      let columns = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11]
      let nodes = try fit(model, data.columns(columns)).trees[0].nodes
      var rows = [Int: [Int]]()
      rows[0] = Array(0..<40)
      for (index, node) in nodes.enumerated() {
        let own = try #require(rows[index])
        #expect(node.rows == own.count)
        let weight = own.reduce(0) { $0 + table.weights[$1] }
        #expect(abs(node.cover - weight) < 1e-12)
        let expected = best(
          own, columns.map { table.columns[$0] }, outcome, table.weights, leaf: leaf,
          entropy: entropy)
        if node.isLeaf {
          #expect(
            Set(own.map { outcome[$0] }).count == 1 || own.count < 2 * leaf || expected == nil)
          continue
        }
        let x = table.columns[columns[node.column]]
        rows[node.left] = own.filter { x[$0] <= node.threshold }
        rows[node.right] = own.filter { x[$0] > node.threshold }
        let (left, right) = (nodes[node.left], nodes[node.right])
        let gain =
          node.cover * node.impurity - left.cover * left.impurity - right.cover * right.impurity
        #expect(abs(gain - (expected ?? -1)) < 1e-10)
      }
    }
  }

  @Test("thresholds lie between neighbours, also where nothing is between")
  func neighbours() throws {
    let low = 1.0
    let data = makeDataset([[low, low.nextUp, low, low.nextUp]], .binary([0, 1, 0, 1]))
    let model = try make(ForestModel.self) {
      $0.trees = 1
      $0.bootstrap = false
    }
    let fitted = try fit(model, data)
    #expect(fitted.trees[0].nodes.count == 3 && fitted.trees[0].nodes[0].threshold == low)
    #expect(try fitted.scores(data.features) == [0, 1, 0, 1])
    let zeros = makeDataset([[-0.0, 0.0, -0.0, 0.0]], .binary([0, 1, 0, 1]))
    #expect(try fit(model, zeros).trees[0].nodes.count == 1)
  }

  @Test("a constant outcome or table gives lone roots; importances are 0")
  func nothingToDecide() throws {
    let table = ClassicTable("plain")
    let same = makeDataset(table.columns, .continuous([Double](repeating: 0.1, count: 80)))
    let forest = try fit(make(ForestModel.self) { $0.trees = 3 }, same)
    #expect(forest.trees.allSatisfy { $0.nodes.count == 1 && $0.nodes[0].value == 0.1 })
    #expect(forest.importances == [0, 0, 0, 0, 0, 0] && forest.outOfBag?.score == nil)
    let flat = makeDataset([[Double](repeating: 2, count: 80)], .binary(table.classes))
    let lone = try fit(make(ForestModel.self) { $0.trees = 3 }, flat)
    #expect(lone.trees.allSatisfy { $0.nodes.count == 1 })
    #expect(try FittedForest(lone.state) == lone)
    #expect(
      refusal {
        _ = try fit(make(ForestModel.self) { $0.classWeights = .balanced }, same)
      }.contains("classWeights"))
  }

  @Test("columns per node, as scikit-learn rounds")
  func columnsPerNode() {
    var parameters = ForestParameters()
    #expect(parameters.columnsPerNode(of: 361, isBinary: true) == 19)
    #expect(parameters.columnsPerNode(of: 361, isBinary: false) == 361)
    parameters.maxFeatures = .log2
    #expect(
      [1, 2, 7, 8].map { parameters.columnsPerNode(of: $0, isBinary: true) } == [1, 1, 2, 3])
    parameters.maxFeatures = .share
    parameters.featureShare = 0.1
    #expect([5, 39].map { parameters.columnsPerNode(of: $0, isBinary: true) } == [1, 3])
  }
}
