internal import Learning
package import Report
internal import Statistics

extension ModelResult {
  /// Figures of one pipeline on rows of one kind, of a continuous outcome.
  package func continuousBlocks(_ cohort: ScoredCohort, pipeline: Int) -> [HTMLReport.Block] {
    guard case .continuous(let values) = cohort.outcome else { return [] }
    let points = zip(cohort.scores, values).map { PlotPoint($0, $1) }
    func text(_ kind: Correlation.Kind, _ name: String) -> String {
      guard let r = try? Correlation(cohort.scores, values, kind: kind, level: level) else {
        return ""
      }
      return "\(name) \(cell(r.coefficient, r.interval).text)"
    }
    let residuals = zip(cohort.scores, values).map { $1 - $0 }
    return [
      .figure(
        .scatter(
          [(cohort.name, points)], x: "Predicted", y: "Observed",
          title: "Observed against predicted: \(cohort.name)", hasDiagonal: true,
          summary: [text(.pearson, "Pearson's r"), text(.spearman, "Spearman's ρ")]
            .filter { !$0.isEmpty }.joined(separator: ", ") + ".", note: cohort.note)),
      .figure(
        .distribution(
          residuals, marks: [HistogramMark("Zero", 0)], title: "Residuals: \(cohort.name)",
          axis: "Observed minus predicted", counted: "Rows", note: cohort.note)),
    ]
  }
}
