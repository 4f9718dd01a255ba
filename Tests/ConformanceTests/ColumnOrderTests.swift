import Catalog
import Components
import Evaluation
import Learning
import ModelStudy
import Numerics
import Testing

/// The order of columns is no information: what is fitted to permuted columns chooses the same
/// columns, by name, and gives the same scores. Holds for every line of the catalog and for the
/// components that are made of others.
@Suite struct ColumnOrderTests {
  /// Where the order does matter, and why. Each of these is tested to depend on it somewhere.
  private static let exceptions = [
    "forest": "a node draws the places of columns at random",
    "mlp": "first weights are drawn place by place",
    "xgboost": "small nodes have equally good decisions, of which the first column's is taken",
    "xgboost, columns drawn": "a tree draws the places of columns at random",
  ]

  /// Largest difference of scores, as a share of their largest, where it is not 0; bits elsewhere.
  /// Sums over columns, and distances and kernels that are such sums, are rounded differently in
  /// another order.
  private static let tolerances: [String: Double] = [
    // Newton's method on normal equations, to rounding times their condition.
    "logistic": 1e-10, "linear": 1e-10, "cox": 1e-10, "radscore": 1e-9,
    "logistic, elastic net": 1e-9, "cox, elastic net": 1e-9,
    "glmm": 1e-7, "gee": 1e-9, "cluster-logistic": 1e-10, "lda": 1e-10,
    "naive-bayes": 1e-12,
    // Rounding of kernels; libsvm stops at a violation of 0.001, at the same iteration.
    "svc": 1e-9, "svc, linear": 1e-9, "eps-svr": 1e-9, "nu-svr": 1e-9,
    // Neighbours are the same, their mean is not a sum over columns; weights are distances.
    "knn, distance": 1e-12,
    "stacking": 1e-9,
    // Priors are means over columns.
    "combat": 1e-10,
    // Neighbours are the same.
    "smote": 0,
  ]

  /// Selectors whose result is a set, and why it comes in the order that it has.
  private static let sets = [
    "correlation": "what is kept comes in the order of the table",
    "columns": "what is kept comes in the order of the table",
    "stability": "columns that were chosen equally often come in the order of the table",
  ]

  private static let orders = [[7, 6, 5, 4, 3, 2, 1, 0], [3, 7, 0, 5, 1, 6, 2, 4]]

  private static func tolerance(_ name: String) -> Double { tolerances[name] ?? 0 }

  private static func stream() -> RandomStream {
    RandomStream(seed: 11, domain: .fit, index: 5)
  }

  private static func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
    let size = a.reduce(0) { max($0, $1.magnitude) }
    let worst = zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
    return a.count == b.count ? (size > 0 ? worst / size : worst) : .infinity
  }

  // MARK: Models

  private static func make<Kind: Component>(
    _ type: Kind.Type, _ change: (inout Kind.Parameters) -> Void = { _ in }
  ) throws -> Kind {
    var parameters = Kind.Parameters()
    change(&parameters)
    return try type.init(parameters)
  }

  private static func modelType(_ name: String) throws -> any Model.Type {
    try #require(Catalog.learning.models.first { $0.id.name == name })
  }

  private static func selectorType(_ name: String) throws -> any Selector.Type {
    try #require(Catalog.learning.selectors.first { $0.id.name == name })
  }

  private static func plainModel<Kind: Model>(_ type: Kind.Type) throws -> any Model {
    try make(type)
  }

  private static func decoded<Kind: Model>(
    _ type: Kind.Type, _ settings: [(String, SettingValue)]
  ) throws -> any Model {
    let entries = settings.map { SettingMap.Entry(key: $0.0, value: $0.1) }
    return try type.decode(.map(SettingMap(entries)), at: "model")
  }

  private static func variant(
    of name: String, _ settings: [(String, SettingValue)]
  ) throws -> any Model {
    try decoded(modelType(name), settings)
  }

  private static let names =
    Catalog.learning.models.map { $0.id.name } + [
      "logistic, elastic net", "cox, elastic net", "svc, linear", "knn, distance",
      "xgboost, one decision", "xgboost, columns drawn", "stacking",
    ]

  private static func model(_ name: String) throws -> any Model {
    switch name {
    case "logistic, elastic net": try variant(of: "logistic", [("penalty", .text("elasticNet"))])
    case "cox, elastic net": try variant(of: "cox", [("penalty", .text("elasticNet"))])
    case "svc, linear": try variant(of: "svc", [("kernel", .text("linear"))])
    case "knn, distance": try variant(of: "knn", [("weights", .text("distance"))])
    case "xgboost, one decision": try variant(of: "xgboost", [("maxDepth", .integer(1))])
    case "xgboost, columns drawn":
      try variant(of: "xgboost", [("colsampleByTree", .number(0.5))])
    case "stacking":
      try Stacking(
        StackingParameters(),
        members: [
          .init("CT", make(LogisticModel.self), columns: .blocks(["CT"])),
          .init("PET", make(NaiveBayesModel.self), columns: .blocks(["PET"])),
        ], final: make(LogisticModel.self), further: .named(["f6"]))
    default:
      try plainModel(modelType(name))
    }
  }

  private func scores<Kind: Model>(
    _ model: Kind, _ data: Dataset, of rows: FeatureMatrix
  ) throws -> [Double] {
    var stream = Self.stream()
    return try model.fit(data, using: &stream).scores(rows)
  }

  @Test(arguments: names) func modelsScoreTheSame(name: String) throws {
    let model = try Self.model(name)
    var largest = 0.0
    for kind in OutcomeKind.allCases where type(of: model).outcomes.contains(kind) {
      if name == "stacking" && kind != .binary { continue }
      let data = LearningConformanceTests.table(for: type(of: model), kind)
      // Rows that were not in the fit, too.
      let more = data.features.rows([4, 9, 31]).values.map { $0 * 1.1 + 0.05 }
      let new = FeatureMatrix(rowCount: 3, columnCount: data.columnCount, values: more)
      let expected =
        try scores(model, data, of: data.features) + scores(model, data, of: new)
      for order in Self.orders {
        let turned = data.columns(order)
        let found =
          try scores(model, turned, of: turned.features)
          + scores(model, turned, of: new.columns(order))
        let difference = Self.largestDifference(expected, found)
        largest = max(largest, difference)
        if Self.exceptions[name] == nil {
          #expect(difference <= Self.tolerance(name), "\(name), \(kind): \(difference)")
        }
      }
    }
    if let reason = Self.exceptions[name] {
      #expect(largest > 0, "\(name) is no exception: \(reason)")
    }
  }

  // MARK: Steps

  private func chosen<Kind: Selector>(_ selector: Kind, _ data: Dataset) throws -> [String] {
    var stream = Self.stream()
    return try selector.select(from: data, using: &stream).map { data.names[$0] }
  }

  private static func plainSelector<Kind: Selector>(_ type: Kind.Type) throws -> any Selector {
    try make(type)
  }

  private static let selectors =
    Catalog.learning.selectors.map { $0.id.name } + ["rfe", "stability"]

  private static func selector(_ name: String) throws -> any Selector {
    switch name {
    case "rfe":
      try RecursiveElimination(
        make(RecursiveElimination<LogisticModel>.self) { $0.target = 3 }.parameters,
        model: make(LogisticModel.self))
    case "stability":
      try StabilitySelection(
        make(StabilitySelection<LassoSelector>.self) { $0.subsamples = 20 }.parameters,
        inner: make(LassoSelector.self) { ($0.choice, $0.lambda) = (.fixed, 0.1) })
    default: try plainSelector(selectorType(name))
    }
  }

  /// The same columns; in the same order too, where that is a rank.
  @Test(arguments: selectors) func selectorsChooseTheSame(name: String) throws {
    let selector = try Self.selector(name)
    for kind in OutcomeKind.allCases where type(of: selector).outcomes.contains(kind) {
      let data = LearningConformanceTests.table(kind)
      guard let expected = try? chosen(selector, data) else { continue }
      for order in Self.orders {
        let found = try chosen(selector, data.columns(order))
        #expect(found.sorted() == expected.sorted(), "\(name), \(kind)")
        if Self.sets[name] == nil { #expect(found == expected, "\(name), \(kind)") }
      }
    }
  }

  private func prepared<Kind: Preparation>(
    _ type: Kind.Type, _ data: Dataset
  ) throws -> [String: [Double]] {
    var stream = Self.stream()
    let fitted = try Self.make(type).fit(data, using: &stream)
    let features = try fitted.apply(data.features, sites: data.sites)
    let columns = (0..<features.columnCount).map { Array(features.column($0)) }
    return Dictionary(uniqueKeysWithValues: zip(fitted.names, columns))
  }

  @Test(arguments: Catalog.learning.preparations.map { $0.id.name })
  func preparationsMakeTheSameOfAColumn(name: String) throws {
    let type = try #require(Catalog.learning.preparations.first { $0.id.name == name })
    let data = LearningConformanceTests.table(.binary)
    let expected = try prepared(type, data)
    for order in Self.orders {
      let found = try prepared(type, data.columns(order))
      #expect(found.keys.sorted() == expected.keys.sorted())
      for (column, values) in expected {
        let difference = Self.largestDifference(values, found[column] ?? [])
        #expect(difference <= Self.tolerance(name), "\(name), \(column): \(difference)")
      }
    }
  }

  private func balanced<Kind: Balancing>(_ type: Kind.Type, _ data: Dataset) throws -> Dataset {
    var stream = Self.stream()
    return try Self.make(type).balanced(data, using: &stream)
  }

  @Test(arguments: Catalog.learning.balancings.map { $0.id.name })
  func balancingsMakeTheSameRows(name: String) throws {
    let type = try #require(Catalog.learning.balancings.first { $0.id.name == name })
    let data = LearningConformanceTests.table(.binary)
    let expected = try balanced(type, data)
    for order in Self.orders {
      let found = try balanced(type, data.columns(order))
      let values = expected.features.columns(order).values
      let difference = Self.largestDifference(values, found.features.values)
      #expect(difference <= Self.tolerance(name), "\(name): \(difference)")
      #expect(found.outcome == expected.outcome && found.weights == expected.weights)
    }
  }
}
