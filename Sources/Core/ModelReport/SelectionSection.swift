internal import Evaluation
internal import ModelStudy
package import Report
internal import Study

extension ModelResult {
  /// What reached the model, and which settings were chosen.
  package func selectionBlocks(pipeline: Int) -> [HTMLReport.Block] {
    var blocks: [HTMLReport.Block] = []
    let name = study.pipelines[pipeline].name
    if let table = node(pipeline, "selection")?.table, !table.index.isEmpty,
      let frequency = table.numbers("frequency"), let rank = table.numbers("final_rank")
    {
      let resampled = table.numbers("bootstrap_frequency") ?? []
      let rows = table.index.indices.map { row in
        SelectionRow(
          table.index[row], frequency: frequency[row],
          bootstrapFrequency: resampled.isEmpty ? .nan : resampled[row], isFinal: rank[row] > 0)
      }
      let fits = plan.space.group(.observed)?.partCount ?? 0
      // A model that takes every column has chosen nothing.
      if rows.contains(where: { $0.frequency < 1 || !$0.isFinal }) || rows.count <= 50 {
        blocks.append(.figure(.selectionFrequency(rows, pipeline: name, fits: fits)))
      } else {
        blocks.append(
          .paragraph("\(name) uses all of its \(NumberText.count(rows.count)) columns."))
      }
      blocks.append(.table(selectionTable(rows, rank, name)))
    }
    if let grid = gridTable(pipeline, name) { blocks.append(.table(grid)) }
    return blocks
  }

  private func selectionTable(
    _ rows: [SelectionRow], _ rank: [Double], _ name: String
  ) -> ReportTable {
    let shown = 200
    var table = ReportTable(
      caption: "Columns that reached the model of \(name)"
        + (rows.count > shown
          ? ": the first \(shown) of \(NumberText.count(rows.count)); all are in the result file"
          : ""),
      columns: [
        .init("Column"), .init("Outer fits", isNumeric: true),
        .init("Resamples", isNumeric: true), .init("Place in the final model", isNumeric: true),
      ])
    for (row, rank) in zip(rows, rank).prefix(shown) {
      func share(_ value: Double) -> ReportCell {
        value.isNaN ? "" : .percentage(value, places: 0)
      }
      table.append([
        row.feature, share(row.frequency), share(row.bootstrapFrequency),
        rank > 0 ? ReportCell.count(Int(rank)) : "",
      ])
    }
    return table
  }

  private func gridTable(_ pipeline: Int, _ name: String) -> ReportTable? {
    guard let grid = node(pipeline, "grid")?.table, grid.index.count > 1,
      let settings = grid.texts("settings"), let metric = grid.numbers("inner_metric"),
      let chosen = grid.numbers("chosen")
    else { return nil }
    var table = ReportTable(
      caption: "Grid of \(name): mean \(study.metric.title) in the inner"
        + " folds of all training rows, and how many outer fits chose the point. The inner metric"
        + " is what was maximised: it is no estimate of performance.",
      columns: [
        .init("Settings"), .init("Inner metric", isNumeric: true),
        .init("Chosen by outer fits", isNumeric: true),
      ])
    for row in grid.index.indices {
      table.append([
        settings[row], ReportCell.fixed(metric[row], places: 4),
        ReportCell.count(Int(chosen[row])),
      ])
    }
    return table
  }
}
