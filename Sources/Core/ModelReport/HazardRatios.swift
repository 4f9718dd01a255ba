package import Report
package import Statistics

/// One covariate's Cox model, as cells of a table.
struct HazardRatio {
  let name: String
  /// Value, p, method, p of proportional hazards.
  let cells: [any ReportCellContent]
  /// Nil where there is no test.
  let proportional: ChiSquaredTest?

  init(_ data: FollowUp, _ column: [Double], _ name: String, level: Double) {
    self.name = name
    do throws(StatisticsError) {
      let model = try CoxRegression(data, columns: [column], names: [name], level: level)
      let own = model.coefficients[0]
      let proportional = try? ProportionalHazardsTest(model).columns[0]
      cells =
        model.isConverged
        ? [
          ReportCell.interval(own.hazardRatio, own.hazardRatioInterval),
          ReportCell.p(own.test.p), "Cox regression (Efron), Wald", ReportCell.p(proportional?.p),
        ]
        : [
          ReportCell.fixed(nil), ReportCell.p(model.likelihoodRatio.p),
          "Cox regression (Efron), likelihood ratio; no finite ratio: \(Self.separated)", "",
        ]
      self.proportional = proportional
    } catch {
      cells = [ReportCell.fixed(nil), ReportCell.fixed(nil), error.message, ""]
      proportional = nil
    }
  }

  static let separated = "the values order all events"

  static let proportionalNote =
    "The test of proportional hazards (scaled Schoenfeld residuals, Grambsch & Therneau 1994; time"
    + " by Kaplan-Meier) rejects for small p; with few events a large p does not show that they"
    + " hold."

  /// What a reader must know where hazards are not proportional.
  static func warning(_ tests: [(name: String, test: ChiSquaredTest?)]) -> HTMLReport.Block? {
    let rejected = tests.compactMap { name, test in
      test.flatMap { $0.p < 0.05 ? "\(name) (\(NumberText.pValue($0.p)))" : nil }
    }
    if rejected.isEmpty { return nil }
    return .warning(
      "Hazards are not proportional: \(rejected.joined(separator: ", ")). The effect changes during"
        + " follow-up: one hazard ratio is a mean of it that depends on how long patients were"
        + " followed. Survival curves and restricted means show it better.")
  }
}

/// A covariate, one value per row, NaN where it is missing.
package typealias AssociationTerm = (name: String, values: [Double])

/// Cox regression of survival on every term alone and on all together, with the test of
/// proportional hazards beside each.
package struct HazardRatioTable {
  package let table: ReportTable
  package let forest: [ForestRow]
  package let warning: HTMLReport.Block?
  /// Rows of the model of all terms.
  package let count: Int

  /// - Parameter title: start of the caption.
  package init(
    _ data: FollowUp, _ terms: [AssociationTerm], title: String, level: Double
  ) throws(StatisticsError) {
    var settings = CoxTable.Settings()
    settings.threshold = nil
    settings.level = level
    let cox = try CoxTable(
      data,
      variables: terms.map { term in
        CoxVariable.number(term.name, term.values.map { $0.isFinite ? $0 : nil })
      }, settings: settings)
    let joint = cox.multivariable
    var table = ReportTable(
      caption: "\(title). Cox regression (Efron), \(NumberText.level(level)) Wald intervals and"
        + " tests.\(joint.map(Self.note) ?? "") \(HazardRatio.proportionalNote)",
      columns: [
        .init("Term"), .init("Alone", isNumeric: true), .init("p, alone", isNumeric: true),
        .init("p, proportional, alone", isNumeric: true), .init("n", isNumeric: true),
        .init("All together", isNumeric: true), .init("p, together", isNumeric: true),
        .init("p, proportional, together", isNumeric: true), .init("Note"),
      ])
    var forest: [ForestRow] = []
    var tests: [(name: String, test: ChiSquaredTest?)] = []
    for (index, term) in terms.enumerated() {
      let alone = cox.univariable[index]
      table.append(
        [term.name] + Self.cells(alone, 0) + [ReportCell.count(alone.rowCount)]
          + (joint.map { Self.cells($0, index) } ?? ["", "", ""]) + [Self.problem(alone)])
      tests.append(("\(term.name) alone", alone.proportionalHazards?.columns[0]))
      tests.append(("\(term.name) with all", joint?.proportionalHazards?.columns[index]))
      if let joint, joint.isConverged {
        let own = joint.terms[index].coefficient
        let interval = own.hazardRatioInterval
        forest.append(ForestRow(term.name, own.hazardRatio, interval.lower, interval.upper))
      }
    }
    (self.table, self.forest, count) = (table, forest, joint?.rowCount ?? 0)
    warning = HazardRatio.warning(tests)
  }

  private static func note(_ model: CoxTableModel) -> String {
    " All together: n = \(NumberText.count(model.rowCount)),"
      + " \(NumberText.count(model.eventCount)) events"
      + (model.problem.map { "; no estimate: \($0)" } ?? "")
      + (model.proportionalHazards.map {
        ", proportional hazards of all terms \(NumberText.pValue($0.global.p))"
      } ?? "") + "."
  }

  /// Ratio, p, p of proportional hazards.
  private static func cells(_ model: CoxTableModel, _ index: Int) -> [any ReportCellContent] {
    guard model.isConverged else { return [ReportCell](repeating: .fixed(nil), count: 3) }
    let own = model.terms[index].coefficient
    return [
      ReportCell.interval(own.hazardRatio, own.hazardRatioInterval), ReportCell.p(own.test.p),
      ReportCell.p(model.proportionalHazards?.columns[index].p),
    ]
  }

  private static func problem(_ model: CoxTableModel) -> String {
    model.problem ?? (model.isConverged ? "" : "no finite ratio: \(HazardRatio.separated)")
  }
}
