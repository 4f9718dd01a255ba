import Components
import Foundation
import Learning
import Numerics
import Testing

/// Oracle: scikit-learn, Golden/models.csv (see its first line). The closed forms are the same, sums
/// go in another order: 1e-10 of the larger of 1 and the number. The neighbours' oracle is the
/// definition in numpy, which scikit-learn meets where no distances are tied.
@Suite("Naive Bayes, nearest neighbours and discriminant against scikit-learn")
struct ClassicModelTests {
  @Test("the golden file is there")
  func goldens() {
    #expect(ClassicGolden.names("naive-bayes").count == 8)
    #expect(ClassicGolden.names("lda").count == 16)
    #expect(ClassicGolden.names("knn").count == 40)
  }

  @Test("naive Bayes", arguments: ClassicGolden.names("naive-bayes"))
  func naiveBayes(_ name: String) throws {
    let words = name.split(separator: " ").map(String.init)
    let table = ClassicTable(words[1])
    let fitted = try fit(
      make(NaiveBayesModel.self), table.dataset("", weighted: words.count > 2))
    let scores = try fitted.scores(table.new)
    #expect(deviation(scores, try #require(ClassicGolden.rows[name])) < 1e-10)
    let probabilities = try #require(try fitted.probabilities(table.new))
    #expect(deviation(probabilities, scores.map { 1 / (1 + exp(-$0)) }) < 1e-15)
  }

  @Test("discriminant", arguments: ClassicGolden.names("lda"))
  func discriminant(_ name: String) throws {
    let words = name.split(separator: " ").map(String.init)
    let table = ClassicTable(words[1])
    let model = try make(DiscriminantModel.self) {
      $0.shrinkage = DiscriminantShrinkage(rawValue: words[2])!
      if words.count > 3 { $0.amount = Double(words[3])! }
    }
    let fitted = try fit(model, table.binary)
    let scores = try fitted.scores(table.new)
    let probabilities = try #require(try fitted.probabilities(table.new))
    let expected = try #require(ClassicGolden.rows[name])
    #expect(deviation(fitted.coefficients + scores + probabilities, expected) < 1e-10)
    #expect(fitted.importances == fitted.coefficients.map(\.magnitude))
  }

  @Test("nearest neighbours", arguments: ClassicGolden.names("knn"))
  func neighbours(_ name: String) throws {
    let words = name.split(separator: " ").map(String.init)
    let table = ClassicTable(words[1])
    let model = try make(NearestNeighboursModel.self) {
      $0.neighbours = Int(words[2])!
      $0.weights = NeighbourWeights(rawValue: words[3])!
      $0.metric = NeighbourMetric(rawValue: words[4])!
    }
    let fitted = try fit(model, words.count > 5 ? table.continuous : table.binary)
    let scores = try fitted.scores(table.new)
    #expect(deviation(scores, try #require(ClassicGolden.rows[name])) < 1e-12)
    #expect(try fitted.probabilities(table.new) == (words.count > 5 ? nil : scores))
  }

  @Test("of rows at the same distance the earlier one votes; copies outvote the others")
  func ties() throws {
    let data = makeDataset([[1, 3, 1, 3, 9]], .continuous([10, 20, 30, 40, 50]))
    let two = FeatureMatrix(rowCount: 2, columns: [[2, 3]])
    func scores(_ k: Int, _ weights: NeighbourWeights) throws -> [Double] {
      let model = try make(NearestNeighboursModel.self) {
        $0.neighbours = k
        $0.weights = weights
      }
      return try fit(model, data).scores(two)
    }
    #expect(try scores(1, .uniform) == [10, 20])
    #expect(try scores(3, .uniform) == [20, 70.0 / 3])
    #expect(try scores(3, .distance) == [20, 30])
    #expect(try scores(5, .distance)[1] == 30)
  }

  @Test("glioma table, 1e-10", .enabled(if: RealTable.hasGlioma, "needs ../shared/data"))
  func glioma() throws {
    let table = try RealTable.glioma()
    let all = table.data(table.gliomaFeatures, .binary(table.classes("idh")))
    let rows = 0..<all.rowCount
    let data = all.rows(rows.filter { $0 % 3 != 1 })
    let new = all.features.rows(Array(rows.filter { $0 % 3 == 1 }.prefix(12)))
    func expected(_ name: String) throws -> [Double] {
      try #require(ClassicGolden.rows["glioma \(name)"])
    }
    let bayes = try fit(make(NaiveBayesModel.self), data).scores(new)
    #expect(deviation(bayes, try expected("naive-bayes")) < 1e-10)
    let neighbours = try make(NearestNeighboursModel.self) {
      $0.neighbours = 7
      $0.weights = .distance
    }
    #expect(deviation(try fit(neighbours, data).scores(new), try expected("knn")) < 1e-10)
    for shrinkage in [DiscriminantShrinkage.none, .auto] {
      let model = try make(DiscriminantModel.self) { $0.shrinkage = shrinkage }
      let scores = try fit(model, data).scores(new)
      #expect(deviation(scores, try expected("lda \(shrinkage.rawValue)")) < 1e-10)
    }
  }

  @Test("without shrinkage, a constant column has coefficient 0 even at values like 0.1")
  func constantColumn() throws {
    let table = ClassicTable("plain")
    let constant = [Double](repeating: 0.1, count: 80)
    let data = makeDataset(table.columns + [constant], .binary(table.classes))
    for shrinkage in DiscriminantShrinkage.allCases {
      let model = try make(DiscriminantModel.self) { $0.shrinkage = shrinkage }
      #expect(try fit(model, data).coefficients.last == 0)
    }
    #expect(
      deviation(
        try fit(make(DiscriminantModel.self), data).coefficients,
        try fit(make(DiscriminantModel.self), table.binary).coefficients + [0]) < 1e-12)
  }

  @Test("amounts of Ledoit and Wolf stay in 0...1; one column is not shrunk")
  func oneColumn() throws {
    let table = ClassicTable("plain")
    let data = makeDataset([table.columns[3]], .binary(table.classes))
    let model = try make(DiscriminantModel.self) { $0.shrinkage = .auto }
    let plain = try fit(make(DiscriminantModel.self), data)
    #expect(deviation(try fit(model, data).coefficients, plain.coefficients) < 1e-12)
  }
}

/// What all four models promise, whatever they are.
@Suite("Contract of the classic models")
struct ClassicModelContractTests {
  /// Calls `body` with each model under its default settings.
  private func each(_ body: (any Model) throws -> Void) throws {
    try body(make(NaiveBayesModel.self))
    try body(make(NearestNeighboursModel.self))
    try body(make(DiscriminantModel.self))
    try body(make(DiscriminantModel.self) { $0.shrinkage = .auto })
    try body(make(ForestModel.self) { $0.trees = 10 })
  }

  private func predictor<M: Model>(_ model: M, _ data: Dataset) throws -> any Predictor {
    try fit(model, data)
  }

  private func scores<M: Model>(_ model: M, _ data: Dataset, _ new: FeatureMatrix) throws
    -> [Double]
  {
    try fit(model, data).scores(new)
  }

  private func restored<M: Model>(_ model: M, _ data: Dataset) throws -> any Predictor {
    try M.Fitted(fit(model, data).state)
  }

  @Test("fit twice, and state and back: equal bits", arguments: ["plain", "wide", "hostile"])
  func bits(_ kind: String) throws {
    let table = ClassicTable(kind)
    try each { model in
      let first = try predictor(model, table.binary)
      let second = try predictor(model, table.binary)
      let third = try restored(model, table.binary)
      let bits = try first.scores(table.new).map(\.bitPattern)
      #expect(try second.scores(table.new).map(\.bitPattern) == bits)
      #expect(try third.scores(table.new).map(\.bitPattern) == bits)
      #expect(third.state == first.state && third.importances == first.importances)
      #expect(first.state.kind == type(of: model).id.name)
      #expect(try first.scores(table.new).allSatisfy(\.isFinite))
    }
  }

  @Test("one row is predicted as among others; no rows give no scores")
  func fewRows() throws {
    let table = ClassicTable("plain")
    try each { model in
      let fitted = try predictor(model, table.binary)
      let all = try fitted.scores(table.new)
      #expect(try fitted.scores(table.new.rows([7])) == [all[7]])
      #expect(try fitted.scores(table.new.rows([])) == [])
    }
  }

  @Test("the order of the columns does not matter but for rounding")
  func columnOrder() throws {
    let table = ClassicTable("plain")
    let order = [4, 2, 0, 5, 1, 3]
    let data = table.binary.columns(order)
    let new = table.new.columns(order)
    try each { model in
      if model is ForestModel { return }
      let expected = try scores(model, table.binary, table.new)
      #expect(deviation(try scores(model, data, new), expected) < 1e-11)
    }
  }

  @Test("refusals name the cause")
  func refusals() throws {
    let table = ClassicTable("plain")
    var missing = table.columns
    missing[2][4] = .nan
    let gap = makeDataset(missing, .binary(table.classes))
    let oneClass = makeDataset(table.columns, .binary([UInt8](repeating: 1, count: 80)))
    let none = table.binary.columns([])
    let one = table.binary.rows([3])
    let survival = makeDataset(
      table.columns,
      .survival(time: table.values.map { $0 + 1 }, event: table.classes, entry: []))
    let gapInNew = FeatureMatrix(rowCount: 80, columns: missing)
    try each { model in
      #expect(
        refusal { _ = try predictor(model, gap) }.contains("column \"c2\" is missing in row 5"))
      #expect(refusal { _ = try predictor(model, oneClass) }.contains("80 positive"))
      #expect(refusal { _ = try predictor(model, none) }.contains("at least one column"))
      #expect(!refusal { _ = try predictor(model, one) }.isEmpty)
      #expect(refusal { _ = try predictor(model, survival) }.contains("binary"))
      let fitted = try predictor(model, table.binary)
      #expect(refusal { _ = try fitted.scores(gapInNew) }.contains("\"c2\""))
      #expect(refusal { _ = try fitted.scores(table.new.columns([0])) }.contains("6 columns"))
    }
    var weighted = table.binary
    weighted.weights = table.weights
    #expect(refusal { _ = try fit(make(DiscriminantModel.self), weighted) }.contains("row weights"))
    #expect(
      refusal { _ = try fit(make(NearestNeighboursModel.self), weighted) }.contains("row weights"))
    let many = try make(NearestNeighboursModel.self) { $0.neighbours = 81 }
    #expect(refusal { _ = try fit(many, table.binary) }.contains("there are 80 rows"))
    let flat = makeDataset([[Double](repeating: 2, count: 80)], .binary(table.classes))
    #expect(refusal { _ = try fit(make(NaiveBayesModel.self), flat) }.contains("variance"))
    #expect(refusal { _ = try fit(make(DiscriminantModel.self), flat) }.contains("varies"))
    #expect(refusal { _ = try make(ForestModel.self) { $0.trees = 0 } }.contains("trees"))
  }

  @Test("damaged states are refused")
  func damaged() throws {
    let table = ClassicTable("plain")
    try each { model in
      var state = try predictor(model, table.binary).state
      state.numbers.removeLast()
      #expect(refusal { _ = try read(model, state) }.contains("damaged"))
      state.kind = "other"
      #expect(refusal { _ = try read(model, state) }.contains("expected"))
    }
  }

  private func read<M: Model>(_: M, _ state: FittedState) throws -> any Predictor {
    try M.Fitted(state)
  }
}
