import Components
import Learning
import Numerics
import Testing

/// Oracles: exact sums with scipy's distributions, R's survival, caret, glmnet and psych,
/// scikit-learn, plain Python from the papers (first line of Golden/real-selectors.csv, made by
/// scripts/oracles/real_selectors.py). Orders are compared after columns whose values agree to 11
/// digits have been put into their order in the table: rounding decides between those.
/// Tolerances are ten times the largest deviation that was measured, relative or, with a floor of 1,
/// of numbers near 0 absolute; the golden file's 14 digits are 5e-14 of that.
@Suite("Selectors on real and hostile tables") struct RealSelectorTests {
  static let gliomaNote: Comment = "needs ../shared/data"

  // MARK: Classes

  @Test(arguments: ["birthwt", "birthwt-hostile"])
  func classes(_ name: String) throws { try checkClasses(name) }

  @Test(
    .enabled(if: RealTable.hasGlioma, gliomaNote),
    arguments: ["glioma", "glioma-20", "glioma-coarse"])
  func classesOfGlioma(_ name: String) throws { try checkClasses(name) }

  private func checkClasses(_ name: String) throws {
    let data = try RealSelectorTable(name).data
    for variant in TTestVariant.allCases { try checkTTest(name, data, variant) }
    let ranks = try make(MannWhitneySelector.self).tests(data)
    near(ranks.map { $0.statistic }, "mann-whitney u \(name)", 1e-15)
    near(ranks.map { $0.p }, "mann-whitney p \(name)", 5e-13)
    let normal = try make(MannWhitneySelector.self) { $0.method = .normal }.tests(data)
    near(normal.map { $0.p }, "mann-whitney normal \(name)", 5e-13)
    for (bins, binning) in [
      (4, ChiSquaredBinning.quantile), (4, .width), (25, .width), (25, .quantile),
    ] {
      if bins == 25 && !name.hasPrefix("birthwt") { continue }
      let selector = try make(ChiSquaredSelector.self) {
        $0.bins = bins
        $0.binning = binning
      }
      near(
        try selector.tests(data).map { $0.p }, "chi-squared \(bins) \(binning.rawValue) \(name)",
        6e-13)
    }
    try checkStrength(.t, name, data)
    try checkStrength(.auc, name, data)
  }

  /// The chosen columns at several counts are the first ones of the oracle's order, whether p is
  /// computed or not, and never ruled out by the screen.
  private func checkTTest(_ name: String, _ data: Dataset, _ variant: TTestVariant) throws {
    func selector(_ p: Double, _ top: Int) throws -> TTestSelector {
      try make(TTestSelector.self) {
        $0.variant = variant
        $0.rule.p = p
        $0.rule.top = top
      }
    }
    let tests = try selector(1, 0).tests(data)
    let p = tests.map { $0.p }
    // Ages + 10,000 lose four digits in their means.
    let isFar = name == "birthwt-hostile"
    near(
      tests.map { $0.statistic }, "t \(variant.rawValue) \(name)", isFar ? 1e-11 : 1e-12, floor: 1)
    near(p, "p \(variant.rawValue) \(name)", isFar ? 4e-11 : 3e-12)
    let all = try select(try selector(1, 0), data)
    let expected = RealSelectorOracle.indices("order \(variant.rawValue) \(name)")
    #expect(Array(RealSelectorOracle.canonical(all, p).prefix(201)) == expected)
    for top in [1, 10, 50, 200] {
      #expect(try select(try selector(1, top), data) == Array(all.prefix(top)))
      #expect(
        RealSelectorOracle.canonical(try select(try selector(1 - 1e-9, top), data), p)
          == RealSelectorOracle.canonical(Array(all.prefix(top)), p))
      for limit in [0.05, 1] {
        let screened = try selector(limit, top)
        let chosen = try select(screened, data)
        if let candidates = screened.candidates(in: data, sums: nil) {
          #expect(Set(chosen).isSubset(of: candidates))
        }
      }
    }
    guard variant == .student else { return }
    for method in MultipleTesting.allCases where method != .none {
      near(method.adjusted(p), "adjusted \(method.rawValue) \(name)", 3e-12)
      let chosen = try select(
        try make(TTestSelector.self) {
          $0.variant = .student
          $0.rule.adjust = method
        }, data)
      #expect([chosen.count] == RealSelectorOracle.indices("number \(method.rawValue) \(name)"))
    }
  }

  /// Means are rounded where they are: at 1e9, an eps of the mean is 5e-8 of the difference.
  @Test func meansFarFromZero() throws {
    let t = try RealTable(RealTable.birthwt)
    for offset in [1e4, 1e9] {
      let data = makeDataset([t["age"], t["age"].map { $0 + offset }], .binary(t.classes("class")))
      for variant in TTestVariant.allCases {
        let tests = try make(TTestSelector.self) { $0.variant = variant }.tests(data)
        let off = abs(tests[1].statistic / tests[0].statistic - 1)
        #expect(off < 1e-16 * 5 * offset)
      }
    }
  }

  private func checkStrength(
    _ strength: UnivariableStrength, _ name: String, _ data: Dataset
  ) throws {
    let values = try strength.values(data)
    let chosen = try select(
      try make(TopKSelector.self) {
        $0.strength = strength
        $0.k = data.columnCount
      }, data)
    #expect(
      Array(RealSelectorOracle.canonical(chosen, values).prefix(40))
        == RealSelectorOracle.indices("top-k \(strength.rawValue) \(name)"))
  }

  // MARK: Classes and values

  @Test(arguments: ["birthwt", "birthwt-hostile", "swiss", "swiss-tens"])
  func numbers(_ name: String) throws { try checkNumbers(name) }

  @Test(
    .enabled(if: RealTable.hasGlioma, gliomaNote),
    arguments: ["glioma", "glioma-20", "glioma-coarse", "glioma-age"])
  func numbersOfGlioma(_ name: String) throws { try checkNumbers(name) }

  private func checkNumbers(_ name: String) throws {
    let data = try RealSelectorTable(name).data
    for strength in [UnivariableStrength.correlation, .spearman, .variance] {
      try checkStrength(strength, name, data)
      if strength == .variance { continue }
      near(try strength.values(data), "strength \(strength.rawValue) \(name)", 6e-14, floor: 1)
    }
    for scheme in MRMRScheme.allCases {
      // Beside a copy of the classes every other column has the score 0, up to rounding.
      let hasCopy = name == "birthwt-hostile" && scheme == .gaussian
      let columns = (0..<data.columnCount).filter { !hasCopy || $0 != 10 }
      let chosen = try select(
        try make(MRMRSelector.self) {
          $0.scheme = scheme
          $0.k = 12
        }, data.columns(columns))
      #expect(chosen == RealSelectorOracle.indices("mrmr \(scheme.rawValue) \(name)"), "\(scheme)")
    }
    for method in CorrelationMethod.allCases {
      for threshold in [0.9, 0.6] {
        for (rule, word) in [
          (CorrelationRule.meanCorrelation, "caret"), (.order, "greedy"), (.strength, "strong"),
        ] {
          let chosen = try select(
            try make(CorrelationSelector.self) {
              $0.method = method
              $0.threshold = threshold
              $0.rule = rule
              $0.strength = .correlation
            }, data)
          let row = "\(word) \(method.rawValue) \(threshold) \(name)"
          let first =
            rule == .order
            ? chosen
            : RealSelectorOracle.first(of: chosen, "twins \(method.rawValue) \(name)").sorted()
          #expect(first == RealSelectorOracle.indices(row), "\(row)")
        }
      }
    }
  }

  // MARK: Survival

  @Test(arguments: ["veteran", "veteran-two", "veteran-entry", "veteran-months"])
  func survival(_ name: String) throws { try checkSurvival(name) }

  @Test(.enabled(if: RealTable.hasGlioma, gliomaNote), arguments: ["glioma-days", "glioma-two"])
  func survivalOfGlioma(_ name: String) throws { try checkSurvival(name) }

  private func checkSurvival(_ name: String) throws {
    let data = try RealSelectorTable(name).data
    let score = try make(UnivariableCoxSelector.self).tests(data)
    near(score.map { $0.statistic }, "cox score \(name)", 1e-12, floor: 1)
    near(score.map { $0.p }, "cox p \(name)", 1e-12)
    let wald = try make(UnivariableCoxSelector.self) { $0.test = .wald }.tests(data)
    // With two events one estimate is infinite: its statistic is near 0 wherever the search ends.
    near(
      wald.map { $0.statistic }, "cox wald \(name)", name == "veteran-two" ? 1e-6 : 1e-12, floor: 1)
    try checkStrength(.cox, name, data)
  }

  // MARK: Repeated measurements

  @Test(arguments: [
    "shrout", "flow", "flow-meters", "shifted", "far", "reversed", "flat-rater", "two-rows",
    "tiny", "huge",
  ])
  func agreement(_ name: String) throws { try checkAgreement(name) }

  @Test(
    .enabled(if: RealTable.hasGlioma, gliomaNote),
    arguments: ["glioma-coarse-3", "glioma-like", "glioma-like-20"])
  func agreementOfGlioma(_ name: String) throws { try checkAgreement(name) }

  private func checkAgreement(_ name: String) throws {
    let raters = try RealSelectorTable.measurements(name).map {
      FeatureMatrix(rowCount: $0.count, columns: [$0])
    }
    let numbers = try ICCForm.allCases.flatMap { form in
      let estimate = try IntraclassCorrelation.estimates(raters, form: form)[0]
      return [estimate.value, estimate.lower, estimate.upper]
    }
    // Where the oracle has no interval (no degree of freedom is left), nothing is asked of ours.
    let expected = try #require(RealSelectorOracle.rows["icc \(name)"])
    near(zip(numbers, expected).map { $1.isNaN ? .nan : $0 }, "icc \(name)", 2e-13, floor: 1)
  }

  // MARK: Elimination, subsamples, LASSO

  @Test(arguments: [
    ("swiss", 1, 1), ("swiss", 2, 1), ("swiss", 3, 1), ("swiss", 5, 1), ("birthwt", 4, 1),
    ("birthwt-hostile", 5, 1),
  ])
  func elimination(_ name: String, _ target: Int, _ step: Int) throws {
    try checkElimination(name, target, step)
  }

  @Test(
    .enabled(if: RealTable.hasGlioma, gliomaNote),
    arguments: [
      ("glioma-age", 6, 1), ("glioma-age", 6, 4), ("glioma-age", 10, 30), ("glioma", 8, 50),
      ("glioma-20", 8, 25),
    ])
  func eliminationOfGlioma(_ name: String, _ target: Int, _ step: Int) throws {
    try checkElimination(name, target, step)
  }

  /// Against scikit-learn's RFE with the same model; importances at SD 1.
  private func checkElimination(_ name: String, _ target: Int, _ step: Int) throws {
    var data = try RealSelectorTable(name).data
    var parameters = RecursiveEliminationParameters()
    parameters.target = target
    parameters.step = step
    let chosen: [Int]
    let word: String
    if case .binary = data.outcome {
      word = "logistic"
      // Copies tie, and rounding decides.
      if name == "birthwt-hostile" { data = data.columns([0, 1, 3, 6, 7, 12, 13]) }
      let model = try make(LogisticModel.self) {
        $0.penalty = .ridge
        $0.net.choice = .fixed
        $0.net.lambda = 0.1
      }
      chosen = try select(try RecursiveElimination(parameters, model: model), data)
    } else {
      word = step == 30 ? "ridge" : "linear"
      if name == "glioma-age" && step < 30 {
        data = data.columns(Array(stride(from: 3, to: data.columnCount, by: 11)))
      }
      let model = try make(LinearModel.self) {
        $0.penalty = step == 30 ? .ridge : .none
        $0.net.choice = .fixed
        $0.net.lambda = 2
      }
      chosen = try select(try RecursiveElimination(parameters, model: model), data)
    }
    let expected = try #require(
      RealSelectorOracle.indices("rfe \(word) \(target) \(step) \(name)"))
    let twins = step >= 25 ? "twins pearson \(name)" : ""
    #expect(
      RealSelectorOracle.first(of: chosen, twins) == RealSelectorOracle.first(of: expected, twins))
  }

  /// The oracle draws the same subsamples with a Philox generator of its own.
  @Test func stability() throws {
    try checkStability("birthwt", inner: strongest(3))
    try checkStability(
      "veteran",
      inner: try make(TopKSelector.self) {
        $0.k = 4
        $0.strength = .variance
      })
  }

  @Test(.enabled(if: RealTable.hasGlioma, gliomaNote))
  func stabilityOfGlioma() throws { try checkStability("glioma", inner: strongest(6)) }

  private func strongest(_ count: Int) throws -> TTestSelector {
    try make(TTestSelector.self) {
      $0.variant = .student
      $0.rule.p = 1
      $0.rule.top = count
    }
  }

  private func checkStability<S: Selector>(_ name: String, inner: S) throws {
    var parameters = StabilityParameters()
    parameters.subsamples = 20
    parameters.threshold = 0.5
    let stability = try StabilitySelection(parameters, inner: inner)
    let data = try RealSelectorTable(name).data
    var stream = newStream()
    let frequencies = try stability.frequencies(from: data, using: &stream)
    let expected = try #require(RealSelectorOracle.rows["stability \(name)"])
    #expect(frequencies == expected)
    let order = expected.indices.filter { expected[$0] >= 0.5 }.sorted {
      (-expected[$0], $0) < (-expected[$1], $1)
    }
    #expect(try select(stability, data) == order)
  }

  @Test(arguments: [("birthwt", 1.0), ("birthwt-hostile", 0.5), ("swiss", 1.0), ("veteran", 1.0)])
  func lasso(_ name: String, _ alpha: Double) throws { try checkLasso(name, alpha) }

  @Test(
    .enabled(if: RealTable.hasGlioma, gliomaNote),
    arguments: [
      ("glioma", 1.0), ("glioma-20", 1.0), ("glioma-age", 1.0), ("glioma-age", 0.5),
      ("glioma-days", 1.0),
    ])
  func lassoOfGlioma(_ name: String, _ alpha: Double) throws { try checkLasso(name, alpha) }

  private func checkLasso(_ name: String, _ alpha: Double) throws {
    let word = alpha == 1 ? "1" : "0.5"
    let row = try #require(RealSelectorOracle.rows["lasso \(word) \(name)"])
    var data = try RealSelectorTable(name).data
    // Copies have no minimum of their own.
    if name == "birthwt-hostile" { data = data.columns([0, 1, 2, 3, 4, 6, 9, 12]) }
    let lasso = try make(LassoSelector.self) {
      $0.alpha = alpha
      $0.choice = .fixed
      $0.lambda = row[0]
    }
    let expected = row.dropFirst().map { Int($0) }
    var sizes = [Double](repeating: 0, count: data.columnCount)
    for (column, size) in zip(
      expected, RealSelectorOracle.rows["lasso sizes \(word) \(name)"] ?? [])
    {
      sizes[column] = size
    }
    #expect(RealSelectorOracle.canonical(try select(lasso, data), sizes, 1e-6) == expected)
  }

  // MARK: Refusals

  @Test func refusalsOnRealTables() throws {
    let births = try RealSelectorTable("birthwt-hostile").data
    var one = births
    one.outcome = .binary((0..<births.rowCount).map { $0 == 60 ? 1 : 0 })
    #expect(
      refusal { _ = try select(try make(TTestSelector.self), one) }
        .contains("1 positive and 188 negative rows"))
    #expect(try !select(try make(MannWhitneySelector.self) { $0.rule.p = 1 }, one).isEmpty)
    let plain = try RecursiveElimination<LogisticModel>(RecursiveEliminationParameters())
    #expect(refusal { _ = try select(plain, births) }.contains("choose"))
    let flat = births.columns([3])
    #expect(refusal { _ = try select(try make(LassoSelector.self), flat) }.contains("constant"))
    #expect(try select(try make(TTestSelector.self) { $0.rule.p = 1 }, flat) == [])
    #expect(try select(try make(MRMRSelector.self), flat) == [])
    #expect(try select(try make(CorrelationSelector.self), flat) == [0])
    var lung = try RealSelectorTable("veteran").data
    if case .survival(let time, let event, _) = lung.outcome {
      lung.outcome = .survival(time: time, event: event.map { _ in 0 }, entry: [])
    }
    #expect(
      refusal { _ = try select(try make(UnivariableCoxSelector.self), lung) }.contains("no row has")
    )
    #expect(refusal { _ = try select(try make(MRMRSelector.self), lung) }.contains("binary or"))
  }

  // MARK: Comparison

  /// Largest difference relative to the expected number, or to `floor` where that is larger.
  private func near(
    _ values: [Double], _ row: String, _ tolerance: Double, floor: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let own =
      values.count > 100 ? stride(from: 0, to: values.count, by: 18).map { values[$0] } : values
    let expected = RealSelectorOracle.rows[row] ?? []
    #expect(own.count == expected.count, "\(row)", sourceLocation: sourceLocation)
    var worst = 0.0
    for (a, b) in zip(own, expected) where a != b && !(a.isNaN && b.isNaN) {
      let difference = abs(a - b) / max(abs(b), floor)
      worst = difference.isNaN ? .infinity : max(worst, difference)
    }
    #expect(worst < tolerance, "\(row)", sourceLocation: sourceLocation)
  }
}
