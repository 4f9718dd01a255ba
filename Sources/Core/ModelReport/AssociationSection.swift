internal import Learning
internal import ModelStudy
package import Report
internal import Statistics

extension ModelResult {
  /// Regression of the outcome on a pipeline's score and clinical columns, each alone and all
  /// together, with a forest plot.
  package func associationSection(_ features: ReportedFeatures) -> HTMLReport.Section? {
    guard kind != .continuous else { return nil }
    var parts: [HTMLReport.Section] = []
    for pipeline in study.pipelines.indices {
      for kind in [ScoredCohort.Kind.nested, .test, .external] {
        guard let cohort = cohort(kind, pipeline: pipeline) else { continue }
        let blocks = association(cohort, clinical(features, cohort))
        parts.append(HTMLReport.Section("\(cohort.name), \(kind.title)", blocks))
      }
    }
    guard !parts.isEmpty else { return nil }
    return HTMLReport.Section(
      "Association",
      [
        .paragraph(
          "The score is divided by its standard deviation; clinical columns are as in the table."
            + " Rows with a missing clinical value are left out of the model of all terms.")
      ], subsections: parts)
  }

  private typealias Term = (name: String, values: [Double])

  private func clinical(_ features: ReportedFeatures, _ cohort: ScoredCohort) -> [Term] {
    features.names.indices.filter { features.blocks[$0] == "clinical" }.map { place in
      let column = Array(features.matrix.column(place))
      return (features.names[place], cohort.tableRows.map { column[$0] })
    }.filter { term in Set(term.values.filter(\.isFinite)).count > 1 }
  }

  private func association(_ cohort: ScoredCohort, _ clinical: [Term]) -> [HTMLReport.Block] {
    let score: Term = ("score of \(cohort.name), per SD", standardised(cohort.scores))
    let terms = [score] + clinical
    do throws(StatisticsError) {
      return kind == .binary ? try odds(cohort, terms) : try hazards(cohort, terms)
    } catch {
      return [.paragraph("No table: \(error.message).")]
    }
  }

  private func ratioTable(_ measure: String, _ cohort: ScoredCohort, _ note: String) -> ReportTable
  {
    ReportTable(
      caption: "\(measure) of \(cohort.name) and clinical columns, \(cohort.kind.title). \(note)",
      columns: [
        .init("Term"), .init("Alone", isNumeric: true), .init("p", isNumeric: true),
        .init("n", isNumeric: true), .init("All together", isNumeric: true),
        .init("p", isNumeric: true), .init("Note"),
      ])
  }

  // MARK: Binary

  private func odds(_ cohort: ScoredCohort, _ terms: [Term]) throws(StatisticsError)
    -> [HTMLReport.Block]
  {
    let positives = cohort.positives
    let complete = positives.indices.filter { row in terms.allSatisfy { $0.values[row].isFinite } }
    func fit(
      _ rows: [Int], _ terms: [Term]
    ) throws(StatisticsError) -> LogisticRegression {
      let columns = terms.map { term in LogisticTerm(term.name, rows.map { term.values[$0] }) }
      let own = rows.map { positives[$0] }
      let model = try LogisticRegression(positives: own, terms: columns, level: level)
      // Separated classes have no maximum: Firth's penalty gives one.
      return model.isSeparated
        ? try LogisticRegression(positives: own, terms: columns, method: .firth, level: level)
        : model
    }
    let together = try? fit(complete, terms)
    var table = ratioTable(
      "Odds ratios", cohort,
      "\(NumberText.level(level)) profile-likelihood intervals, likelihood-ratio tests; Firth's"
        + " method where the classes are separated."
        + fitNote(together, count: complete.count))
    var forest: [ForestRow] = []
    for (index, term) in terms.enumerated() {
      let rows = positives.indices.filter { term.values[$0].isFinite }
      let alone = try? fit(rows, [term])
      let own = alone?.coefficients.first
      let joint = together?.coefficients[index]
      table.append([
        term.name, cell(own?.oddsRatio, own?.oddsRatioProfileInterval),
        own.map { NumberText.p($0.likelihoodRatio.p) } ?? "", NumberText.count(rows.count),
        cell(joint?.oddsRatio, joint?.oddsRatioProfileInterval),
        joint.map { NumberText.p($0.likelihoodRatio.p) } ?? "",
        alone?.method == .firth ? "Firth" : "",
      ])
      if let joint {
        let interval = joint.oddsRatioProfileInterval
        forest.append(ForestRow(term.name, joint.oddsRatio, interval.lower, interval.upper))
      }
    }
    return blocks(table, forest, "Odds ratio", count: complete.count)
  }

  private func fitNote(_ model: LogisticRegression?, count: Int) -> String {
    guard let model else { return "" }
    var parts = ["C = \(NumberText.fixed(model.concordance))"]
    if let aic = model.aic, let bic = model.bic {
      parts.append("AIC = \(NumberText.fixed(aic, places: 1))")
      parts.append("BIC = \(NumberText.fixed(bic, places: 1))")
    }
    return " All together: n = \(NumberText.count(count)), \(parts.joined(separator: ", "))."
  }

  // MARK: Survival

  private func hazards(_ cohort: ScoredCohort, _ terms: [Term]) throws(StatisticsError)
    -> [HTMLReport.Block]
  {
    var settings = CoxTable.Settings()
    settings.threshold = nil
    settings.level = level
    let cox = try CoxTable(
      cohort.followUp(),
      variables: terms.map { term in
        CoxVariable.number(term.name, term.values.map { $0.isFinite ? $0 : nil })
      }, settings: settings)
    var table = ratioTable(
      "Hazard ratios", cohort,
      "Cox regression (Efron), \(NumberText.level(level)) Wald intervals and tests."
        + (cox.multivariable.map {
          " All together: n = \(NumberText.count($0.rowCount)),"
            + " \(NumberText.count($0.eventCount)) events."
        } ?? ""))
    var forest: [ForestRow] = []
    for (term, alone) in zip(terms, cox.univariable) {
      let own = alone.terms.first?.coefficient
      let joint = cox.multivariable?.terms.first { $0.variable == term.name }?.coefficient
      table.append([
        term.name, cell(own?.hazardRatio, own?.hazardRatioInterval),
        own.map { NumberText.p($0.test.p) } ?? "", NumberText.count(alone.rowCount),
        cell(joint?.hazardRatio, joint?.hazardRatioInterval),
        joint.map { NumberText.p($0.test.p) } ?? "", alone.problem ?? "",
      ])
      if let joint {
        let interval = joint.hazardRatioInterval
        forest.append(ForestRow(term.name, joint.hazardRatio, interval.lower, interval.upper))
      }
    }
    return blocks(table, forest, "Hazard ratio", count: cox.multivariable?.rowCount ?? 0)
  }

  private func blocks(
    _ table: ReportTable, _ forest: [ForestRow], _ measure: String, count: Int
  ) -> [HTMLReport.Block] {
    let usable = forest.filter { $0.estimate.isFinite && $0.estimate > 0 }
    if usable.isEmpty { return [.table(table)] }
    return [
      .table(table),
      .figure(
        .forest(
          usable, title: "\(measure)s, all terms together", measure: measure, reference: 1,
          isLogarithmic: true, method: "\(NumberText.level(level)) intervals as in the table.",
          note: "n = \(NumberText.count(count)).")),
    ]
  }
}
