import Components
import Learning
import Numerics
import Testing

/// Oracle: scikit-learn's scalers, NumPy. Tolerance 1e-13 relative: order of summation.
@Suite struct PreparationTests {
  private let train = makeDataset(preparationTable(0..<19, 6))
  private let new = FeatureMatrix(rowCount: 4, columns: preparationTable(19..<23, 6))

  /// What is read back from the state gives equal bits.
  private func checkRoundTrip<T: FittedTransform>(
    _ fitted: T, _ table: FeatureMatrix, sites: [String] = []
  ) throws {
    let again = try T(fitted.state)
    #expect(again.state == fitted.state && again.names == fitted.names)
    let (a, b) = try (fitted.apply(table, sites: sites), again.apply(table, sites: sites))
    #expect(a.values.map { $0.bitPattern } == b.values.map { $0.bitPattern })
    var damaged = fitted.state
    damaged.numbers.append(1)
    #expect(throws: LearningError.self) { try T(damaged) }
    #expect(throws: LearningError.self) { try T(FittedState(kind: "other")) }
  }

  @Test(arguments: ["zscore", "robust", "minmax"])
  func scalingMatchesScikitLearn(_ method: String) throws {
    let step = try make(Scaling.self) { $0.method = ScalingMethod(rawValue: method)! }
    let fitted = try fit(step, train)
    let expected = OracleRows.preparation
    let own = try fitted.apply(train.features, sites: [])
    #expect(deviation(own.values, expected["scale \(method)"]!) < 1e-13)
    #expect(
      deviation(try fitted.apply(new, sites: []).values, expected["scale-test \(method)"]!) < 1e-13)
    try checkRoundTrip(fitted, new)
  }

  @Test func scalingBySampleDeviation() throws {
    let fitted = try fit(try make(Scaling.self) { $0.denominator = .sample }, train)
    let values = try fitted.apply(train.features, sites: []).values
    #expect(deviation(values, OracleRows.preparation["scale sample"]!) < 1e-13)
  }

  @Test func constantColumnsBecomeZero() throws {
    let data = makeDataset([[0.1, 0.1, 0.1, 0.1], [1, 0, 0, 0]])
    for method in ScalingMethod.allCases {
      let fitted = try fit(try make(Scaling.self) { $0.method = method }, data)
      let new = FeatureMatrix(rowCount: 1, columns: [[5], [1]])
      let values = try fitted.apply(new, sites: []).values
      #expect(values[0] == 0 && values[1].isFinite)
    }
  }

  @Test func minmaxClips() throws {
    let step = try make(Scaling.self) {
      $0.method = .minmax
      $0.clip = true
    }
    let fitted = try fit(step, makeDataset([[0, 10]]))
    let new = FeatureMatrix(rowCount: 3, columns: [[-5, 5, 15]])
    #expect(try fitted.apply(new, sites: []).values == [0, 0.5, 1])
  }

  @Test func logShiftMatchesFormula() throws {
    let step = try make(LogShift.self) {
      $0.start = 0.5
      $0.base = .ten
    }
    let fitted = try fit(step, train)
    let values = try fitted.apply(train.features, sites: []).values
    #expect(deviation(values, OracleRows.preparation["log 10"]!) < 1e-14)
    try checkRoundTrip(fitted, new)
    let below = FeatureMatrix(rowCount: 1, columns: fitted.minima.map { [$0 - 1] })
    let atMinimum = FeatureMatrix(rowCount: 1, columns: fitted.minima.map { [$0] })
    #expect(try fitted.apply(below, sites: []) == fitted.apply(atMinimum, sites: []))
    let strict = try fit(try make(LogShift.self) { $0.below = .refuse }, train)
    #expect(refusal { _ = try strict.apply(below, sites: []) }.contains("\"c0\", row 1"))
  }

  @Test func imputationReplacesAndCounts() throws {
    let data = makeDataset([[1, .nan, 4, 2], [.nan, .nan, .nan, 9], [1, 2, 3, 4]])
    let median = try fit(try make(Imputation.self), data)
    #expect(median.missingCounts == [1, 3, 0])
    let new = FeatureMatrix(rowCount: 1, columns: [[.nan], [.nan], [7]])
    #expect(try median.apply(new, sites: []).values == [2, 9, 7])
    let mean = try fit(try make(Imputation.self) { $0.method = .mean }, data)
    #expect(try mean.apply(new, sites: []).values == [7.0 / 3, 9, 7])
    let dropped = try fit(try make(Imputation.self) { $0.maximumMissing = 0.5 }, data)
    #expect(dropped.names == ["c0", "c2"])
    let complete = try fit(try make(Imputation.self) { $0.method = .completeColumns }, data)
    #expect(complete.kept == [2])
    let hole = FeatureMatrix(rowCount: 1, columns: [[1], [1], [.nan]])
    #expect(refusal { _ = try complete.apply(hole, sites: []) }.contains("\"c2\" is missing"))
    for fitted in [median, mean, dropped, complete] { try checkRoundTrip(fitted, new) }
    let refuse = try make(Imputation.self) { $0.method = .refuse }
    #expect(refusal { _ = try fit(refuse, data) }.contains("column \"c0\" is missing in 1 of 4"))
    let empty = makeDataset([[.nan, .nan]])
    #expect(refusal { _ = try fit(try make(Imputation.self), empty) }.contains("\"c0\""))
    let infinite = makeDataset([[1, .infinity]])
    #expect(refusal { _ = try fit(try make(Imputation.self), infinite) }.contains("infinite"))
  }

  @Test func varianceFilterDropsConstants() throws {
    let data = makeDataset([[0.1, 0.1, 0.1], [1, 2, 3], [1, 1, 1.1]])
    let fitted = try fit(try make(VarianceFilter.self), data)
    #expect(fitted.names == ["c1", "c2"])
    #expect(try fit(try make(VarianceFilter.self) { $0.threshold = 0.5 }, data).names == ["c1"])
    // The population variance of 1, 2, 3 is 2/3, the sample variance is 1.
    let sample = try make(VarianceFilter.self) {
      $0.threshold = 0.9
      $0.denominator = .sample
    }
    #expect(try fit(sample, data).names == ["c1"])
    try checkRoundTrip(fitted, data.features)
    #expect(throws: LearningError.self) {
      try fit(try make(VarianceFilter.self) { $0.threshold = 9 }, data)
    }
  }

  @Test func missingValuesAreNamed() throws {
    let data = makeDataset([[1, 2], [3, .nan]])
    let expected = "column \"c1\" is missing in row 2"
    #expect(refusal { _ = try fit(try make(Scaling.self), data) }.contains(expected))
    #expect(refusal { _ = try fit(try make(LogShift.self), data) }.contains(expected))
    #expect(refusal { _ = try fit(try make(VarianceFilter.self), data) }.contains(expected))
    #expect(refusal { _ = try fit(try make(ComBat.self), data) }.contains(expected))
  }

  @Test func oneHotFreezesLevels() throws {
    let levels = try OneHot(column: "sex", texts: ["m", "f", "", "m"])
    #expect(levels.names == ["sex=f", "sex=m"])
    let values = try levels.apply(["f", "", "m"]).values
    #expect(values[0] == 1 && values[1].isNaN && values[2] == 0 && values[5] == 1)
    #expect(refusal { _ = try levels.apply(["x"]) }.contains("\"x\" is not among the levels"))
    var parameters = OneHotParameters()
    parameters.dropFirst = true
    parameters.missing = .level
    parameters.unknown = .zeros
    let dropped = try OneHot(column: "g", texts: ["b", "", "a"], parameters)
    #expect(dropped.names == ["g=b", "g=missing"])
    #expect(try dropped.apply(["a", "", "z", "b"]).values == [0, 0, 0, 1, 0, 1, 0, 0])
    for fitted in [levels, dropped] { #expect(try OneHot(fitted.state) == fitted) }
  }

  // MARK: - ComBat

  private let sites = (0..<24).map { $0 % 3 == 0 ? "b" : $0 % 5 != 0 ? "a" : "c" }

  private var siteTable: [[Double]] {
    let shift = ["a": 0.0, "b": 4, "c": -3]
    return preparationTable(0..<24, 7).map { column in
      column.enumerated().map { row, value in
        (value + shift[sites[row]]!) * (sites[row] == "b" ? 1.5 : 1)
      }
    }
  }

  /// Oracles: neuroCombat 0.2.12 and the equations of Johnson 2007; 1e-12 for another order of sums.
  @Test(arguments: [
    "parametric", "nonparametric", "mean-only", "none", "covariate", "reference",
  ])
  func combatMatchesOracles(_ kind: String) throws {
    let age = (0..<24).map { Double($0 * 7 % 11) }
    let data = makeDataset(siteTable + [age], sites: sites)
    let step = try make(ComBat.self) {
      $0.meanOnly = kind == "mean-only"
      $0.prior = ComBatPrior(rawValue: kind) ?? .parametric
      $0.covariates = kind == "covariate" || kind == "reference" ? ["c7"] : []
      $0.reference = kind == "reference" ? "b" : ""
    }
    // Without a covariate the column must not take part in the priors.
    let table = kind == "covariate" || kind == "reference" ? data : data.columns(Array(0..<7))
    let fitted = try fit(step, table)
    let values = Array(try fitted.apply(table.features, sites: sites).values.prefix(24 * 7))
    #expect(deviation(values, OracleRows.preparation["combat \(kind)"]!) < 1e-12)
    if let theirs = OracleRows.preparation["neuroCombat \(kind)"] {
      #expect(deviation(values, theirs) < 1e-12)
    }
    try checkRoundTrip(fitted, table.features, sites: sites)
  }

  @Test func combatLeavesWhatItCannotAdjust() throws {
    var table = siteTable
    for row in 0..<24 where sites[row] == "a" { table[2][row] = 1 }
    let fitted = try fit(try make(ComBat.self), makeDataset(table, sites: sites))
    #expect(fitted.adjusted == [0, 1, 3, 4, 5, 6])
    let matrix = FeatureMatrix(rowCount: 24, columns: table)
    #expect(try fitted.apply(matrix, sites: sites).column(2) == matrix.column(2))
  }

  @Test func combatTreatsNewRowsOneByOne() throws {
    let data = makeDataset(siteTable, sites: sites)
    let refusing = try fit(try make(ComBat.self), data)
    let row = data.features.rows([3])
    #expect(refusal { _ = try refusing.apply(row, sites: ["z"]) }.contains("site \"z\""))
    let fitted = try fit(try make(ComBat.self) { $0.unseen = .unadjusted }, data)
    #expect(try fitted.apply(row, sites: ["z"]) == row)
    let all = try fitted.apply(data.features, sites: sites)
    #expect(try fitted.apply(row, sites: [sites[3]]) == all.rows([3]))
    #expect(refusal { _ = try fitted.apply(row, sites: []) }.contains("1 sites"))
  }

  @Test func combatRefusals() throws {
    let outcome = Outcome.binary((0..<24).map { UInt8($0 % 2) })
    let parity = (0..<24).map { Double(1 - $0 % 2) }
    let leaking = makeDataset(siteTable + [parity], outcome, sites: sites)
    let withCovariate = try make(ComBat.self) { $0.covariates = ["c7"] }
    #expect(refusal { _ = try fit(withCovariate, leaking) }.contains("is the outcome"))
    let ofSite = makeDataset(siteTable + [sites.map { $0 == "b" ? 1 : 0 }], sites: sites)
    #expect(refusal { _ = try fit(withCovariate, ofSite) }.contains("cannot be told apart"))
    let plain = try make(ComBat.self)
    let single = makeDataset(siteTable, sites: [String](repeating: "a", count: 24))
    #expect(refusal { _ = try fit(plain, single) }.contains("two sites"))
    #expect(refusal { _ = try fit(plain, makeDataset(siteTable)) }.contains("no sites"))
    let lonely = makeDataset(siteTable, sites: ["z"] + sites.dropFirst())
    #expect(refusal { _ = try fit(plain, lonely) }.contains("site \"z\" has one row"))
    let shifted = try fit(try make(ComBat.self) { $0.meanOnly = true }, lonely)
    #expect(shifted.sites == ["a", "b", "c", "z"] && shifted.scales.allSatisfy { $0 == 1 })
    let unknown = try make(ComBat.self) { $0.covariates = ["age"] }
    #expect(refusal { _ = try fit(unknown, single) }.contains("two sites"))
    #expect(refusal { _ = try make(ComBat.self) { $0.covariates = ["a", "a"] } }.contains("twice"))
  }
}
