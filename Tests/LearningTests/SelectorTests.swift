import Components
import Learning
import Numerics
import Statistics
import Testing

/// Oracles: scipy, statsmodels, R's survival and caret, pingouin, plain Python from the equations
/// (see the first line of Golden/selectors.csv).
@Suite struct SelectorTests {
  private let oracle = OracleRows.selectors

  private func indices(_ name: String) -> [Int] { oracle[name]!.map { Int($0) } }

  /// Tolerance 1e-11 relative: scipy's own tails are good to about 1e-12.
  @Test func tailsMatchScipy() {
    let student = [(0.5, 3), (2.2, 17.5), (40, 5), (3, 5000), (1e-3, 1e5), (12, 181)]
      .map { StudentT(degreesOfFreedom: $0.1).twoSided($0.0) }
    #expect(relativeDeviation(student, oracle["tail student"]!) < 1e-11)
    let fisher = [
      (1.3, 4, 7), (8, 2.5, 180.25), (0.01, 182, 182), (30, 1, 181), (1.05, 5000, 4000),
    ].map { FisherF($0.1, $0.2).upperTail(at: $0.0) }
    #expect(relativeDeviation(fisher, oracle["tail fisher"]!) < 1e-11)
    let quantiles = [(0.025, 5, 18), (0.025, 18, 5), (0.01, 2.7, 99.3), (0.9, 182, 1)]
      .map { FisherF($0.1, $0.2).quantile($0.0, .upper) }
    #expect(relativeDeviation(quantiles, oracle["quantile fisher"]!) < 1e-11)
    let chi = [(0.3, 3), (9, 3), (200, 3), (0.01, 1), (1500, 1400), (63, 63)]
      .map { ChiSquared(degreesOfFreedom: $0.1).upperTail(at: $0.0) }
    #expect(relativeDeviation(chi, oracle["tail chi"]!) < 1e-11)
  }

  @Test(arguments: ["plain", "tied"], [10, 60])
  func testsMatchScipy(_ kind: String, _ rows: Int) throws {
    let data = SelectorTables.data(kind, rows, 8)
    for variant in TTestVariant.allCases {
      let tests = try make(TTestSelector.self) { $0.variant = variant }.tests(data)
      let name = "\(variant.rawValue) \(kind) \(rows)"
      #expect(deviation(tests.map { $0.statistic }, oracle["\(name) t"]!) < 1e-12)
      #expect(relativeDeviation(tests.map { $0.p }, oracle["\(name) p"]!) < 1e-11)
    }
    let ranks = try make(MannWhitneySelector.self).tests(data)
    #expect(
      relativeDeviation(ranks.map { $0.p }, oracle["mann-whitney \(kind) \(rows)"]!) < 1e-11)
    let chi = try make(ChiSquaredSelector.self).tests(data)
    #expect(relativeDeviation(chi.map { $0.p }, oracle["chi-squared \(kind) \(rows)"]!) < 1e-11)
  }

  @Test func adjustmentsMatchStatsmodels() throws {
    let raw = try make(TTestSelector.self) { $0.variant = .student }
      .tests(SelectorTables.data("plain", 60, 8)).map { $0.p }
    for method in MultipleTesting.allCases where method != .none {
      let adjusted = method.adjusted(raw)
      #expect(relativeDeviation(adjusted, oracle["adjust \(method.rawValue)"]!) < 1e-11)
      // Columns that were not tested are no hypotheses.
      let withHole = method.adjusted([.nan] + raw)
      #expect(withHole[0].isNaN && Array(withHole.dropFirst()) == adjusted)
    }
  }

  @Test func exactTailsMatchScipy() {
    for (m, n) in [(3, 5), (8, 150)] {
      let tails = MannWhitneySelector.tails(m, n)
      let values = [tails[0], tails[m * n / 2], tails[m * n]]
      #expect(relativeDeviation(values, oracle["mwu-tail \(m) \(n)"]!) < 1e-12)
    }
  }

  @Test(arguments: MRMRScheme.allCases, ["plain", "related"])
  func mrmrMatchesPlainPython(_ scheme: MRMRScheme, _ kind: String) throws {
    let selector = try make(MRMRSelector.self) {
      $0.scheme = scheme
      $0.k = 12
    }
    let columns = try select(selector, SelectorTables.data(kind, 60, 30))
    #expect(columns == indices("mrmr \(scheme.rawValue) \(kind)"))
  }

  @Test(arguments: CorrelationMethod.allCases, [0.5, 0.75, 0.9])
  func correlationMatchesCaret(_ method: CorrelationMethod, _ threshold: Double) throws {
    let data = SelectorTables.data("related", 40, 90)
    func kept(_ rule: CorrelationRule) throws -> [Int] {
      try select(
        try make(CorrelationSelector.self) {
          $0.rule = rule
          $0.method = method
          $0.threshold = threshold
        }, data)
    }
    #expect(try kept(.meanCorrelation) == indices("caret \(method.rawValue) \(threshold)"))
    #expect(try kept(.order) == indices("greedy \(method.rawValue) \(threshold)"))
  }

  /// The blocked elimination against the algorithm with the whole matrix in memory, over several
  /// blocks of 256 columns and several strips of removed columns.
  @Test func eliminationInStripsEqualsThePlainOne() throws {
    let columns = (0..<600).map { c in
      (0..<24).map { r in
        SelectorTables.noise(11, r + 1000 * c) + SelectorTables.noise(12, r + 1000 * (c / 9))
      }
    }
    let tiles = CorrelationTiles(rowCount: 24, capacity: 600)
    for column in columns { tiles.append(StandardisedColumn(column)) }
    let r = (0..<600).map { a in (0..<600).map { b in abs(tiles.correlation(a, b)) } }
    for threshold in [0.3, 0.6] {
      let kept = MeanCorrelationElimination.kept(tiles, threshold: threshold)
      #expect(kept == plainElimination(r, threshold))
    }
  }

  private func plainElimination(_ r: [[Double]], _ threshold: Double) -> [Int] {
    let count = r.count
    let means = r.indices.map { (r[$0].reduce(0, +) - r[$0][$0]) / Double(count - 1) }
    let order = r.indices.sorted { means[$0] == means[$1] ? $0 < $1 : means[$0] > means[$1] }
    var active = [Bool](repeating: true, count: count)
    func rowSum(_ a: Int) -> Double {
      order.reduce(0.0) { $0 + (active[$1] && $1 != a ? r[a][$1] : 0) }
    }
    for (place, i) in order.enumerated() where active[i] {
      for j in order[(place + 1)...] where active[i] && active[j] && r[i][j] > threshold {
        let others = Double(active.filter { $0 }.count - 1)
        let total = order.reduce(0.0) { $0 + (active[$1] ? rowSum($1) : 0) }
        let goes = rowSum(i) / others > (total - rowSum(j)) / (others * others) ? i : j
        active[goes] = false
      }
    }
    return active.indices.filter { active[$0] }
  }

  @Test(arguments: [false, true])
  func coxMatchesSurvival(_ entry: Bool) throws {
    let data = SelectorTables.survival(entry: entry)
    let name = entry ? "cox-entry" : "cox"
    let score = try make(UnivariableCoxSelector.self).tests(data).map { $0.statistic }
    #expect(deviation(score, oracle["\(name) score"]!) < 1e-10)
    let wald = try make(UnivariableCoxSelector.self) { $0.test = .wald }.tests(data)
    #expect(deviation(wald.map { $0.statistic }, oracle["\(name) wald"]!) < 1e-9)
  }

  @Test(arguments: [(12, 2), (15, 4)])
  func iccMatchesPingouin(_ rows: Int, _ raters: Int) throws {
    let estimates = try ICCForm.allCases.map {
      try IntraclassCorrelation.estimates(SelectorTables.measurements(rows, raters), form: $0)[0]
    }
    #expect(deviation(estimates.map { $0.value }, oracle["icc \(rows) \(raters)"]!) < 1e-12)
    // The intervals from the equations with scipy's F quantiles; pingouin's are rounded to 0.01.
    let bounds = estimates.flatMap { [$0.lower, $0.upper] }
    #expect(deviation(bounds, oracle["icc-bounds \(rows) \(raters)"]!) < 1e-11)
  }

  @Test(arguments: [1, 3])
  func eliminationMatchesScikitLearn(_ step: Int) throws {
    var parameters = RecursiveEliminationParameters()
    parameters.target = 3
    parameters.step = step
    let selector = try RecursiveElimination<LeastSquares>(parameters)
    let chosen = try select(selector, SelectorTables.data("plain", 60, 8))
    #expect(chosen.sorted() == indices("rfe \(step)"))
  }
}

/// Least squares with an intercept; importances are the coefficients.
struct LeastSquares: Model {
  struct Settings: ParameterSet {
    static let fields: [Field<Settings>] = []
  }
  static let id: ComponentID = "least-squares"
  static let outcomes: Set<OutcomeKind> = [.binary]
  static let summary = ""
  let parameters: Settings
  init(_ parameters: Settings) throws(InvalidInput) { self.parameters = parameters }

  struct Fitted: Predictor {
    var coefficients: [Double]
    var state: FittedState { FittedState(kind: "least-squares", numbers: coefficients) }
    var importances: [Double]? { coefficients }
    init(_ state: FittedState) throws(LearningError) { coefficients = state.numbers }
    func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double] { [] }
  }

  func fit(_ data: Dataset, using stream: inout RandomStream) throws(LearningError) -> Fitted {
    guard case .binary(let classes) = data.outcome else { throw LearningError("classes") }
    func centred(_ values: [Double]) -> [Double] {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.map { $0 - mean }
    }
    let y = centred(classes.map { Double($0) })
    let x = (0..<data.columnCount).map { centred(Array(data.features.column($0))) }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let solution = Eigenvalues.solve(x.flatMap { a in x.map { dot(a, $0) } }, x.map { dot($0, y) })!
    return try Fitted(FittedState(kind: "least-squares", numbers: solution))
  }
}
