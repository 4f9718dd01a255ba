import Components
import Foundation
import Learning
import Numerics
import Testing

@Suite("Logistic regressions of grouped rows")
struct MixedLogisticTests {
  private func stream() -> RandomStream { RandomStream(seed: 3, domain: .synthesis, index: 0) }

  /// The three kinds with their defaults.
  private func fit(
    _ kind: FittedClusteredLogistic.Kind, _ data: Dataset
  ) throws -> FittedClusteredLogistic {
    var stream = stream()
    switch kind {
    case .mixed: return try MixedLogisticModel(.init()).fit(data, using: &stream)
    case .clusterRobust: return try ClusterLogisticModel(.init()).fit(data, using: &stream)
    case .estimatingEquations: return try GEELogisticModel(.init()).fit(data, using: &stream)
    }
  }

  private static let kinds = FittedClusteredLogistic.Kind.allCases

  private func message(_ kind: FittedClusteredLogistic.Kind, _ data: Dataset) -> String {
    #expect(throws: LearningError.self) { try fit(kind, data) }?.message ?? ""
  }

  private func replacing(_ data: Dataset, _ column: Int, _ values: [Double]) -> Dataset {
    var data = data
    let columns = (0..<data.columnCount).map {
      $0 == column ? values : Array(data.features.column($0))
    }
    data.features = FeatureMatrix(rowCount: data.rowCount, columns: columns)
    return data
  }

  private var data: Dataset { MixedLogisticTable.hostile(spread: 4) }

  /// Moments of the standard normal up to degree 2 * count - 1, to 1e-11 of their size.
  @Test(arguments: 1...25) func quadratureIntegratesPolynomials(_ count: Int) {
    let rule = GaussHermite(count)
    #expect(rule.nodes == rule.nodes.sorted())
    var moment = 1.0
    for half in 0..<count {
      if half > 0 { moment *= Double(2 * half - 1) }
      let ours = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(2 * half)) }
      #expect((ours / moment - 1).magnitude < 1e-11)
    }
    for (low, high) in zip(rule.nodes, rule.nodes.reversed()) { #expect(low == -high) }
  }

  /// Brute force: the integral over u by the trapezoidal rule in 4001 points from -10 to 10, exact
  /// to rounding for such integrands; 25 nodes reach it to 1e-3, 1 node does not.
  @Test func devianceIsThatOfTheIntegral() throws {
    let data = data
    let (intercept, b, sigma) = (-0.5, [1.5, 0.3, -0.8, -0.2], 1.5)
    let eta = (0..<data.rowCount).map { i in
      (0..<4).reduce(intercept) { $0 + b[$1] * data.features.values[$1 * data.rowCount + i] }
    }
    guard case .binary(let classes) = data.outcome else { return }
    var members: [Int: [Int]] = [:]
    for (row, group) in data.groups.enumerated() { members[group, default: []].append(row) }
    var exact = 0.0
    for group in Set(data.groups).sorted() {
      var sum = 0.0
      for k in 0...4000 {
        let u = -10 + Double(k) / 200
        var log0 = -u * u / 2
        for i in members[group]! {
          let margin = (classes[i] == 1 ? 1 : -1) * (eta[i] + sigma * u)
          log0 -= log1p(exp(-margin))
        }
        sum += exp(log0)
      }
      exact -= 2 * log(sum / 200 / (2 * Double.pi).squareRoot())
    }
    func ours(_ points: Int) throws -> Double {
      try MixedLogisticModel.deviance(
        of: data, intercept: intercept, coefficients: b, sigma: sigma, quadraturePoints: points)
    }
    #expect((try ours(25) - exact).magnitude < 1e-6)
    #expect((try ours(1) - exact).magnitude > 0.1)
  }

  /// The estimate is a minimum of the deviance: its differenced gradient is 0 within 1e-6.
  @Test(arguments: [1, 2, 7]) func gradientVanishesAtTheFit(_ points: Int) throws {
    let data = data
    var parameters = MixedLogisticParameters()
    parameters.quadraturePoints = points
    var stream = stream()
    let fitted = try MixedLogisticModel(parameters).fit(data, using: &stream)
    let theta = [fitted.intercept] + fitted.coefficients + [fitted.diagnostic("sigma")!]
    func deviance(_ theta: [Double]) throws -> Double {
      try MixedLogisticModel.deviance(
        of: data, intercept: theta[0], coefficients: Array(theta[1...4]), sigma: theta[5],
        quadraturePoints: points)
    }
    let best = try deviance(theta)
    #expect((best - fitted.diagnostic("deviance")!).magnitude < 1e-10)
    for k in theta.indices {
      var (up, down) = (theta, theta)
      up[k] += 1e-4
      down[k] -= 1e-4
      let (above, below) = (try deviance(up), try deviance(down))
      #expect(above > best && below > best)
      #expect(((above - below) / 2e-4).magnitude < 1e-6)
    }
  }

  @Test func constantOutcomeWithinGroupsIsWarnedOf() throws {
    let base = data
    // Each group gets the class of its first row.
    guard case .binary(var classes) = base.outcome else { return }
    var first: [Int: UInt8] = [:]
    for i in classes.indices {
      if first[base.groups[i]] == nil { first[base.groups[i]] = classes[i] }
      classes[i] = first[base.groups[i]]!
    }
    var constant = base
    constant.outcome = .binary(classes)
    #expect(MixedLogisticModel.isConstantWithinGroups(constant))
    #expect(!MixedLogisticModel.isConstantWithinGroups(base))
    for points in [1, 25] {
      var parameters = MixedLogisticParameters()
      parameters.quadraturePoints = points
      var stream = stream()
      let fitted = try MixedLogisticModel(parameters).fit(constant, using: &stream)
      let warning = try #require(fitted.warnings.first)
      #expect(warning.contains("constant within every group") && warning.contains("not identified"))
      #expect(warning.contains("cluster-logistic") && warning.contains("gee"))
      #expect(fitted.state.texts.contains(warning))
      #expect(try fitted.scores(base.features).allSatisfy(\.isFinite))
      let again = try FittedClusteredLogistic(fitted.state)
      #expect(again.warnings == fitted.warnings)
    }
    // The two that answer the question have no such warning.
    #expect(try fit(.clusterRobust, constant).warnings.isEmpty)
    var parameters = GEELogisticParameters()
    parameters.correlation = .independence
    var stream = stream()
    let equations = try GEELogisticModel(parameters).fit(constant, using: &stream)
    #expect(equations.warnings.isEmpty)
    // An exchangeable correlation is refused or warned of.
    let exchangeable = try GEELogisticModel(.init())
    for rows in [Array(0..<400), Array(150..<400)] {
      for columns in [[0], [1], [2], [0, 1, 2, 3]] {
        let part = constant.rows(rows).columns(columns)
        let said: String
        do throws(LearningError) {
          var stream = self.stream()
          said = try exchangeable.fit(part, using: &stream).warnings.last ?? ""
        } catch {
          said = error.message
        }
        #expect(said.contains("independence"))
      }
    }
    // Rows that are all groups of their own are constant within groups, too.
    var single = base
    single.groups = Array(0..<base.rowCount)
    #expect(try fit(.mixed, single).warnings[0].contains("not identified"))
    let alone = try fit(.estimatingEquations, single)
    #expect(alone.diagnostic("correlation") == 0)
    #expect(alone.warnings.count == 1 && alone.warnings[0].contains("no group has two rows"))
  }

  @Test("states come back with equal bits", arguments: kinds)
  func states(_ kind: FittedClusteredLogistic.Kind) throws {
    let fitted = try fit(kind, data)
    let again = try FittedClusteredLogistic(fitted.state)
    #expect(again == fitted && again.state == fitted.state && again.table == fitted.table)
    #expect(fitted.state.kind == kind.rawValue)
    let (scores, later) = (try fitted.scores(data.features), try again.scores(data.features))
    #expect(scores.map(\.bitPattern) == later.map(\.bitPattern))
    let probabilities = try #require(try again.probabilities(data.features))
    #expect(zip(scores, probabilities).allSatisfy { ($0 > 0) == ($1 > 0.5) })
    #expect(try fitted.scores(data.features.rows([17])) == [scores[17]])
    #expect(try fit(kind, data).state == fitted.state)
    #expect(throws: LearningError.self) { try fitted.scores(data.features.columns([0])) }
    var damaged = fitted.state
    damaged.numbers.removeLast()
    #expect(throws: LearningError.self) { try FittedClusteredLogistic(damaged) }
    damaged = fitted.state
    damaged.numbers[1] = 1e9
    #expect(throws: LearningError.self) { try FittedClusteredLogistic(damaged) }
    #expect(throws: LearningError.self) { try FittedClusteredLogistic(FittedState(kind: "cox")) }
  }

  @Test("names of groups and order of columns do not matter", arguments: kinds)
  func invariances(_ kind: FittedClusteredLogistic.Kind) throws {
    let fitted = try fit(kind, data)
    var renamed = data
    renamed.groups = data.groups.map { 7 - 3 * $0 }
    #expect(try fit(kind, renamed).state == fitted.state)
    let turned = try fit(kind, data.columns([3, 1, 0, 2]))
    let expected = [3, 1, 0, 2].map { fitted.coefficients[$0] }
    #expect(largestDifference(turned.coefficients, expected) < 1e-8)
    let order = Array((0..<data.rowCount).reversed())
    let reversed = try fit(kind, data.rows(order))
    #expect(largestDifference(reversed.coefficients, fitted.coefficients) < 1e-8)
    #expect(largestDifference(reversed.covariance, fitted.covariance) < 1e-8)
  }

  @Test("a constant column has no estimate", arguments: kinds)
  func constantColumn(_ kind: FittedClusteredLogistic.Kind) throws {
    let data = data.rows(Array(150..<400))
    let with = try fit(
      kind, replacing(data, 1, [Double](repeating: 7, count: data.rowCount)))
    let without = try fit(kind, data.columns([0, 2, 3]))
    #expect(with.coefficients[1] == 0 && with.table.rows[2].wald == nil)
    var expected = without.coefficients
    expected.insert(0, at: 1)
    #expect(largestDifference(with.coefficients, expected) < 1e-10)
    #expect(with.diagnostic("AIC") == without.diagnostic("AIC"))
    #expect(with.importances?[1] == 0)
  }

  @Test("what cannot be fitted is said", arguments: kinds)
  func refusals(_ kind: FittedClusteredLogistic.Kind) throws {
    let rows = data.rowCount
    var values = Array(data.features.column(2))
    values[5] = .nan
    #expect(message(kind, replacing(data, 2, values)).contains("column c has a missing"))
    let twice = data.features.column(0).map { 3 - 2 * $0 }
    #expect(message(kind, replacing(data, 3, twice)).contains("sums of others"))
    var changed = data
    changed.outcome = .binary([UInt8](repeating: 1, count: rows))
    #expect(message(kind, changed).contains("one class"))
    changed.outcome = .continuous([Double](repeating: 1, count: rows))
    #expect(message(kind, changed).contains("binary outcome"))
    changed = data
    changed.groups = [Int](repeating: 4, count: rows)
    #expect(message(kind, changed).contains("2 groups"))
    changed = data
    changed.outcome = .binary(data.features.column(0).map { $0 > 0 ? 1 : 0 })
    #expect(message(kind, changed).contains("separates the classes"))
    #expect(message(kind, data.columns([])).contains("needs a column"))
    #expect(message(kind, data.rows([0])).contains("2 rows"))
    #expect(message(kind, data.rows([])).contains("2 rows"))
  }

  /// Integer weights are repeated rows, to what Newton's method leaves.
  @Test func weightsAreRepeatedRows() throws {
    let weighted = MixedLogisticTable.hostile(spread: 4, isWeighted: true)
    let order = (0..<weighted.rowCount).flatMap {
      [Int](repeating: $0, count: Int(weighted.weights[$0]))
    }
    var repeated = weighted.rows(order)
    repeated.weights = []
    for kind in [FittedClusteredLogistic.Kind.mixed, .clusterRobust] {
      let (a, b) = (try fit(kind, weighted), try fit(kind, repeated))
      #expect(largestDifference(a.coefficients, b.coefficients) < 1e-8)
      #expect(largestDifference(a.covariance, b.covariance) < 1e-8)
      #expect((a.diagnostic("AIC")! - b.diagnostic("AIC")!).magnitude < 1e-8)
    }
    #expect(message(.estimatingEquations, weighted).contains("no row or class weights"))
  }

  @Test func tableHoldsWaldsTests() throws {
    let fitted = try fit(.clusterRobust, data)
    let table = fitted.table
    #expect(table.rows.map { $0.name } == ["(Intercept)", "a", "b", "c", "d"])
    #expect(table.confidence == 0.95)
    let row = table.rows[3]
    let wald = try #require(row.wald)
    #expect(row.estimate == fitted.coefficients[2] && row.oddsRatio == exp(row.estimate))
    #expect(wald.standardError == fitted.covariance[3 * 5 + 3].squareRoot())
    #expect((wald.z * wald.standardError - row.estimate).magnitude < 1e-15)
    #expect((wald.p - erfc(wald.z.magnitude / 2.0.squareRoot())).magnitude < 1e-15)
    let half = 1.959963984540054 * wald.standardError
    #expect((log(wald.lower) - row.estimate + half).magnitude < 1e-14)
    #expect((log(wald.upper) - row.estimate - half).magnitude < 1e-14)
  }

  @Test func fewGroupsAreWarnedOf() throws {
    let few = data.rows(Array(140..<200))
    #expect(try fit(.clusterRobust, few).warnings[0].contains("tend to be too small"))
    var two = few
    two.groups = (0..<few.rowCount).map { $0 % 4 }
    #expect(try fit(.clusterRobust, two).warnings[0].contains("degenerate"))
  }

  /// x orders the classes within every group, but not across groups: no finite maximum.
  @Test func separationWithinGroupsIsSaid() throws {
    let rows = Array(0..<60)
    let shift = [-3.0, 2, 0, 4, -5, 1]
    let features = FeatureMatrix(
      rowCount: 60, columns: [rows.map { Double($0 % 10) + shift[$0 / 10] * 3 }])
    let separated = Dataset(
      features: features, names: ["x"], outcome: .binary(rows.map { $0 % 10 > 4 ? 1 : 0 }),
      groups: rows.map { $0 / 10 })
    #expect(message(.mixed, separated).contains("no finite maximum"))
  }

  @Test func parametersAreChecked() {
    var parameters = MixedLogisticParameters()
    parameters.quadraturePoints = 26
    parameters.confidence = 1
    let error = #expect(throws: InvalidInput.self) { try MixedLogisticModel(parameters) }
    #expect(error?.problems.count == 2)
    var gee = GEELogisticParameters()
    gee.confidence = .nan
    #expect(throws: InvalidInput.self) { try GEELogisticModel(gee) }
    #expect(throws: InvalidInput.self) {
      try ClusterLogisticModel.decode(
        .map(SettingMap([.init(key: "correction", value: .text("CR2"))])), at: "")
    }
  }
}
