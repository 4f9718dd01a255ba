/// One Cox model of a table.
package struct CoxTableModel: Sendable {
  package struct Term: Sendable {
    package let variable: String
    /// The variable's name, or a level.
    package let label: String
    /// Estimate, standard error, Wald test, hazard ratio, interval.
    package let coefficient: CoxRegression.Coefficient
  }

  /// Tests of all columns of one variable.
  package struct VariableTest: Sendable {
    package let name: String
    /// Against the model without the variable; nil where that one cannot be estimated.
    package let likelihoodRatio: ChiSquaredTest?
    /// Nil where the variance is singular or the model did not converge.
    package let wald: ChiSquaredTest?
  }

  package let names: [String]
  package let rowCount: Int
  package let eventCount: Int
  /// Rows of the follow-up that the model leaves out for missing values.
  package let missingCount: Int
  package let ties: CoxTies
  /// Why there is no estimate; then there are no terms and tests.
  package let problem: String?
  package let terms: [Term]
  package let variables: [VariableTest]
  /// Of the whole model.
  package let likelihoodRatio: ChiSquaredTest?
  package let wald: ChiSquaredTest?
  package let score: ChiSquaredTest?
  package let logLikelihood: Double?
  /// False where a coefficient grows without bound; then only likelihood ratios and the score test
  /// mean something.
  package let isConverged: Bool
  /// Per term and of all; nil where the model did not converge or has too few event times.
  package let proportionalHazards: ProportionalHazardsTest?
  /// Events for each coefficient; below about 10 estimates are unstable (Peduzzi et al. 1995).
  package var eventsPerTerm: Double? {
    terms.isEmpty ? nil : Double(eventCount) / Double(terms.count)
  }
}

/// Fits models to the rows that have all values.
struct CoxTableModelMaker {
  let data: FollowUp
  let strata: [Int]?
  let variance: CoxRegression.VarianceMethod
  let ties: CoxTies
  let level: Double

  /// - Parameter rows: with all of the variables.
  func model(_ variables: [CoxVariable], _ rows: [Int]) -> CoxTableModel {
    do {
      return model(variables, rows, try fit(variables, rows))
    } catch {
      return CoxTableModel(
        names: variables.map { $0.name }, rowCount: rows.count,
        eventCount: rows.count { data.event[$0] }, missingCount: data.count - rows.count,
        ties: ties, problem: error.message, terms: [], variables: [], likelihoodRatio: nil,
        wald: nil, score: nil, logLikelihood: nil, isConverged: false, proportionalHazards: nil)
    }
  }

  private func fit(_ variables: [CoxVariable], _ rows: [Int]) throws(StatisticsError)
    -> CoxRegression
  {
    if rows.isEmpty { throw StatisticsError("no row has a value of every variable") }
    var method = variance
    if case .clustered(let codes) = variance { method = .clustered(rows.map { codes[$0] }) }
    return try CoxRegression(
      data.subset(rows), columns: variables.flatMap { $0.known(rows) },
      names: variables.flatMap { variable in
        variable.labels.map { $0 == variable.name ? $0 : "\(variable.name) \($0)" }
      },
      strata: strata.map { strata in rows.map { strata[$0] } }, ties: ties, variance: method,
      level: level)
  }

  private func model(_ variables: [CoxVariable], _ rows: [Int], _ fit: CoxRegression)
    -> CoxTableModel
  {
    var terms: [CoxTableModel.Term] = []
    var tests: [CoxTableModel.VariableTest] = []
    for (k, variable) in variables.enumerated() {
      let columns = terms.count..<(terms.count + variable.labels.count)
      for (label, column) in zip(variable.labels, columns) {
        terms.append(
          CoxTableModel.Term(
            variable: variable.name, label: label, coefficient: fit.coefficients[column]))
      }
      let others = variables.indices.filter { $0 != k }.map { variables[$0] }
      tests.append(
        CoxTableModel.VariableTest(
          name: variable.name,
          likelihoodRatio: likelihoodRatio(fit, without: others, rows, columns.count),
          wald: fit.isConverged ? fit.waldTest(Array(columns)) : nil))
    }
    return CoxTableModel(
      names: variables.map { $0.name }, rowCount: fit.rowCount, eventCount: fit.eventCount,
      missingCount: data.count - rows.count, ties: ties, problem: nil, terms: terms,
      variables: tests, likelihoodRatio: fit.likelihoodRatio,
      wald: fit.isConverged ? fit.wald : nil, score: fit.score, logLikelihood: fit.logLikelihood,
      isConverged: fit.isConverged, proportionalHazards: try? ProportionalHazardsTest(fit))
  }

  private func likelihoodRatio(
    _ fit: CoxRegression, without others: [CoxVariable], _ rows: [Int], _ freedom: Int
  ) -> ChiSquaredTest? {
    if others.isEmpty { return fit.likelihoodRatio }
    let small = try? self.fit(others, rows)
    return small.map {
      ChiSquaredTest(max(0, 2 * (fit.logLikelihood - $0.logLikelihood)), degreesOfFreedom: freedom)
    }
  }
}
