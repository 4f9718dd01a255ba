package import Learning
internal import ModelStudy
package import Report
package import Statistics

extension ModelResult {
  /// Columns of a table of genes between patients with a high and with a low score.
  /// - Parameters:
  ///   - genes: names of the columns with one value per patient of `patients`, nil where unknown.
  ///   - patients: names.
  package func geneSection(
    _ genes: [GeneTable.Column], patients: [String]
  ) -> HTMLReport.Section {
    let places = Dictionary(
      patients.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let parts = study.pipelines.indices.compactMap { pipeline -> HTMLReport.Section? in
      guard let cohort = cohort(.nested, pipeline: pipeline) ?? cohort(.test, pipeline: pipeline)
      else { return nil }
      // The first row of a patient stands for the patient.
      var seen: Set<Int> = []
      let rows = cohort.scores.indices.filter { row in
        places[header.patients[cohort.tableRows[row]]] != nil
          && seen.insert(cohort.groups[row]).inserted
      }
      guard rows.count > 1 else { return nil }
      let scores = rows.map { cohort.scores[$0] }
      let cut = NumberSummary(scores).median
      let columns = genes.map { gene in
        GeneTable.Column(
          gene.name,
          rows.map { row in
            places[header.patients[cohort.tableRows[row]]].flatMap { gene.values[$0] }
          })
      }
      return HTMLReport.Section(
        "Genes and \(cohort.name)", geneBlocks(columns, scores.map { $0 > cut }, cohort, cut))
    }
    return HTMLReport.Section(
      "Genes",
      parts.isEmpty
        ? [.paragraph("No patient of the table of genes has a score.")] : [],
      subsections: parts)
  }

  private func geneBlocks(
    _ columns: [GeneTable.Column], _ isHigh: [Bool], _ cohort: ScoredCohort, _ cut: Double
  ) -> [HTMLReport.Block] {
    do throws(StatisticsError) {
      let table = try GeneTable(
        columns, isFirst: isHigh, groups: ("High score", "Low score"), level: level)
      let caption =
        "Columns by score of \(cohort.name) above and at or below the median"
        + " (\(NumberText.significant(cut))): Fisher's exact test, Benjamini-Hochberg."
      let figure = HTMLReport.Block.drawn("Volcano plot") { () throws(StatisticsError) in
        try .volcano(
          table.rows.compactMap { VolcanoPoint($0) }, title: "Genes and \(cohort.name)",
          axis: "log2 odds ratio, high against low score",
          method: "Fisher's exact test, Benjamini-Hochberg", note: cohort.note)
      }
      return [.table(.genes(table, caption: caption)), figure]
    } catch {
      return [.paragraph("No table of genes: \(error.message).")]
    }
  }

  /// Correlation between two groups of columns, such as deep and handcrafted features.
  package func crossCorrelationSection(
    _ features: ReportedFeatures, first: NamePattern, second: NamePattern
  ) -> HTMLReport.Section {
    let rows = rows(.train)
    func columns(_ pattern: NamePattern) -> [CrossCorrelation.Column] {
      features.names.indices.filter { pattern.matches(features.names[$0]) }.compactMap { place in
        let column = Array(features.matrix.column(place))
        let values = rows.map { column[$0] }
        return values.allSatisfy(\.isFinite)
          ? CrossCorrelation.Column(features.names[place], values) : nil
      }
    }
    let title = "\(first.text) and \(second.text)"
    var blocks: [HTMLReport.Block] = []
    for (kind, name) in [(Correlation.Kind.pearson, "Pearson"), (.spearman, "Spearman")] {
      do throws(StatisticsError) {
        let cross = try CrossCorrelation(
          columns(first), columns(second), rowCount: rows.count, kind: kind)
        blocks.append(
          .table(
            .crossCorrelation(
              cross,
              caption: "\(name) correlation of \(title), \(NumberText.count(rows.count)) training"
                + " rows; columns with missing values are left out")))
      } catch {
        blocks.append(.paragraph("\(name): \(error.message)."))
      }
    }
    return HTMLReport.Section("Correlation of \(title)", blocks)
  }
}
