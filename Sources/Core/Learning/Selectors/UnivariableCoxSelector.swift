package import Components
package import Numerics
internal import Statistics

package enum CoxTest: String, CaseIterable, Hashable, Sendable {
  /// Score test at a coefficient of 0; defined even where the estimate is infinite.
  case score
  /// (Coefficient / standard error)^2.
  case wald
}

/// `univariable-cox:` of a study file: the settings of `PValueRule` and
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `test` | score | score, wald | which chi-squared statistic |
package struct UnivariableCoxParameters: ParameterSet {
  package var test: CoxTest = .score
  package var rule = PValueRule()

  package init() {}

  package static let fields: [Field<UnivariableCoxParameters>] =
    [.choice("test", \.test, "score test at 0, or Wald test of the estimate")]
    + PValueRule.fields.map { $0.lifted(to: \.rule) }
}

/// Columns that go with survival in a Cox regression of their own (Cox 1972; ties by Efron 1977).
///
/// Constant columns are not tested. Row weights are not used.
package struct UnivariableCoxSelector: Selector, ColumnByColumn {
  package static let id: ComponentID = "univariable-cox"
  package static let outcomes: Set<OutcomeKind> = [.survival]
  package static let summary = "Columns that go with survival, one Cox regression each."

  package let parameters: UnivariableCoxParameters

  package init(_ parameters: UnivariableCoxParameters) throws(InvalidInput) {
    self.parameters = parameters
  }

  package func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> [Int]
  {
    parameters.rule.kept(try tests(data))
  }

  /// One test per column; the statistic is chi-squared with 1 degree of freedom.
  /// - Throws: no survival outcome, no event, missing values.
  package func tests(_ data: Dataset) throws(LearningError) -> [ColumnTest] {
    guard case .survival(let time, let event, let entry) = data.outcome else {
      throw LearningError("\(Self.id) needs a survival outcome")
    }
    try data.requireFinite(for: Self.id)
    let cox = try SingleCovariateCox(time: time, event: event, entry: entry)
    return (0..<data.columnCount).map { column in
      if data.features.isConstant(column) { return .untested }
      let values = Array(data.features.column(column))
      guard let statistic = statistic(cox, values), statistic >= 0 else { return .untested }
      return ColumnTest(
        statistic: statistic, p: ChiSquared(degreesOfFreedom: 1).upperTail(at: statistic))
    }
  }

  private func statistic(_ cox: SingleCovariateCox, _ values: [Double]) -> Double? {
    switch parameters.test {
    case .score: return cox.scoreStatistic(values)
    case .wald:
      guard let fit = cox.fit(values) else { return nil }
      let z = fit.coefficient / fit.standardError
      return z * z
    }
  }
}
