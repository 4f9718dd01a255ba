package import Statistics

extension ReportTable {
  /// The first table of a paper. Numbers with the style "mean" are mean (SD), with "median" the
  /// median [quartiles]; levels are n (%) of the known values; missing values stand in a line of
  /// their own.
  package static func cohort(_ cohort: CohortTable, caption: String) -> ReportTable {
    let isCompared = cohort.groups.count > 1
    var columns = [
      Column(""), Column("All (n = \(NumberText.count(cohort.rowCount)))", isNumeric: true),
    ]
    if isCompared {
      columns += zip(cohort.groups, cohort.groupCounts).map {
        Column("\($0) (n = \(NumberText.count($1)))", isNumeric: true)
      }
      columns += [
        Column("p", isNumeric: true), Column("Test"), Column("SMD", isNumeric: true),
      ]
    }
    var table = ReportTable(caption: caption, columns: columns)
    func append(_ name: String, _ cells: [String], _ tail: [String]) {
      table.append(
        [name, cells[0]] + (isCompared ? Array(cells.dropFirst()) + tail : []))
    }
    for row in cohort.rows {
      let cells = [row.all] + row.groups
      let tail = [
        row.p.map { NumberText.p($0) } ?? NumberText.undefined, row.method?.name ?? row.note ?? "",
        row.standardisedDifference.map { NumberText.fixed($0) } ?? NumberText.undefined,
      ]
      if row.levels.isEmpty {
        let style = row.style == .mean ? "mean (SD)" : "median [quartiles]"
        append("\(row.name), \(style)", cells.map { numbers($0, row.style) }, tail)
      } else {
        append("\(row.name), n (%)", cells.map { _ in "" }, tail)
        for (index, level) in row.levels.enumerated() {
          append("  \(level)", cells.map { share($0, index) }, ["", "", ""])
        }
      }
      if row.all.missing > 0 {
        append("  missing", cells.map { NumberText.count($0.missing) }, ["", "", ""])
      }
    }
    return table
  }

  private static func numbers(_ cell: CohortTable.Cell, _ style: CohortTable.NumberStyle?)
    -> String
  {
    guard case .numbers(let summary?) = cell.content else { return NumberText.undefined }
    func text(_ value: Double) -> String { NumberText.significant(value) }
    if style == .mean { return "\(text(summary.mean)) (\(text(summary.standardDeviation)))" }
    return "\(text(summary.median)) [\(text(summary.lowerQuartile)) to"
      + " \(text(summary.upperQuartile))]"
  }

  private static func share(_ cell: CohortTable.Cell, _ level: Int) -> String {
    guard case .counts(let parts) = cell.content else { return "" }
    let part = parts[level]
    return part.value.map {
      "\(NumberText.count(part.successes)) (\(NumberText.percentage($0)))"
    } ?? NumberText.count(part.successes)
  }

  /// Binary columns against two groups, in the given order.
  package static func genes(_ genes: GeneTable, caption: String) -> ReportTable {
    var table = ReportTable(
      caption: caption,
      columns: [
        Column("Column"), Column(genes.groups.first, isNumeric: true),
        Column(genes.groups.second, isNumeric: true), Column("Missing", isNumeric: true),
        Column("Odds ratio (\(NumberText.level(genes.level)) exact interval)", isNumeric: true),
        Column("p, Fisher", isNumeric: true), Column("p, Benjamini-Hochberg", isNumeric: true),
        Column("p, Holm", isNumeric: true),
      ])
    func p(_ value: Double?) -> String { value.map { NumberText.p($0) } ?? NumberText.undefined }
    for row in genes.rows {
      let ratio = row.fisher.map {
        NumberText.interval($0.oddsRatio, $0.interval.lower, $0.interval.upper)
      }
      table.append([
        row.name, NumberText.share(row.first.successes, of: row.first.trials),
        NumberText.share(row.second.successes, of: row.second.trials),
        NumberText.count(row.missing), ratio ?? NumberText.undefined, p(row.p),
        p(row.benjaminiHochberg), p(row.holm),
      ])
    }
    return table
  }

  /// Per column of the first group the largest and the mean absolute correlation with the columns of
  /// the second; the last line is over all pairs.
  package static func crossCorrelation(_ cross: CrossCorrelation, caption: String) -> ReportTable {
    var table = ReportTable(
      caption: caption,
      columns: [
        Column("Column"), Column("Largest |r|", isNumeric: true), Column("With"),
        Column("r", isNumeric: true), Column("Mean |r| ± SD", isNumeric: true),
      ])
    func spread(_ summary: CrossCorrelation.Summary) -> String {
      "\(NumberText.fixed(summary.mean)) ± \(NumberText.fixed(summary.standardDeviation))"
    }
    for row in cross.first {
      guard let summary = row.summary, let partner = row.partner, let r = row.correlation else {
        table.append([row.name, NumberText.undefined, "constant", NumberText.undefined, ""])
        continue
      }
      table.append([
        row.name, NumberText.fixed(summary.maximum), partner, NumberText.fixed(r), spread(summary),
      ])
    }
    if let overall = cross.overall {
      table.append(["All pairs", NumberText.fixed(overall.maximum), "", "", spread(overall)])
    }
    return table
  }

  /// Features against the volume, in the given order.
  package static func volume(_ volume: VolumeCorrelation, caption: String) -> ReportTable {
    let name = volume.kind == .spearman ? "Spearman's r" : "Pearson's r"
    var table = ReportTable(
      caption: caption,
      columns: [
        Column("Feature"), Column("n", isNumeric: true),
        Column("\(name) (\(NumberText.level(volume.level)) interval)", isNumeric: true),
        Column("p", isNumeric: true), Column("p, Benjamini-Hochberg", isNumeric: true),
      ])
    for row in volume.rows {
      let text = row.correlation.map { own in
        NumberText.interval(
          own.coefficient, own.interval?.lower ?? .nan, own.interval?.upper ?? .nan)
      }
      table.append([
        row.name, NumberText.count(row.rowCount), text ?? row.note ?? NumberText.undefined,
        row.correlation?.p.map { NumberText.p($0) } ?? NumberText.undefined,
        row.adjustedP.map { NumberText.p($0) } ?? NumberText.undefined,
      ])
    }
    return table
  }
}
