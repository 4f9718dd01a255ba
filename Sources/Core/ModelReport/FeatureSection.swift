internal import Evaluation
package import Learning
internal import ModelStudy
package import Report
internal import Statistics
internal import Study

/// The columns of a study's table with their values.
package struct ReportedFeatures: Sendable {
  package let names: [String]
  /// Image and VOI of each column.
  package let blocks: [String]
  /// Rows as in the result.
  package let matrix: FeatureMatrix

  package init(names: [String], blocks: [String], matrix: FeatureMatrix) {
    precondition(names.count == matrix.columnCount && blocks.count == names.count)
    self.names = names
    self.blocks = blocks
    self.matrix = matrix
  }

  package func values(_ name: String) -> [Double]? {
    names.firstIndex(of: name).map { Array(matrix.column($0)) }
  }

  /// The first column that is named as a volume of the whole VOI, meshes before voxel counts.
  package var volumeColumn: String? {
    for end in ["shape_MeshVolume", "shape_VoxelVolume", "morph_volume", "morph_vol_approx"] {
      if let name = names.first(where: { $0.hasSuffix(end) }) { return name }
    }
    return names.first { $0.lowercased() == "volume" }
  }
}

extension ModelResult {
  /// How chosen features belong together and to volume, and what volume alone would give.
  /// - Parameter volume: name of the column; nil where none is known.
  package func featureSection(
    _ features: ReportedFeatures, volume: String?
  ) -> HTMLReport.Section {
    var parts: [HTMLReport.Section] = []
    for pipeline in study.pipelines.indices {
      // A second stage has scores among its columns, which are none of the table's.
      let chosen = finalColumns(pipeline).filter(features.names.contains)
      var blocks: [HTMLReport.Block] = []
      if chosen.count > 1 { blocks.append(correlationMap(chosen, features)) }
      if let volume, let values = features.values(volume) {
        if !chosen.isEmpty { blocks.append(volumeTable(chosen, features, volume, values)) }
        blocks += volumeAlone(pipeline, volume, values)
      }
      if !blocks.isEmpty {
        parts.append(HTMLReport.Section("Features of \(study.pipelines[pipeline].name)", blocks))
      }
    }
    let note =
      volume.map { "Volume is the column \"\($0)\"." }
      ?? "No column is named as a volume; --volume COLUMN gives it."
    return HTMLReport.Section("Features", [.paragraph(note)], subsections: parts)
  }

  /// What the final model uses, best first.
  private func finalColumns(_ pipeline: Int) -> [String] {
    guard let table = node(pipeline, "selection")?.table, let rank = table.numbers("final_rank")
    else { return [] }
    return table.index.indices.filter { rank[$0] > 0 }.sorted { rank[$0] < rank[$1] }
      .map { table.index[$0] }
  }

  private func correlationMap(
    _ chosen: [String], _ features: ReportedFeatures
  ) -> HTMLReport.Block {
    let limit = 60
    let shown = Array(chosen.prefix(limit))
    let rows = rows(.train)
    let columns = shown.map { name in
      features.values(name).map { values in rows.map { values[$0] } } ?? []
    }
    var matrix = [Double](repeating: .nan, count: shown.count * shown.count)
    for (i, a) in columns.enumerated() {
      for (j, b) in columns.enumerated().prefix(i + 1) {
        let r = i == j ? 1 : Self.correlation(a, b)
        matrix[i * shown.count + j] = r
        matrix[j * shown.count + i] = r
      }
    }
    return .figure(
      .correlation(
        names: shown, matrix: matrix, kind: "Spearman", count: rows.count,
        note: "Training rows; columns of the final model"
          + (chosen.count > limit ? ", the first \(limit) of \(chosen.count)." : ".")))
  }

  /// Spearman's ρ of the rows that have both values; NaN where there is none.
  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let both = zip(a, b).filter { $0.isFinite && $1.isFinite }
    return (try? Correlation(both.map(\.0), both.map(\.1), kind: .spearman).coefficient) ?? .nan
  }

  private func volumeTable(
    _ chosen: [String], _ features: ReportedFeatures, _ volume: String, _ volumes: [Double]
  ) -> HTMLReport.Block {
    let rows = rows(.train).filter { volumes[$0].isFinite }
    let columns = chosen.compactMap { name in
      features.values(name).map { values in
        (name: name, values: rows.map { values[$0].isFinite ? values[$0] : nil })
      }
    }
    do throws(StatisticsError) {
      let table = try VolumeCorrelation(columns, volumes: rows.map { volumes[$0] }, level: level)
      return .table(
        .volume(table, caption: "Chosen features and volume (\(volume)), training rows"))
    } catch {
      return .paragraph("Correlation with volume: \(error.message).")
    }
  }

  // MARK: Volume alone

  /// A model of volume alone on the same rows: it can only choose a direction, which it learns in
  /// each training part.
  private func volumeAlone(
    _ pipeline: Int, _ name: String, _ volumes: [Double]
  ) -> [HTMLReport.Block] {
    guard kind != .continuous, let cohort = cohort(.nested, pipeline: pipeline), !folds.isEmpty
    else { return [] }
    let training = rows(.train)
    guard training.allSatisfy({ volumes[$0].isFinite }) else {
      return [.paragraph("Volume alone is not compared: some training rows have no volume.")]
    }
    var sums = [Double](repeating: 0, count: header.rowCount)
    var counts = [Double](repeating: 0, count: header.rowCount)
    for repetition in folds {
      for fold in Set(repetition).sorted() where fold > 0 {
        let others = training.filter { repetition[$0] != fold }
        let known = plan.scored(
          others, outcome: nil, scores: others.map { volumes[$0] }, probabilities: nil)
        let metric: Metric = kind == .binary ? .auc : .concordance
        let sign: Double = known.value(metric).value < 0.5 ? -1 : 1
        for row in training where repetition[row] == fold {
          sums[row] += sign * volumes[row]
          counts[row] += 1
        }
      }
    }
    let tested = training.filter { counts[$0] > 0 }
    let alone = plan.scored(
      tested, outcome: nil, scores: tested.map { sums[$0] / counts[$0] }, probabilities: nil)
    guard alone.scores.count == cohort.count, alone.groups == cohort.groups else {
      return [
        .paragraph("Volume alone is not compared: the pipeline has not scored the same rows.")
      ]
    }
    let other = ScoredCohort(
      pipeline: "volume alone", kind: .nested, outcome: alone.outcome, scores: alone.scores,
      probabilities: nil, groups: alone.groups, ids: cohort.ids,
      tableRows: cohort.tableRows, repeatCount: folds.count,
      unscored: 0)
    return [.table(volumeComparison(cohort, other))]
  }

  private func volumeComparison(_ cohort: ScoredCohort, _ volume: ScoredCohort) -> ReportTable {
    var table = ReportTable(
      caption: "\(cohort.name) beside a model of volume alone, whose direction is learnt in each"
        + " training part: pooled cross-validated scores (\(NumberText.level(level)) interval of"
        + " the difference).",
      columns: [
        .init("Measure"), .init(cohort.name, isNumeric: true),
        .init("Volume alone", isNumeric: true), .init("Difference", isNumeric: true),
        .init("p", isNumeric: true), .init("Method"),
      ])
    do throws(StatisticsError) {
      let difference = try ModelPair(cohort, volume).discrimination(level: level)
      table.append([
        difference.measure, ReportCell.fixed(difference.first, places: 3),
        ReportCell.fixed(difference.second, places: 3),
        cell(difference.difference, difference.interval, places: 3),
        ReportCell.p(difference.p), difference.method,
      ])
    } catch {
      table.append([error.message, "", "", "", "", ""])
    }
    return table
  }
}
