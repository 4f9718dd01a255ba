/// The table of a cohort paper: a Cox model of every variable alone, and one of those that pass a
/// threshold together. Rows with a missing value are left out and counted.
///
/// The p-values of the multivariable model do not account for the selection by the same rows.
package struct CoxTable: Sendable {
  /// Which rows the model of one variable uses.
  package enum UnivariableRows: String, Sendable, CaseIterable {
    /// All that have the variable.
    case available
    /// Those that have all variables of the table.
    case complete
  }

  /// Whose p-value is compared with the threshold.
  package enum FilterTest: String, Sendable, CaseIterable {
    /// Of all columns of the variable.
    case wald
    case likelihoodRatio
  }

  package struct Settings: Sendable {
    package var univariableRows = UnivariableRows.available
    /// Variables with smaller p enter the multivariable model, in (0, 1]; nil: all do.
    package var threshold: Double? = 0.05
    package var filterTest = FilterTest.wald
    package var ties = CoxTies.efron
    package var level = 0.95
    package init() {}
  }

  /// One per variable, in their order.
  package let univariable: [CoxTableModel]
  /// Names of the variables that passed.
  package let selected: [String]
  /// Nil where no variable passed.
  package let multivariable: CoxTableModel?
  package let settings: Settings
  /// Rows with all variables of the table.
  package let completeRowCount: Int

  /// A variable whose model cannot be estimated is reported with the reason and does not pass.
  ///
  /// - Parameters:
  ///   - data: right-censored or left-truncated.
  ///   - variables: at least one, with different names.
  ///   - strata: of the rows.
  ///   - variance: of the coefficients; likelihood ratios do not depend on it.
  package init(
    _ data: FollowUp, variables: [CoxVariable], strata: [Int]? = nil,
    variance: CoxRegression.VarianceMethod = .model, settings: Settings = Settings()
  ) throws(StatisticsError) {
    try Self.check(data, variables, strata, variance, settings)
    let maker = CoxTableModelMaker(
      data: data, strata: strata, variance: variance, ties: settings.ties, level: settings.level)
    let all = Array(0..<data.count)
    let complete = all.filter { row in variables.allSatisfy { $0.isKnown(row) } }
    var (models, passed): ([CoxTableModel], [CoxVariable]) = ([], [])
    for variable in variables {
      let rows =
        settings.univariableRows == .complete ? complete : all.filter { variable.isKnown($0) }
      let model = maker.model([variable], rows)
      models.append(model)
      if settings.threshold.map({ Self.p(model, settings.filterTest) < $0 }) ?? true {
        passed.append(variable)
      }
    }
    univariable = models
    selected = passed.map { $0.name }
    multivariable =
      passed.isEmpty
      ? nil : maker.model(passed, all.filter { row in passed.allSatisfy { $0.isKnown(row) } })
    self.settings = settings
    completeRowCount = complete.count
  }

  /// 2 where there is none. Estimates of a model that did not converge have no Wald test.
  private static func p(_ model: CoxTableModel, _ test: FilterTest) -> Double {
    guard let variable = model.variables.first else { return 2 }
    switch test {
    case .wald: return variable.wald?.p ?? 2
    case .likelihoodRatio: return variable.likelihoodRatio?.p ?? 2
    }
  }

  private static func check(
    _ data: FollowUp, _ variables: [CoxVariable], _ strata: [Int]?,
    _ variance: CoxRegression.VarianceMethod, _ settings: Settings
  ) throws(StatisticsError) {
    try InputChecks.level(settings.level)
    if let threshold = settings.threshold, !(threshold > 0 && threshold <= 1) {
      throw StatisticsError("the threshold of p must be above 0 and at most 1; it is \(threshold)")
    }
    if variables.isEmpty { throw StatisticsError("a table of Cox models needs a variable") }
    if Set(variables.map { $0.name }).count < variables.count {
      throw StatisticsError("the variables of a table need different names")
    }
    for variable in variables {
      try InputChecks.count(
        variable.count, "values of variable \(variable.name)", equals: data.count)
    }
    if let strata { try InputChecks.count(strata.count, "strata", equals: data.count) }
    if case .clustered(let codes) = variance {
      try InputChecks.count(codes.count, "clusters", equals: data.count)
    }
  }
}
