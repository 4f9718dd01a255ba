internal import Learning
internal import ModelStudy
package import Report
internal import Statistics

extension ModelResult {
  /// Figures and tables of one pipeline on rows of one kind, of a survival outcome.
  /// - Parameter training: cross-validated rows, whose cuts are carried to held-out rows.
  package func survivalBlocks(
    _ cohort: ScoredCohort, training: ScoredCohort?
  ) -> [HTMLReport.Block] {
    do throws(StatisticsError) {
      return try survival(cohort, training: training).blocks
    } catch {
      return [.paragraph("No figures of survival: \(error.message).")]
    }
  }

  private func survival(
    _ cohort: ScoredCohort, training: ScoredCohort?
  ) throws(StatisticsError) -> ScoredSurvival {
    var survival = ScoredSurvival(try cohort.followUp(), scores: cohort.scores, level: level)
    (survival.name, survival.rows, survival.note) = (cohort.name, cohort.kind.title, cohort.note)
    if let training {
      survival.training = (try training.followUp(), training.scores)
    }
    if !header.sites.isEmpty { survival.sites = cohort.tableRows.map { header.sites[$0] } }
    if let folds = folds.first { survival.folds = cohort.tableRows.map { folds[$0] } }
    survival.hasRepeatedPatients = Set(cohort.groups).count < cohort.count
    survival.seed = study.seed
    return survival
  }
}
