import Components
import Learning
import Numerics
import Testing

/// Ties, constant columns, few rows, refusals and what wraps other selectors.
@Suite struct SelectorRuleTests {
  private let four: [UInt8] = [0, 0, 1, 1]

  @Test func constantColumnsAndTies() throws {
    // Columns 1 and 2 are equal, 0 is constant, 3 separates the classes without spread.
    let data = makeDataset(
      [[0.1, 0.1, 0.1, 0.1], [1, 2, 5, 7], [1, 2, 5, 7], [0, 0, 1, 1]], .binary(four))
    let all = try make(TTestSelector.self) { $0.rule.p = 1 }
    #expect(try select(all, data) == [3, 1, 2])
    let tests = try all.tests(data)
    #expect(tests[0].p.isNaN && tests[3].p == 0)
    let top = try make(TTestSelector.self) {
      $0.rule.p = 1
      $0.rule.top = 2
    }
    #expect(try select(top, data) == [3, 1])
    // Exact p 1/3 without ties; 0.19 from the normal approximation with ties.
    #expect(try select(try make(MannWhitneySelector.self) { $0.rule.p = 1 }, data) == [3, 1, 2])
    for scheme in MRMRScheme.allCases {
      let chosen = try select(try make(MRMRSelector.self) { $0.scheme = scheme }, data)
      #expect(chosen.sorted() == [1, 2, 3])
    }
    for rule in CorrelationRule.allCases {
      let kept = try select(try make(CorrelationSelector.self) { $0.rule = rule }, data)
      #expect(kept.contains(0) && kept.count == 2)
    }
    #expect(try select(try make(TopKSelector.self) { $0.k = 4 }, data) == [3, 1, 2, 0])
  }

  @Test func refusalsNameTheColumn() throws {
    let hole = makeDataset([[1, 2, 3, 4], [1, .nan, 3, 4]], .binary(four))
    let name = "column \"c1\" is missing in row 2"
    #expect(refusal { _ = try select(try make(TTestSelector.self), hole) }.contains(name))
    #expect(refusal { _ = try select(try make(MannWhitneySelector.self), hole) }.contains(name))
    #expect(refusal { _ = try select(try make(ChiSquaredSelector.self), hole) }.contains(name))
    #expect(refusal { _ = try select(try make(CorrelationSelector.self), hole) }.contains(name))
    #expect(refusal { _ = try select(try make(MRMRSelector.self), hole) }.contains(name))
    #expect(refusal { _ = try select(try make(TopKSelector.self), hole) }.contains(name))
    let oneClass = makeDataset([[1, 2, 3]], .binary([1, 1, 1]))
    for text in [
      refusal { _ = try select(try make(TTestSelector.self), oneClass) },
      refusal { _ = try select(try make(MannWhitneySelector.self), oneClass) },
      refusal { _ = try select(try make(ChiSquaredSelector.self), oneClass) },
      refusal { _ = try select(try make(MRMRSelector.self), oneClass) },
    ] { #expect(text.contains("0 negative rows")) }
    let survival = makeDataset([[1, 2]], .survival(time: [1, 2], event: [0, 0], entry: []))
    #expect(
      refusal { _ = try select(try make(UnivariableCoxSelector.self), survival) }
        .contains("no row has an event"))
    #expect(refusal { _ = try select(try make(TTestSelector.self), survival) }.contains("binary"))
  }

  @Test func infiniteCoefficientsStayFinite() throws {
    // All events before all censored rows: the estimate tends to infinity.
    let data = makeDataset(
      [[5, 6, 7, 1, 2, 3]],
      .survival(time: [1, 2, 3, 4, 5, 6], event: [1, 1, 1, 0, 0, 0], entry: []))
    for test in CoxTest.allCases {
      let result = try make(UnivariableCoxSelector.self) { $0.test = test }.tests(data)[0]
      #expect(result.p.isFinite && result.statistic >= 0)
    }
  }

  @Test func iccOfDegenerateColumns() throws {
    let first = FeatureMatrix(
      rowCount: 3, columns: [[1, 1, 1], [1, 2, 4], [1, .nan, 2], [1, 2, 4]])
    let second = FeatureMatrix(
      rowCount: 3, columns: [[1, 1, 1], [1, 2, 4], [1, 2, 3], [2, 3, 5]])
    for form in ICCForm.allCases {
      let estimates = try IntraclassCorrelation.estimates([first, second], form: form)
      #expect(estimates[0].value.isNaN && estimates[2].value.isNaN)
      #expect(estimates[1].value == 1 && estimates[1].lower == 1 && estimates[1].upper == 1)
      // A constant shift is perfect consistency, not perfect agreement.
      let isConsistency = form == .consistency || form == .consistencyMean
      #expect((estimates[3].value == 1) == isConsistency)
      let filter = try make(ICCFilter.self) { $0.form = form }
      #expect(filter.kept(estimates).contains(1) && !filter.kept(estimates).contains(0))
    }
    #expect(throws: LearningError.self) {
      try IntraclassCorrelation.estimates([first], form: .oneWay)
    }
  }

  /// Chooses every column and notes nothing: shows the rows that it was given.
  private struct Probe: Selector {
    struct Settings: ParameterSet { static let fields: [Field<Settings>] = [] }
    static let id: ComponentID = "probe"
    static let summary = ""
    let parameters: Settings
    init(_ parameters: Settings) throws(InvalidInput) { self.parameters = parameters }

    func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError)
      -> [Int]
    {
      guard case .binary(let classes) = data.outcome else { throw LearningError("classes") }
      let patients = Set(data.groups)
      let isWhole = patients.allSatisfy { patient in
        data.groups.filter { $0 == patient }.count == 3
      }
      let positives = Set(data.groups.indices.filter { classes[$0] == 1 }.map { data.groups[$0] })
      if !isWhole || patients.count != 10 || positives.count != 4 {
        throw LearningError("a patient was split or a stratum has another size")
      }
      return stream.uniform() < 0.7 ? [0, 1] : [1]
    }
  }

  @Test func stabilityKeepsPatientsTogether() throws {
    let rows = 60
    // 20 patients with 3 rows, interleaved; 8 of them positive in one row of three.
    let groups = (0..<rows).map { $0 % 20 }
    let classes = (0..<rows).map { UInt8($0 < 20 && $0 % 20 < 8 ? 1 : 0) }
    let data = makeDataset(
      SelectorTables.columns("plain", rows, 3), .binary(classes), groups: groups)
    let stability = try StabilitySelection<Probe>(StabilityParameters())
    var stream = newStream()
    let frequencies = try stability.frequencies(from: data, using: &stream)
    #expect(frequencies[1] == 1 && frequencies[2] == 0 && (0.5..<0.9).contains(frequencies[0]))
    #expect(try select(stability, data) == [1, 0])
    #expect(try select(stability, data) == (try select(stability, data)))
  }

  @Test func stabilityFindsTheSignal() throws {
    let inner = try make(TTestSelector.self) {
      $0.rule.p = 1
      $0.rule.top = 3
    }
    let stability = try StabilitySelection(StabilityParameters(), inner: inner)
    let columns = try select(stability, SelectorTables.data("plain", 60, 8))
    #expect(Set(columns).isSubset(of: [4, 5, 6, 7]) && columns.contains(6))
    #expect(throws: InvalidInput.self) {
      var parameters = StabilityParameters()
      parameters.share = 1
      _ = try StabilitySelection(parameters, inner: inner)
    }
  }

  @Test func chainsMapBackToOriginalColumns() throws {
    let all = SelectorTables.data("related", 60, 30)
    let blocks = (0..<30).map { $0 % 2 == 0 ? "ct" : "pet" }
    let data = makeDataset(
      (0..<30).map { Array(all.features.column($0)) }, all.outcome, blocks: blocks)
    let top = try make(TopKSelector.self) { $0.k = 4 }
    let correlation = try make(CorrelationSelector.self) { $0.threshold = 0.7 }
    let chain = SelectionChain([.init(correlation), .init(top, by: .block)])
    var stream = newStream()
    let history = try chain.history(from: data, using: &stream)
    let first = try select(correlation, data)
    #expect(history[0] == first)
    let expected = try ["ct", "pet"].flatMap { block in
      let columns = history[0].filter { blocks[$0] == block }
      return try select(top, data.columns(columns)).map { columns[$0] }
    }
    let chosen = try select(chain, data)
    #expect(history[1] == expected && chosen == expected)
    #expect(try select(SelectionChain([]), data) == Array(0..<30))
    let none = try make(TTestSelector.self) { $0.rule.p = 1e-300 }
    #expect(try select(SelectionChain([.init(none), .init(correlation)]), data) == [])
  }

  @Test func settingsAreReadAndChecked() throws {
    let map = SettingValue.map(
      SettingMap([
        .init(key: "variant", value: .text("student")), .init(key: "adjust", value: .text("BH")),
        .init(key: "p", value: .number(0.1)), .init(key: "top", value: .integer(5)),
      ]))
    let selector = try TTestSelector.decode(map, at: "t-test")
    #expect(selector.parameters.rule.adjust == .benjaminiHochberg)
    #expect(selector.parameters.rule.top == 5 && selector.parameters.variant == .student)
    let wrong = SettingValue.map(SettingMap([.init(key: "p", value: .number(0))]))
    #expect(throws: InvalidInput.self) { try TTestSelector.decode(wrong, at: "t-test") }
  }
}
