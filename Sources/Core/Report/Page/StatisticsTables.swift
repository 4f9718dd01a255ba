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
    func append(_ name: String, _ cells: [ReportCell], _ tail: [ReportCell] = ["", "", ""]) {
      table.append(
        [ReportCell(name), cells[0]] + (isCompared ? Array(cells.dropFirst()) + tail : []))
    }
    for row in cohort.rows {
      let cells = [row.all] + row.groups
      let tail: [ReportCell] = [
        .p(row.p), ReportCell(row.method?.name ?? row.note ?? ""),
        .fixed(row.standardisedDifference),
      ]
      if row.levels.isEmpty {
        let style = row.style == .mean ? "mean (SD)" : "median [quartiles]"
        append("\(row.name), \(style)", cells.map { numbers($0, row.style) }, tail)
      } else {
        append("\(row.name), n (%)", cells.map { _ in "" }, tail)
        for (index, level) in row.levels.enumerated() {
          append("  \(level)", cells.map { share($0, index) })
        }
      }
      if row.all.missing > 0 {
        append("  missing", cells.map { ReportCell.count($0.missing) })
      }
    }
    return table
  }

  private static func numbers(_ cell: CohortTable.Cell, _ style: CohortTable.NumberStyle?)
    -> ReportCell
  {
    guard case .numbers(let summary?) = cell.content else {
      return ReportCell(NumberText.undefined)
    }
    func text(_ value: Double) -> String { NumberText.significant(value) }
    if style == .mean {
      return ReportCell(
        "\(text(summary.mean)) (\(text(summary.standardDeviation)))",
        [("mean", summary.mean), ("SD", summary.standardDeviation)])
    }
    return ReportCell(
      "\(text(summary.median)) [\(text(summary.lowerQuartile)) to"
        + " \(text(summary.upperQuartile))]",
      [
        ("median", summary.median), ("lower quartile", summary.lowerQuartile),
        ("upper quartile", summary.upperQuartile),
      ])
  }

  private static func share(_ cell: CohortTable.Cell, _ level: Int) -> ReportCell {
    guard case .counts(let parts) = cell.content else { return "" }
    let part = parts[level]
    let count = NumberText.count(part.successes)
    return ReportCell(
      part.value.map { "\(count) (\(NumberText.percentage($0)))" } ?? count,
      [("n", Double(part.successes)), ("share", part.value ?? .nan)])
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
    for row in genes.rows {
      table.append([
        row.name, ReportCell.share(row.first.successes, of: row.first.trials),
        ReportCell.share(row.second.successes, of: row.second.trials),
        ReportCell.count(row.missing),
        ReportCell.interval(row.fisher?.oddsRatio, row.fisher?.interval), ReportCell.p(row.p),
        ReportCell.p(row.benjaminiHochberg), ReportCell.p(row.holm),
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
    func spread(_ summary: CrossCorrelation.Summary) -> ReportCell {
      ReportCell(
        "\(NumberText.fixed(summary.mean)) ± \(NumberText.fixed(summary.standardDeviation))",
        [("", summary.mean), ("SD", summary.standardDeviation)])
    }
    for row in cross.first {
      guard let summary = row.summary, let partner = row.partner, let r = row.correlation else {
        table.append([row.name, NumberText.undefined, "constant", NumberText.undefined, ""])
        continue
      }
      table.append([
        row.name, ReportCell.fixed(summary.maximum), partner, ReportCell.fixed(r), spread(summary),
      ])
    }
    if let overall = cross.overall {
      table.append(["All pairs", ReportCell.fixed(overall.maximum), "", "", spread(overall)])
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
      let own = row.correlation.map { ReportCell.interval($0.coefficient, $0.interval) }
      table.append([
        row.name, ReportCell.count(row.rowCount),
        own ?? ReportCell(row.note ?? NumberText.undefined),
        ReportCell.p(row.correlation?.p),
        ReportCell.p(row.adjustedP),
      ])
    }
    return table
  }
}
