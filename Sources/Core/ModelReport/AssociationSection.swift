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
            + " Of a text with all its levels the first is what the others are compared with. Rows"
            + " with a missing clinical value are left out of the model of all terms.")
      ], subsections: parts)
  }

  private typealias Term = AssociationTerm

  /// Columns that vary, without the first level of a text whose levels are all there: together with
  /// an intercept they are sums of one another.
  private func clinical(_ features: ReportedFeatures, _ cohort: ScoredCohort) -> [Term] {
    let places = features.names.indices.filter { features.blocks[$0] == "clinical" }
    let terms = places.map { place -> Term in
      let column = Array(features.matrix.column(place))
      return (features.names[place], cohort.tableRows.map { column[$0] })
    }.filter { term in Set(term.values.filter(\.isFinite)).count > 1 }
    let texts = Dictionary(grouping: terms.indices.filter { terms[$0].name.contains("=") }) {
      terms[$0].name.prefix { $0 != "=" }
    }
    let references = texts.values.filter { levels in
      levels.count > 1
        && cohort.tableRows.indices.allSatisfy { row in
          let sum = levels.reduce(0) { $0 + terms[$1].values[row] }
          return sum == 1 || sum.isNaN
        }
    }.compactMap { $0.min() }
    return terms.indices.filter { !references.contains($0) }.map { terms[$0] }
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
        .init("Term"), .init("Alone", isNumeric: true), .init("p, alone", isNumeric: true),
        .init("n", isNumeric: true), .init("All together", isNumeric: true),
        .init("p, together", isNumeric: true), .init("Note"),
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
    let together: LogisticRegression?
    var problem = ""
    do throws(StatisticsError) {
      together = try fit(complete, terms)
    } catch {
      together = nil
      problem = " All together: \(error.message)."
    }
    let known = terms.map { term in positives.indices.filter { term.values[$0].isFinite } }
    let single = zip(known, terms).map { rows, term in try? fit(rows, [term]) }
    var table = ratioTable(
      "Odds ratios", cohort,
      "\(NumberText.level(level)) profile-likelihood intervals, likelihood-ratio tests; Firth's"
        + " method where the classes are separated."
        + fitNote("Score alone", single.first ?? nil) + problem + fitNote("All together", together))
    var forest: [ForestRow] = []
    for (index, term) in terms.enumerated() {
      let alone = single[index]
      let own = alone?.coefficients.first
      let joint = together?.coefficients[index]
      table.append([
        term.name, cell(own?.oddsRatio, own?.oddsRatioProfileInterval),
        own.map { ReportCell.p($0.likelihoodRatio.p) } ?? "",
        ReportCell.count(known[index].count),
        cell(joint?.oddsRatio, joint?.oddsRatioProfileInterval),
        joint.map { ReportCell.p($0.likelihoodRatio.p) } ?? "",
        alone?.method == .firth ? "Firth" : "",
      ])
      if let joint {
        let interval = joint.oddsRatioProfileInterval
        forest.append(ForestRow(term.name, joint.oddsRatio, interval.lower, interval.upper))
      }
    }
    return blocks(table, forest, "Odds ratio", count: complete.count)
  }

  private func fitNote(_ name: String, _ model: LogisticRegression?) -> String {
    guard let model else { return "" }
    var parts = ["n = \(NumberText.count(model.rowCount))"]
    parts.append("C = \(NumberText.fixed(model.concordance))")
    if let aic = model.aic, let bic = model.bic {
      parts.append("AIC = \(NumberText.fixed(aic, places: 1))")
      parts.append("BIC = \(NumberText.fixed(bic, places: 1))")
    }
    return " \(name): \(parts.joined(separator: ", "))."
  }

  // MARK: Survival

  private func hazards(_ cohort: ScoredCohort, _ terms: [Term]) throws(StatisticsError)
    -> [HTMLReport.Block]
  {
    let ratios = try HazardRatioTable(
      cohort.followUp(), terms,
      title: "Hazard ratios of \(cohort.name) and clinical columns, \(cohort.kind.title)",
      level: level)
    return blocks(ratios.table, ratios.forest, "Hazard ratio", count: ratios.count)
      + (ratios.warning.map { [$0] } ?? [])
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
